"""What a figure is drawn from: cards of a list, those left out that rest on retracted work only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select
from starlette.datastructures import QueryParams

from app.api.paging import LARGEST_LIMIT
from app.api.problems import invalid_parameter
from app.models import Study
from app.query.facets import ALL, STATUS
from app.query.lists import NOTE, ScopeCard, Total, fetch_page
from app.query.ordering import total_json
from app.query.request import ListDefinition, parse_request
from app.records.studies.design import design
from app.vocabulary import Design, PublicationStatus

UNUSED_PARAMETERS = ("as_of", "fields", "format", "facet", "facet.own", "cursor", "after", "limit")


class Drawn(BaseModel):
    """How much of what was asked for a figure shows."""

    read: int = Field(description="Records that were read, the first of the list.")
    total: Total = Field(description="Records that the list has.")
    left_out: int = Field(
        description="Records, and single results of others, not drawn: they rest only on retracted"
        " work."
    )
    scope: ScopeCard = Field(description="What it rests on.")


@dataclass(frozen=True)
class Cards:
    """The cards of a figure, each with the design of its study."""

    cards: list[dict[str, Any]]
    designs: dict[str, Design]
    drawn: Drawn


def read_cards(connection: Connection, listing: ListDefinition, query: QueryParams) -> Cards:
    """The first 200 cards of a list that takes these parameters; raises Problem."""
    for name in UNUSED_PARAMETERS:
        if name in query:
            raise invalid_parameter(
                name, "a figure does not take it: it draws the first 200 of the list"
            )
    list_request = replace(parse_request(listing, query), limit=LARGEST_LIMIT)
    part = fetch_page(connection, listing, list_request)
    cards = [orjson.loads(card) for card in part.cards]
    left_out = 0
    sound = cards
    if ALL not in list_request.values.get(STATUS, ()):
        dropped = _unsound(connection, listing, cards)
        sound = [card for card in cards if card["slug"] not in dropped]
        left_out = len(dropped) + sum(map(_drop_results, sound))
    drawn = Drawn(
        read=len(cards),
        total=Total(**total_json(part.total)),
        left_out=left_out,
        scope=ScopeCard(last_change=part.last_change, note=NOTE),
    )
    return Cards(sound, _designs(connection, sound), drawn)


def _unsound(
    connection: Connection, listing: ListDefinition, cards: list[dict[str, Any]]
) -> set[str]:
    model = listing.kind.model
    slugs = [card["slug"] for card in cards]
    if listing.retracted is None:
        return set()
    query = select(model.slug).where(model.slug.in_(slugs), model.id.in_(listing.retracted()))
    return set(connection.execute(query).scalars())


def _drop_results(card: dict[str, Any]) -> int:
    """Take out the results that rest only on retracted work; gives how many."""
    results = card.get("results", [])
    sound = [each for each in results if each[STATUS] != PublicationStatus.RETRACTED]
    if len(sound) < len(results):
        card["results"] = sound
    return len(results) - len(sound)


def _designs(connection: Connection, cards: list[dict[str, Any]]) -> dict[str, Design]:
    slugs = sorted({card["study"]["slug"] for card in cards})
    query = select(Study.slug, design()).where(Study.slug.in_(slugs))
    return {slug: Design(found) for slug, found in connection.execute(query)}


def drawn_notes(drawn: Drawn) -> list[str]:
    """What the reader of a figure has to know of what it does not show."""
    found = []
    if drawn.total.value > drawn.read:
        least = "at least " if drawn.total.relation == "gte" else ""
        found.append(f"The first {drawn.read} records of {least}{drawn.total.value} are shown.")
    if drawn.left_out:
        found.append(f"Left out, resting on retracted publications only: {drawn.left_out}.")
    return found
