"""The harm profile of some people: counts and cases of them, as surely as is asked."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.children_and_adults import counted, trial
from tests.factories import Evidence
from tests.replies import check_problem


def profile(client: TestClient, **asked: Any) -> dict[str, Any]:
    reply = client.get("/v1/adverse-effects", params={"treatment": "ketamine", **asked})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def harms(found: dict[str, Any]) -> dict[str, str]:
    return {each["adverse_effect"]["slug"]: each["match"] for each in found["items"]}


def seen(evidence: Evidence, effect: str, **patient: Any) -> str:
    """A case of the harm after ketamine."""
    evidence.treatment("ketamine")
    evidence.adverse_effect(effect)
    told = [("exposure", "ketamine"), ("adverse_event", effect)]
    events = [{"type": type_, "term": term} for type_, term in told]
    return evidence.case_report(events=events, **patient)


def test_harms_counted_in_others_are_none_of_theirs(evidence: Evidence, client: TestClient) -> None:
    study = trial(evidence)
    counted(evidence, study, "nausea", children_ketamine=2, adults_ketamine=1)
    counted(evidence, study, "hallucinations", adults_ketamine=9)

    found = profile(client, age_group="child")

    assert harms(found) == {"nausea": "within"}
    (count,) = found["items"][0]["counts"]
    assert count["matches"] == [
        {"count": 0, "match": "within", "missing": []},
        {"count": 1, "match": "no", "people": "other"},
    ]
    assert {name: each["value"] for name, each in found["matches"].items()} == {
        "definite": 1,
        "possible": 0,
        "excluded": 1,
    }


def test_the_people_and_the_exact_treatment_meet_in_one_group(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("esketamine", parent="ketamine")
    arms = [
        {"key": name, "treatments": [{"treatment": name}]} for name in ("ketamine", "esketamine")
    ]
    populations = [{"key": "young", "ages": "8..17"}, {"key": "old", "ages": "18..64"}]
    groups = [
        {"key": "young", "title": "young", "population": "young", "arms": ["esketamine"]},
        {"key": "old", "title": "old", "population": "old", "arms": ["ketamine"]},
    ]
    study = evidence.study(arms=arms, populations=populations, groups=groups)
    counted(evidence, study, "nausea", young=1, old=2)

    found = profile(client, age_group="child")

    assert [each["treatment"]["slug"] for each in found["items"]] == ["esketamine"]


def test_a_statement_names_no_people_and_is_only_possible(
    evidence: Evidence, client: TestClient
) -> None:
    study = trial(evidence)
    counted(evidence, study, "nausea", children_ketamine=2)
    for effect in ("nausea", "delirium"):
        evidence.claim(
            kind="adverse_effect", subject="ketamine", object=evidence.adverse_effect(effect)
        )

    sure, open_ = (
        profile(client, age_group="child"),
        profile(client, age_group="child", match="possible"),
    )

    assert harms(sure) == {"nausea": "within"}
    (statement,) = sure["items"][0]["statements"]
    assert statement["people"] == "not_told"
    assert harms(open_) == {"delirium": "possible"}


@pytest.mark.parametrize(
    ("patient", "match"),
    [
        ({"ages": "9", "sex": "female"}, "within"),
        ({"ages": "9"}, "possible"),
        ({"sex": "female"}, "possible"),
        ({"ages": "42", "sex": "female"}, None),
        ({"ages": "9", "sex": "male"}, None),
    ],
)
def test_a_case_is_told_of_by_its_own_patient(
    evidence: Evidence, client: TestClient, patient: dict[str, Any], match: str | None
) -> None:
    seen(evidence, "delirium", **patient)

    found = profile(client, age_group="child", sex="female", match="any")

    assert harms(found).get("delirium") == match


def test_a_comparator_is_given_to_the_same_people(evidence: Evidence, client: TestClient) -> None:
    study = trial(evidence)
    counted(evidence, study, "nausea", children_ketamine=2, children_placebo=1)
    counted(evidence, study, "delirium", children_ketamine=2, adults_placebo=1)
    seen(evidence, "delirium", ages="9")

    found = profile(client, age_group="child", comparator="placebo", match="any")

    assert harms(found) == {"nausea": "within"}


def test_all_pages_of_a_profile_of_some_people_are_the_whole(
    evidence: Evidence, client: TestClient
) -> None:
    study = trial(evidence)
    names = [f"harm-{at}" for at in range(5)]
    for name in names:
        counted(evidence, study, name, children_ketamine=2)

    found: list[str] = []
    cursor = None
    while cursor is not None or not found:
        page = profile(client, age_group="child", limit=2, **({"cursor": cursor} if cursor else {}))
        found += [each["adverse_effect"]["slug"] for each in page["items"]]
        cursor = page["next"]

    assert found == names


def test_what_a_profile_does_not_take_is_refused_with_the_nearest(client: TestClient) -> None:
    reply = client.get("/v1/adverse-effects?treatment=ketamine&age_groop=child")

    (error,) = check_problem(reply, 422)["errors"]
    assert (error["parameter"], error["suggestion"]) == ("age_groop", "age_group")


@pytest.mark.parametrize("asked", ["match=possible", "broader=true", "broader=perhaps"])
def test_how_people_match_is_asked_of_some_people(
    evidence: Evidence, client: TestClient, asked: str
) -> None:
    evidence.treatment("ketamine")

    reply = client.get(f"/v1/adverse-effects?treatment=ketamine&{asked}")

    (error,) = check_problem(reply, 422)["errors"]
    assert error["parameter"] == asked.partition("=")[0]
    assert "ask for some" in error["message"]


def test_the_document_of_the_interface_names_what_a_profile_asks_of_people(
    client: TestClient,
) -> None:
    told = client.get("/openapi.json").json()["paths"]["/v1/adverse-effects"]["get"]["parameters"]

    names = [each["name"] for each in told]
    assert {"age", "age.within", "sex.not", "country.missing", "comparator", "match"} < {*names}
    assert len(names) == len({*names})
