"""RIS. Source: the Research Information Systems specification, tags as EndNote and Zotero take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.query.formats import TextFormat
from app.records.citations.formats.members import (
    Card,
    family_first,
    first,
    identifiers,
    notes,
    one_line,
)
from app.vocabulary import CitationType, IdentifierScheme

TYPES = {
    CitationType.ARTICLE_JOURNAL: "JOUR",
    CitationType.ARTICLE: "UNPB",
    CitationType.BOOK: "BOOK",
    CitationType.CHAPTER: "CHAP",
    CitationType.DATASET: "DATA",
    CitationType.PAPER_CONFERENCE: "CPAPER",
    CitationType.REPORT: "RPRT",
    CitationType.THESIS: "THES",
    CitationType.WEBPAGE: "ELEC",
    CitationType.PATENT: "PAT",
    CitationType.LEGISLATION: "STAT",
    CitationType.DOCUMENT: "GEN",
}
_PAGES = re.compile(r"([A-Za-z]*\d+[A-Za-z]*)-([A-Za-z]*\d+[A-Za-z]*)")


def ris(card: Card) -> str:
    """One record, from TY to ER, and an empty line."""
    lines = "".join(f"{tag}  - {value}\r\n" for tag, value in _tags(card))
    return f"TY  - {TYPES[card['type']]}\r\n{lines}ER  - \r\n\r\n"


def _tags(card: Card) -> Iterator[tuple[str, str]]:
    yield "ID", card["slug"]
    yield "TI", one_line(card["title"])
    for author in card["authors"]:
        yield "AU", family_first(author)
    if card["authors_truncated"]:
        yield "AU", "et al."
    for tag, name in (("PY", "year"), ("T2", "container_title"), ("VL", "volume"), ("IS", "issue")):
        if card[name]:
            yield tag, one_line(str(card[name]))
    yield from _pages(card["pages"])
    for line in (card["abstract"] or "").split("\n"):
        if line.strip():
            yield "AB", one_line(line)
    yield from _numbers(card)
    yield from (("N1", note) for note in notes(card))


def _pages(pages: str | None) -> Iterator[tuple[str, str]]:
    if not pages:
        return
    span = _PAGES.fullmatch(pages)
    yield "SP", span[1] if span else one_line(pages)
    if span:
        yield "EP", span[2]


def _numbers(card: Card) -> Iterator[tuple[str, str]]:
    if doi := first(card, IdentifierScheme.DOI):
        yield "DO", doi
    rest = [value for _, value in identifiers(card, IdentifierScheme.DOI)][1:]
    yield from (("UR", f"https://doi.org/{value}") for value in rest)
    for _, value in identifiers(card, IdentifierScheme.PMID):
        yield "AN", f"PMID:{value}"
    for _, value in identifiers(card, IdentifierScheme.PMCID):
        yield "AN", value
    for _, value in identifiers(card, IdentifierScheme.ISBN):
        yield "SN", value
    for author in card["authors"]:
        if author["orcid"]:
            yield "AI", f"{family_first(author)}/{author['orcid']}"


RIS = TextFormat("ris", "application/x-research-info-systems", "ris", ris)
