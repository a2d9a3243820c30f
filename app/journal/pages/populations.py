"""Who is who in a study: which populations are the same people, and what they have of each other.

Two populations are **the same people**, told of twice, where one is the parent of the other, both
are of one kind, which is neither subgroup nor eligible, and their numbers do not speak against it.
All that hang together so are one `People`, if they tell at most one number of people. Where they
tell several, only those stay together that tell an equal number, or of whom one tells none, while
the child is the parent's only such child and all that then hangs together still tells one number.
Any other child is **a part** of its parent.

What a population leaves open is filled in: from those who tell of the same people (ages that are
stated first, then a registry's, then a label's), then from the people it is a part of. What is
certain of all is certain of some of them:

| the larger people are said | of a part                                                          |
|----------------------------|--------------------------------------------------------------------|
| conditions (all have them) | it has them, too, beside its own                                   |
| sex female, or male        | the same                                                           |
| sex all                    | open: some of both may be of one                                   |
| one country                | the same                                                           |
| several countries          | of those, which is open; of another: no                            |
| ages, stated               | inside these ages: certain where all of them lie in what is asked, |
|                            | possible where they overlap, else no (`derived_from_parent`)       |
| ages, from a label         | the label's, for a label's people may be few of its group          |
| n, females                 | open: how many of them is not told by how many there are           |

Ages come whole, from a population that tells any, so that a bound is never joined to another's.
Conditions are united over those who tell of the same people: each source names some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.models import BOUND_BITS, BOUNDS_NUMBERS, SEX_BITS
from app.vocabulary import AgeBasis, PopulationKind, Sex

Row = Mapping[str, Any]
AGES = ("age_min", "age_max", "age_group")
STATED = (AgeBasis.STATED, AgeBasis.REGISTRY)
INSIDE_PARENT = (*STATED, AgeBasis.DERIVED_FROM_PARENT)  # ages that bound those of every part
SUREST = (AgeBasis.STATED, AgeBasis.REGISTRY, AgeBasis.DERIVED_FROM_LABEL)
TOLD_APART = (PopulationKind.SUBGROUP, PopulationKind.ELIGIBLE)  # kinds never told of twice
TOOK_PART = (PopulationKind.ENROLLED, PopulationKind.ANALYSED)


class Facts(NamedTuple):
    """What is known of a population, its own telling first; in the order of the page's columns."""

    age_min: int | None = None
    age_max: int | None = None
    age_group: str | None = None
    age_basis: str = AgeBasis.UNKNOWN
    sex: str | None = None
    n: int | None = None
    countries_id: int | None = None
    countries_all: bool = True


NOTHING = Facts()


class Hull(NamedTuple):
    """How far some people certainly reach: ages (the second: the day after), and sexes as bits."""

    age_min: int | None = None
    age_max: int | None = None
    sexes: int = 0


@dataclass(eq=False)
class People:
    """The same people, told of by one population or several, in the order of their numbers.

    `terms` are the conditions that they have; `told` those that their own tellings state or, where
    these state none, the larger people's.
    """

    members: list[Row]
    part_of: People | None = None
    parts: list[People] = field(default_factory=list)
    terms: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()
    facts: Facts = NOTHING

    @property
    def id(self) -> int:
        """The lowest number of the populations that tell of them."""
        return int(self.members[0]["id"])

    @property
    def whole(self) -> People:
        """The people that they are a part of, at any distance, who are a part of nobody."""
        return self if self.part_of is None else self.part_of.whole

    @property
    def below(self) -> Iterator[People]:
        """Their parts, at any distance."""
        for part in self.parts:
            yield part
            yield from part.below

    @property
    def subgroup(self) -> bool:
        """Whether they are a subgroup, which is never told of twice."""
        return bool(self.members[0]["kind"] == PopulationKind.SUBGROUP)


class StudyPeople:
    """The people of one study; raises ValueError for a population that is a part of itself.

    `conditions` and `countries` are those that each population names itself.
    """

    def __init__(
        self,
        populations: Sequence[Row],
        conditions: Mapping[int, Sequence[int]],
        countries: Mapping[int, int],
    ) -> None:
        self.numbered = {row["id"]: row for row in sorted(populations, key=lambda row: row["id"])}
        self._conditions, self._countries = conditions, countries
        _refuse_circles(self.numbered)
        self.people_of: dict[int, People] = {}
        self.everybody = [People(members) for members in _same_people(self.numbered)]
        for people in self.everybody:
            self.people_of.update((row["id"], people) for row in people.members)
        for people in self.everybody:
            above = next(
                (
                    self.people_of[row["parent_id"]]
                    for row in people.members
                    if row["parent_id"] is not None
                    and self.people_of[row["parent_id"]] is not people
                ),
                None,
            )
            if above is not None:
                people.part_of = above
                above.parts.append(people)
        for people in self.wholes:
            self._fill(people)
        self.facts_of = {
            number: self._facts(row, self.people_of[number])
            for number, row in self.numbered.items()
        }

    @property
    def wholes(self) -> list[People]:
        """Those who are a part of nobody."""
        return [people for people in self.everybody if people.part_of is None]

    def _fill(self, people: People) -> None:
        """Gather what is told of these people, then of their parts."""
        own = frozenset(
            term for row in people.members for term in self._conditions.get(row["id"], ())
        )
        above = people.part_of
        people.terms = own | (above.terms if above else frozenset())
        people.told = own or (above.told if above else frozenset())
        people.facts = self._facts(None, people)
        for part in people.parts:
            self._fill(part)

    def _facts(self, own: Row | None, people: People) -> Facts:
        """What is known: a row's own telling, then the same people's, then of what they are in."""
        told = [row for row in (own, *people.members) if row is not None]
        above = people.part_of.facts if people.part_of else Facts()
        sex = next((row["sex"] for row in told if row["sex"] is not None), None)
        if sex is None and above.sex != Sex.ALL:
            sex = above.sex
        countries = next((row["id"] for row in told if self._countries.get(row["id"])), None)
        of_each = countries is not None
        if countries is None and above.countries_id is not None:
            countries = above.countries_id
            of_each = self._countries[countries] == 1
        n = next((row["n"] for row in told if row["n"] is not None), None)
        ages = _ages(own, people.members, above)
        return Facts(*ages, sex, n, countries, of_each or countries is None)

    def outer_hull(self) -> Hull:
        """How far the study reaches: who is a part of nobody, and who might have taken part."""
        outer = [row for row in self.numbered.values() if self.outermost(row)]
        if len(outer) < 2:  # whoever is within is no further out than they are themselves
            return Hull()
        ages = [row for row in outer if self._counts(row, "age")]
        return self._hull(ages, [row for row in outer if self._counts(row, "sex")])

    def eligible_hull(self, people: People) -> Hull:
        """How far those reach who might have taken part, but for what these people state."""
        eligible = [row for row in self.numbered.values() if self.eligible(row)]
        bounding = {
            criterion: []
            if self._states(people, criterion)
            else [row for row in eligible if self._counts(row, criterion)]
            for criterion in ("age", "sex")
        }
        return self._hull(bounding["age"], bounding["sex"])

    def bounds(self, row: Row) -> int:
        """Of what a population bounds others, as bits; whether it bounds every number."""
        if not self.outermost(row):
            return 0
        bits = sum(bit for criterion, bit in BOUND_BITS.items() if self._counts(row, criterion))
        return bits + (BOUNDS_NUMBERS if self.eligible(row) else 0)

    def states(self, people: People) -> int:
        """What a part states of itself, or the part that it is a part of, as bits."""
        return sum(bit for criterion, bit in BOUND_BITS.items() if self._states(people, criterion))

    def _states(self, people: People, criterion: str) -> bool:
        return any(self._tells(each.members[0], criterion) for each in _subgroups(people))

    def _tells(self, row: Row, criterion: str) -> bool:
        """Whether a population states this itself; a label does not do."""
        if criterion == "country":
            return bool(self._countries.get(row["id"]))
        return bool(row["sex"] if criterion == "sex" else row["age_basis"] in STATED)

    @staticmethod
    def eligible(row: Row) -> bool:
        """Whether they are those who might have taken part."""
        return bool(row["kind"] == PopulationKind.ELIGIBLE)

    def outermost(self, row: Row) -> bool:
        """Whether they are a part of nobody, or those who might have taken part."""
        return row["parent_id"] is None or self.eligible(row)

    def _counts(self, row: Row, criterion: str) -> bool:
        """Who might have taken part says nothing where those who did are told of."""
        return not (self.eligible(row) and self._took_part(criterion))

    def _took_part(self, criterion: str) -> bool:
        return any(
            self._tells(row, criterion)
            for row in self.numbered.values()
            if row["kind"] in TOOK_PART
        )

    def _hull(self, of_ages: Sequence[Row], of_sexes: Sequence[Row]) -> Hull:
        reaches = [_reach(self.facts_of[row["id"]]) for row in of_ages]
        low = min((each for each, _ in reaches if each is not None), default=None)
        high = max((each for _, each in reaches if each is not None), default=None)
        sexes = {self.facts_of[row["id"]].sex for row in of_sexes} - {None}
        return Hull(low, high, sum(SEX_BITS[Sex(each)] for each in sexes if each is not None))


def _subgroups(people: People) -> Iterator[People]:
    """The people, and those that they are a part of, as long as these are subgroups."""
    above: People | None = people
    while above is not None and above.subgroup:
        yield above
        above = above.part_of


def _ages(
    own: Row | None, members: Sequence[Row], above: Facts
) -> tuple[int | None, int | None, str | None, str]:
    """The ages of one telling, whole, and how they are known; else those around the larger."""
    aged = [row for row in members if _tells_ages(row)]
    best = own if own is not None and _tells_ages(own) else min(aged, key=_certainty, default=None)
    if best is not None:
        return best["age_min"], best["age_max"], best["age_group"], best["age_basis"]
    if all(getattr(above, name) is None for name in AGES):
        return None, None, None, AgeBasis.UNKNOWN
    if above.age_basis in INSIDE_PARENT:
        return above.age_min, above.age_max, None, AgeBasis.DERIVED_FROM_PARENT
    return above.age_min, above.age_max, above.age_group, above.age_basis


def _tells_ages(row: Row) -> bool:
    return any(row[name] is not None for name in AGES)


def _certainty(row: Row) -> int:
    basis = row["age_basis"]
    return SUREST.index(basis) if basis in SUREST else len(SUREST)


def _reach(facts: Facts) -> tuple[int | None, int | None]:
    """The youngest age that is certain of some of them, and the day after the oldest.

    Of stated ages one bound, where it alone is told, has somebody at it. Those of a label may be
    few of its group, those of a part few of the larger people: of them it is certain only that
    nobody is beyond.
    """
    low, high = facts.age_min, facts.age_max
    last = None if high is None else high - 1
    first = None if low is None else low + 1
    if facts.age_basis in STATED:
        return (last if low is None else low), (first if high is None else high)
    return last, first


def _same_people(numbered: Mapping[int, Row]) -> list[list[Row]]:
    """The populations, those together that tell of the same people."""
    alike = [
        (row, numbered[row["parent_id"]])
        for row in numbered.values()
        if row["parent_id"] is not None
        and row["kind"] == numbered[row["parent_id"]]["kind"]
        and row["kind"] not in TOLD_APART
    ]
    together = _joined(numbered, alike)
    sure = [pair for pair in alike if _one_number(numbered, together, pair)]
    rest = [pair for pair in alike if pair not in sure]
    sure += [(row, parent) for row, parent in rest if row["n"] and row["n"] == parent["n"]]
    alone = [
        pair
        for pair in rest
        if None in (pair[0]["n"], pair[1]["n"])
        and sum(parent is pair[1] for _, parent in alike) == 1
    ]
    wider = _joined(numbered, [*sure, *alone])
    sure += [pair for pair in alone if _one_number(numbered, wider, pair)]
    found: dict[int, list[Row]] = {}
    for number, top in _joined(numbered, sure).items():
        found.setdefault(top, []).append(numbered[number])
    return list(found.values())


def _joined(numbered: Mapping[int, Row], pairs: Sequence[tuple[Row, Row]]) -> dict[int, int]:
    """By number of a population, what stands for all that hang together with it."""
    top = {number: number for number in numbered}
    for row, parent in pairs:
        low, high = top[row["id"]], top[parent["id"]]
        top = {number: high if each == low else each for number, each in top.items()}
    return top


def _one_number(numbered: Mapping[int, Row], top: Mapping[int, int], pair: tuple[Row, Row]) -> bool:
    """Whether all that hang together with a pair tell at most one number of people."""
    mine = top[pair[0]["id"]]
    return len({row["n"] for number, row in numbered.items() if top[number] == mine} - {None}) < 2


def _refuse_circles(numbered: Mapping[int, Row]) -> None:
    for number, row in numbered.items():
        seen, above = {number}, row["parent_id"]
        while above is not None:
            if above in seen:
                raise ValueError(f"population {number} is a part of itself")
            seen.add(above)
            above = numbered[above]["parent_id"]
