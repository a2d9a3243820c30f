"""Refer, as EndNote exports it (.enw): `%0 Journal Article`. Source: refer(1) and EndNote."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.drafting import Drafting, one_line
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
from app.ingest.formats.tagged.declaration import (
    Record,
    Tagged,
    Take,
    abstract,
    address,
    book_number,
    kind,
    single,
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


def _begins(tag: str, record: Record | None) -> bool:
    """Records open with %0; where that is not used, as in refer's own, after an empty line."""
    if record is None or tag == "%0":
        return True
    return record.after_blank and record.fields[0][0] != "%0"


def _fault(record: Record) -> str | None:
    first = record.fields[0]
    if first[0] == "%0" and not "".join(first[1]):
        return "the record names no type: after %0 stands, for example, Journal Article"
    return None


def _prepare(drafting: Drafting, record: Record) -> None:
    first = record.fields[0]
    if first[0] != "%0":
        return
    written = one_line(" ".join(first[1]))
    found = named_type(written)
    drafting.type = found or CitationType.DOCUMENT
    if found is None and written.casefold() != "generic":
        drafting.keep(written, record.line, "%0")
        drafting.warn(record.line, f"the type {written} is not known: taken as a document")


def _author(drafting: Drafting, value: str, _line: int, _tag: str) -> None:
    drafting.author(value, natural=True)


def _accession(drafting: Drafting, value: str, line: int, tag: str) -> None:
    if value[:7].upper().startswith(("PMID", "MEDLINE")):
        drafting.identify(IdentifierScheme.PMID, value, line, tag)
    else:
        drafting.field("accession", 0, value, line, tag)


def _database(drafting: Drafting, value: str, line: int, tag: str) -> None:
    drafting.keep(value, line, tag)
    if value.casefold() in {"pubmed", "medline", "nlm"}:
        drafting.numbered_by_pubmed = True


def _doi(drafting: Drafting, value: str, line: int, tag: str) -> None:
    if "10." in value[:200]:
        drafting.identify(IdentifierScheme.DOI, value, line, tag)
    else:
        drafting.keep(value, line, tag)  # %R was a report number before there were DOIs


_TAKES: dict[str, Take] = {
    "%0": lambda *_: None,  # read before all others
    "%A": _author,
    "%T": single("title"),
    "%J": single("container_title"),
    "%B": single("container_title", 1),
    "%D": single("year"),
    "%8": single("year", 1),
    "%V": single("volume"),
    "%N": single("issue"),
    "%P": single("pages"),
    "%X": abstract,
    "%R": _doi,
    "%U": address,
    "%>": address,
    "%@": book_number,
    "%M": _accession,
    "%W": _database,
    "%~": _database,
    "%9": kind,
    "%Z": kind,
}

_LINES = Tagged(
    _split,
    _begins,
    _TAKES,
    opening="%0",
    first=frozenset({"%0"}),
    loose=True,
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
