"""What a population filter means, said once more without SQL.

Written from DESIGN section 5: a criterion is met by a population not at all (0), possibly (1) or
for certain (2); a population is as sure as its least sure criterion, a study as its surest
population. Where a bound of the ages is not stated, each bound that could be is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tests.records.population.people import GROUPS, NO_LIMIT, PARENTS, YEAR, Person, Population

NO, POSSIBLE, DEFINITE = 0, 1, 2
ENDLESS = float("inf")
ASKED_GROUPS = {"child": (0, 6574), "adult": (6574, 23741), "older_adult": (23741, ENDLESS)}
UNITS = {"d": 1.0, "wk": 7.0, "mo": YEAR / 12, "y": YEAR}
Stretch = tuple[float, float]
Query = dict[str, list[str]]


@dataclass(frozen=True)
class Answer:
    """How sure one population is, and whether all of it is as asked."""

    sure: int
    within: bool
    open: tuple[str, ...]


def judged(person: Person, query: Query, *, narrower: bool = True) -> tuple[int, bool, int]:
    """How sure a study is, whether a population lies within, how few criteria it leaves open."""
    people = everybody(person)
    answers = [judged_population(each, query, narrower=narrower) for each in people]
    sure = max(each.sure for each in answers)
    best = [each for each in answers if each.sure == sure]
    return sure, any(each.within for each in best), min(len(each.open) for each in best)


def everybody(person: Person) -> list[Population]:
    """The populations of a study, each with what it has from those it is a part of."""
    if not person.populations:
        return [Population()]
    return [inherited(each, person.populations) for each in person.populations]


def inherited(people: Population, all_: tuple[Population, ...]) -> Population:
    """A population with what its parents say of what it leaves open itself.

    The same people (one kind, no subgroup, no other n) have it as it is; some of them are inside
    the ages, of the sex if there is but one, from one of the countries, and have the conditions.
    """
    same, below, numbers = True, people, {people.n}
    while below.parent is not None:
        parent = all_[below.parent]
        numbers.add(parent.n)
        same &= below.kind == parent.kind != "subgroup" and len(numbers - {None}) < 2
        theirs = parent if same else some_of(parent)
        if (people.ages, people.label) == ((None, None), None):
            people = replace(people, ages=theirs.ages, basis=theirs.basis, label=theirs.label)
        if not people.countries:
            people = replace(people, countries=theirs.countries, some=theirs.some)
        people = replace(
            people,
            sex=people.sex or theirs.sex,
            n=theirs.n if people.n is None else people.n,
            conditions=tuple({*people.conditions, *theirs.conditions}),
        )
        below = parent
    return people


def some_of(people: Population) -> Population:
    """What is said of some people by what is said of all of them."""
    sex = None if people.sex == "all" else people.sex
    fewer = replace(people, n=None, sex=sex, some=len(people.countries) > 1)
    if people.basis not in {"stated", "registry"} or people.ages == (None, None):
        return fewer
    return replace(fewer, basis="derived_from_parent", label=None)


def judged_population(people: Population, query: Query, *, narrower: bool) -> Answer:
    """All criteria of a query, met in one population."""
    found = {
        name: criterion(people, name, values, narrower=narrower) for name, values in query.items()
    }
    sure = min(found.values())
    inside = all(wholly(people, name, values) for name, values in query.items())
    unsure = tuple(sorted(name for name, answer in found.items() if answer < DEFINITE))
    return Answer(sure, sure == DEFINITE and inside, unsure)


def criterion(people: Population, name: str, values: list[str], *, narrower: bool) -> int:
    """Any of the values; `.not`: none of them; `.missing`: whether anything is said."""
    if name.endswith(".missing"):
        silent = untold(people, name.removesuffix(".missing"))
        return DEFINITE if any(silent == (value == "true") for value in values) else NO
    if name.endswith(".not"):
        own = name.removesuffix(".not")
        return DEFINITE - criterion(people, own, values, narrower=narrower)
    if name == "country" and people.some and set(people.countries) <= set(values):
        return DEFINITE  # they are from one of these, whichever
    return max(one(people, name, value, narrower=narrower) for value in values)


def untold(people: Population, name: str) -> bool:
    stated = people.basis in {"stated", "registry"}
    match name:
        case "age":
            return not stated
        case "age_group":
            return not stated and people.label is None
        case "country":
            return not people.countries
        case "condition":
            return not people.conditions
        case _:
            return getattr(people, name) is None


def one(people: Population, name: str, value: str, *, narrower: bool) -> int:
    """One criterion with one value."""
    if name.startswith("age"):
        return of_age(people, name, value)
    low, _, high = value.partition("..")
    own = {each for each in PARENTS if value in line(each)} if narrower else {value}
    said: dict[str, tuple[object, bool]] = {
        "sex": (people.sex, people.sex in {value, "all"}),
        "country": (people.countries or None, value in people.countries),
        "condition": (people.conditions or None, bool(own & set(people.conditions))),
    }
    if name == "country" and people.some and value in people.countries:
        return POSSIBLE
    if name == "n":
        return told(people.n, fits=int(low or 0) <= (people.n or 0) <= int(high or 10**9))
    return told(said[name][0], fits=said[name][1])


def of_age(people: Population, name: str, value: str) -> int:
    if name == "age.within":
        return containment(people, stretch(value))
    if name == "age":
        return overlap(people, stretch(value))
    named = people.basis == "derived_from_label" and people.label == value
    return DEFINITE if named else overlap(people, ASKED_GROUPS[value])


def told(said: object, *, fits: bool) -> int:
    """What nobody says is possible."""
    return POSSIBLE if said is None else DEFINITE if fits else NO


def line(condition: str) -> Iterator[str]:
    """A condition and all broader ones."""
    while condition:
        yield condition
        condition = PARENTS[condition]


def stretch(written: str) -> Stretch:
    """6..12 is from the 6th birthday up to the day before the 13th."""
    low, dots, high = written.partition("..")
    high = high if dots else low
    end = ENDLESS if high in {"", "none"} else days(high, 1)
    return (days(low, 0) if low else 0), end


def days(age: str, more: int) -> int:
    unit = next((each for each in ("mo", "wk", "d") if age.endswith(each)), "y")
    return int((int(age.removesuffix(unit)) + more) * UNITS[unit])


def label_stretch(people: Population) -> Stretch:
    low, high = GROUPS[people.label] if people.label else people.ages
    return low or 0, ENDLESS if high in {None, NO_LIMIT} else float(high or 0)


def possible_ages(people: Population, wanted: Stretch) -> Iterator[Stretch]:
    """Every way in which the bounds not stated could matter."""
    low, high = people.ages
    edges = {0.0, *wanted, *(each for each in (low, high) if each is not None)} - {ENDLESS}
    tried = {near for edge in edges for near in (edge - 1, edge, edge + 1) if near >= 0}
    lows = sorted(tried) if low is None else [low]
    highs = [*sorted(tried), ENDLESS] if high is None else [ENDLESS if high == NO_LIMIT else high]
    return ((first, last) for first in lows for last in highs if first < last)


def verdict(answers: Iterable[bool]) -> int:
    each = set(answers)
    return DEFINITE if each == {True} else POSSIBLE if True in each else NO


def meets(ages: Stretch, wanted: Stretch) -> bool:
    return max(ages[0], wanted[0]) < min(ages[1], wanted[1])


def lies_in(ages: Stretch, wanted: Stretch) -> bool:
    return wanted[0] <= ages[0] and ages[1] <= wanted[1]


def overlap(people: Population, wanted: Stretch) -> int:
    """Whether the ages overlap; a label or a part is sure only of ages that all of it has."""
    if people.basis.startswith("derived"):
        own = label_stretch(people)
        return DEFINITE if lies_in(own, wanted) else int(meets(own, wanted))
    answer = verdict(meets(each, wanted) for each in possible_ages(people, wanted))
    return min(answer, POSSIBLE) if people.ages == (None, None) else answer


def containment(people: Population, wanted: Stretch) -> int:
    """Whether all ages lie inside; a label's people may be fewer than the label says."""
    if people.basis.startswith("derived"):
        return overlap(people, wanted)
    answer = verdict(lies_in(each, wanted) for each in possible_ages(people, wanted))
    return min(answer, POSSIBLE) if None in people.ages else answer


def wholly(people: Population, name: str, values: list[str]) -> bool:
    """All of a population is as asked; only ages can be so in part."""
    if name == "age":
        return any(containment(people, stretch(value)) == DEFINITE for value in values)
    if name == "age_group":
        named = people.label if people.basis == "derived_from_label" else None
        return any(
            value == named or containment(people, ASKED_GROUPS[value]) == DEFINITE
            for value in values
        )
    return True
