"""Figures of some people: only numbers about them are drawn, others are named."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.children_and_adults import compared, counted, trial
from tests.factories import Evidence
from tests.replies import check_problem


def rows(client: TestClient, path: str, **asked: str) -> dict[str, Any]:
    reply = client.get(f"/v1/{path}", params=asked)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def bars(found: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(each["group"], each["asked_for"]) for row in found["items"] for each in row["groups"]]


def test_counts_of_other_people_are_named_and_no_bar(
    evidence: Evidence, client: TestClient
) -> None:
    counted(evidence, trial(evidence), "nausea", children_ketamine=2, adults_ketamine=9)

    found = rows(client, "affected", age_group="child")

    assert bars(found) == [("children, ketamine", True)]
    assert found["drawn"]["other_people"] == 1
    assert [each["groups"] for each in found["drawn"]["others"]] == [["adults, ketamine"]]
    picture = client.get("/v1/affected/figure.svg?age_group=child").text
    assert "nausea, Both: also in adults, ketamine." in picture
    assert "9 of 10" not in picture


def test_the_control_of_the_same_people_is_drawn_beside(
    evidence: Evidence, client: TestClient
) -> None:
    study = trial(evidence)
    counted(evidence, study, "nausea", children_ketamine=2, children_placebo=1, adults_placebo=5)

    found = rows(client, "affected", age_group="child", treatment="ketamine")

    assert bars(found) == [("children, ketamine", True), ("children, placebo", False)]
    assert found["drawn"]["other_people"] == 1


def test_people_that_the_source_leaves_open_are_drawn_where_they_are_asked_for(
    evidence: Evidence, client: TestClient
) -> None:
    counted(evidence, trial(evidence), "nausea", children_ketamine=2, some=3)

    sure = rows(client, "affected", age_group="child")
    open_ = rows(client, "affected", age_group="child", match="any")

    assert bars(sure) == [("children, ketamine", True)]
    assert bars(open_) == [("children, ketamine", True), ("some", True)]


def test_a_figure_tells_how_sure_it_is_of_each_group(
    evidence: Evidence, client: TestClient
) -> None:
    counted(evidence, trial(evidence), "nausea", children_ketamine=2, children_placebo=1, some=3)
    asked = {"age_group": "child", "treatment": "ketamine", "match": "any"}

    [row] = rows(client, "affected", **asked)["items"]
    picture = client.get("/v1/affected/figure.svg", params=asked).text

    assert [(each["group"], each["match"]) for each in row["groups"]] == [
        ("children, ketamine", "within"),
        ("children, placebo", "no"),
        ("some", "possible"),
    ]
    assert row["groups"][2]["missing"] == ["population"]
    assert "some (left open: who they are" in picture


def test_an_arm_whose_number_no_source_gives_is_of_nobody_knows_how_many(
    reader: TestClient,
) -> None:
    found = rows(reader, "effect-directions", study="adults-crps-12-weeks")

    people = {(mark["sides"], mark["people"]) for row in found["items"] for mark in row["marks"]}
    assert ("ketamine", None) in people
    assert ("ketamine against placebo", 60) in people


def test_only_results_as_asked_are_drawn(evidence: Evidence, client: TestClient) -> None:
    study, pain = trial(evidence), evidence.outcome_measure("pain")
    ratio = {"statistic": "odds_ratio", "direction_basis": "stated"}
    results = [
        compared("children", value=2.0, direction="worse", **ratio),
        compared("adults", value=0.5, direction="better", **ratio),
    ]
    evidence.outcome(study, pain, results=results)

    estimates = rows(client, "estimates", age_group="child")
    directions = rows(client, "effect-directions", age_group="child")

    assert [each["value"] for each in estimates["items"]] == [2.0]
    marks = [each["direction"] for row in directions["items"] for each in row["marks"]]
    assert marks == ["worse"]
    for found in (estimates, directions):
        assert found["drawn"]["other_people"] == 1
        (others,) = found["drawn"]["others"]
        assert others["groups"] == ["adults, ketamine against adults, placebo"]


def test_results_of_the_same_people_with_another_treatment_are_counted_and_not_drawn(
    evidence: Evidence, client: TestClient
) -> None:
    study, pain = trial(evidence), evidence.outcome_measure("pain")
    of_arm = {"contrast": "from_baseline", "direction": "better", "direction_basis": "stated"}
    results = [
        {**of_arm, "groups": [{"group": f"children-{arm}"}]} for arm in ("ketamine", "placebo")
    ]
    evidence.outcome(study, pain, results=results)

    found = rows(client, "effect-directions", age_group="child", treatment="placebo")

    assert [len(row["marks"]) for row in found["items"]] == [1]
    assert found["drawn"]["not_asked"] == 1
    assert found["drawn"]["other_people"] == 0


@pytest.mark.parametrize(
    "path", ["affected", "estimates", "effect-directions", "counts", "results"]
)
@pytest.mark.parametrize(
    "where", ['{"any": [{"age_group": "child"}]}', '{"not": {"treatment": "ketamine"}}']
)
def test_people_in_a_nested_question_are_refused_where_numbers_are_told_apart(
    reader: TestClient, path: str, where: str
) -> None:
    reply = reader.get(f"/v1/{path}", params={"where": where})

    (error,) = check_problem(reply, 422)["errors"]
    assert error["parameter"] == "where"
    assert "parameters of their own" in error["message"]


def test_a_nested_question_chooses_what_a_figure_draws(
    evidence: Evidence, client: TestClient
) -> None:
    study = trial(evidence)
    for effect in ("nausea", "sedation"):
        counted(evidence, study, effect, children_ketamine=2, adults_ketamine=3)

    found = rows(
        client, "affected", where='{"not": {"adverse_effect": "nausea"}}', age_group="child"
    )

    assert [each["term"] for each in found["items"]] == ["sedation"]
    assert bars(found) == [("children, ketamine", True)]
