"""Whether the people of each study are those that the page of a treatment is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.api.problems import invalid_parameter
from app.query.filters import filters_by_parameter
from app.records.studies.population_filters import POPULATION
from app.records.study_list import STUDIES
from app.records.titles import left_open
from app.values.text import nearest_spelling
from app.vocabulary import AgeGroup, Sex
from app.web.addresses import query, record_address
from app.web.api_data import Card, list_of
from app.web.filter_menus import chips

POPULATION_PARAMETERS = filters_by_parameter(
    POPULATION.filters
)  # what may be asked of a population, by its parameter
FORM_FIELDS = ("age_group", "sex", "condition")  # those that the page's own form asks for


@dataclass(frozen=True)
class PopulationMatch:
    """How a study matches: for all of its people, for some, perhaps, or not."""

    order: int
    word: str
    detail: str


ALL_MATCH = PopulationMatch(0, "fits", "all of them are as asked")
SOME_MATCH = PopulationMatch(1, "overlaps", "some of them are as asked")


def no_match(study: Card) -> PopulationMatch:
    """A study of other people: what its source says of them, which is all that is known."""
    people = "; ".join(each["label"] for each in study["populations"])
    return PopulationMatch(3, "not in these people", f"the source says: {people}")


def population_parameters(given: QueryParams) -> list[tuple[str, str]]:
    """What a request asks of a population."""
    return [pair for pair in given.multi_items() if pair[0] in POPULATION_PARAMETERS]


def require_population_parameters(given: QueryParams) -> list[tuple[str, str]]:
    """The same, for a page that takes nothing else; raises Problem for any other parameter."""
    for name in given:
        if name not in POPULATION_PARAMETERS:
            known = ", ".join(each for each in POPULATION_PARAMETERS if "." not in each)
            message = f"the page of a treatment takes what is asked of its people: {known}"
            raise invalid_parameter(
                name[:100], message, nearest_spelling(name[:100], POPULATION_PARAMETERS)
            )
    return population_parameters(given)


def context(
    connection: Connection, treatment: str, given: QueryParams, names: dict[str, str]
) -> dict[str, Any]:
    """What the page shows of it: its form, the parameters, and by slug how each study matches.

    `names` are the names of conditions by slug.
    """
    parameters = require_population_parameters(given)
    matches = _matches(connection, treatment, parameters) if parameters else {}
    page = record_address("treatment", treatment)
    return {
        "parameters": parameters,
        "matches": matches,
        "chips": chips(POPULATION_PARAMETERS, page, QueryParams(parameters), names),
        "fields": {
            name: names.get(given.get(name, ""), given.get(name, "")) for name in FORM_FIELDS
        },
        "hidden_fields": [pair for pair in parameters if pair[0] not in FORM_FIELDS],
        "age_groups": [(each.value, each.label) for each in AgeGroup],
        "sexes": [(each.value, each.label) for each in Sex],
        "same_studies": query("/studies", [("treatment", treatment), *parameters]),
    }


def _matches(
    connection: Connection, treatment: str, parameters: Iterable[tuple[str, str]]
) -> dict[str, PopulationMatch]:
    """By slug of a study that fits or may fit, how its people match."""
    about = [("treatment", treatment), ("limit", "100"), *parameters]
    sure, open_ = (
        list_of(connection, STUDIES, QueryParams([*about, ("match", match)]))
        for match in ("definite", "possible")
    )
    partly = sure["matches"]["partly"]
    found = {
        each["slug"]: SOME_MATCH if each["slug"] in partly else ALL_MATCH for each in sure["items"]
    }
    return {**found, **dict(_possible_matches(open_))}


def _possible_matches(open_: Card) -> Iterator[tuple[str, PopulationMatch]]:
    for each in open_["items"]:
        names = open_["matches"]["missing"].get(each["slug"], [])
        told = left_open(names) or "a part of them"
        yield each["slug"], PopulationMatch(2, "may fit", f"missing: {told}")


def with_matches(found: Card) -> Card:
    """A page of a list, of its records only those numbers that may be of people as asked.

    Those of other groups are only counted (`others`); a record or number that is not as asked for
    certain and as a whole says so (`partly`, `missing`), as one does that tells of something
    broader only (`broader`). Without matches, the page is as it is.
    """
    return {**found, "items": list(_matched_items(found))} if found.get("matches") else found


def _matched_items(found: Card) -> Iterator[Card]:
    matches = found["matches"]
    for each in found["items"]:
        slug = each["slug"]
        told = {
            "partly": slug in matches["partly"],
            "missing": left_open(matches["missing"].get(slug, ())),
            "broader": slug in (found.get("broader") or ()),
        }
        for name in ("results", "counts"):
            if slug in (matches.get(name) or {}):
                kept = list(_as_asked(each[name], matches[name][slug]))
                told |= {name: kept, "others": len(each[name]) - len(kept)}
        yield {**each, **told}


def _as_asked(parts: Iterable[Card], matches: Iterable[Card]) -> Iterator[Card]:
    """Results or counts that may be as asked, and those of the same people beside them."""
    for part, match in zip(parts, matches, strict=True):
        if match["match"] != "no" or match.get("people") == "same":
            yield with_certainty(part, match)


def with_certainty(part: Card, match: Card) -> Card:
    """A result or count that says whether some of its people only are as asked, or what is open."""
    partly, missing = match["match"] == "overlapping", left_open(match.get("missing", ()))
    return {**part, "partly": partly, "missing": missing}
