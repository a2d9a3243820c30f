from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import goals
from benchmarks.goals import LARGE, STANDARD, Goal, of_cell, of_rounds, share
from benchmarks.report import markdown


def cell(rate: float, failed: int = 0, **more: Any) -> dict[str, Any]:
    seen = {"rate": rate, "p50": 1000 / rate, "p99": 2000 / rate, "cpu": 1.0, "answers": 10}
    return {**seen, "again": 0, "failed": failed, **more}


def results(size: int = STANDARD, **figures: Any) -> dict[str, Any]:
    found = {"cells": {}, "skipped": {}, "capped": {}, "depth of W3": 0, **figures}
    busy = [{"load average": 1.0, "free memory": 2**30}]
    machine = dict.fromkeys(("processors", "system", "python", "sqlite", "revision"), "x")
    run = {"rounds": 2, "rounds done": 2, "seconds": 1.0, "at": "2026-01-01", "cap": 100}
    run |= {"load average at the start": 0.5, "busy machine": False, "small size": 10}
    small: dict[str, Any] = {"cells": {}}
    return {
        **run, "size": size, "machine": {**machine, "memory": 2**30}, "busy": busy, "load": {},
        "figures": found, "small": small,
    }  # fmt: skip


def test_a_figure_is_the_median_with_the_least_and_the_most() -> None:
    assert of_rounds([3.0, 1.0, 2.0, 9.0, 2.5]).told("{:.1f}") == "2.5 (1.0 to 9.0)"


def test_a_share_is_of_medians_and_its_range_of_single_rounds() -> None:
    found = share([cell(30), cell(20), cell(60)], [cell(10), cell(20), cell(15)])
    assert (found.value, found.least, found.most) == (2.0, 1.0, 4.0)


def test_one_failed_answer_fails_a_cell_and_what_is_held_against_it() -> None:
    failed = [cell(30), cell(30, failed=2)]
    assert of_cell(failed, "rate").told() == "failed: 2 of 20"
    assert share([cell(90), cell(90)], failed).value is None


def test_a_round_without_answers_is_held_against_nothing() -> None:
    empty = cell(30) | {"rate": 0.0, "answers": 0}
    assert share([cell(90)], [empty]).told() == "nothing was answered in a round"


def test_what_fewer_clients_stand_for_says_so() -> None:
    assert of_cell([cell(30, clients="16")], "rate").told("{:.0f}") == "30 (as with 16)"


@pytest.mark.parametrize(("rate", "verdict"), [(30, "reached"), (29, "missed"), (None, "missed")])
def test_a_goal_is_reached_or_missed_also_by_what_was_not_measured(
    rate: float | None, verdict: str
) -> None:
    some = {} if rate is None else {"W2": {"1": {"ours": [cell(rate)], "floor": [cell(10)]}}}
    goal = Goal("W2", "ours / floor", 3, goals.against("W2", "1", "floor"))
    assert goal.verdict(results(cells=some)) == verdict


def test_a_goal_of_another_size_is_not_held_against_a_run() -> None:
    goal = Goal("W2", "ours / floor", 3, goals.against("W2", "1", "floor"))
    assert goal.verdict(results(LARGE)) == "a goal of 100,000"


def test_the_dearest_answer_after_a_change_is_named() -> None:
    first = {
        "map": {"address": "/map", "cpu": [90.0, 140.0, 100.0], "statuses": [200] * 3},
        "list": {"address": "/list", "cpu": [5.0, 6.0, 7.0], "statuses": [200] * 3},
    }
    found = goals.dearest(results(changes={"first": first, "writes": {}}))
    assert found.told("{:.0f}") == "100 (90 to 140) (map)"


def test_an_answer_that_is_none_fails_the_answers_after_a_change() -> None:
    first = {"map": {"address": "/map", "cpu": [9.0], "statuses": [503]}}
    assert goals.dearest(results(changes={"first": first})).told() == "failed: map"


def test_p99_beside_others_is_held_against_the_same_round_without() -> None:
    quiet = [cell(10, p99=5.0), cell(10, p99=20.0)]
    busy = [cell(10, p99=45.0), cell(10, p99=50.0)]
    figures = {"W1, nothing else": quiet, "W1, an import": busy}
    found = goals.beside("an import")(results(disturbed={"figures": figures, "refused": {}}))
    assert (found.value, found.least, found.most) == (35.0, 30.0, 40.0)


def test_every_work_has_a_goal_once_in_a_run_of_the_standard_size() -> None:
    held = [each for each in goals.goals() if STANDARD in each.sizes]
    assert len({(each.work, each.what) for each in held}) == len(held)
    assert {each.work for each in held} == {
        "W1",
        "W2",
        "W3",
        "W4",
        "W5",
        "W6",
        "W7",
        "W9",
        "writes",
    }


def test_a_run_in_which_little_was_measured_is_told_all_the_same() -> None:
    page = markdown(results(skipped={"W6": "ours answers 503"}))
    assert "W6 (adverse effects of a treatment over studies) was skipped: ours answers 503" in page
    assert "| W1 | ours / floor, 1 client | not measured | >= 1.2 | missed |" in page


def test_the_run_of_this_repository_can_be_told(tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    saved.write_text(json.dumps(results(cells={"W1": {"1": {"ours": [cell(30)]}}})))
    assert "| W1 | 1 | 33.33 | 66.67 | 30 |" in markdown(json.loads(saved.read_text()))
