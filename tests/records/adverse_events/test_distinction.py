"""Rows of one harm are told apart by what differs, in words."""

from __future__ import annotations

from typing import Any

import pytest

from app.records.adverse_events.distinction import distinctions

ROW: dict[str, Any] = {
    "term_verbatim": "nausea",
    "scope": "one_term",
    "serious": "not_stated",
    "severity_verbatim": None,
    "grade_low": None,
    "grade_high": None,
    "time_frame": None,
    "results_in_death": None,
    "life_threatening": None,
    "hospitalisation": None,
    "disability": None,
    "congenital_anomaly": None,
    "medically_important": None,
    "relatedness": "not_stated",
    "assessment": "not_stated",
    "basis": "abstract",
    "counts": [{"group": {"title": "Ketamine"}}, {"group": {"title": "Placebo"}}],
}


def told(*rows: dict[str, Any]) -> list[str]:
    return distinctions([{**ROW, **row} for row in rows])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (({},), [""]),
        (({}, {}), ["", ""]),
        (
            ({"serious": "yes"}, {"serious": "no"}, {}),
            ["serious", "not serious", "seriousness not stated"],
        ),
        (({"severity_verbatim": "mild"}, {}), ["mild", "severity not stated"]),
        (
            ({"grade_low": 3, "grade_high": 4}, {"grade_low": 2, "grade_high": 2}),
            ["grade 3 to 4", "grade 2"],
        ),
        (({"grade_low": 3}, {}), ["grade 3 to ?", "grade not stated"]),
        (({"time_frame": "week 1"}, {}), ["week 1", "time not stated"]),
        (
            ({"relatedness": "related"}, {}),
            ["held to be caused by the treatment", "cause not stated"],
        ),
        (({"results_in_death": True}, {}), ["fatal", "no criterion of seriousness told"]),
        (({"term_verbatim": "Nausea, any"}, {}), ["Nausea, any", "nausea"]),
        (({"basis": "registry"}, {}), ["registry", "abstract"]),
        (({"counts": [{"group": {"title": "Saline"}}]}, {}), ["in Saline", "in Ketamine, Placebo"]),
    ],
)
def test_what_differs_is_said_of_each(rows: tuple[dict[str, Any], ...], words: list[str]) -> None:
    assert told(*rows) == words


def test_a_second_difference_is_said_only_where_the_first_does_not_tell_apart() -> None:
    serious, mild, severe = (
        {"serious": "yes", "severity_verbatim": "severe"},
        {"serious": "no", "severity_verbatim": "mild"},
        {"serious": "no", "severity_verbatim": "severe"},
    )

    assert told(serious, mild, severe) == ["serious", "not serious, mild", "not serious, severe"]
