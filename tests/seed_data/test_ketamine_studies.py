"""The studies that the seed document tells of, read back through the API."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api_client import every, read, slugs

ADULTS = "adults-crps-12-weeks"
CHILDREN = "children-oral-ketamine"


def results(client: TestClient, outcome: str) -> list[Any]:
    return list(read(client, f"outcomes/{outcome}")["results"])


def sides(result: Any) -> dict[str, str]:
    return {each["role"]: each["group"]["key"] for each in result["groups"]}


def claims_of(result: Any) -> list[str]:
    return [each["slug"] for each in result["says"]]


def test_the_study_of_adults_keeps_empty_what_the_document_does_not_tell(
    document_reader: TestClient,
) -> None:
    study = read(document_reader, f"studies/{ADULTS}")

    assert study["basis"] == "secondary_document"
    assert study["study_type"] == "interventional"
    assert [study[name] for name in ("enrollment", "allocation", "masking", "phase", "year")] == [
        None
    ] * 5
    assert {arm["key"]: arm["n"] for arm in study["arms"]} == {"ketamine": None, "placebo": None}


def test_the_adults_have_ages_derived_from_their_label(document_reader: TestClient) -> None:
    (adults,) = read(document_reader, f"studies/{ADULTS}")["populations"]

    assert (adults["label"], adults["n"], adults["age_group"]) == (
        "adults with CRPS",
        None,
        "adult",
    )
    assert adults["age_basis"] == "derived_from_label"
    assert (adults["ages"]["min"], adults["ages"]["max"]) == ("18 years", None)
    assert [each["slug"] for each in adults["conditions"]] == ["complex-regional-pain-syndrome"]


def test_ketamine_is_investigated_and_placebo_compared_with(document_reader: TestClient) -> None:
    arms = read(document_reader, f"studies/{ADULTS}")["arms"]
    given = {
        arm["key"]: (each["treatment"]["slug"], each["role"])
        for arm in arms
        for each in arm["treatments"]
    }

    assert given == {
        "ketamine": ("ketamine", "investigated"),
        "placebo": ("placebo", "comparator"),
    }


def test_no_difference_is_the_conclusion_between_groups_and_gives_no_direction(
    document_reader: TestClient,
) -> None:
    (found,) = every(document_reader, "outcomes", conclusion="no_difference")
    (result,) = [each for each in found["results"] if each["contrast"] == "between_groups"]

    assert found["slug"] == f"{ADULTS}.pain"
    assert result["conclusion"] == "no_difference"
    assert result["direction"] is result["direction_basis"] is result["change"] is None
    assert sides(result) == {"index": "ketamine", "reference": "placebo"}
    assert (result["time_verbatim"], result["time_days"]) == ("at the end of the study", None)


def test_no_improvement_is_a_conclusion_of_its_own(document_reader: TestClient) -> None:
    (result,) = results(document_reader, f"{ADULTS}.function")

    assert result["conclusion"] == "no_improvement"
    assert result["direction"] is result["change"] is None
    assert result["contrast"] == "not_stated"
    assert slugs(document_reader, "outcomes", conclusion="no_improvement") == {f"{ADULTS}.function"}
    assert slugs(document_reader, "outcomes", direction=["worse", "none"]) == set()


def test_the_reduction_in_pain_is_a_decrease_from_baseline_over_84_days(
    document_reader: TestClient,
) -> None:
    (result,) = [
        each
        for each in results(document_reader, f"{ADULTS}.pain")
        if each["contrast"] == "from_baseline"
    ]

    assert (result["change"], result["direction"]) == ("decrease", "better")
    assert result["direction_basis"] == "derived"
    assert (result["time_relation"], result["time_days"]) == ("over", 84)
    assert sides(result) == {"index": "ketamine"}
    assert result["conclusion"] is result["value"] is result["p"] is None


def test_the_reduction_was_greatest_in_week_1(document_reader: TestClient) -> None:
    outcome = read(document_reader, f"outcomes/{ADULTS}.pain-peak")
    (result,) = outcome["results"]

    assert outcome["metric"] == "peak"
    assert (result["contrast"], result["change"]) == ("from_baseline", "decrease")
    assert (result["time_relation"], result["time_days"]) == ("during", 7)
    assert result["time_verbatim"] == "the 1st week of therapy"
    assert f"{ADULTS}.pain-peak" in slugs(document_reader, "outcomes", timepoint="..1wk")


def test_it_seemed_effective_in_5_of_12(document_reader: TestClient) -> None:
    outcome = read(document_reader, f"outcomes/{CHILDREN}.response")
    result = next(each for each in outcome["results"] if sides(each) == {"index": "children"})

    assert (result["statistic"], result["numerator"], result["denominator"]) == (
        "proportion",
        5,
        12,
    )
    assert result["hedge"] == "seemed"
    assert result["percent"] is result["p"] is result["conclusion"] is None
    assert (outcome["metric"], outcome["measure"]["slug"]) == ("event", "pain-relief")


def test_the_12_children_took_ketamine_by_mouth(document_reader: TestClient) -> None:
    study = read(document_reader, f"studies/{CHILDREN}")

    assert (study["enrollment"], study["enrollment_type"]) == (12, "actual")
    assert study["study_type"] is None
    (arm,) = study["arms"]
    (given,) = arm["treatments"]
    assert (given["treatment"]["slug"], given["route"]) == ("oral-ketamine", "oral")


def test_the_effect_lasted_at_most_12_months(document_reader: TestClient) -> None:
    outcome = read(document_reader, f"outcomes/{CHILDREN}.duration")
    (result,) = outcome["results"]

    assert outcome["metric"] == "duration"
    assert (result["value_qualifier"], result["value"], result["unit"]) == ("<=", 12, "months")
    assert (result["time_relation"], result["time_days"]) == ("not_after", 365)
    assert sides(result) == {"index": "responders"}


@pytest.mark.parametrize("timepoint", ["12mo..", "365d..", "6mo..", "6mo..2y"])
def test_an_upper_bound_does_not_answer_for_what_lies_after(
    document_reader: TestClient, timepoint: str
) -> None:
    assert slugs(document_reader, "outcomes", timepoint=timepoint) == set()


@pytest.mark.parametrize("timepoint", ["..12mo", "..365d", "..2y"])
def test_an_upper_bound_answers_for_what_lies_before(
    document_reader: TestClient, timepoint: str
) -> None:
    assert f"{CHILDREN}.duration" in slugs(document_reader, "outcomes", timepoint=timepoint)


def test_the_one_child_is_a_subgroup_of_the_12(document_reader: TestClient) -> None:
    people = {
        each["key"]: each for each in read(document_reader, f"studies/{CHILDREN}")["populations"]
    }

    assert {key: each["n"] for key, each in people.items()} == {"children": 12, "amplified": 1}
    assert people["amplified"]["kind"] == "subgroup"
    assert people["amplified"]["parent"]["key"] == "children"
    assert "amplified-musculoskeletal-pain" in {
        each["slug"] for each in people["amplified"]["conditions"]
    }


def test_the_one_child_is_not_added_to_the_12(document_reader: TestClient) -> None:
    assert slugs(document_reader, "studies", n="12") == {CHILDREN}
    assert slugs(document_reader, "studies", n="13..") == set()
    assert read(document_reader, f"studies/{CHILDREN}")["enrollment"] == 12
    page = read(document_reader, "studies", condition="chronic-pain", age_group="child")
    assert page["total"] == {"value": 1, "relation": "eq"}


def test_it_was_not_helpful_in_the_one_child(document_reader: TestClient) -> None:
    outcome = read(document_reader, f"outcomes/{CHILDREN}.response")
    result = next(each for each in outcome["results"] if sides(each) == {"index": "amplified"})

    assert (result["numerator"], result["denominator"]) == (0, 1)
    assert result["conclusion"] == "no_benefit"
    assert claims_of(result) == [f"{CHILDREN}.amplified-pain"]


@pytest.mark.parametrize(
    ("citation", "study", "study_type", "people"),
    [
        ("patil-2012", "retrospective-outpatient-infusions", "observational", None),
        ("noppers-2011", "liver-injury-3-cases", "case_series", 3),
        ("ricke-2011", "mania-during-ketamine-therapy", "case_report", None),
    ],
)
def test_a_title_in_the_reference_list_gives_a_study_known_by_title_only(
    document_reader: TestClient, citation: str, study: str, study_type: str, people: int | None
) -> None:
    found = read(document_reader, f"studies/{study}")

    assert slugs(document_reader, "studies", basis="title_only", citation=citation) == {study}
    assert found["study_type"] == study_type
    assert [each["n"] for each in found["populations"]] == [people]
    (claim,) = found["claims"]["items"]
    title = read(document_reader, f"citations/{citation}")["title"]
    assert claim["quote"] == title


def test_every_fact_of_a_study_names_the_words_it_was_read_in(document_reader: TestClient) -> None:
    for study in (ADULTS, CHILDREN):
        page = read(document_reader, f"studies/{study}")
        claims = {claim["slug"]: claim for claim in page["claims"]["items"]}
        outcomes = page["outcomes"]["items"]
        facts = [page, *page["populations"], *page["arms"], *outcomes]
        facts += [result for outcome in outcomes for result in outcome["results"]]
        for fact in facts:
            assert fact["basis"] == "secondary_document"
            assert fact["says"]
            assert all(claims[each["slug"]]["passages"] for each in fact["says"])
