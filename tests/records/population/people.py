"""Made-up studies for the population filter, as values and as drafts of the same thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

NO_LIMIT = 2_147_483_647
YEAR = 365.25
PARENTS = {"pain": "", "crps": "pain", "crps-one": "crps", "migraine": "pain", "gout": ""}
GROUPS = {  # a label's own ages in days; adults may be old
    "child": (0, 6574),
    "adult": (6574, None),
    "older_adult": (23741, NO_LIMIT),
}


@dataclass(frozen=True)
class Population:
    """What one population of a study is said to be; None or empty: not said."""

    ages: tuple[int | None, int | None] = (None, None)
    basis: str = "unknown"
    label: str | None = None
    sex: str | None = None
    n: int | None = None
    countries: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    some: bool = False  # from some of the countries, which one is not said
    kind: str = "enrolled"
    parent: int | None = None  # its place among the populations of the study

    def draft(self, key: str) -> dict[str, Any]:
        low, high = self.ages
        ages: dict[str, Any] = {"age_min_days": low, "age_end_days": high}
        ages |= {"age_basis": self.basis, "age_group": self.label}
        rest = {"sex": self.sex, "n": self.n, "countries": list(self.countries)}
        place = {"kind": self.kind, "parent": None if self.parent is None else f"p{self.parent}"}
        return {"key": key, **ages, **rest, **place, "conditions": list(self.conditions)}


@dataclass(frozen=True)
class Person:
    """A study by its slug, with the values that orders and other filters look at."""

    slug: str
    number: int  # in the order in which it was written
    year: int | None
    label: str
    study_type: str | None
    populations: tuple[Population, ...] = field(default=())

    def draft(self) -> dict[str, Any]:
        people = [each.draft(f"p{at}") for at, each in enumerate(self.populations)]
        rest = {"year": self.year, "label": self.label, "study_type": self.study_type}
        return {"slug": self.slug, "populations": people, **rest}


def studies(seed: int, count: int) -> list[Person]:
    """Some studies, the same ones for the same seed."""
    random = Random(seed)
    return [_study(random, at) for at in range(count)]


def _study(random: Random, at: int) -> Person:
    return Person(
        f"s{at:03}",
        at,
        random.choice([None, None, 1999, 2010, 2010, 2021]),
        random.choice(["Zebra", "apple", "Äpfel", "apple pie", "B"]),
        random.choice([None, "interventional", "observational"]),
        tuple(_population(random, at) for at in range(random.choice([0, 1, 1, 1, 2, 2, 3, 4]))),
    )


def _population(random: Random, at: int) -> Population:
    basis, label, ages = _ages(random)
    return Population(
        ages,
        basis,
        label,
        random.choice([None, "all", "female", "male"]),
        random.choice([None, 0, 10, 50, 300]),
        tuple(random.sample(["DE", "NL", "US"], random.choice([0, 0, 1, 2]))),
        tuple(sorted(random.sample(sorted(PARENTS), random.choice([0, 1, 1, 2, 3])))),
        kind=random.choice(["enrolled", "enrolled", "enrolled", "subgroup", "eligible"]),
        parent=random.choice([None, *range(at)]),
    )


def _ages(random: Random) -> tuple[str, str | None, tuple[int | None, int | None]]:
    """How the ages are known, what the label names, and the ages themselves."""
    basis = random.choice(["stated", "stated", "registry", "derived_from_label", "unknown"])
    if basis == "derived_from_label":
        label = random.choice(sorted(GROUPS))
        return basis, label, GROUPS[label]
    if basis == "unknown":
        return basis, None, (None, None)
    low, high = sorted(random.sample([0, 0.5, 6, 8, 12, 17, 18, 23, 40, 65, 66, 90], 2))
    bounds = (
        random.choice([None, int(low * YEAR), int(low * YEAR)]),
        random.choice([None, NO_LIMIT, int(high * YEAR), int(high * YEAR)]),
    )
    named = random.choice([None, None, "child"]) if None not in bounds else None
    return basis, named, bounds  # where ages are stated, they count, and not the label
