"""Questions of several elements, on a study of mixed ages beside the ketamine document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

BETTER = {"measure": "pain", "direction": "better"}
FUNCTION_BETTER = {"outcomes": {"measure": "function", "direction": "better"}}
MEASURED = {"outcomes": BETTER, "all": [{"outcomes": {"measure": "function"}}]}


def search(client: TestClient, node: dict[str, Any], path: str = "studies") -> dict[str, Any]:
    reply = client.post(f"/v1/{path}/search", json=node)
    assert reply.status_code == 200, reply.text
    return reply.json()  # type: ignore[no-any-return]


def slugs(page: dict[str, Any]) -> list[str]:
    return [each["slug"] for each in page["items"]]


def test_pain_got_better_and_function_was_measured_and_did_not(mixed: TestClient) -> None:
    found = search(mixed, {**MEASURED, "not": FUNCTION_BETTER})
    assert slugs(found) == ["mixed-ages", "adults-crps-12-weeks"]


def test_what_was_not_measured_was_not_found_to_be_better(mixed: TestClient) -> None:
    found = search(mixed, {"outcomes": BETTER, "not": FUNCTION_BETTER})
    assert slugs(found) == [
        "mixed-ages",
        "retrospective-outpatient-infusions",
        "adults-crps-12-weeks",
    ]


def test_all_that_an_element_asks_meets_in_one_fact(mixed: TestClient) -> None:
    """Hallucinations were counted in the adults of a study that had children, too."""
    apart = {"age_group": "child", "adverse_events": {"adverse_effect": "hallucinations"}}
    assert slugs(search(mixed, apart)) == ["mixed-ages"]
    together = {"adverse_events": {"adverse_effect": "hallucinations", "age_group": "child"}}
    assert slugs(search(mixed, {**together, "match": "any"})) == []
    nausea = {"adverse_events": {"adverse_effect": "nausea", "age_group": "child"}}
    assert slugs(search(mixed, {**nausea, "match": "within"})) == ["mixed-ages"]


def test_people_treatment_and_number_meet_in_one_side(mixed: TestClient) -> None:
    many = {"treatment": "placebo", "affected": "5.."}
    assert (
        slugs(search(mixed, {"adverse_events": {**many, "adverse_effect": "hallucinations"}})) == []
    )
    several = {"any": [{"adverse_effect": "hallucinations"}, {"adverse_effect": "vomiting"}]}
    assert slugs(search(mixed, {"adverse_events": {**many, **several}})) == ["mixed-ages"]


def test_not_leaves_open_what_a_source_leaves_open(mixed: TestClient) -> None:
    found = search(mixed, {"treatment": "ketamine", "not": {"age_group": "child"}})
    assert slugs(found) == ["mania-during-ketamine-therapy", "adults-crps-12-weeks"]
    possible = search(
        mixed, {"treatment": "ketamine", "not": {"age_group": "child"}, "match": "possible"}
    )
    assert slugs(possible) == [
        "toxicity-review",
        "retrospective-outpatient-infusions",
        "liver-injury-3-cases",
    ]
    assert possible["matches"]["missing"] == {slug: ["/not/age_group"] for slug in slugs(possible)}
    assert possible["matches"]["excluded"]["value"] == 2


def test_what_is_left_open_is_told_by_its_place(mixed: TestClient) -> None:
    node = {"any": [{"outcomes": {"measure": "sleep", "age_group": "child"}}, {"n": "1000.."}]}
    found = search(mixed, {**node, "match": "possible"})
    assert found["matches"]["missing"]["mixed-ages"] == ["/any/0/outcomes/age_group"]


def test_flat_parameters_keep_their_own_names_beside(mixed: TestClient) -> None:
    node = {"sex": "female", "match": "possible", "not": {"age_group": "child"}}
    missing = search(mixed, node)["matches"]["missing"]
    assert missing["liver-injury-3-cases"] == ["sex", "/not/age_group"]


def test_what_holds_of_some_of_the_people_is_told_apart(mixed: TestClient) -> None:
    node = {"adverse_events": {"adverse_effect": "vomiting", "age_group": "child"}}
    found = search(mixed, node)
    assert slugs(found) == found["matches"]["partly"] == ["mixed-ages"]
    assert found["matches"]["definite"]["overlapping"]["value"] == 1
    assert slugs(search(mixed, {**node, "match": "within"})) == []


def test_facts_are_asked_alike(mixed: TestClient) -> None:
    node = {"not": {"any": [{"age_group": "child"}, {"measure": ["pain", "mood"]}]}}
    found = search(mixed, {**node, "study": "mixed-ages"}, "outcomes")
    assert slugs(found) == ["mixed-ages.function"]
    possible = search(mixed, {**node, "study": "mixed-ages", "match": "possible"}, "outcomes")
    assert slugs(possible) == ["mixed-ages.sleep"]
    assert possible["matches"]["missing"]["mixed-ages.sleep"] == ["/not/any/0/age_group"]


def test_words_names_and_broader_terms_are_understood_inside(mixed: TestClient) -> None:
    assert "mixed-ages" not in slugs(search(mixed, {"not": {"q": "placebo"}}))
    by_name = {"outcomes": {"measure": "Pain", "comparator": "placebo"}}
    assert slugs(search(mixed, by_name)) == ["mixed-ages", "adults-crps-12-weeks"]
    crps = {"adverse_events": {"adverse_effect": "nausea", "condition": "crps"}}
    assert slugs(search(mixed, crps)) == []
    broader = search(mixed, {**crps, "broader": True})
    assert slugs(broader) == broader["broader"] == ["mixed-ages"]


def test_a_question_in_an_address_is_the_same(mixed: TestClient) -> None:
    node = {**MEASURED, "not": FUNCTION_BETTER}
    posted = mixed.post("/v1/studies/search", json={"year": "2000..", **node})
    asked = {"year": "2000..", "where": json.dumps(node)}
    assert mixed.get("/v1/studies", params=asked).content == posted.content


def test_parameters_in_an_address_may_stand_in_the_question(mixed: TestClient) -> None:
    node = {"age_group": "child", "outcomes": {"measure": "pain"}, "not": {"sex": "male"}}
    posted = search(mixed, {**node, "match": "any"})
    asked = {"where": json.dumps(node), "match": "any"}
    found = mixed.get("/v1/studies", params=asked).json()
    assert slugs(found) == slugs(posted)
    assert found["matches"]["partly"] == posted["matches"]["partly"]


def test_pages_follow_one_another(mixed: TestClient) -> None:
    node = {"treatment": "ketamine", "not": {"age_group": "child"}, "match": "any"}
    whole = slugs(search(mixed, node))
    page = search(mixed, {**node, "limit": 2})
    walked = slugs(page)
    while page["next"]:
        page = search(mixed, {**node, "limit": 2, "cursor": page["next"]})
        walked += slugs(page)
    assert walked == whole


@pytest.mark.parametrize("sort", ["-year", "label", "-slug"])
def test_every_order_finds_the_same(mixed: TestClient, sort: str) -> None:
    node = {
        "q": "ketamine",
        "age_group": "child",
        "not": {"outcomes": {"measure": "pain", "sex": "female", "condition": "crps"}},
    }
    for match in ("definite", "within", "possible", "any"):
        found = search(mixed, {**node, "match": match, "sort": sort})
        assert sorted(slugs(found)) == sorted(slugs(search(mixed, {**node, "match": match})))
        assert found["total"] == {"value": len(found["items"]), "relation": "eq"}


def test_an_export_says_how_sure_each_fact_is(mixed: TestClient) -> None:
    node = {"sex": "female", "not": {"age_group": "child"}, "match": "any"}
    page = search(mixed, node, "adverse-events")
    lines = mixed.post("/v1/adverse-events/search", json={**node, "format": "ndjson"}).text
    told = {each["slug"]: each["match"] for each in map(json.loads, lines.splitlines())}
    assert told.keys() == set(slugs(page))
    possible = {slug for slug, match in told.items() if match == "possible"}
    assert possible == page["matches"]["missing"].keys()
    assert {slug for slug, match in told.items() if match == "overlapping"} == set(
        page["matches"]["partly"]
    )


def test_facets_count_what_was_found(mixed: TestClient) -> None:
    node = {**MEASURED, "not": FUNCTION_BETTER, "facet": "design"}
    counts = search(mixed, node)["facets"]["counts"]["design"]
    assert sum(each["count"] for each in counts) == 2


def test_the_evidence_map_and_its_page_take_a_question(mixed: TestClient) -> None:
    where = {"where": json.dumps({"adverse_events": {"adverse_effect": "hallucinations"}})}
    whole, found = (mixed.get("/v1/evidence-map", params=each).json() for each in ({}, where))
    assert found != whole
    assert mixed.get("/", params=where).status_code == 200
    listed = mixed.get("/studies", params=where)
    assert "Ketamine against placebo at 8 to 70 years" in listed.text
    assert "hallucinations" in listed.text  # in what the list is narrowed by
