"""The vocabulary of the corpus: trees of terms two to four deep, the first of them most used."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.vocabulary import BetterDirection, OrganSystem, OutcomeDomain, TermKind, TreatmentType
from benchmarks.words import Zipf, words

Entry = tuple[str, dict[str, Any]]  # table and row
COUNTS = {
    TermKind.CONDITION: 3000,
    TermKind.TREATMENT: 2500,
    TermKind.ADVERSE_EFFECT: 2000,
    TermKind.OUTCOME_MEASURE: 200,
}
TREE = (0.02, 0.12, 0.45)  # share of terms that are roots, children, grandchildren; the rest below
HEADS = ("chronic", "acute", "severe", "primary", "recurrent", "juvenile", "familial", "mild")


@dataclass(frozen=True)
class Term:
    """A term of the corpus."""

    id: int
    slug: str
    name: str


def _tree(chance: random.Random, count: int) -> list[int | None]:
    """The parent of each of so many terms, by place; parents come first."""
    bounds = [max(1, int(count * share)) for share in TREE] + [count]
    levels = [range(low, high) for low, high in zip([0, *bounds], bounds, strict=False)]
    parents: list[int | None] = [None] * count
    for above, level in pairwise(levels):
        for place in level:
            parents[place] = chance.choice(above)
    return parents


def _own(kind: TermKind, chance: random.Random) -> dict[str, Any]:
    """The columns that only one kind of term has."""
    if kind is TermKind.TREATMENT:
        return {"type": chance.choice(list(TreatmentType)).value}
    if kind is TermKind.ADVERSE_EFFECT:
        return {"organ_system": chance.choice(list(OrganSystem)).value}
    if kind is TermKind.OUTCOME_MEASURE:
        return {
            "domain": chance.choice(list(OutcomeDomain)).value,
            "better": chance.choice(list(BetterDirection)).value,
        }
    return {}


class Terms:
    """All terms of the corpus, and how often each is drawn."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []
        self.of: dict[TermKind, Zipf[Term]] = {}
        self.narrower: dict[int, list[Term]] = defaultdict(list)  # the next below, by number
        number = 0
        for kind, count in COUNTS.items():
            made = list(self._make(kind, count, number))
            number += count
            # The order in which terms are common says nothing about their place in the tree.
            random.Random(f"order of {kind}").shuffle(made)
            self.of[kind] = Zipf(made)

    def _make(self, kind: TermKind, count: int, before: int) -> Iterator[Term]:
        chance = random.Random(f"terms of {kind}")
        parents = _tree(chance, count)
        for place, stem in enumerate(words(f"names of {kind}", count, (2, 4))):
            head = f"{chance.choice(HEADS)} " if chance.random() < 0.5 else ""
            term = Term(before + place + 1, f"{head}{stem}".replace(" ", "-"), f"{head}{stem}")
            parent = parents[place]
            row = {
                "id": term.id,
                "kind": kind.value,
                "slug": term.slug,
                "name": term.name.capitalize(),
                "parent_id": None if parent is None else before + parent + 1,
                **_own(kind, chance),
            }
            self.rows.append(("terms", row))
            if parent is not None:
                self.narrower[before + parent + 1].append(term)
            for position in range(chance.choice((0, 1, 1, 2))):
                label = {"label": f"{stem} {position + 2}", "kind": "synonym"}
                self.rows.append(
                    ("term_labels", {"term_id": term.id, "position": position, **label})
                )
            code = {"scheme": "MeSH", "code": f"D{term.id:06}"}
            self.rows.append(("term_codes", {"term_id": term.id, "position": 0, **code}))
            yield term
