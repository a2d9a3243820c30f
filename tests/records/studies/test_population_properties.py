"""Random populations, random questions: the SQL answers as the plain meaning does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db.database import Database
from app.records.studies.draft import STUDY_EDITOR
from tests.conftest import ENGINES, Templates, serving
from tests.factories import Evidence
from tests.records.population.meaning import (
    DEFINITE,
    NO,
    POSSIBLE,
    Query,
    everybody,
    judged,
    judged_population,
)
from tests.records.population.people import PARENTS, Person, studies

EXAMPLES = 150
KEPT = {"definite": {DEFINITE}, "possible": {POSSIBLE}, "any": {DEFINITE, POSSIBLE}}
AGES = [
    "6..12",
    "8..22",
    "18",
    "6mo..2y",
    "0",
    "0..17",
    "18..64",
    "65..",
    "..12",
    "90d",
    "23..none",
]
VALUES = {
    "age": st.sampled_from(AGES),
    "age.within": st.sampled_from(AGES),
    "age_group": st.sampled_from(["child", "adult", "older_adult"]),
    "sex": st.sampled_from(["all", "female", "male"]),
    "n": st.sampled_from(["10..", "..49", "0..0", "11..300"]),
    "country": st.sampled_from(["DE", "NL", "US", "FR"]),
    "condition": st.sampled_from(sorted(PARENTS)),
}
ASKED = {
    **VALUES,
    **{f"{name}.not": value for name, value in VALUES.items()},
    **{f"{name}.missing": st.sampled_from(["true", "false"]) for name in VALUES if "." not in name},
}
SORTS = ["year", "-year", "label", "-label", "slug", "-slug"]


@dataclass(frozen=True)
class World:
    client: TestClient
    people: list[Person]


@pytest.fixture(scope="module", params=ENGINES)
def world(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[World]:
    """Sixty studies in a database that is only read."""
    made = templates[request.param]
    address = made.copy("empty")
    database, people = Database(address), studies(seed=7, count=60)
    evidence = Evidence(database)
    for slug, parent in PARENTS.items():
        evidence.condition(slug, parent=parent or None)
    says = [evidence.support()]
    evidence.write((STUDY_EDITOR, supported(each.draft(), says)) for each in people)
    with serving(database) as client:
        yield World(client, people)
    database.close()
    made.drop(address)


def supported(draft: dict[str, Any], says: list[str]) -> dict[str, Any]:
    """A study's draft with what every fact has to have."""
    dull = {"basis": "abstract", "says": says}
    parts = [
        {**dull, "label": each["key"], "kind": "enrolled", **each} for each in draft["populations"]
    ]
    return {**dull, **draft, "populations": parts}


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """One to four criteria, each with a value or two; now and then a good many."""
    most = draw(st.sampled_from([2, 3, 4, len(ASKED)]))
    names = draw(st.lists(st.sampled_from(sorted(ASKED)), min_size=1, max_size=most, unique=True))
    return {name: draw(st.lists(ASKED[name], min_size=1, max_size=2)) for name in names}


def key(person: Person, sort: str) -> Any:
    first = {"year": person.year or 0, "slug": person.slug, "label": person.label.encode()}
    return first[sort], person.number


def walk(client: TestClient, asked: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The slugs on all pages, and the first page with what all pages say is missing."""
    slugs: list[str] = []
    first: dict[str, Any] = {}
    missing: dict[str, list[str]] = {}
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        reply = client.get("/v1/studies", params={**asked, **cursor})
        assert reply.status_code == 200, reply.text
        page = reply.json()
        first = first or page
        slugs += [each["slug"] for each in page["items"]]
        missing |= page["matches"]["missing"]
        cursor = {"cursor": page["next"]} if page["next"] else None
    return slugs, {**first, "missing": missing}


def numbers(page: dict[str, Any]) -> dict[str, int]:
    """The counts of a page, all of which are exact."""
    found = {**page["matches"]["definite"], "total": page["total"]}
    found |= {name: page["matches"][name] for name in ("possible", "excluded")}
    assert all(count["relation"] == "eq" for count in found.values())
    return {name: count["value"] for name, count in found.items()}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    query=queries(),
    match=st.sampled_from(sorted(KEPT)),
    sort=st.sampled_from(SORTS),
    limit=st.sampled_from([7, 200]),
    narrower=st.booleans(),
)
def test_every_question_is_answered_as_its_meaning_says(
    world: World, query: Query, match: str, sort: str, limit: int, narrower: bool
) -> None:
    asked = {**query, "match": match, "sort": sort, "limit": str(limit)}
    asked |= {} if narrower else {"descendants": "false"}
    found, page = walk(world.client, asked)

    answers = {each.slug: judged(each, query, narrower=narrower) for each in world.people}
    wanted = [each for each in world.people if answers[each.slug][0] in KEPT[match]]
    wanted.sort(key=lambda each: key(each, sort.removeprefix("-")), reverse=sort.startswith("-"))
    assert found == [each.slug for each in wanted]
    sure = [answer[0] for answer in answers.values()]
    within = sum(inside for _, inside, _ in answers.values())
    assert numbers(page) == {
        "within": within,
        "overlapping": sure.count(DEFINITE) - within,
        "possible": sure.count(POSSIBLE),
        "excluded": sure.count(NO),
        "total": len(wanted),
    }


@settings(max_examples=EXAMPLES // 3, deadline=None, derandomize=True)
@given(query=queries())
def test_what_a_possible_match_leaves_open_is_what_its_surest_population_leaves_open(
    world: World, query: Query
) -> None:
    _, page = walk(world.client, {**query, "match": "any", "limit": "200"})

    people = {each.slug: each for each in world.people}
    answers = {each.slug: judged(each, query) for each in world.people}
    assert set(page["missing"]) == {slug for slug, each in answers.items() if each[0] == POSSIBLE}
    for slug, names in page["missing"].items():
        rows = everybody(people[slug])
        judgements = [judged_population(row, query, narrower=True) for row in rows]
        open_ = {each.open for each in judgements if each.sure == POSSIBLE}
        assert tuple(sorted(names)) in open_
        assert len(names) == answers[slug][2]


def test_the_questions_reach_every_answer(world: World) -> None:
    """A world in which all studies answered alike would prove nothing."""
    query = {"age_group": ["child"], "condition": ["pain"]}
    answers = [judged(each, query)[:2] for each in world.people]

    assert set(answers) == {(NO, False), (POSSIBLE, False), (DEFINITE, False), (DEFINITE, True)}
