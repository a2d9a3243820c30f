"""How far people are as asked: those who tell of them together, their parts, a whole study.

Written from the rules of docs/decisions/population-match.md, by brute force and without SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from tests.records.population import criteria
from tests.records.population.criteria import Question, Reading, Verdict, verdict
from tests.records.population.same_people import STATED, People, Told
from tests.records.population.studies import Study

NO, POSSIBLE, OVERLAPPING, WITHIN = range(4)
WORDS = ("no", "possible", "overlapping", "within")
BOUNDED = ("age", "sex", "country")  # in these, others of the study may reach beyond some people
INCLUDES, ARM, SELECTED = 1, 2, 3  # what a part is to some people: see facts.py
Missing = tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """How far people are as asked; where that is possible, each way to say what is missing."""

    sure: int
    missing: tuple[Missing, ...] = ()

    def leaves_open(self, names: Iterable[str]) -> bool:
        """Whether this, in any order, is one of the ways to say what is missing."""
        return set(names) in map(set, self.missing)

    @property
    def fewest(self) -> Answer:
        """The same, said only where the fewest things are missing."""
        least = min(map(len, self.missing), default=0)
        return Answer(self.sure, tuple(each for each in self.missing if len(each) == least))

    def at_most(self, sure: int) -> Answer:
        return Answer(min(self.sure, sure), self.missing)


def possible(*missing: str) -> Answer:
    return Answer(POSSIBLE, (missing,))


def best_of(answers: Iterable[Answer]) -> Answer:
    """The surest; what is missing in any that is as sure may be said to be missing."""
    answers = list(answers)
    sure = max(each.sure for each in answers)
    missing = (each for answer in answers if answer.sure == sure for each in answer.missing)
    return Answer(sure, tuple(dict.fromkeys(missing)))


def all_of(answers: Iterable[Answer]) -> Answer:
    """The least sure; what is missing in each of those that are possible is missing."""
    answers = list(answers)
    sure = min(each.sure for each in answers)
    if sure != POSSIBLE:
        return Answer(sure)
    ways = product(*(each.missing for each in answers if each.sure == POSSIBLE))
    missing = (tuple(dict.fromkeys(sum(way, ()))) for way in ways)
    return Answer(POSSIBLE, tuple(dict.fromkeys(missing)))


class StudyMeaning:
    """One study, asked about its people."""

    def __init__(self, study: Study, reading: Reading) -> None:
        self.study, self.reading = study, reading
        self.people = People(study, reading.conditions)
        self.eligible = [x for x, each in self.people.told.items() if each.kind == "eligible"]

    def answer(self, asked: Question) -> Answer:
        """A study is as sure as its surest people, and within only as far as all of it is.

        Nobody who is a part of nobody, or might have taken part, certainly is not as asked.
        """
        if not self.study.populations:
            return self.of_nobody(asked)
        found = best_of(self.of_people(key, asked) for key in self.people.roots)
        roots = [x for x, each in self.people.told.items() if not each.parent]
        return found.at_most(OVERLAPPING) if self.beyond(asked, roots + self.eligible) else found

    def of_nobody(self, asked: Question) -> Answer:
        """Where nobody is told of, anything may be so, but for what says that something is told."""
        found = self._telling(Told(), asked)[0]
        return possible("population") if found.sure else found

    # The same people, and their parts

    def of_people(
        self, key: str, asked: Question, parts: int = INCLUDES, *, number: bool = False
    ) -> Answer:
        """These people, or some of them: a part makes them overlap at most.

        Of a number: nobody is within while those who might have taken part certainly are not; and
        a part does not answer whether all lie within some ages.
        """
        own = self.of_set(key, asked)
        bounded = number and self.beyond(asked, self.eligible, key)
        if bounded or self._some_part_is_left_out(key, asked):
            own = own.at_most(OVERLAPPING)
        if number and "age.within" in asked:
            return own
        return best_of([own, *(self._part(x, asked, parts) for x in self.people.parts(key))])

    def of_set(self, key: str, asked: Question) -> Answer:
        """All who tell of the same people, read together; each meets all criteria for itself.

        Yes beside no is overlapping, yes beside open is yes, no beside open is open. All of them
        are as asked if one telling says so, and none that some certainly are not.
        """
        tellings = [
            self._telling(self.people.rows[each], asked) for each in self.people.members(key)
        ]
        found = best_of(answer for answer, _ in tellings)
        return found.at_most(OVERLAPPING) if any(beyond for _, beyond in tellings) else found

    def _telling(self, row: Told, asked: Question) -> tuple[Answer, bool]:
        """What one telling says, and whether it says that some certainly are not as asked."""
        found = {name: self._verdict(row, name, asked) for name in asked}
        beyond = any(each.all == criteria.NO for each in found.values())
        some = min((each.some for each in found.values()), default=criteria.YES)
        if some == criteria.NO:
            return Answer(NO), beyond
        if some == criteria.OPEN:
            open_ = (name for name, each in found.items() if each.some == criteria.OPEN)
            return possible(*open_), beyond
        all_ = all(each.all == criteria.YES for each in found.values())
        return Answer(WITHIN if all_ else OVERLAPPING), beyond

    def _verdict(self, row: Told, name: str, asked: Question) -> Verdict:
        return verdict(row, name, asked[name], self.reading)

    def _part(self, key: str, asked: Question, relation: int) -> Answer:
        """What a part says of the larger people: some of them are as it is.

        It is open whether it is in some of them that were selected. That it has another condition
        leaves open whether the larger people have none that is left out.
        """
        found = self.of_set(key, asked)
        if found.sure == NO:
            return found
        open_ = (["condition.not"] if "condition.not" in asked else []) + (
            ["population"] if relation > INCLUDES else []
        )
        return (
            all_of([found.at_most(OVERLAPPING), possible(*open_)])
            if open_
            else found.at_most(OVERLAPPING)
        )

    def _some_part_is_left_out(self, key: str, asked: Question) -> bool:
        """Some telling of a part says that the part certainly is what `.not` leaves out."""
        return any(
            self._verdict(self.people.rows[each], name, asked).some == criteria.NO
            for name in asked
            if name.endswith(".not")
            for part in self.people.parts(key)
            for each in self.people.members(part)
        )

    # Who bounds them

    def beyond(self, asked: Question, outer: list[str], key: str | None = None) -> bool:
        """Some of the outer people certainly are not as asked, in age, sex or country.

        Those who might have taken part say nothing of what is told of those who did; nor of a
        subgroup (`key`) that states it itself, or is part of one that does.
        """
        for name in asked:
            base = name.split(".")[0].removesuffix("_group")
            if base not in BOUNDED or name.endswith(".missing"):
                continue
            if key is not None and self._states(key, base):
                continue
            for each in outer:
                silent = each in self.eligible and self._took_part(base)
                if (
                    not silent
                    and self._verdict(self.people.rows[each], name, asked).all == criteria.NO
                ):
                    return True
        return False

    def _tells(self, key: str, base: str) -> bool:
        """A population states this itself; a label does not do."""
        own = self.people.told[key]
        return {"age": own.basis in STATED, "sex": bool(own.sex), "country": bool(own.countries)}[
            base
        ]

    def _took_part(self, base: str) -> bool:
        kinds = ("enrolled", "analysed")
        return any(
            self._tells(x, base) for x, each in self.people.told.items() if each.kind in kinds
        )

    def _states(self, key: str | None, base: str) -> bool:
        if key is None or self.people.told[key].kind != "subgroup":
            return False
        return self._tells(key, base) or self._states(self.people.above(key), base)
