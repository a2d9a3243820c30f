"""What the pages of most kinds show: the record's page of the API, and where its words stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.web.api_data import RESOURCE_OF, Card, listed, record_of, source, sources
from app.web.claim_facts import Records, event_mark, facts_of
from app.web.findings import GAPS

Reader = Callable[[Connection, str], dict[str, Any]]


def _plain(kind: str) -> Reader:
    """The record and the places of the words that it rests on."""

    def context(connection: Connection, slug: str) -> dict[str, Any]:
        card = record_of(connection, kind, slug)
        return {"card": card, "gaps": GAPS, "sources": sources(connection, card)}

    return context


def outcome(connection: Connection, slug: str) -> dict[str, Any]:
    """An outcome is shown as the one-line table of its study."""
    found = _plain("outcome")(connection, slug)
    return {**found, "outcomes": [found["card"]]}


def case_report(connection: Connection, slug: str) -> dict[str, Any]:
    """A case as a line of events in the order of the telling."""
    found = _plain("case_report")(connection, slug)
    return {**found, "marks": [event_mark(each) for each in found["card"]["events"]]}


def claim(connection: Connection, slug: str) -> dict[str, Any]:
    """A claim with each fact that rests on it."""
    card = record_of(connection, "claim", slug)
    facts = facts_of(card, Records.behind(connection, [card]))
    return {"card": card, "facts": facts, "place": source(card)}


def citation(connection: Connection, slug: str) -> dict[str, Any]:
    """A publication with what rests on it."""
    card = record_of(connection, "citation", slug)
    claims = card["claims"]["items"]
    return {
        "card": card,
        "said": [each for each in claims if _read_in(each, slug)],
        "held": [each for each in claims if not _read_in(each, slug)],
        "places": {each["slug"]: source(each) for each in claims},
        "sources": sources(connection, card["discrepancies"]),
    }


def _read_in(claim: Card, slug: str) -> bool:
    """Whether a claim was read in the publication, and not only held to rest on it."""
    return bool(claim["source_citation"]) and claim["source_citation"]["slug"] == slug


USES = {
    "condition": (("study", "condition"), ("case_report", "condition")),
    "outcome_measure": (("study", "outcome"), ("outcome", "measure")),
    "adverse_effect": (("adverse_event", "adverse_effect"), ("case_report", "adverse_effect")),
}


def term(kind: str) -> Reader:
    """A term with the records that use it."""

    def context(connection: Connection, slug: str) -> dict[str, Any]:
        card = record_of(connection, kind, slug)
        uses = [_use(connection, shown, by, slug) for shown, by in USES[kind]]
        claims = card["claims"]["items"]
        places = {each["slug"]: source(each) for each in claims}
        return {"card": card, "uses": uses, "places": places, "kind": kind}

    return context


def _use(connection: Connection, kind: str, by: str, slug: str) -> Card:
    query = QueryParams([(by, slug), ("limit", "20")])
    listing = RESOURCE_OF[kind].listing
    return {"kind": kind, "by": by, "page": listed(connection, listing, query)}


READERS: dict[str, Reader] = {
    "outcome": outcome,
    "adverse_event": _plain("adverse_event"),
    "case_report": case_report,
    "claim": claim,
    "citation": citation,
    "discrepancy": _plain("discrepancy"),
    **{kind: term(kind) for kind in USES},
}
