"""Words of full text: how texts and queries are folded and cut, alike on both databases.

- Case and accents make no difference (`app.values.text`).
- A compound, as follow-up or Crohn's, is its parts, and once more in one: followup.
- Greek letters are their names, and parts of a compound: TNFα is tnf-alpha. Greek words, of three
  letters and more, stay as they are. Before a unit, as in µg, the letter mu is a u; mcg is ug.
- Scripts without spaces are cut into characters, so that any part is found as a phrase. So is
  Korean, by syllables: its spaces stand between phrases, whose particles hang on the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from app.values.text import fold_letters

LONGEST_WORD = 64  # characters of a word that count; no engine has trouble with as many
JOINT = "-"  # between the parts of a compound, once a text is folded
HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013'\u2019"  # the soft one and apostrophes among them
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
_ASCII |= dict.fromkeys(map(ord, "-'"), JOINT)
_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma"
    " tau upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _NAMES.split(), strict=True))
_WORD_OF_GREEK = 3  # letters from which on a run of them is a word: κεταμίνη
_UNIT = "(?:g|l|m|mol|s|v|a|w|j|n|ci|gy|sv|kat|eq|osm)(?![^\\W_])"  # micro stands before these
_UNSPACED = (
    "\u0e00-\u0eff\u0f40-\u0fbc\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    "\u3005-\u3007\u3041-\u309f\u30a0-\u30ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
)
_SYLLABLE = "[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|[\u1160-\u11ff]+"  # Korean, in parts
_CHARACTER = re.compile(f"[{_UNSPACED}]|{_SYLLABLE}")
_MCG = re.compile("(?<![^\\W\\d_])mc(?=g(?![^\\W_]))")
_Pieces = Iterator[tuple[int, str]]  # where something stood, and what stands for it


def _micro(found: re.Match[str]) -> _Pieces:
    yield found.start(), "u"


def _greek(found: re.Match[str]) -> _Pieces:
    """Greek letters by their names, where they are no word of that language."""
    run, start, end = found[0], found.start(), found.end()
    before, after = found.string[:start][-1:].isalnum(), found.string[end : end + 1].isalnum()
    alone = len(run) >= _WORD_OF_GREEK and not before and not after
    for at, letter in enumerate(run):
        left = JOINT if at == 0 and before else ""
        right = JOINT if at < len(run) - 1 or after else ""
        yield start + at, letter if alone else left + _GREEK.get(letter, letter) + right


def _apart(found: re.Match[str]) -> _Pieces:
    yield found.start(), " "
    yield from enumerate(found[0], found.start())
    yield found.end() - 1, " "


_Step = tuple[re.Pattern[str], Callable[[re.Match[str]], _Pieces]]
_STEPS: tuple[_Step, ...] = (
    (re.compile(f"(?<![^\\W\\d_])μ(?={_UNIT})"), _micro),
    (re.compile("[α-ω]+"), _greek),
    (_CHARACTER, _apart),
    (_MCG, _micro),
)


def canonical(text: str) -> str:
    """The words of a text between spaces, a joint between the parts of each compound."""
    if text.isascii():  # most are, and this is fifty times as fast
        folded = text.lower().translate(_ASCII)
        return _MCG.sub("u", folded) if "mcg" in folded else folded
    folded = "".join(map(_mark, fold_letters(text)))
    for pattern, step in _STEPS:
        folded = pattern.sub(lambda found: "".join(each for _, each in step(found)), folded)  # noqa: B023
    return folded


@cache
def _mark(letter: str) -> str:
    return letter if letter.isalnum() else JOINT if letter in HYPHENS else " "


@cache
def _letters(letter: str) -> str:
    return "".join(map(_mark, fold_letters(letter)))


def placed(text: str) -> tuple[str, Sequence[int]]:
    """The canonical form, and where each letter of it stood; nothing where all are in place."""
    if text.isascii():
        folded = text.lower().translate(_ASCII)
        if "mcg" not in folded:
            return folded, ()
    folded = "".join(map(_letters, text))
    places = [at for at, letter in enumerate(text) for _ in _letters(letter)]
    for pattern, step in _STEPS:
        pieces, where, at = [], [], 0
        for found in pattern.finditer(folded):
            pieces.append(folded[at : found.start()])
            where += places[at : found.start()]
            for origin, letters in step(found):
                pieces.append(letters)
                where += [places[origin]] * len(letters)
            at = found.end()
        if at:
            folded, places = "".join((*pieces, folded[at:])), where + places[at:]
    return folded, places


def words_of(text: str) -> list[str]:
    """The words of a text as they are looked for."""
    return _words(canonical(text))


def indexed_words(text: str) -> tuple[list[str], list[str]]:
    """The words of a text as they are indexed, and its compounds, each in one.

    Of a compound of more than two parts every two are written in one as well.
    """
    folded = canonical(text)
    return _words(folded), _compounds(folded) if JOINT in folded else []


def _words(folded: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in folded.replace(JOINT, " ").split()]


def _compounds(folded: str) -> list[str]:
    found: dict[str, None] = {}
    for compound in folded.split():
        if JOINT in compound:
            parts = [part for part in compound.split(JOINT) if part]
            pairs = ("".join(pair) for pair in pairwise(parts) if are_joinable(*pair))
            found.update(dict.fromkeys(word[:LONGEST_WORD] for word in pairs))
            if len(parts) > 2 and not all(map(str.isdigit, parts)):  # a pair
                found["".join(parts)[:LONGEST_WORD]] = None
    return list(found)


def are_joinable(one: str, other: str) -> bool:
    """Whether two words may be written in one: not numbers, nor what is a word by itself."""
    return not (one.isdigit() and other.isdigit()) and not (
        is_character(one) or is_character(other)
    )


def is_character(word: str) -> bool:
    """Whether a word is a character of a script without spaces, or a syllable of Korean."""
    return not word.isascii() and _CHARACTER.fullmatch(word) is not None
