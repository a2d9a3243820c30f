"""The work items: what is asked of each peer, and what of an answer has to be the same.

W1 to W8 are asked of all peers that can answer them; W1c and F1 to F4 only of ours. W9 and writes
change what is there: benchmarks/changes.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

WORKS = {
    "W1": "one study with everything inside, each time another",
    "W1c": "the same, compressed as browsers ask for it",
    "W2": "first 50 for ages, condition and sex, newest first",
    "W3": "the most common condition of adult women, far into the list",
    "W3a": "the question of W3 from the start",
    "W4": "full text and people, ranked",
    "W4u": "the same where all matches are put in order",
    "W5": "facet counts for ages, condition and sex",
    "W6": "adverse effects of a treatment over studies",
    "W7": "every match as NDJSON",
    "W8": "first rows of results in people of some ages with a condition, of one measure",
}
FACTS = {
    "F1": "first 50 adverse events in people of an age group, condition and sex",
    "F2": "first 50 outcomes in the same people",
    "F3": "first 50 adverse events under a treatment",
    "F4": "W6 in people of an age group and sex",
}
LISTS = ("W2", "W3", "W3a", "W4", "W4u")
OURS_ALONE = ("W1c", "W8", *FACTS)
RANKED = ("W4", "W4u")  # PostgreSQL ranks in its own way: the first 50 are others there
AS_BROWSERS_ASK = "gzip, deflate, br, zstd"
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One question, as our address, as the floor's, and as values for an SQL statement."""

    work: str
    ours: str
    floor: str
    given: tuple[tuple[str, str], ...]
    database: str

    @property
    def headers(self) -> dict[str, str]:
        """What is sent beside the address."""
        return {"Accept-Encoding": AS_BROWSERS_ASK} if self.work == "W1c" else {}


def essence(work: str, peer: str, body: bytes) -> Any:
    """What of an answer has to be the same, whoever gives it."""
    if work == "W7":
        rows = json.loads(body) if peer == "datasette" else map(json.loads, body.splitlines())
        return [row["slug"] for row in rows]
    return _essence(work, peer, json.loads(body))


def _essence(work: str, peer: str, answer: Any) -> Any:
    if work in {"W1", "W1c"}:
        return _study(answer[0] if peer == "datasette" else answer, peer)
    if work == "W5":
        return _facets(answer, peer)
    if work in {"W6", "F4"}:
        return _harms(answer, peer)
    if work in FACTS:
        return [item["slug"] for item in answer["items"]]
    if work == "W8":
        return [_number(item) for item in answer["items"]]
    items = answer if peer == "datasette" else answer["items"]
    return [_brief(item, peer) for item in items]


def is_capped(body: bytes) -> bool:
    """Whether an answer of ours says that not all matches were put in order."""
    return bool(json.loads(body).get("capped"))


def _number(row: Row) -> Any:
    """A row of results by its place, its people and its number."""
    place = row["outcome"], row["result"], row["side"]
    return *place, row["group"], row["value"], row["n"], row["match"]


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
