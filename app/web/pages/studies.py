"""The page of studies: those that fit, and apart from them those that may, with what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.query.criteria import NOT, Match
from app.query.nested.question import WHERE
from app.query.request import CONTROLS
from app.records.outcomes.filters import OUTCOMES
from app.records.studies.fact_sides import base_name
from app.records.study_list import STUDIES
from app.web.api_data import Card, list_of, sources_of
from app.web.filter_menus import Menu, MenuChoice, facet_menus, list_query
from app.web.findings import REPORTING_GAPS
from app.web.pages.lists import ROWS_SHOWN, list_frame, with_match
from app.web.population_match import population_parameters, with_matches

MENUS = ["age_group", "sex", "condition", "treatment", "design", "direction", "year"]
NOT_IN_PICTURE = {*CONTROLS, "q"} - {"descendants"}  # what the list takes, and its picture does not
SIZE = "n"  # asked of a study it is that of its people; a result may be of some of these
TREATMENTS_SHOWN = 6  # treatments whose pages the list leads to
POSSIBLE_SHOWN = 10  # possible matches shown beside the definite ones


def context(connection: Connection, given: QueryParams) -> dict[str, Any]:
    """Everything that the page shows."""
    found = with_matches(list_of(connection, STUDIES, list_query(given, ROWS_SHOWN, MENUS)))
    possible = _possible_matches(connection, given, found)
    studies = [*found["items"], *(possible["items"] if possible else [])]
    people = population_parameters(given)
    results = _results(connection, studies, people)
    return {
        **list_frame("study", given, found, MENUS),
        "possible": possible,
        "results": results,
        "sources": sources_of(connection, list(results.values())),
        "gaps": REPORTING_GAPS,
        "drawn": _picture_parameters(given, found["items"]),
        "drawn_open": bool({"outcome", "outcome_domain"} & set(given)),
        "treatments": _treatments(
            facet_menus(STUDIES.parameters(), found, given, ["treatment"])[0]
        ),
        "same_people": people,
        "left_out": found["facets"]["left_out"],
    }


def _possible_matches(connection: Connection, given: QueryParams, found: Card) -> Card | None:
    """The first studies that may fit, unless the request says itself which it wants."""
    matches = found.get("matches")
    if not matches or not matches["possible"]["value"] or {"match", "cursor"} & set(given):
        return None
    pairs = [*with_match(given, Match.POSSIBLE), ("limit", str(POSSIBLE_SHOWN))]
    return with_matches(list_of(connection, STUDIES, QueryParams(pairs)))


def _treatments(menu: Menu) -> list[MenuChoice]:
    """The treatments of these studies to read on about, those that were asked for first."""
    counted = [each for each in menu.choices if each.count]
    return sorted(counted, key=lambda each: not each.chosen)[:TREATMENTS_SHOWN]


def _picture_parameters(given: QueryParams, studies: Iterable[Card]) -> list[tuple[str, str]]:
    """What the picture is asked for: all results of these studies, in whatever direction.

    A direction chooses studies here, and would choose outcomes there, as a nested question would; a
    route is no filter there.
    """
    other = set(given) - NOT_IN_PICTURE - OUTCOMES.parameters().keys()
    if other or {WHERE, "direction", "direction" + NOT} & set(given):
        return [("study", each["slug"]) for each in studies]
    return [pair for pair in given.multi_items() if pair[0] not in NOT_IN_PICTURE]


def _results(
    connection: Connection, studies: Iterable[Card], people: list[tuple[str, str]]
) -> dict[str, list[Any]]:
    """By study, its first results, each with its outcome; of people asked for, theirs only."""
    slugs = [("study", each["slug"]) for each in studies]
    if not slugs:
        return {}
    whose = [pair for pair in people if base_name(pair[0]) != SIZE]
    match = [("match", Match.ANY)] if whose else []
    asked = QueryParams([*slugs, *whose, *match, ("limit", "200")])
    found: dict[str, list[Any]] = {}
    for outcome in with_matches(list_of(connection, OUTCOMES, asked))["items"]:
        lines = found.setdefault(outcome["study"]["slug"], [])
        results: list[Card | None] = list(outcome["results"]) or [None]
        lines += [{"outcome": outcome, "result": each} for each in results]
    return found
