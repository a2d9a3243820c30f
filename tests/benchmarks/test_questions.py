from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.loading import load_apart
from benchmarks.questions import Questions
from benchmarks.rounds import LONGEST, substitute

STUDIES = 300  # so that there are as many conditions and treatments as questions name


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Questions]:
    path: Path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    load_apart("searched", STUDIES, path)
    some = Questions(path)
    yield some
    some.close()


@pytest.mark.parametrize("work", ["W2", "W4", "W4u", "W5", "W8"])
def test_no_question_is_asked_twice(questions: Questions, work: str) -> None:
    asked = [each.ours for turn in "ab" for each in questions.draw(work, turn, 50)]
    assert len(set(asked)) == 100


def test_another_study_is_asked_for_until_all_were(questions: Questions) -> None:
    first = questions.draw("W1", "a", STUDIES // 2)
    second = questions.draw("W1", "b", STUDIES // 2)
    assert len({each.ours for each in [*first, *second]}) == STUDIES


def test_most_texts_are_new_words(questions: Questions) -> None:
    texts = [dict(each.given)["q"] for each in questions.draw("W4", "words", 200)]
    assert len(set(texts)) == 200


def test_so_many_clients_are_not_asked_for_who_would_wait_too_long() -> None:
    slow: dict[str, Any] = {"p50": 1000 * LONGEST / 2, "rate": 0.03}
    cells: dict[str, dict[str, list[dict[str, Any]]]] = {
        "1": {"floor": [slow]},
        "16": {"floor": []},
    }
    assert substitute(cells, (1, 16), 16, "floor", 0) == {**slow, "clients": "1"}
    cells["1"]["floor"][0] = {"p50": 10.0, "rate": 100.0}
    assert substitute(cells, (1, 16), 16, "floor", 0) is None
