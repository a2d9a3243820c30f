"""One criterion held against what is known of some people.

Two things are told: whether some of them certainly are as asked, and whether all of them are. Each
is no, open or yes. Where a bound of the ages is not stated, each bound that could be is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tests.records.population.same_people import STATED, Told, line
from tests.records.population.studies import NO_LIMIT, Parents

NO, OPEN, YES = 0, 1, 2
ENDLESS = float("inf")
YEAR = 365.25
UNITS = {"d": 1.0, "wk": 7.0, "mo": YEAR / 12, "y": YEAR}
GROUPS = {"child": (0, 6574), "adult": (6574, 23741), "older_adult": (23741, ENDLESS)}
Stretch = tuple[float, float]
Question = dict[str, list[str]]  # by parameter, its values, any of which will do


@dataclass(frozen=True)
class Verdict:
    """Whether some people, and whether all of them, are as asked: no, open or yes."""

    some: int
    all: int


@dataclass(frozen=True, eq=False)  # the trees stay what they are
class Reading:
    """How terms are read."""

    conditions: Parents
    treatments: Parents = field(default_factory=dict)
    narrower: bool = True  # a term asked for stands for the narrower ones, too
    broader: bool = False  # that no more than a broader term is told is enough


def verdict(row: Told, name: str, values: list[str], reading: Reading) -> Verdict:
    """Any of the values; `.not`: none of them; `.missing`: whether anything is said."""
    if name.endswith(".missing"):
        silent = untold(row, name.removesuffix(".missing"))
        return _both(YES if any(silent == (value == "true") for value in values) else NO)
    if name.endswith(".not"):
        told = replace(reading, broader=False)
        return _both(YES - verdict(row, name.removesuffix(".not"), values, told).some)
    if name.startswith("age"):
        return _ages(row, name, values)
    if name in {"sex", "country"}:
        return (_sex if name == "sex" else _country)(row, set(values))
    if name == "n":
        return _both(number(row.n, values))
    return _both(max(_condition(row, value, reading) for value in values))


def _both(answer: int) -> Verdict:
    return Verdict(answer, answer)


def untold(row: Told, name: str) -> bool:
    """Whether nothing is said; ages are stated, an age group may be a label, too."""
    stated = row.basis in STATED
    return {
        "age": not stated,
        "age_group": not stated and row.label is None,
        "country": not row.countries,
        "condition": not row.terms,
        "sex": row.sex is None,
        "n": row.n is None,
    }[name]


def _condition(row: Told, value: str, reading: Reading) -> int:
    """Of people of whom only a broader condition is stated, a narrower one is left open."""
    lines = {term: list(line(term, reading.conditions)) for term in row.terms}
    if any(value in each if reading.narrower else value == term for term, each in lines.items()):
        return YES
    broader = row.narrowest in list(line(value, reading.conditions))[1:]
    if broader and reading.broader:
        return YES
    return OPEN if broader or not row.terms else NO


def _sex(row: Told, values: set[str]) -> Verdict:
    """People of both sexes have some of either, and are all as asked where both are asked for."""
    if row.sex is None:
        return Verdict(OPEN, OPEN)
    if row.sex not in values | {"all"}:
        return Verdict(NO, NO)
    both = values >= {"female", "male"}
    return Verdict(YES, YES if row.sex in values or both else NO)


def _country(row: Told, values: set[str]) -> Verdict:
    """Of people from some of several countries it is open from which."""
    if not row.countries:
        return Verdict(OPEN, OPEN)
    asked, other = (set(row.countries) & values), (set(row.countries) - values)
    if not asked:
        return Verdict(NO, NO)
    if row.some and other:
        return Verdict(OPEN, OPEN)
    return Verdict(YES, NO if other else YES)


def number(n: int | None, values: list[str]) -> int:
    """How many people, in any of the stretches asked for."""
    if n is None:
        return OPEN
    bounds = [value.partition("..")[::2] for value in values]
    return YES if any(int(low or 0) <= n <= int(high or 10**9) for low, high in bounds) else NO


# Ages


def _ages(row: Told, name: str, values: list[str]) -> Verdict:
    """Ages overlap any of those asked for; all of them lie in all of these together.

    `age.within` asks that all lie in one of them. Of the people of a label, and of a part, it is
    certain only that they are within its ages: some of them are anywhere in there.
    """
    if row.ages is None:
        return Verdict(OPEN, OPEN)
    label = row.label if row.basis == "derived_from_label" else None
    if name == "age_group" and label in values:
        return Verdict(YES, YES)
    asked = [GROUPS[each] if name == "age_group" else stretch(each) for each in values]
    within = name == "age.within"
    asked = asked if within else joined(asked)
    own = list(possible_ages(row, asked))
    overlap = _state(any(_meets(each, one) for one in asked) for each in own)
    inside = _state(any(_lies_in(each, one) for one in asked) for each in own)
    if row.basis not in STATED:
        overlap = inside = YES if inside == YES else OPEN if overlap else NO
    return Verdict(inside if within else overlap, inside)


def stretch(written: str) -> Stretch:
    """6..12 is from the 6th birthday up to the day before the 13th."""
    low, dots, high = written.partition("..")
    high = high if dots else low
    end = ENDLESS if high in {"", "none"} else days(high, 1)
    return (days(low, 0) if low else 0), end


def days(age: str, more: int) -> int:
    unit = next((each for each in ("mo", "wk", "d") if age.endswith(each)), "y")
    return int((int(age.removesuffix(unit)) + more) * UNITS[unit])


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same ages, in stretches that neither overlap nor touch."""
    found: list[Stretch] = []
    for low, high in sorted(stretches):
        first, last = found.pop() if found and low <= found[-1][1] else (low, high)
        found.append((first, max(last, high)))
    return found


def possible_ages(row: Told, asked: list[Stretch]) -> Iterator[Stretch]:
    """Every way in which the bounds not stated could matter; a label's bounds are as it is."""
    low, high = row.ages or (None, None)
    if row.basis not in STATED:
        low, high = low or 0, NO_LIMIT if high is None else high
    edges = {0.0, *(each for one in asked for each in one)} - {ENDLESS}
    edges |= {each for each in (low, high) if each not in (None, NO_LIMIT)}
    tried = {near for edge in edges for near in (edge - 1, edge, edge + 1) if near >= 0}
    lows = sorted(tried) if low is None else [low]
    highs = [*sorted(tried), ENDLESS] if high is None else [ENDLESS if high == NO_LIMIT else high]
    return ((first, last) for first in lows for last in highs if first < last)


def _state(answers: Iterable[bool]) -> int:
    each = set(answers)
    return YES if each == {True} else OPEN if True in each else NO


def _meets(ages: Stretch, asked: Stretch) -> bool:
    return max(ages[0], asked[0]) < min(ages[1], asked[1])


def _lies_in(ages: Stretch, asked: Stretch) -> bool:
    return asked[0] <= ages[0] and ages[1] <= asked[1]
