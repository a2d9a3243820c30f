"""Findings on the page of a treatment by the people asked for: theirs, perhaps theirs, others'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.query.criteria import Match
from app.query.filters import filters_by_parameter
from app.query.request import ListDefinition
from app.records.case_reports.filters import CASE_REPORTS
from app.records.case_reports.patient_filters import PATIENT
from app.records.outcomes.filters import OUTCOMES
from app.records.studies.fact_matches import AS_ASKED
from app.records.titles import left_open
from app.web.api_data import Card, list_of
from app.web.pages.treatment_harms import TreatmentHarms
from app.web.population_match import with_certainty

EVERYBODY, ASKED, OPEN, OTHERS = "everybody", "asked", "open", "others"
MATCHES = {ASKED: Match.DEFINITE, OPEN: Match.POSSIBLE}
KEPT = {name: {each.word for each in AS_ASKED[match]} for name, match in MATCHES.items()}
OF_PATIENTS = filters_by_parameter(PATIENT.filters)


@dataclass(frozen=True)
class Tier:
    """What is told of the same people: of everybody, those asked for, perhaps those, or others."""

    name: str
    harms: TreatmentHarms
    outcomes: list[Card]
    cases: list[Card]

    def quoted(self) -> list[Any]:
        """All that rests on words of a source."""
        return [self.outcomes, [each.counted for each in self.harms.forms]]


def tiers_of_people(
    connection: Connection,
    slug: str,
    parameters: list[tuple[str, str]],
    harms: Iterable[TreatmentHarms],
    everything: Tier,
) -> list[Tier]:
    """What is told of people as asked, where the source leaves them open, and of others."""
    outcomes = _outcomes(connection, slug, parameters, everything.outcomes)
    cases = _cases(connection, slug, parameters, everything.cases)
    return [
        Tier(name, told, outcomes[name], cases[name])
        for name, told in zip((ASKED, OPEN, OTHERS), harms, strict=True)
    ]


def _outcomes(
    connection: Connection, slug: str, parameters: list[tuple[str, str]], everything: list[Card]
) -> dict[str, list[Card]]:
    """Outcomes by people, each with those of its results that are about them."""
    found: dict[str, list[Card]] = {ASKED: [], OPEN: [], OTHERS: []}
    told = set()
    for name in (ASKED, OPEN):
        page = _asked(connection, OUTCOMES, slug, parameters, MATCHES[name])
        matches = page["matches"]["results"]
        for outcome in page["items"]:
            told.add(outcome["slug"])
            partly = outcome["slug"] in page["matches"]["partly"]
            missing = left_open(page["matches"]["missing"].get(outcome["slug"], ()))
            for of, results in _by_people(outcome, matches[outcome["slug"]], name):
                found[of].append(
                    {**outcome, "results": results, "partly": partly, "missing": missing}
                )
    found[OTHERS] += [each for each in everything if each["slug"] not in told]
    return found


def _by_people(outcome: Card, matches: list[Card], best: str) -> Iterator[tuple[str, list[Card]]]:
    """The results of an outcome by whose they are; it stands where its surest result does.

    Results of the same people that are not as asked otherwise stay beside those that are.
    """
    results: dict[str, list[Card]] = {ASKED: [], OPEN: [], OTHERS: []}
    for result, match in zip(outcome["results"], matches, strict=True):
        sure = next((name for name, kept in KEPT.items() if match["match"] in kept), None)
        same = best if match.get("people") == "same" else OTHERS
        results[sure or same].append(with_certainty(result, match))
    for name, some in results.items():
        if some or (name == best and not outcome["results"]):
            yield name, some


def _cases(
    connection: Connection, slug: str, parameters: list[tuple[str, str]], everything: list[Card]
) -> dict[str, list[Card]]:
    """Case reports by their patient, of whom a report tells no country."""
    told = [pair for pair in parameters if pair[0] in OF_PATIENTS]
    found: dict[str, list[Card]] = {ASKED: [], OPEN: [], OTHERS: []}
    if not told:
        return {**found, OPEN: everything}
    for name in (ASKED, OPEN):
        page = _asked(connection, CASE_REPORTS, slug, told, MATCHES[name])
        found[name if len(told) == len(parameters) else OPEN] += page["items"]
    shown = {each["slug"] for name in (ASKED, OPEN) for each in found[name]}
    found[OTHERS] = [each for each in everything if each["slug"] not in shown]
    return found


def _asked(
    connection: Connection,
    listing: ListDefinition,
    slug: str,
    parameters: list[tuple[str, str]],
    match: Match,
) -> Card:
    about = [("treatment", slug), ("match", match), ("limit", "100"), *parameters]
    return list_of(connection, listing, QueryParams(about))
