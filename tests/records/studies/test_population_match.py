"""A population is asked for: who fits for certain, who might, and what the source leaves open."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.factories import Evidence
from tests.records.population.examples import AGES, CHILDREN, CONDITIONS, CONTAINED, LABELS, SAID

ADULTS = {"key": "adults", "age_group": "adult"}


def listed(client: TestClient, **asked: Any) -> dict[str, Any]:
    reply = client.get("/v1/studies", params=asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def slugs(client: TestClient, **asked: Any) -> list[str]:
    return sorted(study["slug"] for study in listed(client, **asked)["items"])


def answer(client: TestClient, slug: str, **asked: Any) -> str:
    """How sure a study is: definite, possible or no."""
    for match in ("definite", "possible"):
        if slug in slugs(client, match=match, limit=200, **asked):
            return match
    return "no"


Case = tuple[dict[str, Any], dict[str, str], str]


def wrong(evidence: Evidence, client: TestClient, cases: list[Case]) -> list[Any]:
    """The cases of population, question and answer that are answered otherwise."""
    studies = [evidence.study(populations=[{"key": "people", **case[0]}]) for case in cases]
    found = [answer(client, slug, **case[1]) for slug, case in zip(studies, cases, strict=True)]
    return [(case, each) for case, each in zip(cases, found, strict=True) if each != case[2]]


def counts(client: TestClient, **asked: Any) -> tuple[int, int, int, int]:
    """Within, overlapping, possible, excluded."""
    matches = listed(client, **asked)["matches"]
    sure = matches["definite"]
    found = sure["within"], sure["overlapping"], matches["possible"], matches["excluded"]
    assert {each["relation"] for each in found} == {"eq"}
    within, overlapping, possible, excluded = (each["value"] for each in found)
    return within, overlapping, possible, excluded


def test_a_label_answers_for_the_group_that_it_names(
    evidence: Evidence, client: TestClient
) -> None:
    cases = [({"age_group": said}, asked, expected) for said, asked, expected in LABELS]
    assert wrong(evidence, client, cases) == []


def test_ages_are_half_open_and_a_bound_not_stated_leaves_things_open(
    evidence: Evidence, client: TestClient
) -> None:
    cases = [({"ages": said}, {"age": asked}, expected) for said, asked, expected in AGES]
    assert wrong(evidence, client, cases) == []


def test_containment_asks_for_all_ages_of_the_population(
    evidence: Evidence, client: TestClient
) -> None:
    cases = [
        ({"ages": said}, {"age.within": asked}, expected) for said, asked, expected in CONTAINED
    ]
    assert wrong(evidence, client, cases) == []


def test_what_is_said_of_a_population_answers_for_certain_and_what_is_not_said_leaves_it_open(
    evidence: Evidence, client: TestClient
) -> None:
    cases = [(said, asked, expected) for said, asked, expected in SAID]
    assert wrong(evidence, client, cases) == []


def test_conditions_answer_with_the_narrower_ones_and_a_broader_one_leaves_them_open(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("pain")
    evidence.condition("crps", parent="pain")
    evidence.condition("migraine", parent="pain")
    evidence.condition("gout")
    cases = [({"conditions": said}, asked, expected) for said, asked, expected in CONDITIONS]
    assert wrong(evidence, client, cases) == []


def test_a_possible_match_names_what_the_source_leaves_open(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("gout")
    asked = {"condition": "gout", "age_group": "child", "sex": "female", "match": "any"}
    gout = {"conditions": ["gout"]}
    sure = evidence.study(populations=[{**CHILDREN, **gout, "sex": "female"}])
    sexless = evidence.study(populations=[{**CHILDREN, **gout}])
    unknown = evidence.study(populations=[{"key": "people"}])
    nobody = evidence.study()
    evidence.study(populations=[{**ADULTS, **gout, "sex": "female"}])

    page = listed(client, **asked)
    assert {each["slug"] for each in page["items"]} == {sure, sexless, unknown, nobody}
    assert {slug: sorted(open_) for slug, open_ in page["matches"]["missing"].items()} == {
        sexless: ["sex"],
        unknown: ["age_group", "condition", "sex"],
        nobody: ["population"],
    }


def test_one_population_has_to_fit_in_everything(evidence: Evidence, client: TestClient) -> None:
    women = {"key": "women", "sex": "female", "ages": "65..80"}
    boys = {"key": "boys", "sex": "male", "ages": "6..12"}
    study = evidence.study(populations=[women, boys])

    assert answer(client, study, sex="female", age="6..12") == "no"
    assert answer(client, study, sex="male", age="6..12") == "definite"


def test_a_study_is_as_sure_as_its_surest_population_and_leaves_open_what_that_one_does(
    evidence: Evidence, client: TestClient
) -> None:
    unclear = {"key": "unclear"}
    girls = {"key": "girls", "ages": "6..12"}
    study = evidence.study(populations=[unclear, girls, ADULTS])

    page = listed(client, age="6..12", sex="female", match="any")
    assert page["matches"]["missing"] == {study: ["sex"]}
    assert answer(client, study, age="6..12") == "definite"


def test_definite_matches_are_counted_within_and_overlapping_apart(
    evidence: Evidence, client: TestClient
) -> None:
    for ages in ("6..12", "7..8", "8..22", "5..", "13..20"):
        evidence.study(populations=[{"key": "people", "ages": ages}])
    evidence.study(populations=[{"key": "all", "ages": "0..99"}, {"key": "some", "ages": "6..9"}])

    for match in ("definite", "possible", "any"):
        assert counts(client, age="6..12", match=match) == (2, 2, 1, 1)


def everybody(evidence: Evidence) -> None:
    """Studies of all sorts, some told little of."""
    evidence.condition("gout")
    evidence.treatment("ketamine")
    for at, ages in enumerate(({"ages": "6..12"}, {"ages": "5.."}, {"age_group": "adult"}, {})):
        for year in (None, 2010):
            evidence.study(
                year=year,
                label=f"Trial {at}",
                study_type="interventional" if at % 2 else None,
                populations=[{"key": "people", **ages, "conditions": ["gout"] * (at % 2)}],
                arms=[{"key": "arm", "treatments": [{"treatment": "ketamine"}] * (at > 1)}],
            )
    evidence.study(label="Trial of nobody", study_type="interventional")


OTHERS: list[dict[str, str]] = [
    {},
    {"treatment": "ketamine"},
    {"study_type": "interventional"},
    {"q": "nobody"},
    {"year": "2010"},
]


def test_definite_and_possible_are_apart_and_with_the_excluded_are_everything_in_any_order(
    evidence: Evidence, client: TestClient
) -> None:
    everybody(evidence)

    for others in OTHERS:
        whole, asked = slugs(client, **others), {"age": "6..12", "condition": "gout", **others}
        definite, possible, either = (
            slugs(client, match=match, **asked) for match in ("definite", "possible", "any")
        )
        assert not set(definite) & set(possible)
        assert sorted(definite + possible) == either
        within, overlapping, open_, excluded = counts(client, **asked)
        assert (within + overlapping, open_) == (len(definite), len(possible))
        assert excluded == len(whole) - len(either)
        for sort in ("year", "label", "-label", "slug", "-slug"):
            assert slugs(client, match="any", sort=sort, **asked) == either
