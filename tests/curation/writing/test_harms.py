"""Harms are written as rows of their table: counts inside, one a group, replaced as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.curation.writing.conftest import Person
from tests.factories import Evidence
from tests.replies import check_problem

GROUPS = [{"key": key, "title": key.capitalize()} for key in ("ketamine", "placebo", "saline")]


@pytest.fixture
def row(evidence: Evidence) -> dict[str, Any]:
    """A row of nausea as a curator sends it."""
    evidence.adverse_effect("nausea")
    study, claim = evidence.study(slug="trial", groups=GROUPS), evidence.claim()
    counts = [
        {"group": "ketamine", "affected": 7, "at_risk": 20},
        {"group": "placebo", "affected": 0, "at_risk": 19, "note": "As in table 2."},
    ]
    said = {"term_verbatim": "Nausea", "adverse_effect": "nausea", "basis": "abstract"}
    return {"study": study, **said, "says": [claim], "counts": counts}


def counts(person: Person, slug: str) -> list[tuple[str, int | None, int | None]]:
    card = person.get(f"adverse-events/{slug}").json()
    return [(each["group"]["key"], each["affected"], each["at_risk"]) for each in card["counts"]]


def test_a_row_is_written_with_its_counts_and_read_back_as_it_was_sent(
    ada: Person, row: dict[str, Any]
) -> None:
    made = ada.post("adverse-events", row)
    slug = made.json()["slug"]

    assert made.status_code == 201, made.text
    assert counts(ada, slug) == [("ketamine", 7, 20), ("placebo", 0, 19)]
    form = ada.get(f"adverse-events/{slug}/draft").json()
    assert [each["note"] for each in form["counts"]] == [None, "As in table 2."]
    assert ada.put(f"adverse-events/{slug}", form).json()["slug"] == slug
    assert ada.get(f"adverse-events/{slug}").headers["etag"].startswith('"v1-')


def test_a_patch_replaces_all_counts(ada: Person, row: dict[str, Any]) -> None:
    slug = ada.post("adverse-events", row).json()["slug"]

    for some in (["placebo", "ketamine"], ["saline", "placebo"], ["ketamine"], ["saline"]):
        patch = {"counts": [{"group": each, "at_risk": 3} for each in some]}
        assert ada.patch(f"adverse-events/{slug}", patch).status_code == 200
        assert counts(ada, slug) == [(each, None, 3) for each in some]


@pytest.mark.parametrize(
    ("change", "pointer", "words"),
    [
        ({"counts": []}, "/counts", "at least 1"),
        ({"counts": None}, "/counts", ""),
        ({"counts": [{"affected": 3}]}, "/counts/0/group", "is needed"),
        (
            {"counts": [{"group": "ketamine"}, {"group": "placebo", "affected": 3, "at_risk": 2}]},
            "/counts/1/affected",
            "affected is above at_risk",
        ),
        (
            {"counts": [{"group": "ketamine", "affected": 0, "at_risk": 0}]},
            "/counts/0/at_risk",
            "say in note what the source has",
        ),
        ({"counts": [{"group": "ketamine", "percent": 101}]}, "/counts/0/percent", "100"),
        ({"counts": [{"group": "ketamin"}]}, "/counts/0/group", "ketamin"),
        (
            {"counts": [{"group": "ketamine"}, {"group": "ketamine"}]},
            "/counts/1",
            "stands here twice",
        ),
        ({"group": "ketamine", "affected": 3}, "/group", ""),
    ],
)
def test_what_is_wrong_of_a_count_is_told_at_its_place(
    ada: Person, row: dict[str, Any], change: dict[str, Any], pointer: str, words: str
) -> None:
    errors = check_problem(ada.post("adverse-events", {**row, **change}), 422)["errors"]

    told = {each["pointer"]: each["message"] for each in errors}
    assert pointer in told
    assert words in told[pointer]


def test_a_group_whose_numbers_a_harm_has_cannot_go(ada: Person, row: dict[str, Any]) -> None:
    slug = ada.post("adverse-events", row).json()["slug"]
    without = {"groups": [{"key": "ketamine", "title": "Ketamine"}]}

    refused = check_problem(ada.patch("studies/trial", without), 409)

    assert [each["record"] for each in refused["errors"]] == [f"/v1/adverse-events/{slug}"]
    assert "group 'placebo' cannot go" in refused["detail"]


def test_an_older_version_comes_back_with_its_counts(ada: Person, row: dict[str, Any]) -> None:
    slug = ada.post("adverse-events", row).json()["slug"]
    ada.patch(f"adverse-events/{slug}", {"counts": [{"group": "saline"}]})

    restored = ada.post(f"adverse-events/{slug}/restore", {"version": 1}, If_Match="*")

    assert restored.status_code == 200, restored.text
    assert counts(ada, slug) == [("ketamine", 7, 20), ("placebo", 0, 19)]
