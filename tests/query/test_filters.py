"""Every filter of every list: a row that matches is found, one that does not is not."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.query.filters import flatten_filters
from app.records.catalogue import RESOURCES
from app.records.studies.arm_filters import GIVEN
from app.records.studies.filters import STUDY_FILTERS
from tests.factories import Evidence
from tests.filter_cases import (
    Case,
    Make,
    adverse_events,
    case_reports,
    claims,
    outcomes,
    sources,
    studies,
    terms,
)

CASES: dict[str, tuple[Case, ...]] = {
    "studies": studies.CASES,
    "outcomes": outcomes.CASES,
    "adverse-events": adverse_events.CASES,
    "case-reports": case_reports.CASES,
    "claims": claims.CASES,
    "citations": sources.CITATION_CASES,
    "documents": sources.DOCUMENT_CASES,
    "discrepancies": sources.DISCREPANCY_CASES,
    "treatments": terms.TREATMENT_CASES,
    "conditions": terms.CONDITION_CASES,
    "adverse-effects": terms.ADVERSE_EFFECT_CASES,
    "outcome-measures": terms.OUTCOME_MEASURE_CASES,
}
LISTINGS = {each.listing.kind.path: each.listing for each in RESOURCES}
TERM_CASES = {
    path: some
    for path, cases in CASES.items()
    if (
        some := [
            case
            for case in cases
            if LISTINGS[path].parameters()[case.filter].direct and case.filter != "parent"
        ]
    )
}
BARE: dict[str, Make] = {  # records that say next to nothing
    "studies": lambda evidence: evidence.study(),
    "outcomes": lambda evidence: evidence.outcome(
        evidence.study(),
        evidence.outcome_measure("bare"),
        reporting="measured_not_analysed",
        results=[],
    ),
    "adverse-events": lambda evidence: evidence.adverse_event(
        evidence.study(), "all", "any", adverse_effect=None, scope="any_event"
    ),
    "case-reports": lambda evidence: evidence.case_report(),
    "claims": lambda evidence: evidence.claim(kind="opinion"),
    "citations": lambda evidence: evidence.citation(),
    "documents": lambda evidence: evidence.document(),
    "discrepancies": lambda evidence: evidence.discrepancy(
        sides=[{"citation": evidence.citation(), "says": "so"}] * 2
    ),
    "treatments": lambda evidence: evidence.treatment("bare"),
    "conditions": lambda evidence: evidence.condition("bare"),
    "adverse-effects": lambda evidence: evidence.adverse_effect("bare"),
    "outcome-measures": lambda evidence: evidence.outcome_measure("bare"),
}
ON_STUDIES = {each.name for each in flatten_filters((*STUDY_FILTERS, GIVEN))}
STUDY_CASES = [case for case in studies.CASES if case.filter in ON_STUDIES]
OF_FACTS = {"comparator", "basis", "publication_status"}  # of their own, with cases of their own


def found(client: TestClient, path: str, **asked: str) -> list[Any]:
    reply = client.get(f"/v1/{path}", params=asked)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


def slugs(client: TestClient, path: str, **asked: str) -> set[str]:
    """What a list finds; nothing where it is asked for a term or record that is not there yet."""
    reply = client.get(f"/v1/{path}", params={"limit": "200", **asked})
    if reply.status_code == 422:
        assert reply.json()["type"].rpartition(":")[2] in {"unknown-term", "unknown-record"}
        return set()
    assert reply.status_code == 200, reply.text
    return {each["slug"] for each in reply.json()["items"]}


def together(evidence: Evidence, make: Make) -> str:
    """What a case makes, in one change."""
    with evidence.together():
        return make(evidence)


@pytest.mark.parametrize("path", CASES)
def test_a_filter_finds_the_row_that_matches_and_not_the_other(
    evidence: Evidence, client: TestClient, path: str
) -> None:
    """One case after the other in one database: what each adds to what its filter finds."""
    wrong = []
    for case in CASES[path]:
        asked = {case.filter: case.asked}
        before = slugs(client, path, **asked)
        hit, miss = together(evidence, case.hit), together(evidence, case.miss)
        after, all_there = slugs(client, path, **asked), slugs(client, path)
        if after - before != {hit} or not {hit, miss} <= all_there:
            wrong.append((case.filter, case.asked, hit, miss, after - before))
    assert wrong == []


@pytest.mark.parametrize("path", CASES)
def test_not_leaves_out_what_matches_and_keeps_what_no_source_states(
    evidence: Evidence, client: TestClient, path: str
) -> None:
    bare, wrong = BARE[path](evidence), []
    for case in CASES[path]:
        hit = together(evidence, case.hit)
        asked = {case.filter: case.asked}
        opposite = {f"{case.filter}.not": case.asked, "match": "any", "limit": "200"}
        left = {each["slug"] for each in found(client, path, **opposite)}
        states = bare in {each["slug"] for each in found(client, path, **asked, limit="200")}
        if hit in left or (bare in left) is states:
            wrong.append((case.filter, case.asked, hit in left, bare in left))
    assert wrong == []


@pytest.mark.parametrize("path", TERM_CASES)
def test_a_term_finds_narrower_ones_unless_they_are_not_wanted(
    evidence: Evidence, client: TestClient, path: str
) -> None:
    """One case after the other, each with a broader term of its own."""
    wrong = []
    for at, case in enumerate(TERM_CASES[path]):
        broader = f"broader-{at}"
        hit = together(evidence, case.hit)
        make = getattr(evidence, str(LISTINGS[path].parameters()[case.filter].term))
        with evidence.together():
            make(broader)
            make(case.asked, parent=broader)
        asked = {case.filter: broader}
        narrower = slugs(client, path, **asked)
        own = slugs(client, path, **asked, descendants="false")
        if hit not in narrower or own:
            wrong.append((case.filter, case.asked, hit, narrower, own))
    assert wrong == []


def test_outcomes_and_adverse_events_of_everybody_take_the_filters_on_their_study(
    evidence: Evidence, client: TestClient
) -> None:
    """One case after the other: of the study that matches and of the other, what is found.

    What is about all people of a study is found by what is asked of people, too.
    """
    wrong = []
    for case in STUDY_CASES:
        if case.filter in OF_FACTS:
            continue
        hit, miss = together(evidence, case.hit), together(evidence, case.miss)
        with evidence.together():
            for study in (hit, miss):
                _look_at_everybody(evidence, study)
        for path in ("outcomes", "adverse-events"):
            if (path, case.filter) != ("adverse-events", "adverse_effect"):  # its own, of the row
                asked = {case.filter: case.asked, "study": [hit, miss], "limit": "200"}
                rows = client.get(f"/v1/{path}", params=asked).json()["items"]
                if {row["study"]["slug"] for row in rows} != {hit}:
                    wrong.append((path, case.filter, case.asked, hit, miss))
    assert wrong == []


def _look_at_everybody(evidence: Evidence, study: str) -> None:
    """Give a study an outcome that has no results, and a count of harms at large."""
    measure = evidence.outcome_measure(f"looked-at-in-{study}")
    evidence.outcome(study, measure, reporting="not_measured", results=[])
    evidence.adverse_event(study, "all", "any", adverse_effect=None, scope="any_event")


TRIED_ELSEWHERE = {"age.within"}  # tests/test_population_match.py


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: listing.kind.path)
def test_every_declared_filter_has_a_case(listing: Any) -> None:
    tried = {case.filter for case in CASES[listing.kind.path]}
    if listing.kind.path in {"outcomes", "adverse-events"}:
        tried |= {case.filter for case in STUDY_CASES} - OF_FACTS

    assert tried == {each.name for each in flatten_filters(listing.filters)} - TRIED_ELSEWHERE
