"""What pages read: the API's own lists and records, in process and from one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.query.answers import record_members
from app.query.cards import Kind, cards_of
from app.query.lists import BoundStatements, cards_and_cursor, envelope, fetch_page
from app.query.request import ListDefinition, parse_request
from app.query.routes import Resource
from app.records.catalogue import RESOURCES
from app.records.claims.card import CLAIM
from app.web.addresses import passage_address, record_address

Card = dict[str, Any]
RESOURCE_OF: dict[str, Resource] = {each.listing.kind.name: each for each in RESOURCES}


def record_of(connection: Connection, kind: str, slug: str) -> Card:
    """A record's page as the API gives it; raises Problem 404."""
    _, members = record_members(connection, RESOURCE_OF[kind].page, slug)
    found: Card = orjson.loads(b",".join(members) + b"}")
    return found


def list_of(connection: Connection, listing: ListDefinition, query: QueryParams) -> Card:
    """A page of a list as the API gives it; raises Problem for what cannot be understood."""
    list_request = parse_request(listing, query)
    # The API's own bytes, read again: a page can show nothing else than the API says.
    found: Card = orjson.loads(envelope(fetch_page(connection, listing, list_request), ()))
    return found


def first_of_list(connection: Connection, listing: ListDefinition, query: QueryParams) -> Card:
    """The first records of a list and whether it goes on, uncounted: counting may take longest."""
    list_request = parse_request(listing, query)
    rows = BoundStatements.of(connection, listing, list_request).page(connection)
    cards, cursor = cards_and_cursor(rows, list_request)
    return {"items": [orjson.loads(card) for card in cards], "next": cursor}


def cards_by_slug(connection: Connection, kind: Kind, slugs: Iterable[str]) -> dict[str, Card]:
    """The cards of these records, by slug."""
    wanted = sorted(set(slugs))
    found = cards_of(connection, kind, wanted) if wanted else {}
    return {slug: orjson.loads(card) for slug, card in found.items()}


def claim_slugs(card: Any) -> Iterator[str]:
    """The slugs of all claims that a card says it rests on, however deep."""
    left = [card]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            for name, value in each.items():
                if not isinstance(value, list | dict):
                    continue  # most are words and numbers
                if name in {"says", "claims"} and isinstance(value, list):
                    yield from (link["slug"] for link in value)
                elif name == "claim" and isinstance(value, dict):
                    yield value["slug"]
                else:
                    left.append(value)
        elif isinstance(each, list):
            left += each


def sources_of(connection: Connection, card: Any) -> dict[str, Card]:
    """By slug of a claim, where its words stand: each claim that the card rests on."""
    return {
        slug: source_of(claim)
        for slug, claim in cards_by_slug(connection, CLAIM, claim_slugs(card)).items()
    }


def source_of(claim: Card) -> Card:
    """Where a claim's words stand: a passage, or a place in a publication."""
    if claim["passages"]:
        last = claim["passages"][-1]
        document = last["document"]
        return {
            "href": passage_address(document["slug"], last["start"], last["end"]),
            "exact": last["exact"],
            "name": document["title"],
            "location": None,
            "status": claim["publication_status"],
        }
    citation = claim["source_citation"]
    return {
        "href": record_address("claim", claim["slug"]),
        "exact": None,
        "name": citation["title"] if citation else None,
        "location": claim["source_location"],
        "status": claim["publication_status"],
    }
