"""A population that is told of twice, or is a part of another: what it leaves open is looked up."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from tests.factories import Evidence
from tests.records.studies.test_population_match import answer

Case = tuple[dict[str, Any], dict[str, Any], dict[str, str], str]

# What the parent is said to be, what the other is said to be, what is asked, the answer.
SAME: list[Case] = [
    ({"ages": "8..22"}, {"n": 60}, {"age": "6..12", "n": "60"}, "definite"),
    ({"sex": "all"}, {"n": 60}, {"sex": "female", "n": "60"}, "definite"),
    ({"n": 60}, {"ages": "8..22"}, {"age": "8", "n": "60"}, "definite"),
    ({"n": 60, "sex": "male"}, {"n": 60}, {"sex": "male", "n": "60"}, "definite"),
    ({"countries": ["DE", "NL"]}, {"n": 60}, {"country": "NL", "n": "60"}, "definite"),
    ({"conditions": ["pain"]}, {"n": 60}, {"condition": "pain", "n": "60"}, "definite"),
    ({"age_group": "adult"}, {"n": 60}, {"age_group": "adult", "n": "60"}, "definite"),
    ({"sex": "female"}, {"sex": "all", "n": 60}, {"sex": "all", "n": "60"}, "definite"),
]
PART: list[Case] = [
    ({"ages": "8..22"}, {"n": 1}, {"age": "6..12", "n": "1"}, "possible"),
    ({"ages": "8..11"}, {"n": 1}, {"age": "6..12", "n": "1"}, "definite"),
    ({"ages": "8..11"}, {"n": 1}, {"age_group": "child", "n": "1"}, "definite"),
    ({"ages": "8..11"}, {"n": 1}, {"age.within": "6..12", "n": "1"}, "definite"),
    ({"ages": "8..22"}, {"n": 1}, {"age.within": "6..12", "n": "1"}, "possible"),
    ({"ages": "8..22"}, {"n": 1}, {"age": "30..40", "n": "1"}, "no"),
    ({"age_group": "adult"}, {"n": 1}, {"age_group": "adult", "n": "1"}, "definite"),
    ({"age_group": "adult"}, {"n": 1}, {"age": "30..40", "n": "1"}, "possible"),
    ({"sex": "all"}, {"n": 1}, {"sex": "female", "n": "1"}, "possible"),
    ({"sex": "female"}, {"n": 1}, {"sex": "female", "n": "1"}, "definite"),
    ({"sex": "female"}, {"n": 1}, {"sex": "male", "n": "1"}, "no"),
    ({"n": 60}, {"sex": "male"}, {"sex": "male", "n": "60"}, "possible"),
    ({"countries": ["NL"]}, {"n": 1}, {"country": "NL", "n": "1"}, "definite"),
    ({"countries": ["DE", "NL"]}, {"n": 1}, {"country": "NL", "n": "1"}, "possible"),
    ({"countries": ["DE", "NL"]}, {"n": 1}, {"country": "US", "n": "1"}, "no"),
    ({"conditions": ["pain"]}, {"n": 1}, {"condition": "pain", "n": "1"}, "definite"),
    ({"conditions": ["pain"]}, {"n": 1, "conditions": ["gout"]}, {"condition.not": "pain"}, "no"),
    ({"ages": "8..22"}, {"ages": "30..", "n": 1}, {"age": "30", "n": "1"}, "definite"),
]


def wrong(evidence: Evidence, client: TestClient, kind: str, cases: list[Case]) -> list[Any]:
    """The cases that are answered otherwise."""
    evidence.condition("pain")
    evidence.condition("gout")
    found = []
    for whole, part, asked, right in cases:
        first = {"key": "whole", **whole}
        second = {"key": "part", "parent": "whole", "kind": kind, **part}
        slug = evidence.study(populations=[first, second])
        if (told := answer(client, slug, **asked)) != right:
            found.append((whole, part, asked, told))
    return found


def test_the_same_people_told_of_by_another_source_have_every_fact_that_is_left_open(
    evidence: Evidence, client: TestClient
) -> None:
    assert wrong(evidence, client, "enrolled", SAME) == []


@pytest.mark.parametrize("kind", ["subgroup", "analysed"])
def test_a_part_has_what_is_certain_of_all_and_the_rest_is_open(
    evidence: Evidence, client: TestClient, kind: str
) -> None:
    assert wrong(evidence, client, kind, PART) == []


def test_two_numbers_of_people_are_not_the_same_people(
    evidence: Evidence, client: TestClient
) -> None:
    six = {"key": "six", "n": 6, "sex": "all"}
    three = {"key": "three", "kind": "enrolled", "n": 3}
    study = evidence.study(populations=[six, {**three, "parent": "six"}])

    assert answer(client, study, n="3", sex="female") == "possible"
    assert answer(client, study, n="6", sex="female") == "definite"


def test_facts_come_from_the_nearest_parent_that_states_them(
    evidence: Evidence, client: TestClient
) -> None:
    whole = {"key": "whole", "ages": "0..99", "sex": "female", "n": 9}
    middle = {"key": "middle", "parent": "whole", "kind": "subgroup", "ages": "8..11", "n": 5}
    part = {"key": "part", "parent": "middle", "kind": "subgroup", "n": 4}
    study = evidence.study(populations=[part, middle, whole])

    assert answer(client, study, n="4", sex="female", age="6..12") == "definite"
    assert answer(client, study, n="4", age="40..50") == "no"


def test_page_rows_follow_an_edit_of_the_parent(evidence: Evidence, client: TestClient) -> None:
    part = {"key": "part", "parent": "whole", "kind": "subgroup", "n": 4}
    study = evidence.study(populations=[{"key": "whole", "sex": "male"}, part])
    evidence.study(slug=study, populations=[{"key": "whole", "sex": "female"}, part])

    assert answer(client, study, n="4", sex="female") == "definite"


def test_populations_that_are_a_part_of_themselves_are_refused(evidence: Evidence) -> None:
    some = {"kind": "subgroup"}
    circle = [{**some, "key": "one", "parent": "two"}, {**some, "key": "two", "parent": "one"}]
    with pytest.raises(ValidationError, match="leads back to itself"):
        evidence.study(populations=circle)


def test_adults_with_crps_of_whom_there_are_60_are_found_by_what_two_sources_say(
    reader: TestClient,
) -> None:
    asked = {"age_group": "adult", "condition": "crps", "n": "60"}
    found = reader.get("/v1/studies", params=asked).json()

    assert [each["slug"] for each in found["items"]] == ["adults-crps-12-weeks"]
    assert found["matches"]["missing"] == {}
