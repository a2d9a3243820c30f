"""Case reports are found by their patient: who is as asked, who may be, who is not."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence

PATIENT: dict[str, Any] = {"slug": "told"}
MATCHES = ("within", "definite", "possible")


@pytest.fixture
def conditions(evidence: Evidence) -> Evidence:
    evidence.condition("pain")
    evidence.condition("crps", parent="pain")
    evidence.condition("migraine")
    return evidence


def answer(client: TestClient, asked: dict[str, str]) -> str:
    """How surely the one patient is as asked."""
    for match in MATCHES:
        reply = client.get("/v1/case-reports", params={**asked, "match": match})
        assert reply.status_code == 200, reply.text
        if reply.json()["items"]:
            return match
    return "no"


@pytest.mark.parametrize(
    ("patient", "asked", "match"),
    [
        ({"ages": "9"}, {"age": "8..10"}, "within"),
        ({"ages": "9"}, {"age_group": "child"}, "within"),
        ({"ages": "9"}, {"age.within": "8..10"}, "within"),
        ({"ages": "9"}, {"age_group": "adult"}, "no"),
        ({"ages": "9"}, {"age_group.not": "adult"}, "within"),
        ({"ages": "40..49"}, {"age": "45"}, "definite"),
        ({"ages": "40..49"}, {"age.within": "45..60"}, "possible"),
        ({}, {"age": "45"}, "possible"),
        ({}, {"age_group.not": "adult"}, "possible"),
        ({"age_group": "child"}, {"age_group": "child"}, "within"),
        ({"age_group": "child"}, {"age": "8..10"}, "possible"),
        ({"age_group": "child"}, {"age": "..17"}, "within"),
        ({"age_group": "child"}, {"age": "42"}, "no"),
        ({"sex": "female"}, {"sex": "female"}, "within"),
        ({"sex": "all", "patients": 3}, {"sex": "female"}, "definite"),
        ({"sex": "male"}, {"sex": "female"}, "no"),
        ({}, {"sex": "female"}, "possible"),
        ({}, {"sex.missing": "true"}, "within"),
        ({"conditions": ["crps"]}, {"condition": "crps"}, "within"),
        ({"conditions": ["crps"]}, {"condition": "pain"}, "within"),
        ({"conditions": ["pain"]}, {"condition": "crps"}, "possible"),
        ({"conditions": ["pain", "migraine"]}, {"condition": "crps"}, "no"),
        ({}, {"condition": "crps"}, "possible"),
        ({}, {"n": "1"}, "within"),
        ({"patients": 3}, {"n": "2.."}, "within"),
        ({"ages": "9", "sex": "male"}, {"age": "9", "sex": "female"}, "no"),
        ({"ages": "9"}, {"age": "9", "sex": "female"}, "possible"),
    ],
)
def test_a_patient_is_held_against_what_is_asked(
    conditions: Evidence,
    client: TestClient,
    patient: dict[str, Any],
    asked: dict[str, str],
    match: str,
) -> None:
    conditions.case_report(**PATIENT, **patient)

    assert answer(client, asked) == match


def test_what_a_report_leaves_open_is_named(conditions: Evidence, client: TestClient) -> None:
    conditions.case_report(slug="one", ages="9", conditions=["pain"])
    conditions.case_report(slug="other", ages="42")

    found = client.get("/v1/case-reports?age=9&sex=female&condition=crps&match=any").json()

    assert found["matches"]["missing"] == {"one": ["condition", "sex"]}
    assert found["matches"]["excluded"]["value"] == 1


def test_what_else_is_asked_is_asked_of_the_same_report(
    conditions: Evidence, client: TestClient
) -> None:
    for sex in ("female", "male"):
        conditions.case_report(slug=sex, sex=sex, label=f"A {sex} of nine", patients=1)
    conditions.case_report(slug="three", patients=3, label="Three people of nine")

    def found(**asked: str) -> list[str]:
        reply = client.get("/v1/case-reports", params={"sex": "female", "match": "any", **asked})
        assert reply.status_code == 200, reply.text
        return [each["slug"] for each in reply.json()["items"]]

    assert found() == ["female", "three"]
    assert found(n="1") == ["female"]
    assert sorted(found(q="nine")) == ["female", "three"]
    assert found(sort="label") == ["female", "three"]
    assert found(q="three") == ["three"]
    assert found(sex="male", q="three", match="definite") == []
