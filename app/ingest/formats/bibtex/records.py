"""BibTeX and BibLaTeX. The blocks are our own reading; LaTeX is decoded by bibtexparser."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from app.ingest.formats.bibtex.blocks import (
    OPENING,
    Block,
    BlockError,
    Value,
    find_openings,
    parse_block,
    split_blocks,
)
from app.ingest.formats.bibtex.expansion import Expansion, Strings
from app.ingest.formats.bibtex.latex import Latex
from app.ingest.formats.draft_builder import (
    DraftBuilder,
    broken_entry,
    broken_piece,
    build_entry,
    one_line,
)
from app.ingest.formats.entry import Draft, Entry, EntryProblem, RecordTooLargeError
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
from app.ingest.formats.lines import RecordText
from app.vocabulary import CitationType, IdentifierScheme

_INHERITED = {"title": "container_title", "year": "year", "volume": "volume", "issue": "issue"}


class CrossReferences:
    """Lets entries through in order; one with a crossref waits until its parent has come."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion = expansion
        self._parents: dict[str, Draft] = {}
        self._waiting: deque[tuple[Entry, str | None]] = deque()

    def add_entry(self, entry: Entry) -> Iterator[Entry]:
        """The entries that need not wait any more."""
        said = {each.tag: each.value for each in entry.unread if each.tag in {"key", "crossref"}}
        if entry.draft is not None and "key" in said:
            self._parents.setdefault(said["key"].casefold(), _inherited_fields(entry.draft))
        parent = said.get("crossref")
        self._waiting.append((entry, parent.casefold() if parent else None))
        while self._waiting and self._is_ready(self._waiting[0][1]):
            yield self._complete(*self._waiting.popleft())

    def remaining_entries(self) -> Iterator[Entry]:
        """The entries that still wait, at the end of the file."""
        while self._waiting:
            yield self._complete(*self._waiting.popleft())

    def _is_ready(self, parent: str | None) -> bool:
        return parent is None or parent in self._parents

    def _complete(self, entry: Entry, parent: str | None) -> Entry:
        draft = entry.draft
        if draft is None or parent is None:
            return entry
        if parent not in self._parents:
            message = f"refers to {parent}, which is not in the file"
            entry.problems.append(EntryProblem(entry.line, message))
        taken = {
            name: value
            for name, value in self._parents.get(parent, {}).items()
            if name not in draft
        }
        try:
            length = sum(len(str(each)) for each in taken.values())
            self._expansion.add(length, f"crossref {parent[:80]}")
        except RecordTooLargeError as error:
            entry.draft = None
            entry.problems.append(EntryProblem(entry.line, error.message))
        else:
            draft.update(taken)
        return entry


def _inherited_fields(draft: Draft) -> Draft:
    """What a part takes from the whole: its title is the part's container."""
    return {own: draft[name] for name, own in _INHERITED.items() if name in draft}


_TYPES = {
    "article": CitationType.ARTICLE_JOURNAL,
    "periodical": CitationType.ARTICLE_JOURNAL,
    "suppperiodical": CitationType.ARTICLE_JOURNAL,
    "review": CitationType.ARTICLE_JOURNAL,
    "unpublished": CitationType.ARTICLE,
    "book": CitationType.BOOK,
    "mvbook": CitationType.BOOK,
    "booklet": CitationType.BOOK,
    "collection": CitationType.BOOK,
    "proceedings": CitationType.BOOK,
    "manual": CitationType.BOOK,
    "inbook": CitationType.CHAPTER,
    "incollection": CitationType.CHAPTER,
    "inreference": CitationType.CHAPTER,
    "inproceedings": CitationType.PAPER_CONFERENCE,
    "conference": CitationType.PAPER_CONFERENCE,
    "techreport": CitationType.REPORT,
    "report": CitationType.REPORT,
    "phdthesis": CitationType.THESIS,
    "mastersthesis": CitationType.THESIS,
    "thesis": CitationType.THESIS,
    "dataset": CitationType.DATASET,
    "online": CitationType.WEBPAGE,
    "electronic": CitationType.WEBPAGE,
    "www": CitationType.WEBPAGE,
    "patent": CitationType.PATENT,
    "legislation": CitationType.LEGISLATION,
    "misc": CitationType.DOCUMENT,
}
_FIELDS = {
    "title": ("title", 0),
    "journal": ("container_title", 0),
    "journaltitle": ("container_title", 0),
    "booktitle": ("container_title", 1),
    "shortjournal": ("container_title", 3),
    "year": ("year", 0),
    "date": ("year", 1),
    "volume": ("volume", 0),
    "number": ("issue", 0),
    "issue": ("issue", 1),
    "pages": ("pages", 0),
    "article-number": ("article_number", 0),
    "eid": ("article_number", 0),
}
_SCHEMES = {
    "doi": IdentifierScheme.DOI,
    "pmid": IdentifierScheme.PMID,
    "pmcid": IdentifierScheme.PMCID,
    "pmc": IdentifierScheme.PMCID,
    "isbn": IdentifierScheme.ISBN,
}
_NO_RECORDS = {"comment", "string", "preamble"}
_AND = re.compile(r"\s+and(?=\s)|[{}\\]", re.IGNORECASE)


def entries(source: SourceText) -> Iterator[Entry]:
    """Each record of a file as an entry; strings are put in, comments and preambles are none.

    A record that refers to another by crossref waits for it, as BibTeX has it come later.
    """
    expansion = Expansion(source.limits)
    reader, family = _Reader(source, expansion), CrossReferences(expansion)
    position = 0
    for piece in split_blocks(source):
        entry = reader.read(piece, position + 1)
        if entry is not None:
            position += 1
            yield from family.add_entry(entry)
    yield from family.remaining_entries()


class _Reader:
    """Knows the strings and the records so far, which later ones may refer to."""

    def __init__(self, source: SourceText, expansion: Expansion) -> None:
        self.strays = source.strays
        self.strings = Strings(expansion)
        self.latex = Latex()

    def read(self, piece: RecordText, position: int) -> Entry | None:
        text = piece.text.rstrip()
        try:
            block, end = parse_block(text)
        except BlockError as error:
            return self._broken_entry(piece, text, position, error)
        self._report_remainder(text, end, piece.line)
        if piece.left_out:
            message = f"{piece.left_out:,} more lines follow that are in no record"
            self.strays.report(EntryProblem(piece.last_line - piece.left_out, message))
        if block.type in {"comment", "preamble"}:
            return None
        if block.type == "string":
            for name, values, line in _fields_with_lines(block, piece):
                self.strings.define(name, values, line, self.strays)
            return None
        whole = RecordText(text[:end], piece.line)
        return build_entry(whole, position, lambda builder: self._take(builder, block, whole))

    def _broken_entry(
        self, piece: RecordText, text: str, position: int, error: BlockError
    ) -> Entry | None:
        line = piece.line + text.count("\n", 0, error.at)
        opening = OPENING.match(text)
        if opening and opening[1].lower() in _NO_RECORDS:
            self.strays.add(text, line)
            return None
        if piece.fault:
            return broken_piece(piece, position)
        return broken_entry(piece._replace(text=text), position, EntryProblem(line, error.message))

    def _report_remainder(self, text: str, end: int, line: int) -> None:
        number = line + text.count("\n", 0, end)
        for at, words in enumerate(text[end:].split("\n")):
            if not words.lstrip().startswith("%"):
                self.strays.add(words, number + at)

    def _take(self, builder: DraftBuilder, block: Block, piece: RecordText) -> None:
        line = piece.line
        builder.type = _TYPES.get(block.type, CitationType.DOCUMENT)
        builder.keep(block.key, line, "key")
        if block.type not in _TYPES:
            builder.keep(block.type, line, "@")
            builder.warn(line, f"the type @{block.type} is not known: taken as a document")
        for name, values, at_line in _fields_with_lines(block, piece):
            for unknown in self.strings.unknown(values):
                builder.warn(at_line, f"no @string is called {unknown}")
            try:
                value = self.strings.join(values)
            except RecordTooLargeError as error:
                raise RecordTooLargeError(f"{name}: {error.message}", at_line) from error
            _field(builder, name, value, at_line, self.latex)


def _fields_with_lines(block: Block, piece: RecordText) -> Iterator[tuple[str, list[Value], int]]:
    counted, line = 0, piece.line
    for name, values, at in block.fields:
        line += piece.text.count("\n", counted, at)
        counted = at
        yield name, values, line


def _field(builder: DraftBuilder, name: str, value: str, line: int, latex: Latex) -> None:
    if name == "author":
        for author in _split_authors(value):
            _author(builder, author, latex)
    elif name in _FIELDS:
        field, rank = _FIELDS[name]
        text = latex.decoded(value)
        text = text.replace("--", "-") if field == "pages" else text
        builder.field(field, rank, text, line, name)
    elif name in _SCHEMES:
        text = one_line(value).replace("\\_", "_").strip("{}")
        for each in re.split(r"[,;]\s", text) if name == "isbn" else [text]:
            builder.identify(_SCHEMES[name], each, line, name)
    elif name == "abstract":
        builder.abstract(latex.decoded(value), line, name)
    elif name == "url":
        builder.address(one_line(value), line, name)
    else:
        builder.keep(one_line(value), line, name)


def _split_authors(value: str) -> list[str]:
    """The names between `and`, where that is not inside braces."""
    names, depth, start, at = [], 0, 0, 0
    value = one_line(value)
    while found := _AND.search(value, at):
        at = found.end()
        mark = found[0]
        if mark == "\\":
            at += 1
        elif mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif depth <= 0:
            names.append(value[start : found.start()])
            start = at
    return [*names, value[start:]]


def _author(builder: DraftBuilder, written: str, latex: Latex) -> None:
    name = written.strip()
    if name.startswith("{") and name.endswith("}") and "{" not in name[1:-1]:
        builder.group(latex.decoded(name[1:-1]))
    else:
        builder.author(latex.decoded(name), natural=True)


def _count(source: SourceText) -> int:
    """Every place that opens a block, unless the block is none of a publication."""
    total = 0
    for line in source.lines():
        for at in find_openings(line):
            found = OPENING.match(line, at)
            total += found is not None and found[1].lower() not in _NO_RECORDS
    return total


BIBTEX = ImportFormat(
    "bibtex",
    "BibTeX",
    Recognition(opening=re.compile(r"^[ \t]{0,20}@[ \t]{0,5}\w{1,40}[ \t]{0,5}[{(]", re.MULTILINE)),
    entries,
    _count,
)
