"""Ages in drafts: written as people say them, or in days, and given back as they are said."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.curation.writing import open_writer
from app.curation.writing.editable_form import current_editable_form
from app.db.database import Database
from app.records.case_reports.draft import CASE_REPORT_EDITOR
from app.records.studies.draft import STUDY_EDITOR
from app.vocabulary import Scope
from tests.curation.writing.conftest import Person, somebody
from tests.factories import Evidence
from tests.replies import check_problem

PEOPLE = {"key": "people", "label": "people", "basis": "abstract"}


@pytest.fixture
def ada(database: Database, client: TestClient) -> Person:
    """A curator."""
    return somebody(database, client, "ada", Scope.CURATOR)


def shown(evidence: Evidence, client: TestClient, **ages: Any) -> tuple[Any, str]:
    """The ages of a population as its card shows them, and how they are known."""
    study = evidence.study(populations=[{"key": "people", **ages}])
    (people,) = client.get(f"/v1/studies/{study}").json()["populations"]
    return people["ages"], people["age_basis"]


def test_ages_are_written_and_shown_as_people_say_them(
    evidence: Evidence, client: TestClient
) -> None:
    assert shown(evidence, client, ages="10 to 18 years") == (
        {
            "min": "10 years",
            "max": "18 years",
            "text": "10 to 18 years",
            "min_days": 3652,
            "end_days": 6939,
        },
        "stated",
    )
    for written, text in (
        ("8..22", "8 to 22 years"),
        (42, "42 years"),
        ("6 months to 2 years", "6 months to 2 years"),
        ("18 years and older", "18 years or older"),
        ("18..", "from 18 years, upper limit not stated"),
        ("up to 12 weeks", "up to 12 weeks"),
        ("..12wk", "up to 12 weeks, lower limit not stated"),
    ):
        ages, _ = shown(evidence, client, ages=written)
        assert ages["text"] == text


def test_a_limit_that_there_is_not_has_no_day_and_one_that_is_not_stated_no_words(
    evidence: Evidence, client: TestClient
) -> None:
    no_limit, _ = shown(evidence, client, ages="65..none")
    not_stated, _ = shown(evidence, client, ages="65..")

    assert (no_limit["max"], no_limit["end_days"]) == ("no limit", None)
    assert (not_stated["max"], not_stated["end_days"]) == (None, None)
    assert shown(evidence, client) == (None, "unknown")


def test_days_are_written_by_names_that_say_so(evidence: Evidence, client: TestClient) -> None:
    ages, basis = shown(evidence, client, age_min_days=100, age_end_days=213)

    assert (ages["text"], basis) == ("100 days to 6 months", "stated")
    assert (ages["min_days"], ages["end_days"]) == (100, 213)


def test_a_label_without_ages_gives_those_of_its_group(
    evidence: Evidence, client: TestClient
) -> None:
    ages, basis = shown(evidence, client, age_group="child")
    unknown, _ = shown(evidence, client, age_group="child", age_basis="unknown")

    assert (ages["text"], basis) == ("under 18 years", "derived_from_label")
    assert unknown is None


@pytest.mark.parametrize(
    ("ages", "pointer", "message"),
    [
        ({"age_min": 10}, "age_min", "10 of what? write ages: 10.. or age_min_days: 10"),
        (
            {"age_min": 10, "age_max": 17},
            "age_min",
            "10 of what? write ages: 10..17 or age_min_days: 10",
        ),
        ({"age_max": 17}, "age_max", "17 of what? write ages: ..17 or age_end_days: 17"),
        ({"age_max": "17 years"}, "age_max", "write ages: ..17 years"),
        ({"ages": "over 65"}, "ages", "ages are written 10..18 (years)"),
        ({"ages": "18 to 10 years"}, "ages", "the lower age is above the upper one"),
        (
            {"ages": "10..18", "age_min_days": 4000},
            "age_min_days",
            "ages says 10 to 18 years, and age_min_days, 4000, something else: keep one",
        ),
        ({"age_min_days": -1}, "age_min_days", "0 or more"),
        ({"age_min_days": 10, "age_end_days": 10}, "age_end_days", "is above age_min_days"),
    ],
)
def test_ages_that_nobody_can_be_sure_of_are_refused_with_what_would_be_right(
    ada: Person, ages: dict[str, Any], pointer: str, message: str
) -> None:
    draft = {"label": "S", "basis": "abstract", "populations": [{**PEOPLE, **ages}]}

    [error] = check_problem(ada.post("studies", draft), 422)["errors"]

    assert error["pointer"] == f"/populations/0/{pointer}"
    assert message in error["message"]


@pytest.mark.parametrize("name", ["age", "Ages"])
def test_a_field_that_is_not_called_ages_is_told_that_it_is(ada: Person, name: str) -> None:
    people = {**PEOPLE, name: "10 to 18 years"}
    draft = {"label": "S", "basis": "abstract", "populations": [people]}

    [error] = check_problem(ada.post("studies", draft), 422)["errors"]

    assert (error["pointer"], error["suggestion"]) == (f"/populations/0/{name}", "ages")


WAYS: list[dict[str, Any]] = [
    {},
    {"ages": "10 to 18 years"},
    {"ages": "65..none"},
    {"ages": "..12wk", "age_basis": "registry"},
    {"age_min_days": 100},
    {"age_min_days": 0, "age_end_days": 12_345},
    {"age_group": "adult"},
    {"age_group": "adult", "ages": "18..64"},
    {"age_group": "child", "age_basis": "unknown"},
    {"age_group": "child", "age_min_days": 10, "age_basis": "derived_from_label"},
]


def test_whatever_is_known_of_ages_the_editable_form_put_back_changes_nothing(
    evidence: Evidence, database: Database
) -> None:
    study = evidence.study(populations=[{"key": f"p{at}", **each} for at, each in enumerate(WAYS)])
    cases = [evidence.case_report(**each) for each in WAYS]

    with open_writer(database, actor="ada") as writer:
        for editor, slug in (
            (STUDY_EDITOR, study),
            *((CASE_REPORT_EDITOR, each) for each in cases),
        ):
            record = writer.current(editor.kind, slug)
            form = current_editable_form(writer.session, editor, record.id)
            writer.replace(editor, slug, form)
        assert writer.change.empty


def test_the_editable_form_gives_ages_as_people_say_them(evidence: Evidence, ada: Person) -> None:
    case = evidence.case_report(ages="8..22")
    child = evidence.case_report(age_group="child")

    assert ada.get(f"case-reports/{case}/draft").json()["ages"] == "8 to 22 years"
    assert ada.get(f"case-reports/{child}/draft").json()["ages"] is None
    assert (
        ada.patch(f"case-reports/{case}", {"ages": "42 years"}).json()["ages"]["min"] == "42 years"
    )
    assert ada.patch(f"case-reports/{child}", {"age_group": "adult"}).json()["ages"]["text"] == (
        "from 18 years, upper limit not stated"
    )
