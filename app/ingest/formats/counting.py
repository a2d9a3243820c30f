"""A second, simpler look at the raw text: how many records a file has.

It shares with the readers how one line is told from another, and nothing of how records are made,
so that a record which a reader loses shows up as a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from app.ingest.formats import endnote_xml, pubmed_xml, reference_list
from app.ingest.formats.bibtex_blocks import OPENING, openings
from app.ingest.formats.csl_json import WRAPPED
from app.ingest.formats.parsed import Format
from app.ingest.formats.tagged import TAGGED

Lines = Iterable[str]
Chunks = Iterable[str]
Counter = Callable[[Callable[[], Iterable[str]]], int]  # of a text that may be read twice
Split = Callable[[str], tuple[str, str] | None]


def _closed(opening: str, closings: set[str], split: Split) -> Callable[[Lines], int]:
    """Every opening tag, and every closing tag of tagged lines that have no opening."""
    marks = {opening, *closings}

    def count(lines: Lines) -> int:
        total, inside, tagged = 0, False, False
        for line in lines:
            if inside and line[:2] not in marks and not line[:1].isspace():
                continue
            found = split(line)
            if found is None:
                continue
            if found[0] == opening:
                total, inside, tagged = total + 1, True, False
            elif found[0] in closings:
                total += not inside and tagged
                inside = tagged = False
            else:
                tagged = tagged or found[0] not in {"FN", "VR"}
        return total

    return count


def _medline(lines: Lines) -> int:
    """Every PMID, PMC, owner or status after an empty line, and every PMID after another."""
    split = TAGGED[Format.MEDLINE].split
    total, numbered, blank = 0, False, True
    for line in lines:
        found = split(line)
        if found is None:
            blank = not line.strip() or (blank and not line[0].isspace())
            continue
        first = blank and found[0] in {"PMID", "PMC", "PMCR", "OWN", "STAT", "UI"}
        if first or not total or (found[0] == "PMID" and numbered):
            total, numbered = total + 1, False
        numbered = numbered or found[0] == "PMID"
        blank = False
    return total


def _refer(lines: Lines) -> int:
    """Every %0; without them, every tag after an empty line."""
    split = TAGGED[Format.REFER].split
    total, typed, blank = 0, False, True
    for line in lines:
        found = split(line)
        if found is None:
            blank = not line.strip()
            continue
        if found[0] == "%0" or not total or (blank and not typed):
            total, typed = total + 1, found[0] == "%0"
        blank = False
    return total


_OVID = re.compile(r"<\d{1,7}>\s*")
_NO_ENTRY = {"comment", "string", "preamble"}


def _ovid(lines: Lines) -> int:
    return sum(_OVID.fullmatch(line) is not None for line in lines if line[:1] == "<")


def _bibtex(lines: Lines) -> int:
    """Every place that opens a block, unless the block is none of a publication."""
    total = 0
    for line in lines:
        for at in openings(line):
            found = OPENING.match(line, at)
            total += found is not None and found[1].lower() not in _NO_ENTRY
    return total


_STEP = 40  # characters in which a mark may be broken between two chunks
_ENDINGS = {"<!--": "-->", "<![CDATA[": "]]>"}


def _marks(pattern: re.Pattern[str], chunks: Chunks) -> Iterator[tuple[int, str]]:
    """Each match in a text that comes in chunks, with its place."""
    held, before = "", 0
    for chunk in chain(chunks, [" " * _STEP]):
        text, at = held + chunk, 0
        for found in pattern.finditer(text):
            at = found.end()
            yield before + at, found[0]
        rest = max(at, len(text) - _STEP)
        held, before = text[rest:], before + rest


def _elements(names: str) -> Counter:
    """Every opening tag of these names outside comments and CDATA that end."""
    ends = re.compile("-->|]]>")
    mark = re.compile(rf"<(?:{names})(?=[\s>/])|<!--|-->|<!\[CDATA\[|\]\]>")

    def count(text: Callable[[], Chunks]) -> int:
        last = {found: at for at, found in _marks(ends, text())}
        total, hidden_until = 0, ""
        for at, found in _marks(mark, text()):
            if hidden_until:
                hidden_until = "" if found == hidden_until else hidden_until
            elif found in _ENDINGS:
                hidden_until = _ENDINGS[found] if last.get(_ENDINGS[found], 0) > at else ""
            else:
                total += found not in last
        return total

    return count


def _json(text_of: Callable[[], Chunks]) -> int:
    """Values at the depth of items, told by brackets and commas outside strings."""
    tally = _Values()
    held, quoted = "", False
    for number, chunk in enumerate(text_of()):
        wrapped = WRAPPED.match(chunk[:10_000]) if not number else None
        text = held + (chunk[wrapped.end() :] if wrapped else chunk)
        slashes = len(text) - len(text.rstrip("\\"))
        held = text[len(text) - slashes :]
        plain = _ESCAPE.sub("0", text[: len(text) - slashes])
        for at, piece in enumerate(plain.split('"')):
            quoted ^= at > 0
            tally.see("0" if quoted else piece)
    tally.see("0" if held else "")
    return tally.total + (tally.content and tally.depth >= tally.base)


class _Values:
    """Values seen so far at the depth of items; `base` is 1 inside an array, 0 without one."""

    def __init__(self) -> None:
        self.total = self.depth = 0
        self.base = -1  # until something opens
        self.content = False

    def see(self, piece: str) -> None:
        for mark in _JSON_MARK.findall(piece):
            self.base = int(mark == "[") if self.base < 0 else self.base
            if mark in "{[":
                self.content = self.content or self.depth >= self.base
                self.depth += 1
            elif mark in "}]":
                self._close()
            elif mark == ",":
                if self.depth == self.base:
                    self._end()
            else:
                self.content = self.content or self.depth >= self.base

    def _close(self) -> None:
        if self.depth == 1:
            self._end()
        elif self.depth == self.base:
            self.content = True  # closes nothing
        self.depth = max(0, self.depth - 1)

    def _end(self) -> None:
        self.total += self.content
        self.content = False


_ESCAPE = re.compile(r"\\.", re.DOTALL)
_JSON_MARK = re.compile(r"[{}\[\],]|[^\s{}\[\],]+")
_OF_LINES: dict[Format, Callable[[Lines], int]] = {
    Format.RIS: _closed("TY", {"ER"}, TAGGED[Format.RIS].split),
    Format.WEB_OF_SCIENCE: _closed("PT", {"ER", "EF"}, TAGGED[Format.WEB_OF_SCIENCE].split),
    Format.MEDLINE: _medline,
    Format.REFER: _refer,
    Format.OVID: _ovid,
    Format.BIBTEX: _bibtex,
    Format.REFERENCE_LIST: reference_list.count,
    Format.REFERENCE_LINES: reference_list.count_lines,
}
_OF_TEXT: dict[Format, Counter] = {
    Format.CSL_JSON: _json,
    Format.PUBMED_XML: _elements(pubmed_xml.NAMES),
    Format.ENDNOTE_XML: _elements(endnote_xml.NAMES),
}


def counted(format: Format, text: Callable[[], Chunks], lines: Callable[[], Lines]) -> int:
    """The number of records in a text, given as chunks or as lines."""
    if format in _OF_TEXT:
        return _OF_TEXT[format](text)
    return _OF_LINES[format](lines())
