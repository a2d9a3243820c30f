"""Random studies, random questions: the list of studies answers as the rules say."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records.population.criteria import Question, Reading
from tests.records.population.meaning import NO, OVERLAPPING, POSSIBLE, WITHIN
from tests.records.population.questions import OF_STUDIES, questions
from tests.records.population.studies import Study
from tests.records.population.world import (
    KEPT,
    READINGS,
    World,
    numbers,
    of_answers,
    parameters,
    walk,
)

SORTS = ["year", "-year", "label", "-label", "slug", "-slug"]


def key(study: Study, sort: str) -> Any:
    first = {"year": study.year or 0, "slug": study.slug, "label": study.label.encode()}
    return first[sort], study.number


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    question=questions(OF_STUDIES, most=len(OF_STUDIES)),
    match=st.sampled_from(sorted(KEPT)),
    sort=st.sampled_from(SORTS),
    limit=st.sampled_from([70, 200]),
    reading=st.sampled_from(READINGS),
)
def test_every_question_is_answered_as_its_meaning_says(
    world: World,
    question: Question,
    match: str,
    sort: str,
    limit: int,
    reading: Reading,
) -> None:
    asked = {**question, "match": match, "sort": sort, "limit": str(limit)}
    asked |= parameters(reading)
    found, page = walk(world.client, "studies", asked)

    meanings = world.meanings(reading)
    answers = {each.study.slug: each.answer(question) for each in meanings}
    wanted = [each for each in world.studies if answers[each.slug].sure in KEPT[match]]
    wanted.sort(key=lambda each: key(each, sort.removeprefix("-")), reverse=sort.startswith("-"))
    assert found == [each.slug for each in wanted]
    assert numbers(page) == {**of_answers(answers.values()), "total": len(wanted)}


@settings(max_examples=20)
@given(question=questions(OF_STUDIES))
def test_what_a_possible_match_leaves_open_is_what_its_surest_population_leaves_open(
    world: World, question: Question
) -> None:
    _, page = walk(world.client, "studies", {**question, "match": "possible", "limit": "200"})

    answers = {each.study.slug: each.answer(question) for each in world.meanings()}
    assert page["missing"].keys() == {
        slug for slug, each in answers.items() if each.sure == POSSIBLE
    }
    wrong = {
        slug: (names, answers[slug].missing)
        for slug, names in page["missing"].items()
        if not answers[slug].fewest.leaves_open(names)
    }
    assert wrong == {}


def test_the_questions_reach_every_answer(world: World) -> None:
    """A world in which all studies answered alike would prove nothing."""
    question = {"age_group": ["child"], "condition": ["pain"]}
    answers = {each.answer(question).sure for each in world.meanings()}

    assert answers == {NO, POSSIBLE, OVERLAPPING, WITHIN}
