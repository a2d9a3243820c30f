"""Criteria of one population, one arm, one result, one event: they meet there, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence
from tests.replies import check_problem


def slugs(client: TestClient, path: str, **asked: str) -> set[str]:
    reply = client.get(f"/v1/{path}", params=asked)
    assert reply.status_code == 200, reply.text
    return {record["slug"] for record in reply.json()["items"]}


def test_a_study_of_old_women_and_young_boys_has_no_girls(
    evidence: Evidence, client: TestClient
) -> None:
    women = {"key": "women", "sex": "female", "ages": "65..80"}
    boys = {"key": "boys", "sex": "male", "ages": "6..12"}
    evidence.study(populations=[women, boys])
    girls = evidence.study(populations=[{"key": "girls", "sex": "female", "ages": "6..12"}])

    assert slugs(client, "studies", sex="female", age="6..12") == {girls}


@pytest.mark.parametrize("apart", ["conditions", "countries", "n"])
def test_condition_country_and_number_meet_in_one_population(
    evidence: Evidence, client: TestClient, apart: str
) -> None:
    evidence.condition("gout")
    meets: dict[str, Any] = {"conditions": ["gout"], "countries": ["NL"], "n": 40}
    together = evidence.study(populations=[{"key": "all", **meets}])
    one = {name: value for name, value in meets.items() if name != apart}
    other = {apart: meets[apart]}
    evidence.study(populations=[{"key": "one", **one}, {"key": "other", **other}])

    assert slugs(client, "studies", condition="gout", country="nl", n="30..") == {together}


def test_outcomes_ask_the_people_of_a_result_in_the_same_way(
    evidence: Evidence, client: TestClient
) -> None:
    women = {"key": "women", "sex": "female", "ages": "65..80"}
    boys = {"key": "boys", "sex": "male", "ages": "6..12"}
    groups = [{"key": key, "title": key, "population": key} for key in ("women", "boys")]
    study = evidence.study(populations=[women, boys], groups=groups)
    pain, sleep = evidence.outcome_measure("pain"), evidence.outcome_measure("sleep")
    result = {"conclusion": "no_difference"}
    outcome = evidence.outcome(study, pain, results=[{**result, "group": "boys"}])
    evidence.outcome(study, sleep, results=[{**result, "group": "women"}])

    assert slugs(client, "outcomes", sex="male", age="6..12") == {outcome}
    assert slugs(client, "outcomes", sex="female", age="6..12") == set()


def test_both_sexes_answer_for_either(evidence: Evidence, client: TestClient) -> None:
    everybody = evidence.study(populations=[{"key": "people", "sex": "all"}])
    women = evidence.study(populations=[{"key": "people", "sex": "female"}])
    evidence.study(populations=[{"key": "people"}])

    assert slugs(client, "studies", sex="female") == {everybody, women}
    assert slugs(client, "studies", sex="male") == {everybody}
    assert slugs(client, "studies", sex="all") == {everybody}


def test_a_treatment_and_its_role_meet_in_one_arm(evidence: Evidence, client: TestClient) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("placebo")
    roles = {"ketamine": "investigated", "placebo": "comparator"}
    trial = evidence.study(
        arms=[
            {"key": name, "treatments": [{"treatment": name, "role": role}]}
            for name, role in roles.items()
        ]
    )

    assert slugs(client, "studies", treatment="ketamine", treatment_role="investigated") == {trial}
    assert slugs(client, "studies", treatment="ketamine", treatment_role="comparator") == set()
    assert slugs(client, "studies", comparator="ketamine") == set()
    assert slugs(client, "studies", comparator="placebo") == {trial}


def test_one_outcome_meets_measure_and_direction(evidence: Evidence, client: TestClient) -> None:
    study, told = evidence.study(), {"contrast": "from_baseline", "direction_basis": "stated"}
    for measure, direction in {"pain": "better", "mood": "worse"}.items():
        evidence.outcome_measure(measure, domain=measure if measure == "pain" else None)
        evidence.outcome(study, measure, results=[{**told, "direction": direction}])
    silent = evidence.study()

    def studies(**asked: str) -> set[str]:
        return slugs(client, "studies", **asked)

    assert studies(outcome="pain", direction="better") == {study}
    assert studies(outcome="pain", direction="worse") == set()
    assert studies(outcome_domain="pain", direction="worse") == set()
    assert studies(outcome="mood", **{"direction.not": "better"}) == set()
    assert studies(direction="worse", **{"outcome.not": "pain"}) == set()
    assert studies(**{"direction.not": "mixed"}) == {study, silent}


def test_one_result_meets_contrast_and_conclusion(evidence: Evidence, client: TestClient) -> None:
    study, measure = evidence.study(), evidence.outcome_measure("pain")
    fell = {"contrast": "from_baseline", "conclusion": "difference"}
    alike = {"contrast": "between_groups", "conclusion": "no_difference"}
    outcome = evidence.outcome(study, measure, results=[fell, alike])

    asked = {"contrast": "between_groups", "conclusion": "no_difference"}
    assert slugs(client, "outcomes", **asked) == {outcome}
    asked = {"contrast": "between_groups", "conclusion": "difference"}
    assert slugs(client, "outcomes", **asked) == set()


def test_a_treatment_its_route_and_its_dose_meet_in_one_row_of_an_arm(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("esketamine", parent="ketamine")
    evidence.treatment("morphine")
    dose = {"dose_low": 10, "dose_high": 20, "dose_unit": "mg/h"}
    given = [
        {"treatment": "esketamine", "route": "intravenous", **dose},
        {"treatment": "morphine", "role": "rescue", "route": "oral", "dose_low": 5}
        | {"dose_unit": "mg", "dose_per": "70 kg"},
    ]
    trial = evidence.study(arms=[{"key": "arm", "treatments": given}])
    untold = evidence.study(
        arms=[{"key": "arm", "treatments": [{"treatment": "ketamine", "role": "rescue"}]}]
    )
    armless = evidence.study()

    def studies(**asked: str) -> set[str]:
        return slugs(client, "studies", **asked)

    assert studies(treatment="ketamine", route="intravenous") == {trial}
    assert studies(treatment="ketamine", route="oral") == set()
    assert studies(treatment="ketamine", route="intravenous", descendants="false") == set()
    assert studies(treatment_role="rescue", route="oral") == {trial}
    assert studies(treatment_role="rescue", route="intravenous") == set()
    assert studies(treatment="ketamine", dose="20..40 mg/h") == {trial}
    assert studies(treatment="ketamine", dose="21.. mg/h") == set()
    assert studies(treatment="ketamine", route="oral", dose="10..20 mg/h") == set()
    assert studies(dose="5 mg") == set()
    assert studies(dose="5 MG per 70kg") == {trial}
    assert studies(treatment="ketamine", **{"route.missing": "true"}) == {untold}
    assert studies(**{"dose.missing": "true"}) == {untold}
    assert studies(**{"route.not": "intravenous"}) == {trial, untold, armless}
    assert studies(treatment="ketamine", **{"route.not": "intravenous"}) == {untold}
    assert studies(route="oral", **{"treatment.not": "ketamine"}) == set()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("10..20", "10..20 of what? doses are written"),
        ("mg/h", "doses are written 20 mg/h"),
        ("20..10 mg/h", "the lower bound is above the upper one"),
    ],
)
def test_what_is_no_dose_is_refused_with_how_doses_are_written(
    sqlite_reader: TestClient, written: str, message: str
) -> None:
    reply = sqlite_reader.get("/v1/studies", params={"dose": written})

    [error] = check_problem(reply, 422)["errors"]
    assert error["parameter"] == "dose"
    assert message in error["message"]


def test_a_publication_and_its_role_meet_in_one_link(
    evidence: Evidence, client: TestClient
) -> None:
    first, second = evidence.citation(slug="first"), evidence.citation(slug="second")
    links = [
        {"citation": first, "role": "protocol", "basis": "in_text"},
        {"citation": second, "role": "results", "basis": "in_text"},
    ]
    both = evidence.study(citations=links)
    alone = evidence.study(citations=links[1:])
    none = evidence.study()

    def studies(**asked: str) -> set[str]:
        return slugs(client, "studies", **asked)

    assert studies(citation=first, citation_role="protocol") == {both}
    assert studies(citation=first, citation_role="results") == set()
    assert studies(**{"citation.not": first}) == {alone, none}
    assert studies(citation=second, **{"citation_role.not": "protocol"}) == {alone}


def test_unit_spread_and_adjustment_meet_in_one_result(
    evidence: Evidence, client: TestClient
) -> None:
    plain = {"contrast": "single_group", "statistic": "mean", "value": 3, "unit": "mm"}
    adjusted = {"contrast": "between_groups", "conclusion": "difference", "adjusted": True}
    outcome = evidence.outcome(
        evidence.study(), evidence.outcome_measure("pain"), results=[plain, adjusted]
    )

    def outcomes(**asked: str) -> set[str]:
        return slugs(client, "outcomes", **asked)

    assert outcomes(unit="mm", contrast="single_group") == {outcome}
    assert outcomes(unit="mm", adjusted="yes") == set()
    assert outcomes(unit="mm", **{"adjusted.missing": "true"}) == {outcome}
    assert outcomes(unit="mm", **{"adjusted.missing": "false"}) == set()


def test_a_status_is_of_one_authority_and_of_exactly_that_treatment(
    evidence: Evidence, client: TestClient
) -> None:
    says = [evidence.support()]
    statuses = [
        {"jurisdiction": "US", "state": "not_approved", "says": says},
        {"jurisdiction": "EU", "state": "approved", "says": says},
    ]
    evidence.treatment("ketamine")
    coma = evidence.treatment("coma", parent="ketamine", regulatory_statuses=statuses)

    def treatments(**asked: str) -> set[str]:
        return slugs(client, "treatments", **asked)

    assert treatments(jurisdiction="eu", regulatory_status="approved") == {coma}
    assert treatments(jurisdiction="US", regulatory_status="approved") == set()
    assert treatments(regulatory_status="approved", **{"jurisdiction.not": "US"}) == {coma}


def test_claims_without_a_publication_are_told_from_those_with_one(
    evidence: Evidence, client: TestClient
) -> None:
    publication, alone = evidence.citation(), evidence.claim()
    read_in = evidence.claim(
        source_citation=publication, source_location="abstract", summary="It helps."
    )
    resting = evidence.claim(citations=[{"citation": publication, "basis": "in_text"}])

    assert slugs(client, "claims", **{"citation.missing": "true"}) == {alone}
    assert slugs(client, "claims", **{"citation.missing": "false"}) == {read_in, resting}


def test_one_event_meets_treatment_and_drug_role(evidence: Evidence, client: TestClient) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("morphine")
    events = [
        {"type": "exposure", "term": "ketamine", "drug_role": "suspect"},
        {"type": "exposure", "term": "morphine", "drug_role": "concomitant"},
    ]
    case = evidence.case_report(events=events)

    assert slugs(client, "case-reports", treatment="ketamine", drug_role="suspect") == {case}
    assert slugs(client, "case-reports", treatment="morphine", drug_role="suspect") == set()


def test_people_without_a_condition_are_found_by_what_else_is_known_of_them(
    evidence: Evidence, client: TestClient
) -> None:
    healthy = evidence.study(populations=[{"key": "people", "sex": "male"}])

    assert slugs(client, "studies", sex="male") == {healthy}


def test_a_study_with_several_matching_rows_is_listed_once(
    evidence: Evidence, client: TestClient
) -> None:
    people = [{"key": key, "sex": "female", "n": 10} for key in ("first", "second")]
    study = evidence.study(populations=people)

    reply = client.get("/v1/studies?sex=female").json()

    assert [each["slug"] for each in reply["items"]] == [study]
    assert reply["total"] == {"value": 1, "relation": "eq"}
