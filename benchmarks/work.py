"""The work items: what is asked of each peer, and what of an answer has to be the same.

W1 to W7 are asked of all peers, F1 to F4 (what was found in people) only of ours, where named.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

WORKS = {
    "W1": "one study with everything inside",
    "W2": "first 50 for age group, condition and sex, newest first",
    "W3": "the most common condition of these, far into the list",
    "W3a": "the question of W3 from the start",
    "W4": "full text and population filter",
    "W5": "facet counts for a filter",
    "W6": "adverse effects of a treatment over studies",
    "W7": "every match as NDJSON",
}
FACTS = {
    "F1": "first 50 adverse events in people of an age group, condition and sex",
    "F2": "first 50 outcomes in the same people",
    "F3": "first 50 adverse events under a treatment",
    "F4": "W6 in people of an age group and sex",
}
DEPTH = 10_000
FACETS = "study_type,phase,masking"
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One question, as our address, as the floor's, and as values for an SQL statement."""

    work: str
    ours: str
    floor: str
    given: tuple[tuple[str, str], ...]
    database: str


class Questions:
    """What is asked of a database: rare terms and common ones, the same every time."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.conditions = self._common("condition", "population_conditions", "condition_id")
        self.treatments = self._common("treatment", "arm_treatments", "treatment_id")

    def _common(self, kind: str, table: str, column: str) -> list[str]:
        """The slugs of terms of a kind, by how many rows name them or narrower ones."""
        query = (
            f"SELECT t.slug FROM {table} x JOIN term_ancestors a ON a.term_id = x.{column} "
            "JOIN terms t ON t.id = a.ancestor_id WHERE t.kind = ? "
            "GROUP BY t.id ORDER BY count(*) DESC, t.id"
        )
        return [row[0] for row in self.connection.execute(query, (kind,))]

    def _asked(self, work: str, path: str, given: dict[str, str], **floor: str) -> Asked:
        """A question in the words of a query; `floor` are words that only the floor knows."""
        ours = f"{path}?{urlencode(given)}"
        there = f"{path}?{urlencode({**given, **floor})}"
        return Asked(work, ours, there, tuple({**given, **floor}.items()), self.name)

    def people(self, place: int) -> dict[str, str]:
        """Adult women with the condition at a place among the common ones."""
        return {"age_group": "adult", "condition": self.conditions[place], "sex": "female"}

    def records(self) -> list[Asked]:
        """W1: studies from all over the corpus."""
        count = self.connection.execute("SELECT count(*) FROM studies").fetchone()[0]
        some = [count * at // 100 + 1 for at in range(100)]
        query = f"SELECT slug FROM studies WHERE id IN ({','.join(map(str, some))})"
        slugs = [row[0] for row in self.connection.execute(query)]
        paths = [f"/v1/studies/{slug}" for slug in slugs]
        pairs = zip(paths, slugs, strict=True)
        return [Asked("W1", path, path, (("slug", slug),), self.name) for path, slug in pairs]

    def pages(self) -> list[Asked]:
        """W2: the most common condition, and rarer and rarer ones."""
        places = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
        return [self._asked("W2", "/v1/studies", self.people(place)) for place in places]

    def shallow(self) -> list[Asked]:
        """W3a: what W3 asks, from the start."""
        return [self._asked("W3a", "/v1/studies", self.people(0))]

    def deep(self, walk: Callable[[str], Row]) -> tuple[list[Asked], int]:
        """W3: the most common condition, DEPTH rows in or as far as there is; and how far."""
        given, depth, last = self.people(0), 0, ""
        cursor: str | None = None
        while depth < DEPTH:
            query = {**given, "limit": "200", **({"cursor": cursor} if cursor else {})}
            page = walk(f"/v1/studies?{urlencode(query)}")
            if page["next"] is None:
                break
            depth, cursor, last = depth + 200, page["next"], page["items"][-1]["slug"]
        placed = "SELECT year_key || ',' || id FROM studies WHERE slug = ?"
        place = self.connection.execute(placed, (last,)).fetchone()[0]
        asked = self._asked("W3", "/v1/studies", given, after=place)
        ours = f"/v1/studies?{urlencode({**given, 'cursor': cursor or ''})}"
        return [Asked("W3", ours, asked.floor, asked.given, self.name)], depth

    def found(self) -> list[Asked]:
        """W4: words of labels, one common and one rarer."""
        words = ("chronic", "severe patients", "acute treatment", "juvenile", "placebo weeks")
        people = {"age_group": "adult", "sex": "female"}
        return [self._asked("W4", "/v1/studies", {"q": each, **people}) for each in words]

    def facets(self) -> list[Asked]:
        """W5: counts for common conditions and rarer ones."""
        return [
            self._asked("W5", "/v1/studies", {**self.people(place), "facet": FACETS, "limit": "1"})
            for place in (0, 4, 16, 64)
        ]

    def harms(self) -> list[Asked]:
        """W6: treatments without narrower ones that some studies gave, none of the most common."""
        broader = {row[0] for row in self.connection.execute(
            "SELECT p.slug FROM terms p JOIN terms t ON t.parent_id = p.id")}  # fmt: skip
        some = [
            next(slug for slug in self.treatments[place:] if slug not in broader)
            for place in (60, 120, 240)
        ]
        return [self._asked("W6", "/v1/adverse-effects", {"treatment": slug}) for slug in some]

    def facts(self) -> dict[str, list[Asked]]:
        """F1 to F4: common conditions and treatments, and rarer ones; with totals and matches."""
        places = (0, 4, 32, 256)
        women = {"age_group": "adult", "sex": "female"}
        return {
            "F1": [self._asked("F1", "/v1/adverse-events", self.people(place)) for place in places],
            "F2": [self._asked("F2", "/v1/outcomes", self.people(place)) for place in places],
            "F3": [
                self._asked("F3", "/v1/adverse-events", {"treatment": self.treatments[place]})
                for place in places
            ],
            "F4": [
                self._asked("F4", "/v1/adverse-effects", {**dict(each.given), **women})
                for each in self.harms()
            ],
        }

    def streams(self) -> list[Asked]:
        """W7: adults with the most common condition."""
        given = {"age_group": "adult", "condition": self.conditions[0], "format": "ndjson"}
        return [self._asked("W7", "/v1/studies", given)]


def essence(work: str, peer: str, body: bytes) -> Any:
    """What of an answer has to be the same, whoever gives it."""
    if work == "W7":
        rows = json.loads(body) if peer == "datasette" else map(json.loads, body.splitlines())
        return [row["slug"] for row in rows]
    answer = json.loads(body)
    if work == "W1":
        return _study(answer[0] if peer == "datasette" else answer, peer)
    if work == "W5":
        return _facets(answer, peer)
    if work in {"W6", "F4"}:
        return _harms(answer, peer)
    if work in FACTS:
        return [item["slug"] for item in answer["items"]]
    items = answer if peer == "datasette" else answer["items"]
    return [_brief(item, peer) for item in items]


def _parts(row: Row, name: str, peer: str) -> list[Row]:
    found = json.loads(row[name]) if peer == "datasette" else row[name]
    return found if isinstance(found, list) else list(found["items"])


def _brief(item: Row, peer: str) -> Any:
    """A study by its people, arms and publications."""
    people = sorted(
        (each["key"], each["n"], each["sex"]) for each in _parts(item, "populations", peer)
    )
    arms = sorted((each["key"], each["n"]) for each in _parts(item, "arms", peer))
    return item["slug"], item["label"], item["year"], people, arms


def _study(study: Row, peer: str) -> Any:
    inside = [
        sorted(each["slug"] for each in _parts(study, name, peer))
        for name in ("outcomes", "adverse_events", "citation_cards")
    ]
    numbers = sorted(
        (each["slug"], count["affected"], count["at_risk"], count["percent"])
        for each in _parts(study, "adverse_events", peer)
        for count in each["counts"]
    )
    return _brief(study, peer), inside, numbers


def _facets(answer: Any, peer: str) -> Any:
    if peer == "datasette":
        counted = [(row["facet"], row["value"], row["count"]) for row in answer]
    elif peer == "floor":
        facets = answer["facets"].items()
        counted = [(name, value, n) for name, counts in facets for value, n in counts.items()]
    else:
        facets = answer["facets"]["counts"].items()
        counted = [(name, each["value"], each["count"]) for name, some in facets for each in some]
    return sorted((name, value, n) for name, value, n in counted if value not in {None, "null"})


def _harms(answer: Any, peer: str) -> Any:
    """The counts under each adverse effect, those of controls included."""
    if peer == "datasette":
        return sorted({(row["adverse_effect"], row["slug"], row["affected"]) for row in answer})
    return sorted(
        {
            (item["adverse_effect"]["slug"], row["adverse_event"]["slug"], count["affected"])
            for item in answer["items"]
            for row in item["counts"]
            for count in row["adverse_event"]["counts"]
        }
    )
