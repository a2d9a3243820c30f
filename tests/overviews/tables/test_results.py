"""The table of results: a row for each side of each result, with the people it is about."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.overviews.tables.results import RESULTS
from tests.api_client import every
from tests.factories import Evidence
from tests.overviews.tables.from_cards import expected_results
from tests.overviews.tables.reading import Row, cells, lines, page, rows

HEADER = (
    "study,study_label,year,study_type,design,allocation,outcome,result,side,"
    "side_role,measure,domain,better,instrument,outcome_role,metric,reporting,"
    "group,group_title,analysis_set,group_n,group_n_unit,arms,treatments,population,"
    "population_kind,population_label,population_n,age_min_days,age_end_days,ages,"
    "age_group,age_basis,sex,conditions,contrast,time_verbatim,time_relation,"
    "time_days,statistic,statistic_words,value,value_qualifier,unit,n,n_unit,"
    "numerator,denominator,percent,dispersion,dispersion_value,dispersion_low,"
    "dispersion_high,ci_level,ci_low,ci_high,p,p_qualifier,adjusted,derived,change,"
    "direction,direction_basis,conclusion,hedge,location,basis,"
    "publication_status,note,claims,quotes,match"
)


def places(found: list[Row]) -> list[tuple[Any, ...]]:
    """Which rows they are, and how sure."""
    return [(each["outcome"], each["result"], each["side"], each["match"]) for each in found]


def test_the_columns_are_those_of_the_declaration_in_every_form(reader: TestClient) -> None:
    assert ",".join(RESULTS.names) == HEADER
    assert [list(row) for row in rows(reader, "results")[:1]] == [RESULTS.names]
    assert [list(row) for row in lines(reader, "results")[:1]] == [RESULTS.names]
    assert [list(row) for row in cells(reader, "results")[:1]] == [RESULTS.names]


def test_every_row_says_what_the_cards_say(reader: TestClient) -> None:
    expected = expected_results(reader)

    found = rows(reader, "results")

    assert len(found) == len(expected) > 20
    for row, card in zip(found, expected, strict=True):
        assert row == {name: card.get(name) for name in RESULTS.names}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"sort": "id"},
        {"q": "pain"},
        {"match": "any", "condition": "crps"},
        {"match": "possible", "age_group": "child"},
        {"match": "within", "age_group": "adult"},
        {"condition.not": "crps", "match": "any"},
        {"n": "10.."},
        {"direction": "better"},
        {"direction.not": "better"},
        {"treatment": "ketamine", "direction": "better"},
        {"broader": "true", "measure": "pain"},
        {"publication_status": "retracted"},
    ],
    ids=str,
)
def test_pages_have_each_outcome_of_the_list_once_in_its_order(
    reader: TestClient, asked: dict[str, str]
) -> None:
    listed = [each["slug"] for each in every(reader, "outcomes", **asked)]

    for limit in (1, 3, 200):
        found = [each["outcome"] for each in rows(reader, "results", **asked, limit=limit)]
        assert list(dict.fromkeys(found)) == listed
        assert len([*groupby(found)]) == len(listed)
    assert page(reader, "results", **asked)["total"]["value"] == len(listed)


@pytest.fixture
def trial(evidence: Evidence) -> str:
    """A trial of children and adults, one arm on ketamine and one on placebo."""
    for slug in ("ketamine", "placebo"):
        evidence.treatment(slug)
    for slug in ("pain", "mood", "sleep"):
        evidence.outcome_measure(slug, better="lower", domain="pain")
    given = {"ketamine": "investigated", "placebo": "comparator"}
    people = {"children": "8..17", "adults": "18..60"}
    evidence.study(
        slug="trial",
        populations=[
            {"key": "everybody", "n": 40, "ages": "8..60"},
            *(
                {"key": key, "kind": "subgroup", "parent": "everybody", "n": 20, "ages": ages}
                for key, ages in people.items()
            ),
        ],
        arms=[
            {"key": slug, "treatments": [{"treatment": slug, "role": role}]}
            for slug, role in given.items()
        ],
        groups=[
            {"key": f"{who}-{what[0]}", "title": f"{who} {what}", "population": who, "arms": [what]}
            for who in people
            for what in given
        ],
    )
    both = {"contrast": "between_groups", "conclusion": "no difference"}
    evidence.outcome(
        "trial",
        "pain",
        slug="trial.pain",
        results=[
            {**both, "group": "adults-k", "reference": "adults-p", "value": 1.5, "p": 0.04},
            {**both, "group": "children-k", "reference": "children-p"},
            {
                **both,
                "contrast": "between_subgroups",
                "group": "children-k",
                "reference": "adults-k",
            },
        ],
    )
    evidence.outcome(
        "trial", "mood", slug="trial.mood", results=[], reporting="measured_not_analysed"
    )
    return "trial"


@pytest.mark.usefixtures("trial")
def test_a_comparison_has_a_row_for_each_side_and_its_numbers_on_both(client: TestClient) -> None:
    found = [each for each in rows(client, "results", measure="pain") if each["result"] == 0]

    assert [(each["side"], each["side_role"], each["group"]) for each in found] == [
        (0, "index", "adults-k"),
        (1, "reference", "adults-p"),
    ]
    assert [(each["value"], each["p"]) for each in found] == [(1.5, 0.04)] * 2
    assert [(each["treatments"], each["population"]) for each in found] == [
        ("ketamine", "adults"),
        ("placebo", "adults"),
    ]


@pytest.mark.usefixtures("trial")
def test_an_outcome_without_results_has_one_row_with_empty_numbers(client: TestClient) -> None:
    [row] = rows(client, "results", measure="mood")

    assert (row["outcome"], row["reporting"], row["basis"]) == (
        "trial.mood",
        "measured_not_analysed",
        "abstract",
    )
    assert row["claims"]
    assert {row[name] for name in ("result", "side", "group", "value", "p", "match")} == {None}


@pytest.mark.usefixtures("trial")
def test_a_result_without_a_group_is_counted_with_side_0(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.outcome("trial", "sleep", slug="trial.sleep")

    [row] = rows(client, "results", measure="sleep")

    assert (row["result"], row["side"], row["group"]) == (0, 0, None)


@pytest.mark.usefixtures("trial")
def test_only_results_as_asked_are_there_with_all_of_their_sides(client: TestClient) -> None:
    children = rows(client, "results", age_group="child", sort="slug")
    adults = rows(client, "results", age_group="adult", measure="pain")
    got = rows(client, "results", treatment="placebo", measure="pain")

    assert places(children) == [
        ("trial.mood", None, None, "overlapping"),
        ("trial.pain", 1, 0, "within"),
        ("trial.pain", 1, 1, "within"),
        ("trial.pain", 2, 0, "overlapping"),
        ("trial.pain", 2, 1, "no"),
    ]
    assert [each[1:] for each in places(adults)] == [
        (0, 0, "within"),
        (0, 1, "within"),
        (2, 0, "no"),
        (2, 1, "overlapping"),
    ]
    assert [each[1:] for each in places(got)] == [
        (0, 0, "no"),
        (0, 1, "within"),
        (1, 0, "no"),
        (1, 1, "within"),
    ]
    assert {each["match"] for each in rows(client, "results", study="trial")} == {None}


@pytest.mark.usefixtures("trial")
def test_what_is_asked_of_results_is_met_by_those_that_are_there(client: TestClient) -> None:
    asked = {"contrast": "between_subgroups"}

    alone = rows(client, "results", **asked)
    with_people = rows(client, "results", **asked, age_group="child")
    others = rows(client, "results", **{"contrast.not": "between_subgroups"}, measure="pain")

    assert [each[1:] for each in places(alone)] == [(2, 0, None), (2, 1, None)]
    assert [each[1:] for each in places(with_people)] == [(2, 0, "overlapping"), (2, 1, "no")]
    assert {each["result"] for each in others} == {0, 1}


@pytest.mark.parametrize(
    "asked",
    [
        {"age_group": "child"},
        {"condition": "crps"},
        {"treatment": "placebo"},
        {"treatment": "ketamine", "age_group": "child"},
        {"n": "10.."},
        {"sex": "female"},
    ],
    ids=str,
)
def test_results_are_as_sure_as_the_list_of_outcomes_says(
    reader: TestClient, asked: dict[str, str]
) -> None:
    told = page(reader, "outcomes", **asked, match="any", limit=200)["matches"]["results"]
    sure = ["no", "possible", "overlapping", "within"]
    found: dict[tuple[str, int], str] = {}
    for slug, at, _, match in places(rows(reader, "results", **asked, match="any")):
        if at is not None:
            found[slug, at] = max(found.get((slug, at), "no"), match, key=sure.index)

    assert found == {
        (slug, each["result"]): each["match"]
        for slug, parts in told.items()
        for each in parts
        if each["match"] != "no"
    }


def test_what_rests_on_retracted_work_is_there_as_on_the_list_and_says_so(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.outcome_measure("pain")
    sound, gone = (
        evidence.claim_read_in(evidence.citation(publication_status=status))
        for status in ("ordinary", "retracted")
    )
    told = {"conclusion": "no difference", "basis": "abstract"}
    results = [{**told, "says": [sound]}, {**told, "says": [gone]}]
    evidence.outcome(evidence.study(), "pain", slug="both", says=[sound], results=results)
    evidence.outcome(evidence.study(), "pain", slug="gone", says=[gone], results=results[1:])

    for asked in ({}, {"publication_status": "retracted"}, {"publication_status": "ordinary"}):
        listed = [each["slug"] for each in every(client, "outcomes", **asked)]
        found = [each["outcome"] for each in rows(client, "results", **asked)]
        assert list(dict.fromkeys(found)) == listed != []
    told_of = {
        (each["outcome"], each["result"]): each["publication_status"]
        for each in rows(client, "results", publication_status="any")
    }
    assert told_of == {
        ("both", 0): "ordinary",
        ("both", 1): "retracted",
        ("gone", 0): "retracted",
    }
