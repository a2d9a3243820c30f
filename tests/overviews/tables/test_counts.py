"""The table of counts: a row for each count of a harm, with the people it was counted in."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.overviews.tables.counts import COUNTS
from tests.api_client import every
from tests.factories import Evidence
from tests.overviews.tables.from_cards import expected_counts
from tests.overviews.tables.reading import Row, cells, lines, page, rows

HEADER = (
    "adverse_event,count,adverse_effect,term_verbatim,organ_system,scope,serious,"
    "results_in_death,life_threatening,hospitalisation,disability,congenital_anomaly,"
    "medically_important,relatedness,severity_verbatim,grade_low,grade_high,affected,"
    "at_risk,events,percent,assessment,time_frame,count_note,note,basis,"
    "publication_status,claims,quotes,study,study_label,year,study_type,design,"
    "allocation,group,group_title,analysis_set,group_n,group_n_unit,arms,treatments,"
    "population,population_kind,population_label,population_n,age_min_days,"
    "age_end_days,ages,age_group,age_basis,sex,conditions,match"
)


def places(found: list[Row]) -> list[tuple[Any, ...]]:
    """Which rows they are, and how sure."""
    return [(each["adverse_event"], each["count"], each["match"]) for each in found]


def test_the_columns_are_those_of_the_declaration_in_every_form(reader: TestClient) -> None:
    assert ",".join(COUNTS.names) == HEADER
    assert [list(row) for row in rows(reader, "counts")[:1]] == [COUNTS.names]
    assert [list(row) for row in lines(reader, "counts")[:1]] == [COUNTS.names]
    assert [list(row) for row in cells(reader, "counts")[:1]] == [COUNTS.names]


def test_every_row_says_what_the_cards_say(reader: TestClient) -> None:
    expected = expected_counts(reader)

    found = rows(reader, "counts")

    assert len(found) == len(expected) > 5
    for row, card in zip(found, expected, strict=True):
        assert row == {name: card[name] for name in COUNTS.names}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"sort": "id"},
        {"q": "psychomimetic"},
        {"match": "any", "condition": "crps"},
        {"match": "possible", "age_group": "child"},
        {"match": "within", "age_group": "adult"},
        {"condition.not": "crps", "match": "any"},
        {"n": "10.."},
        {"affected": "1..", "at_risk": "5.."},
        {"treatment": "ketamine", "serious": "not_stated"},
        {"comparator": "placebo"},
        {"publication_status": "retracted"},
    ],
    ids=str,
)
def test_pages_have_each_adverse_event_of_the_list_once_in_its_order(
    reader: TestClient, asked: dict[str, str]
) -> None:
    listed = [each["slug"] for each in every(reader, "adverse-events", **asked)]

    for limit in (1, 3, 200):
        found = [each["adverse_event"] for each in rows(reader, "counts", **asked, limit=limit)]
        assert list(dict.fromkeys(found)) == listed
        assert len([*groupby(found)]) == len(listed)
    assert page(reader, "counts", **asked)["total"]["value"] == len(listed)


@pytest.fixture
def trial(evidence: Evidence) -> str:
    """Nausea counted in children and adults, each on ketamine and on placebo."""
    for slug in ("ketamine", "placebo"):
        evidence.treatment(slug)
    for slug in ("nausea", "vomiting"):
        evidence.adverse_effect(slug, organ_system="gastrointestinal")
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
            for slug, role in {"ketamine": "investigated", "placebo": "comparator"}.items()
        ],
        groups=[
            {"key": f"{who}-{what[0]}", "title": f"{who} {what}", "population": who, "arms": [what]}
            for who in people
            for what in ("ketamine", "placebo")
        ],
    )
    counted = [
        {"group": f"{who}-{what}", "affected": affected, "at_risk": 10}
        for who, what, affected in (
            ("children", "k", 4),
            ("children", "p", 1),
            ("adults", "k", 7),
            ("adults", "p", 0),
        )
    ]
    evidence.adverse_event("trial", "", "nausea", slug="trial.nausea", counts=counted)
    evidence.adverse_event("trial", "", "vomiting", slug="trial.vomiting", counts=counted[2:])
    return "trial"


@pytest.mark.usefixtures("trial")
def test_other_counts_of_the_same_row_stand_beside_those_that_are_as_asked(
    client: TestClient,
) -> None:
    children = rows(client, "counts", age_group="child")
    got = rows(client, "counts", age_group="child", treatment="ketamine")

    assert places(children) == [
        ("trial.nausea", 0, "within"),
        ("trial.nausea", 1, "within"),
        ("trial.nausea", 2, "no"),
        ("trial.nausea", 3, "no"),
    ]
    assert [each["match"] for each in got] == ["within", "no", "no", "no"]
    assert [(each["group"], each["treatments"], each["ages"]) for each in got[:3:2]] == [
        ("children-k", "ketamine", "8 to 17 years"),
        ("adults-k", "ketamine", "18 to 60 years"),
    ]


@pytest.mark.usefixtures("trial")
def test_how_many_were_affected_is_met_by_the_count_itself(client: TestClient) -> None:
    alone = rows(client, "counts", affected="5..", adverse_effect="nausea")
    with_people = rows(client, "counts", affected="5..", age_group="child", match="any")

    assert [(each["count"], each["match"]) for each in alone] == [
        (0, "no"),
        (1, "no"),
        (2, None),
        (3, "no"),
    ]
    assert with_people == []


@pytest.mark.usefixtures("trial")
def test_zero_is_0_and_what_is_not_told_is_empty(client: TestClient) -> None:
    found = cells(client, "counts", adverse_effect="vomiting")

    assert [(each["affected"], each["at_risk"], each["events"]) for each in found] == [
        ("7", "10", ""),
        ("0", "10", ""),
    ]
    assert [each["match"] for each in found] == ["", ""]


@pytest.mark.usefixtures("trial")
def test_a_harm_that_is_not_one_term_has_an_empty_cell_for_it(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.adverse_event(
        "trial",
        "adults-k",
        "nausea",
        slug="trial.any",
        scope="any_event",
        adverse_effect=None,
        term_verbatim="any adverse event",
    )

    [row] = rows(client, "counts", scope="any_event")

    assert (row["adverse_effect"], row["organ_system"]) == (None, None)
    assert (row["term_verbatim"], row["scope"]) == ("any adverse event", "any_event")


@pytest.mark.parametrize(
    "asked",
    [
        {"age_group": "child"},
        {"condition": "crps"},
        {"treatment": "placebo"},
        {"treatment": "ketamine", "age_group": "adult"},
        {"comparator": "placebo"},
        {"n": "10.."},
        {"sex": "female"},
    ],
    ids=str,
)
@pytest.mark.parametrize("match", ["definite", "possible", "any"])
def test_counts_are_as_sure_as_the_list_of_adverse_events_says(
    reader: TestClient, asked: dict[str, str], match: str
) -> None:
    told = page(reader, "adverse-events", **asked, match=match, limit=200)["matches"]["counts"]

    found = places(rows(reader, "counts", **asked, match=match))

    assert sorted(found) == sorted(
        (slug, each["count"], each["match"]) for slug, parts in told.items() for each in parts
    )


def test_counts_that_rest_on_retracted_work_say_so(evidence: Evidence, client: TestClient) -> None:
    gone = evidence.claim_read_in(evidence.citation(publication_status="retracted"))
    evidence.adverse_effect("nausea")
    evidence.adverse_event(evidence.study(), "all", "nausea", affected=1, says=[gone])

    [row] = rows(client, "counts")
    assert (row["affected"], row["publication_status"]) == (1, "retracted")
