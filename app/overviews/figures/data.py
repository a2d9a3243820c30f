"""What a figure is drawn from: the cards of a list, and of them only what is as asked.

What rests on retracted work only is left out, and so are numbers about other people than those
that are asked for, which are named below the figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import Connection, func, select
from starlette.datastructures import QueryParams

from app.api.paging import LARGEST_LIMIT
from app.api.problems import invalid_parameter
from app.models import Outcome, OutcomePopulation, Result, Study
from app.overviews.figures.results import groups_text
from app.query.criteria import Match
from app.query.facets import ALL, STATUS
from app.query.lists import NOTE, ScopeCard, Total, fetch_page
from app.query.ordering import total_json
from app.query.request import ListDefinition, parse_request
from app.records.links import StudyLink
from app.records.outcomes.filters import OUTCOMES
from app.records.studies.design import design
from app.records.studies.fact_filters import require_named_people
from app.records.studies.fact_matches import AS_ASKED, Certainty
from app.records.titles import left_open
from app.vocabulary import Design, PublicationStatus

MOST_NAMED = 20  # records whose other people are named below a figure
UNUSED_PARAMETERS = ("as_of", "fields", "format", "facet", "facet.own", "cursor", "after", "limit")


class OfPeople(BaseModel):
    """Something drawn, and how sure it is that it is about the people asked for."""

    match: str | None = Field(
        description="How sure it is that these are people as asked; no: a control; null: none are"
        " asked for."
    )
    missing: list[str] = Field(description="What the source leaves open of that.")

    @property
    def certainty(self) -> str:
        """The same in words, where it is not certain of all of them; else empty."""
        if self.match == Certainty.POSSIBLE.word:
            return f"left open: {left_open(self.missing) or 'whether these are they'}"
        return "some of them as asked" if self.match == Certainty.OVERLAPPING.word else ""

    def naming(self, name: str) -> str:
        """A name for it, and in brackets how sure it is."""
        return f"{name} ({self.certainty})" if self.certainty else name


class OtherPeople(BaseModel):
    """Whom a record was counted or measured in, too, who are not as asked, or not as surely."""

    record: str = Field(description="Slug of the adverse event or outcome.")
    name: str = Field(description="The harm in the source's words, or what was measured.")
    study: StudyLink = Field(description="The study.")
    groups: list[str] = Field(description="The groups, as the source calls them.")


class Drawn(BaseModel):
    """How much of what was asked for a figure shows."""

    read: int = Field(description="Records that were read, the first of the list.")
    total: Total = Field(description="Records that the list has.")
    left_out: int = Field(
        description="Records, and single results of others, not drawn: they rest only on retracted"
        " work."
    )
    other_people: int = Field(
        description="Counts, or results, of other people than those asked for, or not as surely"
        " theirs as asked: not drawn, and named in `others`."
    )
    not_asked: int = Field(
        description="Results of the people asked for that are not as asked otherwise, not drawn."
    )
    others: list[OtherPeople] = Field(description="Whom else the records tell of.")
    scope: ScopeCard = Field(description="What it rests on.")


@dataclass(frozen=True)
class Cards:
    """The cards of a figure, with what is as asked only, and the design of each study.

    `beside` are, by slug, the places of counts that are not as asked, of the people asked for.
    """

    cards: list[dict[str, Any]]
    designs: dict[str, Design]
    drawn: Drawn
    beside: dict[str, set[int]]


def read_cards(connection: Connection, listing: ListDefinition, query: QueryParams) -> Cards:
    """The first 200 cards of a list that takes these parameters; raises Problem."""
    for name in UNUSED_PARAMETERS:
        if name in query:
            raise invalid_parameter(
                name, "a figure does not take it: it draws the first 200 of the list"
            )
    list_request = replace(parse_request(listing, query), limit=LARGEST_LIMIT)
    require_named_people(listing, list_request)
    part = fetch_page(connection, listing, list_request)
    cards = [orjson.loads(card) for card in part.cards]
    if listing is OUTCOMES:
        _tell_people(connection, cards)
    only_sound = ALL not in list_request.values.get(STATUS, ())
    dropped = _unsound(connection, listing, cards) if only_sound else set()
    sound = [card for card in cards if card["slug"] not in dropped]
    asked = _Selection(part.matches or {}, list_request.options.match)
    for card in sound:
        asked.take_counts(card)
        asked.take_results(card)
    left_out = len(dropped) + (sum(map(_drop_results, sound)) if only_sound else 0)
    drawn = Drawn(
        read=len(cards),
        total=Total(**total_json(part.total)),
        left_out=left_out,
        other_people=sum(len(each.groups) for each in asked.others),
        not_asked=asked.not_asked,
        others=asked.others,
        scope=ScopeCard(last_change=part.last_change, note=NOTE),
    )
    return Cards(sound, _designs(connection, sound), drawn, asked.beside)


def _tell_people(connection: Connection, cards: list[dict[str, Any]]) -> None:
    """Say of each result how many people it is about, by the number that the filter `n` goes by.

    It is the same on every side of a result.
    """
    query = (
        select(Outcome.slug, func.max(OutcomePopulation.n))
        .join(Result, Result.outcome_id == Outcome.id)
        .join(OutcomePopulation, OutcomePopulation.result_id == Result.id)
        .where(Outcome.slug.in_([card["slug"] for card in cards]))
        .where(OutcomePopulation.outcome_id == Outcome.id)
        .group_by(Outcome.slug, Result.position)
        .order_by(Outcome.slug, Result.position)
    )
    numbers: dict[str, list[int | None]] = {}
    for slug, number in connection.execute(query):
        numbers.setdefault(slug, []).append(number)
    for card in cards:
        told = numbers.get(card["slug"], [])
        for result, number in zip(card["results"], told, strict=True):
            result["people"] = number


def _certainty(match: dict[str, Any]) -> dict[str, Any]:
    """How sure it is that a number is about the people asked for, and what is left open."""
    return {"match": match["match"], "missing": list(match.get("missing", ()))}


class _Selection:
    """Takes what is about other people than those asked for out of cards, and remembers it."""

    def __init__(self, matches: dict[str, Any], wanted: Match) -> None:
        self.matches = matches
        self.as_asked = {each.word for each in AS_ASKED[wanted]}
        self.others: list[OtherPeople] = []
        self.not_asked = 0
        self.beside: dict[str, set[int]] = {}

    def take_counts(self, card: dict[str, Any]) -> None:
        """Leave the counts as asked, and those of the same people beside them."""
        matches = (self.matches.get("counts") or {}).get(card["slug"])
        if matches is None:
            return
        kept: list[Any] = []
        others, beside = [], set()
        for count, match in zip(card["counts"], matches, strict=True):
            if match["match"] not in self.as_asked and match.get("people") != "same":
                others.append(count["group"]["title"])
                continue
            if match["match"] not in self.as_asked:
                beside.add(len(kept))
            kept.append({**count, **_certainty(match)})
        card["counts"] = kept
        self.beside[card["slug"]] = beside
        self._name(card, card["term_verbatim"], others)

    def take_results(self, card: dict[str, Any]) -> None:
        """Leave the results as asked."""
        matches = (self.matches.get("results") or {}).get(card["slug"])
        if matches is None:
            return
        kept: list[Any] = []
        others = []
        for result, match in zip(card["results"], matches, strict=True):
            if match["match"] in self.as_asked:
                kept.append({**result, **_certainty(match)})
            elif match.get("people") == "same":
                self.not_asked += 1
            else:
                others.append(groups_text(result))
        card["results"] = kept
        self._name(card, card["measure"]["name"], others)

    def _name(self, card: dict[str, Any], name: str, groups: list[str]) -> None:
        if groups:
            self.others.append(
                OtherPeople(record=card["slug"], name=name, study=card["study"], groups=groups)
            )


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
    if drawn.not_asked:
        found.append(f"Not drawn, of the same people but not as asked: {drawn.not_asked} results.")
    if drawn.others:
        found.append("Not drawn, of other people or not as surely of those asked for:")
    found.extend(_named(each) for each in drawn.others[:MOST_NAMED])
    if len(drawn.others) > MOST_NAMED:
        found.append(f"and {len(drawn.others) - MOST_NAMED} more.")
    return found


def _named(others: OtherPeople) -> str:
    groups = ", ".join(dict.fromkeys(each or "people not told" for each in others.groups))
    return f"{others.name}, {others.study.label}: also in {groups}."
