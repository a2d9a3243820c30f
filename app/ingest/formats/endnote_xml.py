"""EndNote XML, with or without its <style> elements. Source: EndNote exports and their DTD."""

from __future__ import annotations

import re
from functools import partial
from xml.etree.ElementTree import Element

from app.ingest.formats.draft_builder import DraftBuilder, paragraphs
from app.ingest.formats.import_format import ImportFormat, Recognition
from app.ingest.formats.tagged.declaration import book_number
from app.ingest.formats.tagged.refer import named_type
from app.ingest.formats.xml_records import (
    count_elements,
    element_text,
    entries,
    outermost_elements,
    text_at,
)
from app.vocabulary import CitationType, IdentifierScheme

_RECORDS = "record"
# path, field, rank
_FIELDS = (
    ("titles/title", "title", 0),
    ("periodical/full-title", "container_title", 1),
    ("titles/secondary-title", "container_title", 2),
    ("titles/alt-title", "container_title", 3),
    ("alt-periodical/full-title", "container_title", 4),
    ("periodical/abbr-1", "container_title", 5),
    ("alt-periodical/abbr-1", "container_title", 6),
    ("titles/tertiary-title", "collection", 0),
    ("volume", "volume", 0),
    ("number", "issue", 0),
    ("issue", "issue", 1),
    ("pages", "pages", 0),
    ("dates/year", "year", 0),
    ("dates/pub-dates/date", "year", 1),
)
_UNMAPPED_NAMES = """
    auth-address keyword notes research-notes language label call-num publisher pub-location
    edition section short-title orig-pub custom1 custom2 custom3 custom4 custom5 custom6
    custom7 rec-number work-type num-vols reviewed-item electronic-resource-title
    translated-title remote-database-name remote-database-provider accession-num database
"""
_UNMAPPED = _UNMAPPED_NAMES.split()


def read_record(builder: DraftBuilder, element: Element, line: int) -> None:
    """Take what a record says."""
    _type(builder, element, line)
    for path, name, rank in _FIELDS:
        builder.field(name, rank, text_at(element, path), line, path)
    _contributors(builder, element, line)
    abstract = element.find("abstract")
    if abstract is not None:
        builder.abstract(paragraphs("".join(abstract.itertext())), line, "abstract")
    _numbers(builder, element, line)
    for name in _UNMAPPED:
        for each in outermost_elements(element, name):
            builder.keep(element_text(each), line, name)
    builder.publication_type(text_at(element, "work-type"))


def _type(builder: DraftBuilder, element: Element, line: int) -> None:
    kind = element.find("ref-type")
    written = "" if kind is None else kind.get("name", "") or element_text(kind)
    known = named_type(written)
    builder.type = known or CitationType.DOCUMENT
    if written and known is None and written.casefold() not in {"generic", "13"}:
        builder.keep(written, line, "ref-type")
        builder.warn(line, f"the type {written} is not known: taken as a document")


def _contributors(builder: DraftBuilder, element: Element, line: int) -> None:
    for each in element.iterfind("contributors/authors/author"):
        builder.author(element_text(each))
        if each.get("orcid") or each.get("ORCID"):
            builder.orcid(each.get("orcid") or each.get("ORCID") or "", line, "author")
    people = element.find("contributors")
    for role in () if people is None else people:
        if role.tag != "authors":
            for each in role:
                builder.keep(element_text(each), line, role.tag)


def _numbers(builder: DraftBuilder, element: Element, line: int) -> None:
    doi = text_at(element, "electronic-resource-num")
    builder.identify(IdentifierScheme.DOI, doi, line, "electronic-resource-num")
    numbers = element.find("isbn")
    if numbers is not None:
        for number in "".join(numbers.itertext()).replace("\r", "\n").split("\n"):
            book_number(builder, number.strip(), line, "isbn")
    for each in outermost_elements(element, "url"):
        builder.address(element_text(each), line, "url")
    provider = text_at(element, "remote-database-provider") + text_at(
        element, "remote-database-name"
    )
    accession = text_at(element, "accession-num")
    if accession.isdecimal() and provider.casefold().startswith(("nlm", "pubmed", "medline")):
        builder.identify(IdentifierScheme.PMID, accession, line, "accession-num")
    central = text_at(element, "custom2")
    if central.upper().startswith("PMC"):
        builder.identify(IdentifierScheme.PMCID, central, line, "custom2")


ENDNOTE_XML = ImportFormat(
    "endnote_xml",
    "EndNote XML",
    Recognition(root=re.compile(r"<(?:records|record)[\s>/]")),
    partial(entries, _RECORDS, read_record),
    count_elements(_RECORDS),
)
