"""Studies made up at random, the same ones for the same seed."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.records.population.criteria import Reading
from tests.records.population.studies import (
    NO_LIMIT,
    Count,
    Given,
    Group,
    Harm,
    Outcome,
    Population,
    Result,
    Study,
    parents_first,
)

YEAR = 365.25
CONDITIONS = {"pain": "", "crps": "pain", "crps-one": "crps", "migraine": "pain", "gout": ""}
TREATMENTS = {"drug": "", "drug-oral": "drug", "placebo": "", "exercise": ""}
EFFECTS = {"nausea": "", "vomiting": "nausea"}
READING = Reading(CONDITIONS, TREATMENTS)
ROLES = ("investigated", "investigated", "comparator", "background")
LABELS = {  # a label's own ages in days; adults may be old
    "child": (0, 6574),
    "adult": (6574, None),
    "older_adult": (23741, NO_LIMIT),
}
KINDS = ("enrolled", "enrolled", "analysed", "subgroup", "eligible")
NUMBERS = (None, None, 10, 12, 50)
SOME_AGES = (0, 0.5, 6, 8, 12, 17, 18, 23, 40, 65, 66, 90)


def studies(seed: int, count: int) -> list[Study]:
    """So many studies."""
    random = Random(seed)
    return [_study(random, at) for at in range(count)]


def _study(random: Random, at: int) -> Study:
    slug = f"s{at:04}"
    populations: list[Population] = []
    for _ in range(random.choice([0, 1, 1, 2, 2, 3, 3, 4, 5])):
        populations.append(_population(random, populations))
    arms = tuple((f"a{place}", _given(random)) for place in range(random.choice([0, 1, 2, 2, 3])))
    keys = [key for key, _ in arms]
    some = range(random.choice([1, 2, 3, 4]))
    groups = tuple(_group(random, f"g{place}", populations, keys) for place in some)
    return Study(
        slug,
        at,
        random.choice([None, None, 1999, 2010, 2010, 2021]),
        random.choice(["Zebra", "apple", "Äpfel", "apple pie", "B"]),
        random.choice([None, "interventional", "observational"]),
        parents_first(populations),
        arms,
        groups,
        tuple(
            _outcome(random, f"{slug}.o{place}", groups)
            for place in range(random.choice([0, 1, 1, 2]))
        ),
        tuple(
            _harm(random, f"{slug}.h{place}", groups)
            for place in range(random.choice([0, 1, 1, 2]))
        ),
    )


# People


def _population(random: Random, others: list[Population]) -> Population:
    """Half of those with a parent are of its kind: the same people, unless another n is told."""
    parent = random.choice([None, *others])
    kind, n = random.choice(KINDS), random.choice(NUMBERS)
    if parent is not None and random.random() < 0.5:
        kind, n = parent.kind, random.choice([parent.n, parent.n, n])
    basis, label, ages = _ages(random)
    return Population(
        f"p{len(others)}",
        kind,
        None if parent is None else parent.key,
        n,
        ages,
        basis,
        label,
        random.choice([None, None, "all", "female", "male"]),
        tuple(random.sample(["DE", "NL", "US"], random.choice([0, 0, 0, 1, 2]))),
        tuple(sorted(random.sample(sorted(CONDITIONS), random.choice([0, 1, 1, 2, 3])))),
    )


def _ages(random: Random) -> tuple[str, str | None, tuple[int | None, int | None]]:
    """How the ages are known, what the label names, and the ages themselves."""
    basis = random.choice(["stated", "stated", "registry", "derived_from_label", "unknown"])
    if basis == "derived_from_label":
        label = random.choice(sorted(LABELS))
        return basis, label, LABELS[label]
    if basis == "unknown":
        return basis, None, (None, None)
    low, high = sorted(random.sample(SOME_AGES, 2))
    bounds = (
        random.choice([None, int(low * YEAR), int(low * YEAR)]),
        random.choice([None, NO_LIMIT, int(high * YEAR), int(high * YEAR)]),
    )
    if bounds == (None, None):
        return "unknown", None, bounds
    named = random.choice([None, None, "child"]) if None not in bounds else None
    return basis, named, bounds  # where ages are stated, they count, and not the label


# What they got, and who is counted


def _given(random: Random) -> tuple[Given, ...]:
    names = random.sample(sorted(TREATMENTS), random.choice([0, 1, 1, 1, 2]))
    return tuple(Given(name, random.choice(ROLES)) for name in names)


def _group(random: Random, key: str, populations: list[Population], arms: list[str]) -> Group:
    whose = random.choice([None, *populations, *populations, *populations])
    some = random.choice([[], arms, random.sample(arms, min(1, len(arms))), arms[:2]])
    return Group(
        key,
        None if whose is None else whose.key,
        tuple(sorted(some)),
        random.choice([None, None, 4, 10, 50, whose.n if whose else 12]),
        random.choice(["participants", "participants", "participants", "sessions"]),
        random.choice(["not_stated", "not_stated", "safety", "completers", "per_protocol"]),
    )


# What was found


def _outcome(random: Random, slug: str, groups: tuple[Group, ...]) -> Outcome:
    return Outcome(slug, tuple(_result(random, groups) for _ in range(random.choice([0, 1, 1, 2]))))


def _result(random: Random, groups: tuple[Group, ...]) -> Result:
    some = _some(random, groups, [0, 1, 2, 2, 3])
    return Result(
        tuple((each.key, random.choice(["index", "reference"])) for each in some),
        random.choice(["single_group", "between_groups", "between_subgroups"]),
        random.choice([None, "better", "worse"]),
        random.choice([None, "difference", "no_difference"]),
        random.choice([None, None, 9, 12]),
        random.choice([None, "participants", "body_parts"]),
    )


def _harm(random: Random, slug: str, groups: tuple[Group, ...]) -> Harm:
    some = _some(random, groups, [1, 1, 2, 2, 3])
    counts = tuple(Count(each.key, random.choice([None, None, 9, 12])) for each in some)
    return Harm(slug, random.choice(sorted(EFFECTS)), counts)


def _some(random: Random, groups: tuple[Group, ...], sizes: list[int]) -> list[Any]:
    return random.sample(groups, min(random.choice(sizes), len(groups)))
