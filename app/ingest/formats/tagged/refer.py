"""Refer, as EndNote exports it (.enw): `%0 Journal Article`. Source: refer(1) and EndNote."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.draft_builder import DraftBuilder, one_line
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
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

_TAG = re.compile(r"%([0-9A-Z!@#$^&*()?+\[\]<>~|_=`{}])(?:\s|$)")
_TYPES = (
    ("journal", CitationType.ARTICLE_JOURNAL),
    ("magazine", CitationType.ARTICLE_JOURNAL),
    ("newspaper", CitationType.ARTICLE_JOURNAL),
    ("electronic article", CitationType.ARTICLE_JOURNAL),
    ("book section", CitationType.CHAPTER),
    ("book", CitationType.BOOK),
    ("edited book", CitationType.BOOK),
    ("conference", CitationType.PAPER_CONFERENCE),
    ("report", CitationType.REPORT),
    ("government", CitationType.REPORT),
    ("thesis", CitationType.THESIS),
    ("unpublished", CitationType.ARTICLE),
    ("dataset", CitationType.DATASET),
    ("web", CitationType.WEBPAGE),
    ("online", CitationType.WEBPAGE),
    ("patent", CitationType.PATENT),
    ("statute", CitationType.LEGISLATION),
    ("bill", CitationType.LEGISLATION),
)


def named_type(written: str) -> CitationType | None:
    """What EndNote's name of a reference type is here; None for generic and unknown ones."""
    name = written.casefold().removeprefix("electronic ").strip()
    return next((found for start, found in _TYPES if name.startswith(start)), None)


def _split(line: str) -> tuple[str, str] | None:
    if line[:1] != "%":
        return None
    found = _TAG.match(line[:3])
    return (f"%{found[1]}", line[3:].strip()) if found else None


def _begins(tag: str, record: TaggedRecord | None) -> bool:
    """Records open with %0; where that is not used, as in refer's own, after an empty line."""
    if record is None or tag == "%0":
        return True
    return record.after_blank and record.fields[0][0] != "%0"


def _fault(record: TaggedRecord) -> str | None:
    first = record.fields[0]
    if first[0] == "%0" and not "".join(first[1]):
        return "the record names no type: after %0 stands, for example, Journal Article"
    return None


def _prepare(builder: DraftBuilder, record: TaggedRecord) -> None:
    first = record.fields[0]
    if first[0] != "%0":
        return
    written = one_line(" ".join(first[1]))
    found = named_type(written)
    builder.type = found or CitationType.DOCUMENT
    if found is None and written.casefold() != "generic":
        builder.keep(written, record.line, "%0")
        builder.warn(record.line, f"the type {written} is not known: taken as a document")


def _author(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    builder.author(value, natural=True)


def _accession(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    if value[:7].upper().startswith(("PMID", "MEDLINE")):
        builder.identify(IdentifierScheme.PMID, value, line, tag)
    else:
        builder.field("accession", 0, value, line, tag)


def _database(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    builder.keep(value, line, tag)
    if value.casefold() in {"pubmed", "medline", "nlm"}:
        builder.numbered_by_pubmed = True


def _doi(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    if "10." in value[:200]:
        builder.identify(IdentifierScheme.DOI, value, line, tag)
    else:
        builder.keep(value, line, tag)  # %R was a report number before there were DOIs


_HANDLERS: dict[str, TagHandler] = {
    "%0": lambda *_: None,  # read before all others
    "%A": _author,
    "%T": plain_field("title"),
    "%J": plain_field("container_title"),
    "%B": plain_field("container_title", 1),
    "%D": plain_field("year"),
    "%8": plain_field("year", 1),
    "%V": plain_field("volume"),
    "%N": plain_field("issue"),
    "%P": plain_field("pages"),
    "%X": abstract,
    "%R": _doi,
    "%U": address,
    "%>": address,
    "%@": book_number,
    "%M": _accession,
    "%W": _database,
    "%~": _database,
    "%9": publication_type,
    "%Z": publication_type,
}

_LINES = TaggedFormat(
    _split,
    _begins,
    _HANDLERS,
    opening="%0",
    opening_tags=frozenset({"%0"}),
    optional_opening=True,
    prepare=_prepare,
    fault=_fault,
)


def _count(source: SourceText) -> int:
    """Every %0; without them, every tag after an empty line."""
    total, typed, blank = 0, False, True
    for line in source.lines():
        found = _split(line)
        if found is None:
            blank = not line.strip()
            continue
        if found[0] == "%0" or not total or (blank and not typed):
            total, typed = total + 1, found[0] == "%0"
        blank = False
    return total


REFER = ImportFormat(
    "refer",
    "Refer",
    Recognition(
        opening=re.compile(r"^%[0AT](?:[ \t]|$)", re.MULTILINE),
        line=re.compile(r"^%[A-Z0-9] \S", re.MULTILINE),
        precedence=1,
    ),
    partial(entries, _LINES),
    _count,
    title="EndNote (Refer)",
)
