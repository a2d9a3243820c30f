"""Nested questions answered from what the lists say of each part, put together by Kleene's rules.

No clause of the application is used but those of parameters alone: of each object's own parameters
its list is asked for the records that certainly match, wholly match, or may match; what joins them
is worked out here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from fastapi.testclient import TestClient

Node = dict[str, Any]
Slugs = frozenset[str]
PATHS = {"outcomes": "outcomes", "adverse_events": "adverse-events"}
JOINTS = {"all", "any", "not", *PATHS}
PEOPLE: list[Node] = [
    {"age_group": "child"},
    {"age_group": "adult"},
    {"condition": "crps"},
    {"sex": "female"},
    {"age": "12..16", "condition": "crps"},
    {"age_group.not": "child"},
    {"treatment": "placebo"},
    {"treatment": "ketamine", "age_group": "child"},
]
PARAMETERS: dict[str, list[Node]] = {
    "studies": [
        *PEOPLE,
        {"design": "cases"},
        {"outcome": ["pain", "function"]},
        {"q": "children"},
        {"n": "10..", "sex": "female"},
    ],
    "outcomes": [
        *PEOPLE,
        {"measure": "pain"},
        {"measure": "pain", "direction": "better"},
        {"measure": "function"},
        {"direction": "better", "age_group": "adult"},
        {"comparator": "placebo"},
        {"n": "20.."},
    ],
    "adverse-events": [
        *PEOPLE,
        {"adverse_effect": "hallucinations"},
        {"adverse_effect": ["nausea", "sedation"], "age_group": "child"},
        {"affected": "1..", "condition": "chronic pain"},
    ],
}


@dataclass(frozen=True)
class Answer:
    """The records of which a question certainly holds, holds of all of them, or may hold."""

    definite: Slugs
    within: Slugs
    perhaps: Slugs

    def joined(self, other: Answer, how: Callable[[Slugs, Slugs], Slugs]) -> Answer:
        return Answer(
            how(self.definite, other.definite),
            how(self.within, other.within),
            how(self.perhaps, other.perhaps),
        )

    def mapped(self, change: Callable[[Slugs], Slugs]) -> Answer:
        return Answer(change(self.definite), change(self.within), change(self.perhaps))


@dataclass
class Lists:
    """What the lists of a service say, each asked once."""

    client: TestClient
    asked: dict[str, Slugs] = field(default_factory=dict)
    study_of: dict[str, str] = field(default_factory=dict)

    def slugs(self, path: str, node: Node) -> Slugs:
        """The records of a list that match."""
        key = f"{path} {node}"
        if key not in self.asked:
            reply = self.client.get(f"/v1/{path}", params={**node, "limit": 200})
            assert reply.status_code == 200, reply.text
            page = reply.json()
            assert page["next"] is None
            items = page["items"]
            self.asked[key] = frozenset(each["slug"] for each in items)
            if path != "studies":
                self.study_of |= {each["slug"]: each["study"]["slug"] for each in items}
        return self.asked[key]

    def answer(self, path: str, node: Node) -> Answer:
        """The answer to a nested question of a list."""
        everything = Answer(*[self.slugs(path, {})] * 3)
        return reduce(
            lambda one, other: one.joined(other, and_), self._parts(path, node), everything
        )

    def _parts(self, path: str, node: Node) -> Iterable[Answer]:
        own = {name: value for name, value in node.items() if name not in JOINTS}
        if own:
            matches = ("definite", "within", "any")
            yield Answer(*(self.slugs(path, {**own, "match": match}) for match in matches))
        yield from (self.answer(path, each) for each in node.get("all", []))
        if some := [self.answer(path, each) for each in node.get("any", [])]:
            yield reduce(lambda one, other: one.joined(other, or_), some)
        if "not" in node:
            barred, everything = self.answer(path, node["not"]), self.slugs(path, {})
            never = everything - barred.perhaps
            yield Answer(never, never, everything - barred.definite)
        for name, facts_path in PATHS.items():
            if name not in node:
                continue
            found = self.answer(facts_path, node[name])
            yield found.mapped(lambda facts: frozenset(self.study_of[each] for each in facts))


def random_node(rng: random.Random, path: str, depth: int = 0) -> Node:
    """A nested question, no two of which are alike."""
    node = dict(rng.choice(PARAMETERS[path])) if depth and rng.random() < 0.6 else {}
    if path == "studies":
        for name, facts_path in PATHS.items():
            if rng.random() < 0.35 and depth < 3:
                node[name] = random_node(rng, facts_path, max(depth + 1, 2))
    if depth < 3:
        for name in ("all", "any"):
            if rng.random() < 0.3:
                some = rng.randint(1, 2)
                node[name] = [random_node(rng, path, depth + 1) for _ in range(some)]
        if rng.random() < 0.4:
            node["not"] = random_node(rng, path, depth + 1)
    return node or dict(rng.choice(PARAMETERS[path]))
