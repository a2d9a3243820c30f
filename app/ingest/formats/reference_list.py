"""Reference lists in Vancouver style, numbered or one a line, as papers and PubMed print them.

Source: ICMJE recommendations, citing medicine; the ketamine document's own list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.ingest.formats.draft_builder import DraftBuilder, broken_piece, build_entry, one_line
from app.ingest.formats.entry import Entry
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
from app.ingest.formats.lines import RecordLines, RecordText
from app.vocabulary import IdentifierScheme

_NUMBER = re.compile(
    r"[ \t]{0,8}(?:\[(\d{1,4})\]|\((\d{1,4})\)|(\d{1,4})[.):])[ \t]+(?=\S)", re.ASCII
)
_SKIP = 10  # numbers that may be missing
_LONGEST = 5000
_SOURCE_PARTS = re.compile(
    r"(?P<year>(?:1[5-9]|20)\d\d)(?:\s+[A-Z][a-z]{2,8}(?:[-/][A-Z][a-z]{2,8})?(?:\s+\d{1,2}(?:-\d{1,2})?)?)?"
    r"\s*;\s*(?P<volume>[^\s:;(),]{1,12}(?:\s?(?:Suppl|Pt)\.?\s?\w{0,4})?)?\s?(?:\((?P<issue>[^()]{1,30})\))?"
    r"\s*(?::\s*(?P<pages>[A-Za-z]{0,3}\d[\w.,\-–—]{0,30}))?",
    re.ASCII,
)
_YEAR = re.compile(r"(?:^|[\s(;,])((?:1[5-9]|20)\d\d)(?![\d-])[a-z]?[).,;]?", re.ASCII)
_DOI = re.compile(r"(?:doi:?\s*|doi\.org/)(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})", re.IGNORECASE)
_PMC = re.compile(r"\b(PMC\d{1,9})\b")
_PERSON = r"[^\s,.;:\d()][^,.;:\d()]{0,60}"
_AUTHORS = re.compile(r"[^.?!:;]{1,3000}?(?:,?\s+et\s+al)?\.\s+(?=\S)")
_NAME = re.compile(rf"{_PERSON}\s[A-ZÀ-Þ]{{1,4}}(?:\s(?:Jr|Sr|2nd|3rd|II|III))?")
_ET_AL = re.compile(r"(?:,?\s+and others|,?\s+et\s+al)\.?$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_ABBREVIATION = re.compile(r"[A-Z][\w&-]{0,14}\.")


def entries(source: SourceText) -> Iterator[Entry]:
    """Each numbered reference as an entry; other text is stray."""
    for position, piece in enumerate(_references(source), 1):
        yield _entry(piece, position)


def entries_by_line(source: SourceText) -> Iterator[Entry]:
    """Each line that is not empty as an entry."""
    lines = ((at, line.strip()) for at, line in enumerate(source.lines(), 1))
    written = ((at, line) for at, line in lines if line)
    for position, (number, line) in enumerate(written, 1):
        yield _entry(RecordText(line, number), position)


def _count_lines(source: SourceText) -> int:
    """How many lines are not empty."""
    return sum(bool(line.strip()) for line in source.lines())


def is_next_number(number: int, before: int | None) -> bool:
    """Whether a number at the beginning of a line may be that of the next reference."""
    return before is None or number == 1 or before < number <= before + _SKIP


def leading_number(line: str) -> tuple[int, int] | None:
    """The number that a line begins with, and where its text begins."""
    found = _NUMBER.match(line[:40])
    return (int(found[1] or found[2] or found[3]), found.end()) if found else None


def _references(source: SourceText) -> Iterator[RecordText]:
    held: RecordLines | None = None
    before, blank = None, False
    for number, line in enumerate(source.lines(), 1):
        mark = leading_number(line)
        if mark and is_next_number(mark[0], before):
            if held:
                yield held.record()
            held, before, blank = RecordLines(source.limits, number), mark[0], False
            held.add(line.strip())
        elif not line.strip():
            blank = True
        elif held and not blank:
            held.add(line.strip())
        else:
            source.strays.add(line, number)
    if held:
        yield held.record()


def _count(source: SourceText) -> int:
    """How many lines begin with the number of a reference."""
    total, before = 0, None
    for mark in map(leading_number, source.lines()):
        if mark and is_next_number(mark[0], before):
            total, before = total + 1, mark[0]
    return total


def _entry(piece: RecordText, position: int) -> Entry:
    if piece.fault:
        return broken_piece(piece, position)
    mark = leading_number(piece.text)
    text = one_line(piece.text[mark[1] if mark else 0 :])

    def fill(builder: DraftBuilder) -> None:
        builder.field("verbatim", 0, text, piece.line, "reference")
        _take_reference(builder, text[:_LONGEST], piece.line)

    return build_entry(piece, position, fill)


def _take_reference(builder: DraftBuilder, text: str, line: int) -> None:
    for pattern, scheme in _IDENTIFIERS:
        if found := pattern.search(text):
            builder.identify(scheme, found[1], line, "reference")
    head = _take_source(builder, text, line)
    rest = _take_authors(builder, head)
    parts = [part for part in _SENTENCE.split(rest.strip()) if part]
    journal = [parts.pop()] if len(parts) > 1 else []
    while len(parts) > 1 and all(map(_is_abbreviated, (parts[-1], journal[0]))):
        journal.insert(0, parts.pop())
    builder.field("title", 0, " ".join(parts).removesuffix("."), line, "reference")
    name = " ".join(journal).strip(" ,;")
    builder.field("container_title", 0, name.removesuffix("."), line, "reference")


def _is_abbreviated(part: str) -> bool:
    return _ABBREVIATION.fullmatch(part.rstrip(".") + ".") is not None


_IDENTIFIERS = (
    (_DOI, IdentifierScheme.DOI),
    (_PMID, IdentifierScheme.PMID),
    (_PMC, IdentifierScheme.PMCID),
)


def _take_source(builder: DraftBuilder, text: str, line: int) -> str:
    """Take year, volume, issue and pages; what stands before them is left."""
    if found := _SOURCE_PARTS.search(text):
        for name in ("year", "volume", "issue", "pages"):
            builder.field(name, 0, (found[name] or "").strip(".,;"), line, "reference")
        return text[: found.start()]
    years = list(_YEAR.finditer(text))
    if years:
        builder.field("year", 0, years[-1][1], line, "reference")
        builder.warn(line, "not in the form Journal Year;Volume:Pages: check what was read")
        return text[: years[-1].start(1)].rstrip(" (,;")
    builder.warn(line, "no year: check what was read")
    return text


def _take_authors(builder: DraftBuilder, text: str) -> str:
    """Take the names up to the first full stop, if names they are."""
    found = _AUTHORS.match(text)
    if found is None:
        return text
    written = found[0].strip().removesuffix(".")
    short = _ET_AL.sub("", written)
    people = [name.strip() for name in short.split(",") if name.strip()]
    if not people or not all(map(_NAME.fullmatch, people)):
        return _take_group(builder, text, found, people)
    builder.truncated = short != written
    for name in people:
        builder.author(name)
    return text[found.end() :]


def _take_group(builder: DraftBuilder, text: str, found: re.Match[str], people: list[str]) -> str:
    """A first sentence that is no list of names is a group when two more sentences follow."""
    following = _SENTENCE.split(text[found.end() :].strip())
    if len(following) < 2 or len(found[0]) > 200:
        return text
    for name in people:
        if _NAME.fullmatch(name):
            builder.author(name)
        else:
            builder.group(name)
    return text[found.end() :]


_LAST = 2000  # characters of a line, its last ones, that are looked at
_NUMBERED = re.compile(
    r"^[ \t]{0,8}(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,4}[.):])[ \t]+(?=\S)", re.MULTILINE
)
# What most lines have where each is a reference: year;volume, a DOI, a PubMed number, a last year.
_SOURCE = re.compile(
    r"(?:1[5-9]|20)\d\d ?;|\bdoi: ?10\.|\bPMID: ?\d|\. (?:1[5-9]|20)\d\d(?::\S{1,30})?\.$"
)
_MOST = 0.8  # of the lines


def _is_numbered_list(head: str) -> bool:
    return _NUMBERED.search(head) is not None


def _is_reference_lines(head: str) -> bool:
    """Whether nearly every line says where something was published."""
    lines = [line.strip()[-_LAST:] for line in head.split("\n") if line.strip()]
    with_source = sum(_SOURCE.search(line) is not None for line in lines)
    return with_source >= max(1, _MOST * len(lines))


_TITLE = "a printed reference"
REFERENCE_LIST = ImportFormat(
    "reference_list",
    "reference list",
    Recognition(shape=_is_numbered_list),
    entries,
    _count,
    title=_TITLE,
)
REFERENCE_LINES = ImportFormat(
    "reference_lines",
    "reference lines",
    Recognition(shape=_is_reference_lines),
    entries_by_line,
    _count_lines,
    title=_TITLE,
)
