"""RIS: `TY  - ` to `ER  - `. Source: the Research Information Systems specification and exports."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.draft_builder import DraftBuilder, one_line
from app.ingest.formats.import_format import ImportFormat, Recognition
from app.ingest.formats.tagged.declaration import (
    TaggedFormat,
    TaggedRecord,
    TagHandler,
    abstract,
    address,
    authors,
    book_number,
    count_closed,
    identifier,
    keep,
    plain_field,
    publication_type,
)
from app.ingest.formats.tagged.reader import entries
from app.vocabulary import CitationType, IdentifierScheme

# Tags of the specification and of the exporters: only these are taken as tags when the two
# spaces before the hyphen are not there, as a line of an abstract may begin with `IL - `.
_TAGS = """
    A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DO DP ED EP ER ET
    ID IS J1 J2 JA JF JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NV OP PB PP PY RI RN RP SE SN SP
    ST T1 T2 T3 TA TI TT TY U1 U2 U3 U4 U5 UR VL VO Y1 Y2
"""
_KNOWN = frozenset(_TAGS.split())
_TAG = re.compile(r"\s{0,4}([A-Z][A-Z0-9])(?:[ \t]{0,3}-(?:[ \t]|$)|[ \t]{2}-)(.*)", re.DOTALL)

TYPES = {
    CitationType.ARTICLE_JOURNAL: "JOUR JFULL EJOUR ABST MGZN NEWS INPR",
    CitationType.ARTICLE: "UNPB UNPD PREPRINT MANSCPT",
    CitationType.BOOK: "BOOK EBOOK EDBOOK SER WHOLE",
    CitationType.CHAPTER: "CHAP ECHAP DICT ENCYC",
    CitationType.PAPER_CONFERENCE: "CONF CPAPER SLIDE",
    CitationType.REPORT: "RPRT GOVDOC STAND GRNT",
    CitationType.THESIS: "THES",
    CitationType.DATASET: "DATA AGGR DBASE",
    CitationType.WEBPAGE: "ELEC BLOG ICOMM WEB",
    CitationType.PATENT: "PAT",
    CitationType.LEGISLATION: "STAT BILL LEGAL CASE HEAR UNBILL",
}
_TYPES = {name: each for each, names in TYPES.items() for name in names.split()}
_TYPE_NAMES = {
    "JOURNAL ARTICLE": CitationType.ARTICLE_JOURNAL,
    "JOURNAL": CitationType.ARTICLE_JOURNAL,
    "BOOK CHAPTER": CitationType.CHAPTER,
    "BOOK SECTION": CitationType.CHAPTER,
    "THESIS": CitationType.THESIS,
    "REPORT": CitationType.REPORT,
    "DATASET": CitationType.DATASET,
}


def _split(line: str) -> tuple[str, str] | None:
    if line[2:6] == "  - " and line[:2].isalnum() and line[:2].isupper():
        return line[:2], line[6:].strip()
    found = _TAG.match(line[:12]) if "-" in line[2:10] else None
    if not found:
        return None
    spaced = line[found.end(1) :].startswith("  -")
    if found[1] in _KNOWN or spaced:
        return found[1], line[found.start(2) :].strip()
    return None


def _begins(tag: str, _record: TaggedRecord | None) -> bool:
    return tag == "TY"


def _prepare(builder: DraftBuilder, record: TaggedRecord) -> None:
    """Read the type first: the book title of a book is its title."""
    written = one_line(" ".join(record.fields[0][1]))
    found = _TYPES.get(written.upper()) or _TYPE_NAMES.get(written.upper())
    builder.type = found or CitationType.DOCUMENT
    if found is None and written.upper() not in {"GEN", "GENERIC"}:
        builder.keep(written, record.line, "TY")
        name = written or "(none)"
        builder.warn(record.line, f"the type {name} is not known: taken as a document")


def _book_title(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    name = "title" if builder.type is CitationType.BOOK else "container_title"
    builder.field(name, 3, value, line, tag)


def _accession(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """The number a database gives: PubMed's is an identifier."""
    numbers = value[:200].upper()
    if numbers.startswith(("PMID", "MEDLINE:")):
        builder.identify(IdentifierScheme.PMID, value, line, tag)
    elif numbers.startswith("PMC") and numbers[3:].isdigit():
        builder.identify(IdentifierScheme.PMCID, value, line, tag)
    else:
        builder.field("accession", 0, value, line, tag)


def _database(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    builder.keep(value, line, tag)
    if value.casefold() in {"pubmed", "medline", "nlm", "ovid medline(r)"}:
        builder.numbered_by_pubmed = True


def _doi(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    builder.identify(IdentifierScheme.DOI, value, line, tag)


def _doi_or_type(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """M3 and L3 hold a DOI in some exports, a kind of work in others."""
    if value[:4].lower() == "doi:" or value.startswith("10."):
        builder.identify(IdentifierScheme.DOI, value, line, tag)
    else:
        publication_type(builder, value, line, tag)


_HANDLERS: dict[str, TagHandler] = {
    "TY": lambda *_: None,  # read before all others
    "TI": plain_field("title"),
    "T1": plain_field("title"),
    "CT": plain_field("title", 2),
    "BT": _book_title,
    "JF": plain_field("container_title"),
    "T2": plain_field("container_title", 1),
    "JO": plain_field("container_title", 2),
    "J2": plain_field("container_title", 4),
    "JA": plain_field("container_title", 5),
    "J1": plain_field("container_title", 6),
    "AU": authors,
    "A1": authors,
    "PY": plain_field("year"),
    "Y1": plain_field("year", 1),
    "DA": plain_field("year", 2),
    "VL": plain_field("volume"),
    "VO": plain_field("volume", 1),
    "IS": plain_field("issue"),
    "CP": plain_field("issue", 1),
    "SP": plain_field("first_page"),
    "EP": plain_field("last_page"),
    "C7": plain_field("article_number"),
    "AB": abstract,
    "N2": abstract,
    "DO": _doi,
    "DI": _doi,
    "M3": _doi_or_type,
    "L3": _doi_or_type,
    "SN": book_number,
    "AN": _accession,
    "ID": _accession,
    "PM": identifier(IdentifierScheme.PMID),
    "DB": _database,
    "DP": _database,
    "UR": address,
    "L1": address,
    "L2": address,
    "N1": publication_type,
    "KW": keep,
    "AI": DraftBuilder.orcids,
}

_LINES = TaggedFormat(
    _split,
    _begins,
    _HANDLERS,
    opening="TY",
    opening_tags=frozenset({"TY"}),
    closing_tags=("ER",),
    repeatable_tags=frozenset({"KW", "AU", "A1"}),
    prepare=_prepare,
)

RIS = ImportFormat(
    "ris",
    "RIS",
    Recognition(
        opening=re.compile(r"^\s{0,4}TY[ \t]{0,3}-", re.MULTILINE),
        line=re.compile(r"^[A-Z][A-Z0-9]  - ?", re.MULTILINE),
        precedence=2,
    ),
    partial(entries, _LINES),
    count_closed("TY", {"ER"}, _split),
)
