"""What is asked of a database, drawn from what is in it: the same every time, and ever new.

A question that was asked before may be answered from what was kept of it. So W1 takes another study
each time, W2, W4, W5 and W8 draw ages anew, and W4 takes words that were not asked before.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, cycle, islice, product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.query.fulltext.search import MOST_RANKED
from benchmarks.corpus_terms import HEADS
from benchmarks.floor_statements import words_of
from benchmarks.words import COMMON, PROSE
from benchmarks.work import Asked

DEPTH = 10_000
FACETS = "study_type,phase,masking"
EVERY_FACET = "study_type,phase,masking,condition,treatment,outcome,adverse_effect,year"
MOST_RECORDS = 100_000  # that W1 takes in turn
SAMPLE = {"W1": 100, "W1c": 10, "W2": 20, "W4": 20, "W4u": 20, "W5": 8, "W8": 12}
A_SECOND = {
    "W1": 4000,
    "W1c": 4000,
    "W2": 3000,
    "W4u": 400,
    "W8": 3000,
}  # questions that are drawn for one
OTHERS = 800
YEAR = 365.25
STUDIES = "/v1/studies"
# Words of populations, arms and groups, and words of labels that are no operators of a query.
EVERYWHERE = ("people", "with", "arm", "group", "participants")
OFTEN = [each for each in COMMON if len(each) > 3]


class Questions:
    """What is asked of a database: rare terms and common ones, the same every time."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.conditions = self._common("condition", "population_conditions", "condition_id")
        self.treatments = self._common("treatment", "arm_treatments", "treatment_id")
        self.measures = self._common("outcome_measure", "outcomes", "measure_id")
        self.effects = self._common("adverse_effect", "adverse_events", "adverse_effect_id")
        self.depth = 0
        self._fixed: dict[str, list[Asked]] = {}
        self._records = cycle(self._slugs())
        self._texts = self._new_texts()
        self._uncapped = self._new_uncapped_texts()

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()

    def prepare(self, walk: Callable[[str], dict[str, Any]]) -> None:
        """Walk to where W3 begins, and choose what is asked without chance."""
        self._fixed["W3"] = self._deep(walk)
        self._fixed["W3a"] = [self._asked("W3a", STUDIES, self.women(0))]
        self._fixed["W6"] = self._harms()
        given = {"age_group": "adult", "condition": self.conditions[0], "format": "ndjson"}
        self._fixed["W7"] = [self._asked("W7", STUDIES, given)]
        self._fixed |= self._facts()

    def sample(self, work: str) -> list[Asked]:
        """Questions to compare the answers of."""
        return self.draw(work, "sample", SAMPLE.get(work, 1))

    def for_stretch(self, work: str, turn: str, seconds: float) -> list[Asked]:
        """As many questions as anybody answers in some seconds; of some work ever the same."""
        return self.draw(work, turn, 200 + int(seconds * A_SECOND.get(work, OTHERS)))

    def draw(self, work: str, turn: str, count: int) -> list[Asked]:
        """So many questions, other ones for each turn."""
        if work in self._fixed:
            return self._fixed[work]
        chance = random.Random(f"{work} {turn}")
        if work in {"W1", "W1c"}:
            return [self._record(work, slug) for slug in islice(self._records, count)]
        each = {"W2": self._page, "W4": self._text, "W4u": self._uncapped_text}
        each |= {"W5": self._facet, "W8": self._result}
        return [each[work](chance, number) for number in range(count)]

    def _common(self, kind: str, table: str, column: str) -> list[str]:
        """The slugs of terms of a kind, by how many rows name them or narrower ones."""
        query = (
            f"SELECT t.slug FROM {table} x JOIN term_ancestors a ON a.term_id = x.{column} "
            "JOIN terms t ON t.id = a.ancestor_id WHERE t.kind = ? "
            "GROUP BY t.id ORDER BY count(*) DESC, t.id"
        )
        return [row[0] for row in self.connection.execute(query, (kind,))]

    def _slugs(self) -> list[str]:
        """Studies from all over the corpus, in no order."""
        found = [row[0] for row in self.connection.execute("SELECT slug FROM studies ORDER BY id")]
        return random.Random("records").sample(found, min(len(found), MOST_RECORDS))

    def _asked(self, work: str, path: str, given: dict[str, str], **floor: str) -> Asked:
        """A question in the words of a query; `floor` are words that only the floor knows."""
        ours = f"{path}?{urlencode(given)}"
        there = f"{path}?{urlencode({**given, **floor})}"
        return Asked(work, ours, there, tuple({**given, **floor}.items()), self.name)

    def _record(self, work: str, slug: str) -> Asked:
        path = f"{STUDIES}/{slug}"
        return Asked(work, path, path, (("slug", slug),), self.name)

    def women(self, place: int) -> dict[str, str]:
        """Adult women with the condition at a place among the common ones."""
        return {"age_group": "adult", "condition": self.conditions[place], "sex": "female"}

    def _people(self, chance: random.Random, place: int) -> dict[str, str]:
        """Women of ages drawn anew with the condition at a place among the common ones."""
        return {"age": fresh_ages(chance), "condition": self.conditions[place], "sex": "female"}

    def _page(self, chance: random.Random, number: int) -> Asked:
        """W2: the most common condition, and rarer and rarer ones."""
        places = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
        return self._asked("W2", STUDIES, self._people(chance, places[number % len(places)]))

    def _facet(self, chance: random.Random, number: int) -> Asked:
        """W5: counts for common conditions and rarer ones."""
        given = {**self._people(chance, (0, 4, 16, 64)[number % 4]), "facet": FACETS, "limit": "1"}
        return self._asked("W5", STUDIES, given)

    def _result(self, chance: random.Random, number: int) -> Asked:
        """W8: common conditions and measures, and rarer ones."""
        condition, measure = ((0, 0), (0, 8), (4, 0), (16, 2))[number % 4]
        given = {"age": fresh_ages(chance), "condition": self.conditions[condition]}
        return self._asked("W8", "/v1/results", {**given, "outcome": self.measures[measure]})

    def _text(self, chance: random.Random, _number: int) -> Asked:
        given = {"q": next(self._texts), "age": fresh_ages(chance), "sex": "female"}
        return self._asked("W4", STUDIES, given)

    def _uncapped_text(self, chance: random.Random, _number: int) -> Asked:
        given = {"q": next(self._uncapped), "age": fresh_ages(chance), "sex": "female"}
        return self._asked("W4u", STUDIES, given)

    def _new_texts(self) -> Iterator[str]:
        """Two in five with words of many records, a pair, a rare word, three words together.

        Texts of many records are some 130: they come again in a long run, with other ages.
        """
        chance = random.Random("texts")
        some = PROSE.items[10:400]
        alone = [(head,) for head in HEADS]
        together = [
            (head, *others)
            for head in HEADS
            for count in (1, 2)
            for others in combinations(EVERYWHERE, count)
        ]
        many = cycle(_mixed(chance, [*alone, *together]))
        kinds = (
            many,
            cycle(_mixed(chance, product(HEADS, some))),
            many,
            cycle(_mixed(chance, ((each,) for each in PROSE.items[20:3000]))),
            cycle(_mixed(chance, product(HEADS, OFTEN, some[:60]))),
        )
        while True:
            yield from (next(kind) for kind in kinds)

    def _new_uncapped_texts(self) -> Iterator[str]:
        """Pairs and single words of which fewer records match than are put in order."""
        chance = random.Random("uncapped texts")
        pairs = _mixed(chance, product(HEADS, PROSE.items[10:600]))
        single = _mixed(chance, ((each,) for each in PROSE.items[20:5000]))
        for each in zip(cycle(pairs), cycle(single), strict=True):
            yield from (text for text in each if self._matches(text) <= MOST_RANKED)

    def _matches(self, text: str) -> int:
        query = (
            "SELECT count(*) FROM (SELECT 1 FROM search_index_study "
            "WHERE search_index_study MATCH ? LIMIT ?)"
        )
        bound = (words_of(text), MOST_RANKED + 1)
        return int(self.connection.execute(query, bound).fetchone()[0])

    def _deep(self, walk: Callable[[str], dict[str, Any]]) -> list[Asked]:
        """W3: the most common condition, DEPTH rows in or as far as there is; and how far."""
        given, last = self.women(0), ""
        cursor: str | None = None
        while self.depth < DEPTH:
            query = {**given, "limit": "200", **({"cursor": cursor} if cursor else {})}
            page = walk(f"{STUDIES}?{urlencode(query)}")
            if page["next"] is None:
                break
            cursor, last = page["next"], page["items"][-1]["slug"]
            self.depth += 200
        placed = "SELECT year_key || ',' || id FROM studies WHERE slug = ?"
        found = self.connection.execute(placed, (last,)).fetchone()
        floor = {"after": found[0]} if found else {}
        asked = self._asked("W3", STUDIES, given, **floor)
        ours = f"{STUDIES}?{urlencode({**given, **({'cursor': cursor} if cursor else {})})}"
        return [Asked("W3", ours, asked.floor, asked.given, self.name)]

    def _harms(self) -> list[Asked]:
        """W6: treatments without narrower ones that some studies gave, none of the most common."""
        broader = {row[0] for row in self.connection.execute(
            "SELECT p.slug FROM terms p JOIN terms t ON t.parent_id = p.id")}  # fmt: skip
        some = [
            next(slug for slug in self.treatments[place:] if slug not in broader)
            for place in (60, 120, 240)
        ]
        return [self._asked("W6", "/v1/adverse-effects", {"treatment": slug}) for slug in some]

    def _facts(self) -> dict[str, list[Asked]]:
        """F1 to F4: common conditions and treatments, and rarer ones; with totals and matches."""
        events, women, places = "/v1/adverse-events", self.women, (0, 4, 32, 256)
        given = self.treatments
        people = {"age_group": "adult", "sex": "female"}
        return {
            "F1": [self._asked("F1", events, women(place)) for place in places],
            "F2": [self._asked("F2", "/v1/outcomes", women(place)) for place in places],
            "F3": [self._asked("F3", events, {"treatment": given[place]}) for place in places],
            "F4": [
                self._asked("F4", "/v1/adverse-effects", {**dict(each.given), **people})
                for each in self._harms()
            ],
        }


def fresh_ages(chance: random.Random) -> str:
    """Ages of adults, to the day: some 50 million, so that hardly any comes again."""
    low = chance.randint(int(15 * YEAR), int(30 * YEAR))
    return f"{low}d..{chance.randint(int(50 * YEAR), int(75 * YEAR))}d"


def _mixed(chance: random.Random, found: Iterable[tuple[str, ...]]) -> list[str]:
    texts = [" ".join(each) for each in found]
    chance.shuffle(texts)
    return texts
