"""Random nested questions have the answer that Kleene's rules make of the lists' answers."""

from __future__ import annotations

import random
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.query.nested.kleene import JOINTS, Lists, Node, random_node

LISTS: dict[TestClient, Lists] = {}
MANY = 5


def random_question(path: str, seed: int) -> Node:
    """A question with at most as many parameters as are allowed, some of them flat ones."""
    rng = random.Random(f"{path} {seed}")  # no secret
    while True:
        node = random_node(rng, path)
        if rng.random() < 0.3:
            node |= random_node(rng, path, 4)
        if node.keys() & JOINTS and parameters(node) <= 20:
            return node


def parameters(value: Any) -> int:
    """How many parameters a question has."""
    if isinstance(value, list):
        return sum(map(parameters, value))
    return sum(parameters(each) if name in JOINTS else 1 for name, each in value.items())


@pytest.mark.parametrize("seed", range(MANY))
@pytest.mark.parametrize("path", ["studies", "outcomes", "adverse-events"])
def test_a_nested_question_is_answered_by_its_parts(
    mixed: TestClient, path: str, seed: int
) -> None:
    lists = LISTS.setdefault(mixed, Lists(mixed))
    node = random_question(path, seed)
    expected = lists.answer(path, node)

    def found(**asked: Any) -> dict[str, Any]:
        reply = mixed.post(f"/v1/{path}/search", json={**node, **asked, "limit": 200})
        assert reply.status_code == 200, (node, reply.text)
        return reply.json()  # type: ignore[no-any-return]

    def slugs(page: dict[str, Any]) -> set[str]:
        return {each["slug"] for each in page["items"]}

    definite, possible = found(), found(match="possible")
    assert slugs(definite) == expected.definite, node
    if "matches" not in definite:  # no source leaves anything open that was asked for
        assert slugs(possible) == expected.definite == expected.within == expected.perhaps, node
        return
    open_ = expected.perhaps - expected.definite
    assert slugs(possible) == open_, node
    assert slugs(found(match="any", sort="slug")) == expected.perhaps, node
    assert slugs(found(match="within")) == expected.within, node
    assert definite["matches"]["definite"] == {
        "within": {"value": len(expected.within), "relation": "eq"},
        "overlapping": {"value": len(expected.definite - expected.within), "relation": "eq"},
    }, node
    assert definite["matches"]["possible"]["value"] == len(open_), node
    assert set(definite["matches"]["partly"]) == expected.definite - expected.within, node
    assert possible["matches"]["missing"].keys() == open_, node
    assert all(possible["matches"]["missing"].values()), node
