"""`.not` leaves out what is so, and keeps what no source states."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.factories import Evidence


def slugs(client: TestClient, path: str = "studies", **asked: Any) -> set[str]:
    reply = client.get(f"/v1/{path}", params=asked)
    assert reply.status_code == 200, reply.text
    return {each["slug"] for each in reply.json()["items"]}


def test_a_study_with_a_treatment_in_any_arm_is_left_out(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("coma", parent="ketamine")
    evidence.treatment("placebo")

    def arm(given: str, role: str = "investigated") -> dict[str, Any]:
        return {"key": given, "treatments": [{"treatment": given, "role": role}]}

    against = evidence.study(arms=[arm("coma"), arm("placebo", "comparator")])
    alone = evidence.study(arms=[arm("coma")])
    other = evidence.study(arms=[arm("placebo", "comparator")])
    untold = evidence.study()

    assert slugs(client, **{"treatment.not": "placebo"}) == {alone, untold}
    assert slugs(client, **{"treatment.not": "ketamine"}) == {other, untold}
    assert slugs(client, treatment="ketamine", **{"treatment.not": "placebo"}) == {alone}
    narrow = {"treatment.not": "ketamine", "descendants": "false"}
    assert slugs(client, **narrow) == {against, alone, other, untold}
    roles = {"treatment_role.not": "comparator"}
    assert slugs(client, **roles) == {against, alone, untold}


def test_what_is_not_stated_is_kept_unless_it_is_to_be_stated(
    evidence: Evidence, client: TestClient
) -> None:
    double, none = evidence.study(masking="double"), evidence.study(masking="none")
    untold = evidence.study()

    assert slugs(client, **{"masking.not": "double"}) == {none, untold}
    assert slugs(client, **{"masking.not": "double", "masking.missing": "false"}) == {none}
    assert slugs(client, **{"masking.missing": "true"}) == {untold}
    assert slugs(client, **{"year.not": "2001"}) == {double, none, untold}


def test_ages_in_days_are_stated_ages(evidence: Evidence, client: TestClient) -> None:
    people = {"key": "people", "age_group": "child", "age_min_days": 2191, "age_end_days": 4383}
    study = evidence.study(populations=[people])
    bounded = evidence.study(populations=[{"key": "people", "age_min_days": 2191}])

    assert slugs(client, age="6..12") == {study, bounded}
    assert slugs(client, **{"age.missing": "true"}) == set()
