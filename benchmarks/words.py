"""Made-up words and names: always the same ones, as often as words of their rank are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

Item = TypeVar("Item")
ONSETS = ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "br", "cr", "pl", "st")
VOWELS = ("a", "e", "i", "o", "u", "y", "ia", "eo")
ENDS = ("l", "n", "r", "s", "x", "m", "st", "c")
COMMON = (
    "the", "of", "and", "in", "to", "with", "a", "was", "were", "for", "patients", "treatment",
    "group", "study", "at", "or", "after", "by", "than", "results", "placebo", "weeks", "pain",
    "randomized", "trial", "compared", "dose", "mean", "significant", "baseline", "events", "risk",
    "outcome", "scores", "adverse", "clinical", "months", "safety", "effect", "median", "between",
)  # fmt: skip


class Zipf(Generic[Item]):
    """Draws items, the first most often: the k-th as often as 1/k of the first."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def draw(self, chance: random.Random, count: int = 1) -> list[Item]:
        """So many items; one may come twice."""
        return chance.choices(self.items, cum_weights=self.weights, k=count)

    def distinct(self, chance: random.Random, count: int) -> list[Item]:
        """So many items, none twice."""
        found: dict[Item, None] = {}
        while len(found) < count:
            found[self.draw(chance)[0]] = None
        return list(found)


def word(chance: random.Random, syllables: int) -> str:
    """A word that nobody has used before."""
    parts = (chance.choice(ONSETS) + chance.choice(VOWELS) for _ in range(syllables))
    return "".join(parts) + chance.choice(ENDS)


def words(seed: str, count: int, syllables: tuple[int, int] = (1, 4)) -> list[str]:
    """So many different words."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[word(chance, chance.randint(*syllables))] = None
    return list(found)


PROSE = Zipf([*COMMON, *words("prose", 20_000)])


def prose(chance: random.Random, count: int) -> str:
    """So many words in sentences of a dozen."""
    drawn = PROSE.draw(chance, count)
    sentences = (" ".join(drawn[at : at + 12]).capitalize() for at in range(0, count, 12))
    return ". ".join(sentences) + "."
