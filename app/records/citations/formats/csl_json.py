"""CSL-JSON, as Zotero, Pandoc and citeproc read it. Source: the CSL data schema 1.0.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from app.query.formats import TextFormat
from app.records.citations.formats.members import Author, Card, identifiers
from app.vocabulary import IdentifierScheme, PublicationStatus

_FIELDS = {
    "title": "title",
    "container-title": "container_title",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "abstract": "abstract",
}
_NUMBERS = {
    "DOI": IdentifierScheme.DOI,
    "PMID": IdentifierScheme.PMID,
    "PMCID": IdentifierScheme.PMCID,
    "ISBN": IdentifierScheme.ISBN,
}


def csl_json(card: Card) -> str:
    """One item as a JSON object."""
    return orjson.dumps(dict(item(card))).decode()


def item(card: Card) -> Iterator[tuple[str, Any]]:
    """The members of an item; what CSL has no name for stands under `custom`."""
    yield "id", card["slug"]
    yield "type", card["type"].replace("_", "-")
    for name, field in _FIELDS.items():
        if card[field]:
            yield name, card[field]
    people = [_name(author) for author in card["authors"]]
    people += [{"literal": "others"}] if card["authors_truncated"] else []
    if people:
        yield "author", people
    if card["year"]:
        yield "issued", {"date-parts": [[card["year"]]]}
    for name, scheme in _NUMBERS.items():
        if found := [value for _, value in identifiers(card, scheme)]:
            yield name, " ".join(found) if scheme is IdentifierScheme.ISBN else found[0]
    if custom := dict(_custom(card)):
        yield "custom", custom


def _name(author: Author) -> dict[str, str]:
    parts = ("family", "given") if author["family"] else ("literal",)
    return {part: author[part] for part in parts if author[part]}


def _custom(card: Card) -> Iterator[tuple[str, Any]]:
    for scheme in (IdentifierScheme.NCT, IdentifierScheme.ISRCTN):
        if found := [value for _, value in identifiers(card, scheme)]:
            yield scheme.value, found
    if any(known := [author["orcid"] for author in card["authors"]]):
        yield "orcid", known
    if card["publication_status"] != PublicationStatus.ORDINARY:
        yield "publication_status", card["publication_status"]
    if card["verbatim"]:
        yield "verbatim", card["verbatim"]
    rest = {
        scheme.value: found[1:]
        for scheme in (IdentifierScheme.DOI, IdentifierScheme.PMID, IdentifierScheme.PMCID)
        if len(found := [value for _, value in identifiers(card, scheme)]) > 1
    }
    yield from rest.items()


CSL_JSON = TextFormat(
    "csl-json",
    "application/vnd.citationstyles.csl+json",
    "json",
    csl_json,
    head="[",
    between=",\n",
    tail="]\n",
)
