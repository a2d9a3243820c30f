"""LaTeX in values of BibTeX, as characters.

Accents and letters, which are most of it, are read here; the rest goes to bibtexparser's decoder,
which is some hundred times slower: so only as much of a file as it does in a few seconds.
"""

from __future__ import annotations

import re
import unicodedata

from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry, Field

from app.ingest.formats.draft_builder import one_line

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "k": "\u0328", "H": "\u030b",
    "d": "\u0323", "b": "\u0331", "r": "\u030a",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—",
    "ldots": "…", "dots": "…", "textregistered": "®", "texttrademark": "™", "alpha": "α",
    "beta": "β", "gamma": "γ", "mu": "μ",
}  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:([`'^~\"=.])\s?|([cvukHdbr])(?=[{\s]))\s?\{?\s?(\\[ij](?![A-Za-z])|[A-Za-z])\s?\}?"
)
_LETTER = re.compile(
    rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?:\s?\{{\}}|\s|(?![A-Za-z]))"
)
_ESCAPED = re.compile(r"\\([&%_#$ ])")
_STYLE = re.compile(r"\\(?:emph|text(?:it|bf|rm|sc|sf|tt|up|superscript|subscript))(?=\{)")
_LONGEST = 5_000  # some of what it does takes time that grows as the square of the length
_DEEPEST = 20
_BUDGET = 200_000  # characters of a file that go to the slow decoder
_CALL = 50  # as many more as a call takes the time of, however short the value


class Latex:
    """The decoder of one file."""

    def __init__(self) -> None:
        # without a budget a small file of accents would keep a worker busy for minutes
        self._left = _BUDGET
        self._slow = LatexDecodingMiddleware()

    def decoded(self, value: str) -> str:
        """A value as characters, on one line; braces that only group are left out.

        What is too long, too deep, or too much for the slow decoder stays as it is written.
        """
        text = one_line(value)
        if "\\" in text:
            text = _LETTER.sub(_letter, _ACCENT.sub(_accented, _STYLE.sub("", text)))
            text = _ESCAPED.sub(r"\1", text)
        if "\\" not in text and "$" not in text:
            return text.replace("{", "").replace("}", "").replace("~", " ")
        cost = len(text) + _CALL
        if len(text) > _LONGEST or cost > self._left or _is_too_deep(text):
            return text
        self._left -= cost
        entry = self._slow.transform_entry(Entry("misc", "key", [Field("value", text)]), Library())
        return one_line(str(entry.fields_dict["value"].value)) if isinstance(entry, Entry) else text


def _accented(found: re.Match[str]) -> str:
    letter = found[3].removeprefix("\\")
    accent = _ACCENTS[found[1] or found[2]]
    return unicodedata.normalize("NFC", letter + accent)


def _letter(found: re.Match[str]) -> str:
    return _LETTERS[found[1]]


def _is_too_deep(text: str) -> bool:
    depth = 0
    for mark in re.findall(r"[{}]", text):
        depth += 1 if mark == "{" else -1
        if depth > _DEEPEST:
            return True
    return False
