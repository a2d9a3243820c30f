"""Ranges of numbers, ages and times: their bounds, what they refuse, and what is not known."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence
from tests.replies import check_problem


def slugs(client: TestClient, path: str, **asked: str) -> list[str]:
    reply = client.get(f"/v1/{path}", params={**asked, "sort": "slug"})
    assert reply.status_code == 200, reply.text
    return [record["slug"] for record in reply.json()["items"]]


def refusal(client: TestClient, path: str, **asked: str) -> str:
    reply = client.get(f"/v1/{path}", params=asked)
    assert reply.status_code == 422, reply.text
    return str(reply.json()["errors"][0]["message"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2010", ["y2010"]),
        ("2010..2012", ["y2010", "y2012"]),
        ("2010..", ["y2010", "y2012", "y2020"]),
        ("..2010", ["y2009", "y2010"]),
        (" 2010 ", ["y2010"]),
        ("2009.5..2011.5", ["y2010"]),
    ],
)
def test_a_range_includes_both_its_bounds(
    evidence: Evidence, client: TestClient, asked: str, found: list[str]
) -> None:
    for year in (2009, 2010, 2012, 2020):
        evidence.study(slug=f"y{year}", year=year)
    evidence.study(slug="undated")

    assert slugs(client, "studies", year=asked) == found


@pytest.mark.parametrize(
    "written", ["", "..", "ten", "5...6", "1e3", "5..10..15", "٥", "--5", "5,10", "0x10", "1" * 17]
)
def test_what_is_no_range_is_refused_with_how_to_write_one(
    sqlite_reader: TestClient, written: str
) -> None:
    assert (
        refusal(sqlite_reader, "studies", year=written)
        == "ranges are written 5, 5..10, 5.. or ..10"
    )


def test_a_range_upside_down_is_refused(sqlite_reader: TestClient) -> None:
    assert "above" in refusal(sqlite_reader, "studies", year="10..5")
    assert "above" in refusal(sqlite_reader, "studies", age="10..5")
    assert "after" in refusal(sqlite_reader, "outcomes", timepoint="2y..1y")


def test_a_number_beyond_what_json_holds_is_refused(sqlite_reader: TestClient) -> None:
    assert "too large" in refusal(sqlite_reader, "studies", n=f"{10**16 - 1}..")


@pytest.mark.parametrize("asked", ["1..", "..100", "0..100"])
def test_a_null_never_matches_a_range(evidence: Evidence, client: TestClient, asked: str) -> None:
    evidence.study(slug="told", year=50 + 1950, populations=[{"key": "people", "n": 50}])
    evidence.study(slug="untold", populations=[{"key": "people"}])
    evidence.adverse_event("told", "all", evidence.adverse_effect("nausea"), slug="untold-count")

    assert slugs(client, "studies", n=asked) == ["told"]
    assert slugs(client, "adverse-events", affected=asked) == []
    assert slugs(client, "adverse-events", at_risk=asked) == []
    assert slugs(client, "adverse-events", grade=asked) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("6..12", ["eight-to-22"]),  # overlaps
        ("22", ["eight-to-22"]),  # 22-year-olds are in: the end is the 23rd birthday
        ("23..30", []),
        ("..7", ["newborns"]),
        ("8mo", ["newborns"]),
        ("1y..2y", []),  # newborns are under one year
        ("0..2wk", ["newborns"]),
        ("65..none", ["old"]),
        ("65..", ["old"]),
        ("110", ["old"]),
    ],
)
def test_ages_overlap_the_ages_that_are_stated(
    evidence: Evidence, client: TestClient, asked: str, found: list[str]
) -> None:
    people = {"eight-to-22": "8..22", "newborns": "0d..11mo", "old": "65..none"}
    for slug, ages in people.items():
        evidence.study(slug=slug, populations=[{"key": "people", "ages": ages}])
    evidence.study(slug="untold", populations=[{"key": "people"}])

    assert slugs(client, "studies", age=asked) == found


@pytest.mark.parametrize("written", ["", "..", "old", "6..12..18", "-5", "1000", "5 parsecs"])
def test_what_is_no_age_is_refused_with_how_to_write_one(
    sqlite_reader: TestClient, written: str
) -> None:
    assert refusal(sqlite_reader, "studies", age=written).startswith("ages are written")
    assert refusal(sqlite_reader, "case-reports", age=written).startswith("ages are written")


@pytest.mark.parametrize(("written", "meant"), [("uk", "GB"), ("Germany", "DE"), ("ZZ", None)])
def test_what_is_no_country_is_refused_with_the_one_that_is_meant(
    sqlite_reader: TestClient, written: str, meant: str | None
) -> None:
    reply = sqlite_reader.get("/v1/studies", params={"country": written})

    [error] = check_problem(reply, 422)["errors"]
    assert (error["parameter"], error.get("suggestion")) == ("country", meant)
    assert "ISO 3166-1" in error["message"]


def test_a_label_answers_for_its_age_group_and_not_for_ages(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.study(slug="children", populations=[{"key": "people", "age_group": "child"}])

    assert slugs(client, "studies", age_group="child") == ["children"]
    assert slugs(client, "studies", age="6..12") == []


def test_stated_ages_answer_for_the_age_groups_that_they_overlap(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.study(slug="young", populations=[{"key": "people", "ages": "8..22"}])

    assert slugs(client, "studies", age_group="child") == ["young"]
    assert slugs(client, "studies", age_group="adult") == ["young"]
    assert slugs(client, "studies", age_group="older_adult") == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("..12wk", ["at-84-days", "at-most-84-days"]),
        ("12wk", ["at-84-days"]),
        ("12wk..", ["at-84-days"]),  # an upper bound answers for nothing that lies after it
        ("13wk..", []),
        ("..11wk", []),
        ("84d", ["at-84-days"]),
        ("2016h", ["at-84-days"]),
    ],
)
def test_a_time_that_is_an_upper_bound_answers_only_for_what_is_before_it(
    evidence: Evidence, client: TestClient, asked: str, found: list[str]
) -> None:
    study, measure = evidence.study(), evidence.outcome_measure("pain")
    told = {"contrast": "between_groups", "conclusion": "no_difference"}
    times = {"at-84-days": "at", "at-most-84-days": "not_after"}
    for slug, relation in times.items():
        timed = {**told, "time_days": 84, "time_relation": relation}
        evidence.outcome(study, measure, slug=slug, results=[timed])
    evidence.outcome(study, measure, slug="untimed", results=[told])

    assert slugs(client, "outcomes", timepoint=asked) == found


@pytest.mark.parametrize("written", ["", "..", "12", "12 parsecs", "1wk..2wk..3wk", "-1d"])
def test_what_is_no_time_is_refused_with_how_to_write_one(
    sqlite_reader: TestClient, written: str
) -> None:
    assert refusal(sqlite_reader, "outcomes", timepoint=written).startswith("times are written")


@pytest.mark.parametrize(
    ("asked", "found"), [("3..5", ["g2-to-3"]), ("1", ["g1"]), ("..2", ["g1", "g2-to-3"])]
)
def test_grades_overlap_the_grades_counted(
    evidence: Evidence, client: TestClient, asked: str, found: list[str]
) -> None:
    study, effect = evidence.study(), evidence.adverse_effect("nausea")
    evidence.adverse_event(study, "all", effect, slug="g1", grade_low=1, grade_high=1)
    evidence.adverse_event(study, "all", effect, slug="g2-to-3", grade_low=2, grade_high=3)
    evidence.adverse_event(study, "all", effect, slug="ungraded")

    assert slugs(client, "adverse-events", grade=asked) == found
