"""The page of a treatment, in the order a clinician needs: in whom, what harm, then what benefit.

What is told of a form stands under exactly that form: a coma's harms are never those of the
substance at large.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.overviews.harms.routes import treatments_of
from app.query.ordering import total_json
from app.query.request import ListDefinition
from app.records.case_reports.filters import CASE_REPORTS
from app.records.citations.card import CITATION
from app.records.discrepancies.filters import DISCREPANCIES
from app.records.outcomes.filters import OUTCOMES
from app.records.study_list import STUDIES
from app.records.terms.card import OUTCOME_MEASURE
from app.records.terms.filters import TREATMENTS
from app.vocabulary import OutcomeDomain
from app.web import population_match
from app.web.api_data import (
    Card,
    cards_by_slug,
    first_of_list,
    list_of,
    record_of,
    source_of,
    sources_of,
)
from app.web.findings import REPORTING_GAPS
from app.web.pages.treatment_harms import FormHarms, harms_of_forms, harms_of_people
from app.web.pages.treatment_people import EVERYBODY, Tier, tiers_of_people


def context(connection: Connection, slug: str, given: QueryParams) -> dict[str, Any]:
    """Everything that the page shows; `given` asks for people, whom each study is held against."""
    card = record_of(connection, "treatment", slug)
    treatments = treatments_of(connection, QueryParams(treatment=slug))
    studies = list_of(connection, STUDIES, _list_query("treatment", slug))
    cases = _cases(connection, slug)
    outcomes, differences, narrower = (
        first_of_list(connection, listing, _list_query(by, slug)) for listing, by in RELATED_LISTS
    )
    kinds = [card, *narrower["items"]]
    matched = _matched_studies(connection, slug, given, studies)
    harms = harms_of_forms(connection, card, narrower["items"], treatments)
    forms = harms.forms
    tiers = [Tier(EVERYBODY, harms, outcomes["items"], cases["items"])]
    if people := matched["parameters"]:
        harms_by_people = harms_of_people(
            connection, card, narrower["items"], treatments, people, harms
        )
        tiers = tiers_of_people(connection, slug, people, harms_by_people, tiers[0])
    told = tiers[0].outcomes
    decisions = [_decisions(each) for each in kinds]
    quoted = [*(each.quoted() for each in tiers), _stated(forms), differences["items"], decisions]
    return {
        "card": card,
        **matched,
        "narrower": narrower["items"],
        "tiers": tiers,
        "outcomes": outcomes,
        "lasting": [each for each in told if _is_duration(each)],
        "unmeasured": _unmeasured_domains(connection, told) if studies["items"] else [],
        "forms": forms,
        "stated_forms": [each for each in forms if each.stated],
        "approvals": [each for each in kinds if each["regulatory_statuses"]],
        "cases": cases,
        "differences": differences,
        "publications": _publications(connection, studies["items"]),
        "gaps": REPORTING_GAPS,
        "sources": sources_of(connection, quoted),
        "places": {each["slug"]: source_of(each) for each in card["claims"]["items"]},
    }


def _stated(forms: Iterable[FormHarms]) -> list[Any]:
    return [list(each.stated.values()) for each in forms]


def _matched_studies(
    connection: Connection, slug: str, given: QueryParams, studies: Card
) -> dict[str, Any]:
    """The studies, those whose people match first, and how each matches."""
    conditions = {
        each["slug"]: each["name"]
        for study in studies["items"]
        for people in study["populations"]
        for each in people["conditions"]
    }
    found = population_match.context(connection, slug, given, conditions)
    shown = {
        each["slug"]: found["matches"].get(each["slug"], population_match.no_match(each))
        for each in studies["items"]
    }
    ordered = sorted(studies["items"], key=lambda each: shown[each["slug"]].order)
    return {**found, "matches": shown, "studies": {**studies, "items": ordered}}


RELATED_LISTS: tuple[tuple[ListDefinition, str], ...] = (
    (OUTCOMES, "treatment"),
    (DISCREPANCIES, "treatment"),
    (TREATMENTS, "parent"),
)


def _list_query(by: str, slug: str) -> QueryParams:
    return QueryParams([(by, slug), ("limit", "100")])


def _cases(connection: Connection, slug: str) -> Card:
    """The case reports, counted only where they are not all there: of most there are none."""
    given = _list_query("treatment", slug)
    found = first_of_list(connection, CASE_REPORTS, given)
    if found["next"]:
        return list_of(connection, CASE_REPORTS, given)
    return {**found, "total": total_json(len(found["items"]))}


def _decisions(card: Card) -> list[Card]:
    found: list[Card] = card["regulatory_statuses"]
    return found


def _is_duration(outcome: Card) -> bool:
    """Whether an outcome is about how long an effect lasted."""
    bounded = any(each["time_relation"] == "not_after" for each in outcome["results"])
    return outcome["metric"] == "duration" or bounded


def _unmeasured_domains(connection: Connection, outcomes: Iterable[Card]) -> list[str]:
    """The domains that no outcome of the studies shown is about."""
    measures = cards_by_slug(
        connection, OUTCOME_MEASURE, (each["measure"]["slug"] for each in outcomes)
    )
    known = {each["domain"] for each in measures.values()}
    return [each.label for each in OutcomeDomain if each not in {*known, OutcomeDomain.OTHER}]


def _publications(connection: Connection, studies: Iterable[Card]) -> list[Card]:
    """What was published about the studies, newest first."""
    slugs = (link["citation"]["slug"] for study in studies for link in study["citations"])
    found = cards_by_slug(connection, CITATION, slugs)
    return sorted(found.values(), key=lambda each: (-(each["year"] or 0), each["slug"]))
