"""Ovid's own export: `<1>`, then names of fields with indented values. Source: Ovid exports."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.draft_builder import DraftBuilder
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
from app.ingest.formats.page_ranges import year
from app.ingest.formats.tagged.declaration import (
    TaggedFormat,
    TaggedRecord,
    TagHandler,
    abstract,
    address,
    book_number,
    plain_field,
    publication_type,
)
from app.ingest.formats.tagged.reader import entries
from app.vocabulary import CitationType, IdentifierScheme

_HEADER = re.compile(r"<\d{1,7}>\s*")
_LONG = re.compile(r"[A-Z][A-Za-z]*(?:[ /&-][A-Za-z()&-]+){0,5}\s*")
_SHORT = re.compile(r"([A-Z]{2})  ?- ?")
_TITLE_KIND = re.compile(r"\s*\.?\s*\[([A-Z][A-Za-z ;,/&-]{2,60})\]\.?$")
_MARKS = re.compile(r"\s*(?:\[[^\]]{1,20}\]|\(\d[\d,; ]*\)|\d[\d,*]*|\*)$")
_INITIALS = re.compile(r"\S.*? [A-Z]{1,4}")
_SOURCE_VOLUME = re.compile(r"(?<![\w(])(\d{1,4})\s?\(([^()]{1,30})\)")
_SOURCE_PAGES = re.compile(
    r"(?::|\(?\bpp?\.?\s?|,\s)([A-Za-z]?\d+(?:-[A-Za-z]?\d+)?)(?=[,.;)\s]|$)"
)
_TYPES = {
    "book": CitationType.BOOK,
    "book chapter": CitationType.CHAPTER,
    "conference paper": CitationType.PAPER_CONFERENCE,
    "conference abstract": CitationType.PAPER_CONFERENCE,
    "dissertation": CitationType.THESIS,
    "thesis": CitationType.THESIS,
    "report": CitationType.REPORT,
}
_SHORT_NAMES = {
    "UI": "Unique Identifier",
    "TI": "Title",
    "AU": "Authors",
    "SO": "Source",
    "AB": "Abstract",
    "PT": "Publication Type",
    "YR": "Year of Publication",
    "DO": "Digital Object Identifier",
    "JN": "Journal Name",
    "PG": "Page",
    "VO": "Volume",
    "IP": "Issue",
    "AN": "Accession Number",
    "IB": "ISBN",
}


def _split(line: str) -> tuple[str, str] | None:
    start = line[:1]
    if start == "<" and _HEADER.fullmatch(line):
        return "<", line.strip()
    if not start.isupper():
        return None
    if found := _SHORT.match(line[:6]):
        return _SHORT_NAMES.get(found[1], found[1]), line[found.end() :].strip()
    if len(line) <= 50 and _LONG.fullmatch(line):
        return line.strip(), ""
    return None


def _begins(tag: str, _record: TaggedRecord | None) -> bool:
    return tag == "<"


def _prepare(builder: DraftBuilder, record: TaggedRecord) -> None:
    for tag, parts, _ in record.fields:
        if tag == "Publication Type":
            written = " ".join(parts).strip(" .").casefold()
            builder.type = _TYPES.get(written, builder.type)
    if "Chapter Title" in record.tags:
        builder.type = CitationType.CHAPTER


def _title(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """The title without the kind of work in brackets that ends it."""
    kinds = _TITLE_KIND.search(value[-80:])
    if kinds and not value.startswith("["):
        builder.keep(kinds[1], line, f"{tag} [kind]")
        builder.publication_type(kinds[1])
        value = value[: len(value) - len(kinds[0])] or value
    name = "title" if tag == "Chapter Title" or builder.type is not CitationType.CHAPTER else ""
    builder.field(name or "container_title", 0, value, line, tag)


def _authors(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    """Names between semicolons, or `Smith AB. Jones C.`; marks of affiliations are left out."""
    names = value.split(";") if ";" in value else value.split("\n")
    if len(names) == 1:
        parts = [part.strip() for part in value.rstrip(" .").split(". ")]
        if all(map(_INITIALS.fullmatch, (part[:200] for part in parts))):
            names = parts
    for name in names:
        bare = " ".join(name[:500].split()).rstrip(" .,")
        while bare and (marks := _MARKS.search(bare[-30:])):
            bare = bare[: len(bare) - len(marks[0])].rstrip(" .,")
        builder.author(bare, natural="," not in bare)


def _source(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """`Pain.  145(3):304-11, 2009 Oct.` and its kin: journal, volume, issue, pages, year."""
    builder.keep(value, line, tag)
    text = value[:1000]
    head, _, rest = text.partition(". ")
    if not year(head):
        builder.field("container_title", 2, head, line, tag)
    else:
        rest = text
    if found := _SOURCE_VOLUME.search(rest):
        if not year(found[1]):
            builder.field("volume", 1, found[1], line, tag)
            builder.field("issue", 1, found[2], line, tag)
    elif found := re.search(r"(?:^|\s)(\d{1,4}):", rest):
        builder.field("volume", 1, found[1], line, tag)
    if (found := _SOURCE_PAGES.search(rest)) and not year(found[1]):
        builder.field("pages", 1, found[1], line, tag)
    if found_year := year(rest):
        builder.field("year", 1, str(found_year), line, tag)


def _doi(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    builder.identify(IdentifierScheme.DOI, value, line, tag)


def _unique_identifier(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """Ovid MEDLINE's own number is PubMed's."""
    builder.keep(value, line, tag)
    bare = value.strip(" .")
    if bare.isascii() and bare.isdigit() and len(bare) <= 8:
        builder.identify(IdentifierScheme.PMID, bare, line, tag)


_HANDLERS: dict[str, TagHandler] = {
    "<": lambda *_: None,
    "Title": _title,
    "Chapter Title": _title,
    "Author": _authors,
    "Authors": _authors,
    "Author/s": _authors,
    "Source": _source,
    "Journal Name": plain_field("container_title"),
    "Journal": plain_field("container_title"),
    "Volume": plain_field("volume"),
    "Issue": plain_field("issue"),
    "Issue/Part": plain_field("issue"),
    "Page": plain_field("pages"),
    "Pages": plain_field("pages"),
    "Year of Publication": plain_field("year"),
    "Publication Year": plain_field("year"),
    "Date of Publication": plain_field("year", 2),
    "Abstract": abstract,
    "Digital Object Identifier": _doi,
    "DOI": _doi,
    "ISBN": book_number,
    "Unique Identifier": _unique_identifier,
    "PMID": _unique_identifier,
    "PubMed ID": _unique_identifier,
    "Publication Type": publication_type,
    "Link to the Ovid Full Text or citation": address,
}

_LINES = TaggedFormat(
    _split,
    _begins,
    _HANDLERS,
    opening="<1>",
    opening_tags=frozenset({"<"}),
    prepare=_prepare,
)


def _count(source: SourceText) -> int:
    """Every line that is a number in angle brackets."""
    return sum(_HEADER.fullmatch(line) is not None for line in source.lines() if line[:1] == "<")


OVID = ImportFormat(
    "ovid",
    "Ovid",
    Recognition(opening=re.compile(r"^<\d{1,7}>[ \t]*$", re.MULTILINE), precedence=2),
    partial(entries, _LINES),
    _count,
)
