"""Lists for some people: what is about others does not stand there as if it were about them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.children_and_adults import compared, counted, trial
from tests.factories import Evidence
from tests.web.reading import see, words

CHILDREN = "?age_group=child"


@pytest.fixture
def _pain(evidence: Evidence) -> None:
    """Pain got better in children, by 2.5, and worse in adults, by 7.5."""
    mean = {"statistic": "mean_difference", "direction_basis": "stated"}
    results = [
        compared("children", value=2.5, direction="better", **mean),
        compared("adults", value=7.5, direction="worse", **mean),
    ]
    evidence.outcome(trial(evidence), evidence.outcome_measure("pain"), results=results)


@pytest.mark.usefixtures("_pain")
@pytest.mark.parametrize("path", ["/outcomes", "/studies"])
def test_results_of_other_people_are_not_listed(client: TestClient, path: str) -> None:
    everybody = words(see(client, path).text)
    children = words(see(client, path + CHILDREN).text)

    assert [value in everybody for value in ("2.5", "7.5")] == [True, True]
    assert [value in children for value in ("2.5", "7.5")] == [True, False]


@pytest.mark.usefixtures("_pain")
def test_a_list_says_that_it_leaves_results_of_others_out(client: TestClient) -> None:
    assert "1 result in other groups not shown" in words(see(client, "/outcomes" + CHILDREN).text)


def test_counts_of_other_people_are_not_listed(evidence: Evidence, client: TestClient) -> None:
    counted(evidence, trial(evidence), "nausea", children_ketamine=2, adults_ketamine=9)

    text = words(see(client, "/adverse-events" + CHILDREN).text)

    assert "2 of 10 in children, ketamine" in text
    assert "9 of 10" not in text
    assert "1 count in other groups not shown" in text


def test_a_list_says_what_the_source_leaves_open(reader: TestClient) -> None:
    none = words(see(reader, "/case-reports" + CHILDREN).text)
    perhaps = words(see(reader, "/case-reports" + CHILDREN + "&match=any").text)

    assert "3 may fit" in none
    assert "the source leaves open: age group" in perhaps


def test_studies_that_may_fit_do_not_stand_under_those_that_fit(reader: TestClient) -> None:
    sure = words(see(reader, "/studies" + CHILDREN).text)
    perhaps = words(see(reader, "/studies" + CHILDREN + "&match=possible").text)

    assert "Those that fit" in sure
    assert "Those that fit" not in perhaps
    assert "Those that may fit" in perhaps


@pytest.mark.parametrize("path", ["/outcomes", "/studies"])
def test_what_is_told_of_a_broader_condition_says_so(reader: TestClient, path: str) -> None:
    said = "(told of something broader only)"
    found = reader.get(f"/v1{path}?condition=crps&broader=true").json()
    text = words(see(reader, f"{path}?condition=crps&broader=true").text)

    assert text.count(said) == len(found["broader"]) > 0
    assert said not in words(see(reader, f"{path}?condition=crps").text)


@pytest.mark.usefixtures("_pain")
def test_studies_of_so_many_people_are_listed_with_the_results_of_each_arm(
    client: TestClient,
) -> None:
    """`n` chooses studies by their people; a result is of some of these."""
    text = words(see(client, "/studies?n=20..").text)

    assert [value in text for value in ("2.5", "7.5")] == [True, True]


@pytest.mark.usefixtures("_pain")
@pytest.mark.parametrize("path", ["/outcomes", "/studies"])
def test_a_nested_question_finds_records_that_tell_of_others_too(
    client: TestClient, path: str
) -> None:
    asked = '{"age_group": "child"}'
    text = words(see(client, path + f"?where={quote(asked)}").text)

    assert "they may tell of other people as well" in text
    assert "they may tell of other people as well" not in words(see(client, path + CHILDREN).text)
