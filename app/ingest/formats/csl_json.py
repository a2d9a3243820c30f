"""CSL-JSON: items as Zotero and citeproc write them. Source: the CSL data schema 1.0.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from app.ingest.formats.draft_builder import DraftBuilder, broken_entry, build_entry
from app.ingest.formats.entry import Entry, EntryProblem, FileTooLargeError, Limits, Relation
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
from app.ingest.formats.lines import RecordText, StrayLines, TextWindow
from app.vocabulary import CitationType, IdentifierScheme

_STRUCTURE = re.compile(r'["\\{}\[\],]')
_IN_STRING = re.compile(r'["\\]')
_WRAPPED = re.compile(r'\s*\{\s*"(?:items|references|records)"\s*:\s*(?=\[)')


class JsonItems:
    """The values inside the outermost array; without one, the objects one after the other.

    Raises FileTooLargeError for what nests deeper than the limit.
    """

    def __init__(self, window: TextWindow, limits: Limits, strays: StrayLines) -> None:
        self._window, self._limits, self._strays = window, limits, strays
        self._searched = 0  # characters after window.at
        self._depth = 0
        self._quoted = False
        self._base = 0  # depth at which items lie

    def __iter__(self) -> Iterator[RecordText]:
        window = self._window
        window.more()
        wrapped = _WRAPPED.match(window.text[:10_000])
        if wrapped:
            window.take(wrapped.end())
        self._base = 1 if window.text[window.at :].lstrip()[:1] == "[" else 0
        while (mark := self._next()) is not None:
            self._searched = mark.end() - window.at
            if mark[0] == "\\":
                self._searched += 1  # what is escaped
            elif mark[0] == '"':
                self._quoted = not self._quoted
            else:
                yield from self._structure(mark[0])
        if self._depth >= self._base:
            yield from self._cut(len(window.text), "the file ends inside it")
        elif not wrapped:
            self._leave(len(window.text))

    def _next(self) -> re.Match[str] | None:
        window = self._window
        while True:
            pattern = _IN_STRING if self._quoted else _STRUCTURE
            if mark := pattern.search(window.text, window.at + self._searched):
                return mark
            self._searched = max(self._searched, len(window.text) - window.at)
            if not window.more():
                return None

    def _structure(self, mark: str) -> Iterator[RecordText]:
        end = self._window.at + self._searched
        if mark in "{[":
            if self._depth < self._base:
                self._leave(end - 1)
                self._pass(end)  # the array itself opens
            self._depth += 1
            if self._depth > self._limits.depth:
                message = f"values nest deeper than {self._limits.depth}"
                raise FileTooLargeError(message, self._window.line)
        elif mark in "}]":
            yield from self._close(end)
        elif self._depth == self._base:
            yield from self._cut(end - 1, None)
            self._pass(end)

    def _close(self, end: int) -> Iterator[RecordText]:
        if self._base and self._depth == self._base:
            yield from self._cut(end - 1, None)
            self._pass(end)
        elif self._depth == 1 and not self._base:
            yield from self._cut(end, None)
        self._depth = max(0, self._depth - 1)

    def _pass(self, end: int) -> None:
        self._window.take(max(end, self._window.at))
        self._searched = 0

    def _leave(self, end: int) -> None:
        line = self._window.line
        for at, words in enumerate(self._window.take(end).split("\n")):
            self._strays.add(words, line + at)
        self._searched = 0

    def _cut(self, end: int, fault: str | None) -> Iterator[RecordText]:
        window = self._window
        whole = window.text[window.at : end]
        window.take(window.at + len(whole) - len(whole.lstrip()))
        line = window.line
        text = window.take(end).rstrip()
        self._searched = 0
        if text:
            yield RecordText(text, line, fault)


_FIELDS = {
    "title": ("title", 0),
    "container-title": ("container_title", 0),
    "container-title-short": ("container_title", 1),
    "journalAbbreviation": ("container_title", 2),
    "volume": ("volume", 0),
    "issue": ("issue", 0),
    "number": ("issue", 1),
    "page": ("pages", 0),
    "page-first": ("first_page", 0),
}
_SCHEMES = {
    "DOI": IdentifierScheme.DOI,
    "PMID": IdentifierScheme.PMID,
    "PMCID": IdentifierScheme.PMCID,
    "ISBN": IdentifierScheme.ISBN,
}
_TYPES = {
    "article-journal": CitationType.ARTICLE_JOURNAL,
    "article-magazine": CitationType.ARTICLE_JOURNAL,
    "article-newspaper": CitationType.ARTICLE_JOURNAL,
    "review": CitationType.ARTICLE_JOURNAL,
    "journal-article": CitationType.ARTICLE_JOURNAL,  # as Crossref says
    "article": CitationType.ARTICLE,
    "manuscript": CitationType.ARTICLE,
    "posted-content": CitationType.ARTICLE,
    "book": CitationType.BOOK,
    "monograph": CitationType.BOOK,
    "chapter": CitationType.CHAPTER,
    "book-chapter": CitationType.CHAPTER,
    "entry-encyclopedia": CitationType.CHAPTER,
    "entry-dictionary": CitationType.CHAPTER,
    "paper-conference": CitationType.PAPER_CONFERENCE,
    "proceedings-article": CitationType.PAPER_CONFERENCE,
    "report": CitationType.REPORT,
    "thesis": CitationType.THESIS,
    "dissertation": CitationType.THESIS,
    "dataset": CitationType.DATASET,
    "webpage": CitationType.WEBPAGE,
    "post-weblog": CitationType.WEBPAGE,
    "patent": CitationType.PATENT,
    "legislation": CitationType.LEGISLATION,
    "bill": CitationType.LEGISLATION,
    "document": CitationType.DOCUMENT,
    "edited-book": CitationType.BOOK,
    "reference-book": CitationType.BOOK,
    "reference-entry": CitationType.CHAPTER,
    "book-part": CitationType.CHAPTER,
    "book-section": CitationType.CHAPTER,
    "proceedings": CitationType.BOOK,
}
# How Crossref says what a notice did: of the work that has it, and of the notice itself.
_UPDATES = {
    "retraction": (Relation.RETRACTED_IN, Relation.RETRACTION_OF),
    "withdrawal": (Relation.RETRACTED_IN, Relation.RETRACTION_OF),
    "removal": (Relation.RETRACTED_IN, Relation.RETRACTION_OF),
    "partial_retraction": (Relation.PARTIALLY_RETRACTED_IN, Relation.PARTIAL_RETRACTION_OF),
    "expression_of_concern": (Relation.CONCERN_IN, Relation.CONCERN_FOR),
    "correction": (Relation.ERRATUM_IN, Relation.ERRATUM_FOR),
    "corrigendum": (Relation.ERRATUM_IN, Relation.ERRATUM_FOR),
    "erratum": (Relation.ERRATUM_IN, Relation.ERRATUM_FOR),
    "new_version": (Relation.UPDATED_IN, Relation.UPDATE_OF),
    "new_edition": (Relation.UPDATED_IN, Relation.UPDATE_OF),
}


def entries(source: SourceText) -> Iterator[Entry]:
    """Each item as an entry; what is outside the array is stray."""
    window = TextWindow(source.chunks(), source.limits)
    for position, piece in enumerate(JsonItems(window, source.limits, source.strays), 1):
        yield _entry(piece, position)


def _entry(piece: RecordText, position: int) -> Entry:
    try:
        item = orjson.loads(piece.text)
    except orjson.JSONDecodeError as error:
        line = piece.line + error.lineno - 1
        message = f"the record is cut off: {piece.fault}" if piece.fault else f"{error.msg}"
        return broken_entry(piece, position, EntryProblem(line, message))
    if not isinstance(item, dict):
        message = "not an item: an object with type, title and so on is expected"
        return broken_entry(piece, position, EntryProblem(piece.line, message))

    def fill(builder: DraftBuilder) -> None:
        for name, value in item.items():
            _take(builder, name, value, piece.line)

    return build_entry(piece, position, fill)


def _take(builder: DraftBuilder, name: str, value: Any, line: int) -> None:
    text = _text(value)
    if name in _FIELDS:
        field, rank = _FIELDS[name]
        builder.field(field, rank, text, line, name)
    elif name in _SCHEMES:
        for each in text.split() if name == "ISBN" else [text]:
            builder.identify(_SCHEMES[name], each, line, name)
    elif name == "type":
        _type(builder, text, line)
    elif name == "author":
        _authors(builder, value, line)
    elif name in {"updated-by", "update-to"}:
        _updates(builder, name, value, line)
    elif name in {"issued", "published", "published-print", "published-online"}:
        builder.field("year", int(name != "issued"), _year(value), line, name)
    else:
        _HANDLERS.get(name, DraftBuilder.keep)(builder, text, line, name)


def _text(value: Any) -> str:
    """A value as text; Crossref writes some as lists of one."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        value = value[0]
    if value is None or value == []:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text.replace("\0", "")


def _type(builder: DraftBuilder, written: str, line: int) -> None:
    known = _TYPES.get(written.casefold())
    builder.type = known or CitationType.DOCUMENT
    if known is None:
        builder.keep(written, line, "type")
        builder.warn(line, f"the type {written} is not known: taken as a document")


def _authors(builder: DraftBuilder, value: Any, line: int) -> None:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            _author(builder, each, line)
        elif isinstance(each, str):
            builder.author(each, natural=True)
        elif each is not None:
            builder.warn(line, "an author is an object with family and given, or literal")
            builder.keep(_text(each), line, "author")


def _author(builder: DraftBuilder, each: dict[str, Any], line: int) -> None:
    part = {name: " ".join(_text(each.get(name)).split()) for name in _PARTS}
    family = " ".join(filter(None, (part["non-dropping-particle"], part["family"])))
    given = " ".join(filter(None, (part["given"], part["dropping-particle"], part["suffix"])))
    group = part["literal"] or part["name"]
    if family:
        builder.person(family, given)
    elif group or given:
        builder.author(group) if group.casefold() in _OTHERS else builder.group(group or given)
    else:
        builder.warn(line, "an author without a name")
        builder.keep(_text(each), line, "author")
    if orcid := part["ORCID"] or part["orcid"]:
        builder.orcid(orcid, line, "ORCID")


_PARTS = ("family", "given", "literal", "name", "suffix", "dropping-particle",
          "non-dropping-particle", "ORCID", "orcid")  # fmt: skip
_OTHERS = {"others", "et al", "et al."}


def _year(value: Any) -> str:
    """The year of a CSL date: its first part, or what its words say."""
    if isinstance(value, dict):
        parts = value.get("date-parts")
        while isinstance(parts, list) and parts:
            parts = parts[0]
        if isinstance(parts, int | str) and parts != "":
            return str(parts)
        return _text(value.get("raw") or value.get("literal"))
    return _text(value)


def _updates(builder: DraftBuilder, name: str, value: Any, line: int) -> None:
    """Notices about this work (updated-by), or works that this notice is about (update-to)."""
    for each in value if isinstance(value, list) else [value]:
        written = each if isinstance(each, dict) else {}
        kind = _text(written.get("type")).casefold().replace("-", "_").replace(" ", "_")
        doi = _text(written.get("DOI"))
        if kind in _UPDATES and doi:
            relation = _UPDATES[kind][name == "update-to"]
            builder.relate(relation, f"{_text(written.get('label')) or kind}: {doi}", line)
        else:
            builder.keep(_text(each), line, name)


def _note(builder: DraftBuilder, text: str, line: int, _name: str) -> None:
    """Zotero writes what CSL has no name for as `PMID: 123` lines of a note."""
    for each in text.split("\n"):
        name, _, value = each.partition(":")
        scheme = _SCHEMES.get(name.strip().upper())
        if scheme and value.strip():
            builder.identify(scheme, value, line, f"note {name.strip()}")
        else:
            builder.keep(each.strip(), line, "note")


_HANDLERS = {"abstract": DraftBuilder.abstract, "URL": DraftBuilder.address, "note": _note}


_ESCAPE = re.compile(r"\\.", re.DOTALL)
_JSON_MARK = re.compile(r"[{}\[\],]|[^\s{}\[\],]+")


def _count(source: SourceText) -> int:
    """Values at the depth of items, told by brackets and commas outside strings."""
    tally = _ItemCounter()
    held, quoted = "", False
    for number, chunk in enumerate(source.chunks()):
        wrapped = _WRAPPED.match(chunk[:10_000]) if not number else None
        text = held + (chunk[wrapped.end() :] if wrapped else chunk)
        slashes = len(text) - len(text.rstrip("\\"))
        held = text[len(text) - slashes :]
        plain = _ESCAPE.sub("0", text[: len(text) - slashes])
        for at, piece in enumerate(plain.split('"')):
            quoted ^= at > 0
            tally.add_piece("0" if quoted else piece)
    tally.add_piece("0" if held else "")
    return tally.total + (tally.content and tally.depth >= tally.base)


class _ItemCounter:
    """Values seen so far at the depth of items; `base` is 1 inside an array, 0 without one."""

    def __init__(self) -> None:
        self.total = self.depth = 0
        self.base = -1  # until something opens
        self.content = False

    def add_piece(self, piece: str) -> None:
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


CSL_JSON = ImportFormat(
    "csl_json",
    "CSL-JSON",
    Recognition(start=re.compile(r"(?:\[\s*(?:\{|\]|$)|\{\s*(?:\"|\}|$)|[\[{]\s*[\[{\"])")),
    entries,
    _count,
)
