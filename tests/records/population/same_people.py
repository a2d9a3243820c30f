"""Who is who in a study: populations that tell of the same people, and what is known of each.

Written from the rules of docs/decisions/population-match.md, by brute force and without SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.records.population.studies import Parents, Population, Study

TOLD_ONCE = ("subgroup", "eligible")  # kinds of which a second telling is a part
STATED = ("stated", "registry")
SUREST = (*STATED, "derived_from_label")
Link = tuple[Population, Population]  # a child, and its parent


@dataclass(frozen=True)
class Told:
    """What is known of some people: told by themselves, or by whom they are a part of."""

    ages: tuple[int | None, int | None] | None = None
    basis: str = "unknown"
    label: str | None = None
    sex: str | None = None
    n: int | None = None
    countries: tuple[str, ...] = ()
    some: bool = False  # from some of these countries, which of them is not said
    terms: frozenset[str] = frozenset()
    narrowest: str | None = None  # the condition of which all others stated are ancestors


class People:
    """The people of one study: sets of populations that are the same, and what each is known of.

    A set is called by its first population.
    """

    def __init__(self, study: Study, parents: Parents) -> None:
        self.parents = parents
        self.told = {each.key: each for each in study.populations}
        self.set_of = {}
        links = list(self._links())
        for key in self.told:
            together = _together(key, links)
            self.set_of[key] = next(each for each in self.told if each in together)
        self.sets = list(dict.fromkeys(self.set_of.values()))
        self.rows = {key: self._row(each, self.set_of[key]) for key, each in self.told.items()}

    # Who is who

    def _links(self) -> Iterator[Link]:
        """Children told of again, beside the parent that is the same people.

        Child and parent of one kind, which is neither subgroup nor eligible, are the same people
        if all that so hangs together tells at most one number. Else these are: who tell an equal
        number; and, where one of them tells none, an only child and its parent, if all that hangs
        together then still tells one.
        """
        alike = [
            (each, self.told[each.parent])
            for each in self.told.values()
            if each.parent and each.kind == self.told[each.parent].kind
            if each.kind not in TOLD_ONCE
        ]
        sure = [link for link in alike if self._one_number(link, alike)]
        rest = [link for link in alike if link not in sure]
        sure += [(child, parent) for child, parent in rest if child.n == parent.n is not None]
        alone = [
            (child, parent)
            for child, parent in rest
            if (child.n is None or parent.n is None)
            and [each for _, each in alike].count(parent) == 1
        ]
        yield from sure
        yield from (link for link in alone if self._one_number(link, sure + alone))

    def _one_number(self, link: Link, links: list[Link]) -> bool:
        numbers = {self.told[key].n for key in _together(link[0].key, links)}
        return len(numbers - {None}) <= 1

    def members(self, key: str) -> list[str]:
        """The populations that tell of these people."""
        return [each for each in self.told if self.set_of[each] == key]

    def above(self, key: str) -> str | None:
        """Whom these people are a part of."""
        for member in self.members(key):
            parent = self.told[member].parent
            if parent is not None and self.set_of[parent] != key:
                return self.set_of[parent]
        return None

    def parts(self, key: str) -> list[str]:
        """The parts of these people, at any distance."""
        below = [each for each in self.sets if self.above(each) == key]
        return [part for each in below for part in (each, *self.parts(each))]

    @property
    def roots(self) -> list[str]:
        """Who is a part of nobody."""
        return [each for each in self.sets if self.above(each) is None]

    # What is known of them

    def n(self, key: str) -> int | None:
        """How many these people are: a set tells at most one number."""
        return next((n for x in self.members(key) if (n := self.told[x].n) is not None), None)

    def _row(self, own: Population | None, key: str) -> Told:
        """A row's own telling first, then those of the same people, then whom they are in."""
        tellings = [self.told[each] for each in self.members(key)]
        tellings = tellings if own is None else [own, *tellings]
        above = self.above(key)
        around = self._row(None, above) if above else Told()
        conditions = {each for telling in tellings for each in telling.conditions}
        sex = next((each.sex for each in tellings if each.sex), None)
        countries = next((each.countries for each in tellings if each.countries), None)
        ages, basis, label = _ages(own, tellings, around)
        return Told(
            ages,
            basis,
            label,
            sex or (None if around.sex == "all" else around.sex),
            self.n(key),
            countries or around.countries,
            countries is None and len(around.countries) > 1,
            around.terms | conditions,
            self._narrowest(conditions) if conditions else around.narrowest,
        )

    def _narrowest(self, conditions: set[str]) -> str | None:
        return next((x for x in conditions if conditions <= set(line(x, self.parents))), None)


def _ages(
    own: Population | None, tellings: list[Population], around: Told
) -> tuple[tuple[int | None, int | None] | None, str, str | None]:
    """Ages come whole: a row's own, else the best known of its set's, else the larger people's.

    Of the larger people's, those that are stated bound a part; those of a label are the part's.
    """
    aged = [each for each in tellings if each.label or each.ages != (None, None)]
    if own in aged:
        aged = [each for each in aged if each == own]
    if aged:
        best = min(aged, key=lambda each: (*SUREST, "unknown").index(each.basis))
        return best.ages, best.basis, best.label
    if around.basis in (*STATED, "derived_from_parent"):
        return around.ages, "derived_from_parent", None
    return around.ages, around.basis, around.label


def _together(key: str, links: Iterable[Link]) -> set[str]:
    """All that hang together with a population."""
    found, before = {key}, set[str]()
    while found != before:
        before = set(found)
        for child, parent in links:
            if {child.key, parent.key} & found:
                found |= {child.key, parent.key}
    return found


def line(term: str, parents: Parents) -> Iterator[str]:
    """A term and all broader ones."""
    while term:
        yield term
        term = parents.get(term, "")
