"""Random studies, random questions: lists of numbers answer as the rules say, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.population.criteria import Question, Reading
from tests.records.population.facts import Asked
from tests.records.population.generator import READING
from tests.records.population.meaning import (
    NO,
    OVERLAPPING,
    POSSIBLE,
    WITHIN,
    WORDS,
    Answer,
    best_of,
)
from tests.records.population.questions import OF_HARMS, OF_OUTCOMES, questions
from tests.records.population.world import (
    KEPT,
    READINGS,
    World,
    numbers,
    of_answers,
    parameters,
    walk,
)


@dataclass(frozen=True)
class Fact:
    """How sure a fact is, and each of its counts or results."""

    answer: Answer
    parts: list[tuple[Answer, str | None]]  # beside no, whose people a count is about


Facts = dict[str, Fact]
SLOW = [HealthCheck.too_slow]


def harms(world: World, question: Question, reading: Reading) -> Facts:
    """Each as its best count."""
    asked, found = Asked.of(question), {}
    for meaning in world.meanings(reading):
        for harm in meaning.study.harms:
            counts = meaning.counts(harm, asked)
            found[harm.slug] = Fact(best_of(answer for answer, _ in counts), counts)
    return found


def outcomes(world: World, question: Question, reading: Reading) -> Facts:
    """Each as its best result, if it has any."""
    asked, found = Asked.of(question), {}
    for meaning in world.meanings(reading):
        for outcome in meaning.study.outcomes:
            results = meaning.results(outcome, asked)
            answer = best_of(results) if results else meaning.without_results(asked)
            found[outcome.slug] = Fact(answer, [(each, None) for each in results])
    return found


def wrong(page: dict[str, Any], facts: Facts, part: str) -> Iterator[Any]:
    """What a list says of single facts, and of their counts or results, that is not so."""
    for slug, names in page["missing"].items():
        if not facts[slug].answer.leaves_open(names):
            yield slug, names, facts[slug].answer
    for slug, told in page[f"{part}s"].items():
        fact = facts[slug]
        if [each[part] for each in told] != list(range(len(fact.parts))):
            yield slug, told
        for each, (answer, people) in zip(told, fact.parts, strict=True):
            same = each["match"] == WORDS[answer.sure]
            if answer.sure == POSSIBLE:
                same &= answer.leaves_open(each["missing"])
            if part == "count":
                same &= each.get("people") == people
            if not same:
                yield slug, each, answer, people


def graded(question: Question) -> bool:
    return Asked.of(question).graded


Read = Callable[[World, Question, Reading], Facts]


def compare(world: World, path: str, read: Read, question: Question, **rest: Any) -> None:
    """The list, what it says of each number, and how many of each sort it counts."""
    match, reading = rest["match"], rest["reading"]
    asked = {**question, **parameters(reading), "match": match, "limit": "200", "sort": "id"}
    found, page = walk(world.client, path, asked)

    facts = read(world, question, reading)
    assert found == [slug for slug, each in facts.items() if each.answer.sure in KEPT[match]]
    assert list(wrong(page, facts, "count" if read is harms else "result")) == []
    counted = of_answers(each.answer for each in facts.values())
    assert numbers(page) == {**counted, "total": len(found)}


REST = {"match": st.sampled_from(sorted(KEPT)), "reading": st.sampled_from(READINGS)}


@settings(max_examples=40, suppress_health_check=SLOW)
@given(question=questions(OF_HARMS), **REST)
def test_harms_are_as_sure_as_their_counts(world: World, question: Question, **rest: Any) -> None:
    compare(world, "adverse-events", harms, question, **rest)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(question=questions(OF_OUTCOMES).filter(graded), **REST)
def test_outcomes_are_as_sure_as_their_results(
    world: World, question: Question, **rest: Any
) -> None:
    compare(world, "outcomes", outcomes, question, **rest)


@pytest.mark.parametrize("read", [harms, outcomes])
def test_the_questions_reach_every_answer(world: World, read: Read) -> None:
    """A world in which all facts answered alike would prove nothing."""
    question = {"age_group": ["child"], "treatment": ["drug"]}
    answers = {each.answer.sure for each in read(world, question, READING).values()}

    assert answers == {NO, POSSIBLE, OVERLAPPING, WITHIN}
