"""MEDLINE as PubMed displays and exports it (.nbib). Source: NLM, MEDLINE/PubMed data elements."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.draft_builder import DraftBuilder
from app.ingest.formats.entry import Relation
from app.ingest.formats.import_format import ImportFormat, Recognition, SourceText
from app.ingest.formats.tagged.declaration import (
    TaggedFormat,
    TaggedRecord,
    TagHandler,
    abstract,
    book_number,
    group,
    identifier,
    plain_field,
)
from app.ingest.formats.tagged.reader import entries
from app.vocabulary import CitationType, IdentifierScheme

RELATIONS = {
    "RIN": Relation.RETRACTED_IN,
    "ROF": Relation.RETRACTION_OF,
    "PRIN": Relation.PARTIALLY_RETRACTED_IN,
    "PROF": Relation.PARTIAL_RETRACTION_OF,
    "ECI": Relation.CONCERN_IN,
    "ECF": Relation.CONCERN_FOR,
    "EIN": Relation.ERRATUM_IN,
    "EFR": Relation.ERRATUM_FOR,
    "CRI": Relation.CORRECTED_IN,
    "CRF": Relation.CORRECTED_FROM,
    "RPI": Relation.REPUBLISHED_IN,
    "RPF": Relation.REPUBLISHED_FROM,
    "UIN": Relation.UPDATED_IN,
    "UOF": Relation.UPDATE_OF,
    "CIN": Relation.COMMENTED_IN,
    "CON": Relation.COMMENT_ON,
}
_TAGS = """
    AB AD AID AU AUID BTI CDAT CI CIN CN COIS CON CP CRDT CRF CRI CTDT CTI DA DCOM DDIN DEP DP
    DRIN DRDT EA ECF ECI ED EDAT EFR EIN EN FAU FED FIR FPS GN GR GS IP IR IRAD IS ISBN JID JT LA
    LID LR MH MHDA MID NM OAB OABL OCI OID ORI OT OTO OWN PB PG PHST PL PMC PMCR PMID PRIN PROF PS
    PST PT PUBM RF RIN RN ROF RPF RPI SB SFM SI SO SPIN STAT TA TI TT UIN UOF VI VTI
"""
_KNOWN = frozenset(_TAGS.split())
_FIRST = frozenset({"PMID", "PMC", "PMCR", "OWN", "STAT", "UI"})
_TAG = re.compile(r"([A-Z]{2,4}) {0,2}-[ \t]?")
TYPES = {
    "preprint": CitationType.ARTICLE,
    "dataset": CitationType.DATASET,
    "technical report": CitationType.REPORT,
    "academic dissertation": CitationType.THESIS,
    "legal case": CitationType.LEGISLATION,
    "book chapter": CitationType.CHAPTER,
    "book": CitationType.BOOK,
}


def _split(line: str) -> tuple[str, str] | None:
    if line[4:6] == "- " or (line[4:5] == "-" and len(line) == 5):
        tag = line[:4].rstrip()
        if tag.isalnum() and tag.isupper():
            return tag, line[6:].strip()
    found = _TAG.match(line[:8])
    if found and found[1] in _KNOWN:
        return found[1], line[found.end() :].strip()
    return None


def _begins(tag: str, record: TaggedRecord | None) -> bool:
    if record is None:
        return True
    return (record.after_blank and tag in _FIRST) or (tag == "PMID" and "PMID" in record.tags)


def _prepare(builder: DraftBuilder, record: TaggedRecord) -> None:
    """Choose the fuller names and titles; learn what the record is."""
    if "BTI" in record.tags and "TI" in record.tags:
        builder.type = CitationType.CHAPTER
    elif "BTI" in record.tags:
        builder.type = CitationType.BOOK


def _full_author(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    builder.author(value)
    builder.full_names = True


def _short_author(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    """The short form of the full name just read; an author of its own where there is none."""
    if builder.full_names:
        builder.full_names = False
    else:
        builder.author(value)


def _publication_type(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    builder.publication_type(value)
    builder.keep(value, line, tag)
    found = TYPES.get(value.casefold())
    if found and builder.type is CitationType.ARTICLE_JOURNAL:
        builder.type = found


def _article_identifier(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """`10.1016/… [doi]` and what else an article is numbered by."""
    if value.endswith("[doi]") or (value[:4].lower() == "doi:"):
        builder.identify(IdentifierScheme.DOI, value, line, tag)
    else:
        builder.keep(value, line, tag)


def _relation(relation: Relation) -> TagHandler:
    def take(builder: DraftBuilder, value: str, line: int, _tag: str) -> None:
        builder.relate(relation, value, line)

    return take


_HANDLERS: dict[str, TagHandler] = {
    "PMID": identifier(IdentifierScheme.PMID),
    "PMC": identifier(IdentifierScheme.PMCID),
    "TI": plain_field("title"),
    "BTI": plain_field("book_title"),
    "CTI": plain_field("collection"),
    "JT": plain_field("container_title"),
    "TA": plain_field("container_title", 1),
    "FAU": _full_author,
    "AU": _short_author,
    "CN": group,
    "AUID": DraftBuilder.orcid,
    "DP": plain_field("year"),
    "VI": plain_field("volume"),
    "IP": plain_field("issue"),
    "PG": plain_field("pages"),
    "AB": abstract,
    "LID": _article_identifier,
    "AID": _article_identifier,
    "ISBN": book_number,
    "SI": DraftBuilder.registry,
    "PT": _publication_type,
    **{tag: _relation(relation) for tag, relation in RELATIONS.items()},
}

_LINES = TaggedFormat(
    _split,
    _begins,
    _HANDLERS,
    opening="PMID",
    opening_tags=_FIRST,
    optional_opening=True,
    joiner=" ",
    prepare=_prepare,
    indented_continuation=True,
)


def _count(source: SourceText) -> int:
    """Every PMID, PMC, owner or status after an empty line, and every PMID after another."""
    total, numbered, blank = 0, False, True
    for line in source.lines():
        found = _split(line)
        if found is None:
            blank = not line.strip() or (blank and not line[0].isspace())
            continue
        first = blank and found[0] in {"PMID", "PMC", "PMCR", "OWN", "STAT", "UI"}
        if first or not total or (found[0] == "PMID" and numbered):
            total, numbered = total + 1, False
        numbered = numbered or found[0] == "PMID"
        blank = False
    return total


MEDLINE = ImportFormat(
    "medline",
    "MEDLINE",
    Recognition(
        opening=re.compile(r"^(?:PMID ?|PMC ?|PMCR)-", re.MULTILINE),
        line=re.compile(r"^[A-Z]{2,4} {0,2}- ", re.MULTILINE),
        precedence=1,
    ),
    partial(entries, _LINES),
    _count,
    title="PubMed (NBIB)",
)
