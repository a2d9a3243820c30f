"""What the pages of most kinds show: the record's page of the API, and where its words stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.web.api_data import RESOURCE_OF, Card, list_of, record_of, source_of, sources_of
from app.web.claim_facts import FactRecords, event_mark, facts_of
from app.web.findings import REPORTING_GAPS

Reader = Callable[[Connection, str, QueryParams], dict[str, Any]]


def with_sources(kind: str) -> Reader:
    """The record and the places of the words that it rests on."""

    def context(connection: Connection, slug: str, _: QueryParams) -> dict[str, Any]:
        card = record_of(connection, kind, slug)
        return {"card": card, "gaps": REPORTING_GAPS, "sources": sources_of(connection, card)}

    return context


def outcome(connection: Connection, slug: str, given: QueryParams) -> dict[str, Any]:
    """An outcome is shown as the one-line table of its study."""
    found = with_sources("outcome")(connection, slug, given)
    return {**found, "outcomes": [found["card"]]}


def case_report(connection: Connection, slug: str, given: QueryParams) -> dict[str, Any]:
    """A case as a line of events in the order of the telling."""
    found = with_sources("case_report")(connection, slug, given)
    return {**found, "marks": [event_mark(each) for each in found["card"]["events"]]}


def claim(connection: Connection, slug: str, _: QueryParams) -> dict[str, Any]:
    """A claim with each fact that rests on it."""
    card = record_of(connection, "claim", slug)
    facts = facts_of(card, FactRecords.of_claims(connection, [card]))
    return {"card": card, "facts": facts, "place": source_of(card)}


def citation(connection: Connection, slug: str, _: QueryParams) -> dict[str, Any]:
    """A publication with what rests on it."""
    card = record_of(connection, "citation", slug)
    claims = card["claims"]["items"]
    return {
        "card": card,
        "said": [each for each in claims if _is_source(each, slug)],
        "held": [each for each in claims if not _is_source(each, slug)],
        "places": {each["slug"]: source_of(each) for each in claims},
        "sources": sources_of(connection, card["discrepancies"]),
    }


def _is_source(claim: Card, slug: str) -> bool:
    """Whether a claim was read in the publication, and not only held to rest on it."""
    return bool(claim["source_citation"]) and claim["source_citation"]["slug"] == slug


@dataclass(frozen=True)
class TermUse:
    """Records that use a term: of a kind, by which of its filters, under a heading."""

    kind: str
    by: str
    heading: str


def term(kind: str, *uses: TermUse) -> Reader:
    """A term with the records that use it."""

    def context(connection: Connection, slug: str, _: QueryParams) -> dict[str, Any]:
        card = record_of(connection, kind, slug)
        claims = card["claims"]["items"]
        return {
            "card": card,
            "uses": [_using_records(connection, each, slug) for each in uses],
            "places": {each["slug"]: source_of(each) for each in claims},
            "kind": kind,
        }

    return context


def _using_records(connection: Connection, use: TermUse, slug: str) -> Card:
    query = QueryParams([(use.by, slug), ("limit", "20")])
    found = list_of(connection, RESOURCE_OF[use.kind].listing, query)
    return {"kind": use.kind, "by": use.by, "heading": use.heading, "found": found}
