"""How far numbers are about the people asked for: by brute force over the groups of a study.

Written from the rules of docs/decisions/people-of-numbers.md, without SQL. A fact is a harm with
its counts, or an outcome with its results. A count has one side, a result as many as it has groups.
All criteria on people meet in one population; people, treatment and n meet in one side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.records.population.criteria import OPEN, YES, Question, number
from tests.records.population.meaning import (
    ARM,
    INCLUDES,
    NO,
    OVERLAPPING,
    POSSIBLE,
    SELECTED,
    WITHIN,
    Answer,
    StudyMeaning,
    all_of,
    best_of,
    possible,
)
from tests.records.population.same_people import line
from tests.records.population.studies import Given, Group, Harm, Outcome, Result

OF_PEOPLE = ("condition", "age", "age_group", "sex", "country")
OF_RESULTS = ("direction", "conclusion", "contrast")
ROLES = "treatment_role"
CERTAIN = Answer(WITHIN)


@dataclass(frozen=True)
class Asked:
    """What is asked of a fact, by what it is asked of."""

    people: Question = field(default_factory=dict)
    treatment: Question = field(default_factory=dict)
    n: Question = field(default_factory=dict)
    comparator: Question = field(default_factory=dict)
    result: Question = field(default_factory=dict)

    @classmethod
    def of(cls, question: Question) -> Asked:
        parts: dict[str, Question] = {name: {} for name in cls.__dataclass_fields__}
        for name, values in question.items():
            base = name.split(".")[0]
            own = "people" if base in OF_PEOPLE else "result" if base in OF_RESULTS else base
            parts["treatment" if base == ROLES else own][name] = values
        return cls(**parts)

    @property
    def graded(self) -> bool:
        """Whether anything is asked that a source may leave open."""
        return any((self.people, self.treatment, self.n, self.comparator))


class FactMeaning(StudyMeaning):
    """One study, asked about its numbers."""

    def __getitem__(self, group: str) -> Group:
        return next(each for each in self.study.groups if each.key == group)

    @property
    def arms(self) -> dict[str, tuple[Given, ...]]:
        return dict(self.study.arms)

    def set_of(self, group: str) -> str | None:
        """Whose people a group is of."""
        population = self[group].population
        return None if population is None else self.people.set_of[population]

    # People

    def relation(self, group: Group) -> int:
        """What a part of these people is to a group of them.

        The group may be all of them (a part is in it), one arm of several (a part may or may not
        be), or selected in another way.
        """
        n = group.n if group.unit == "participants" else None
        all_ = self.people.n(self.people.set_of[group.population or ""])
        if group.analysis_set in ("per_protocol", "completers"):
            return SELECTED
        if n is not None and all_ is not None and n >= all_:
            return INCLUDES
        if group.arms and set(group.arms) != self.arms.keys():
            return ARM
        return INCLUDES if n is None or all_ is None else SELECTED

    def of_group(self, group: str, people: Question, *, every_arm: bool = False) -> Answer:
        """The people of a group; of one without a population it is open whose they are."""
        own = self.set_of(group)
        if not people:
            return CERTAIN
        if own is None:
            return self.of_anybody(people)
        relation = self.relation(self[group])
        relation = INCLUDES if relation == ARM and every_arm else relation
        return self.of_people(own, people, relation, number=True)

    def of_anybody(self, people: Question) -> Answer:
        """Some population of the study, whichever it is."""
        if not people:
            return CERTAIN
        if not self.study.populations:
            return self.of_nobody(people)
        found = best_of(self.of_set(key, people) for key in self.people.sets)
        return possible("population") if found.sure else found

    # Treatment

    def gets(self, group: str | None, name: str, given: Question, *, some: bool = False) -> Answer:
        """Whether the arms of a group get something, in one row of what an arm gets.

        Every arm: within; some: overlapping. A group without arms has those of the study: if only
        some of these get it, that is open, but where the study itself is meant (`some`).
        """
        own = self[group].arms if group is not None else ()
        broader = self.reading.broader and not name.endswith(".not")
        told = [
            any(self._is(each, given, broader=broader) for each in self.arms[arm])
            for arm in own or self.arms
        ]
        if not told:
            return possible(name)
        if all(told) or not any(told):
            return CERTAIN if told[0] else Answer(NO)
        return Answer(OVERLAPPING) if own or some else possible(name)

    def _is(self, given: Given, asked: Question, *, broader: bool) -> bool:
        """A row of what an arm gets is of any of the treatments, and of any of the roles.

        A narrower treatment is what is asked for; with `broader`, a broader one will do.
        """
        treatments, roles = asked.get("treatment"), asked.get(ROLES, [given.role])
        tree = self.reading.treatments
        above = set(line(given.treatment, tree) if self.reading.narrower else [given.treatment])
        named = treatments is None or any(
            each in above or (broader and given.treatment in line(each, tree))
            for each in treatments
        )
        return named and given.role in roles

    def of_treatment(self, group: str | None, asked: Asked, *, some: bool = False) -> Answer:
        """What is asked for meets in one row; what is left out is got in no arm."""
        wanted = {name: x for name, x in asked.treatment.items() if not name.endswith(".not")}
        found = [self.gets(group, next(iter(sorted(wanted))), wanted, some=some)] if wanted else []
        for name in asked.treatment.keys() - wanted.keys():
            own = {name.removesuffix(".not"): asked.treatment[name]}
            found.append(_opposite(self.gets(group, name, own, some=some), name))
        return all_of([CERTAIN, *found])

    # How many

    def size(self, group: str) -> int | None:
        """How many people a group is: its own number, else its population's if it is all of it."""
        own, key = self[group], self.set_of(group)
        if own.n is not None and own.unit == "participants":
            return own.n
        return self.people.n(key) if key and self.relation(own) == INCLUDES else None

    def size_of_result(self, result: Result) -> int | None:
        """Its own number of people; else its one group's, or that of the people of all sides."""
        if result.n is not None and result.n_unit in (None, "participants"):
            return result.n
        groups = [group for group, _ in result.sides]
        if len(groups) == 1:
            return self.size(groups[0])
        keys = {self.set_of(group) for group in groups}
        key = keys.pop() if len(keys) == 1 else None
        return self.people.n(key) if key else None

    # Counts

    def counts(self, harm: Harm, asked: Asked) -> list[tuple[Answer, str | None]]:
        """Each count of a harm; beside no, whether it is about people of a count as asked."""
        answers = []
        for count in harm.counts:
            n = self.size(count.group) if count.at_risk is None else count.at_risk
            people = self.of_group(count.group, asked.people)
            treatment = self.of_treatment(count.group, asked)
            others = [each.group for each in harm.counts if each is not count]
            control = self._control_of_count(count.group, others, asked)
            answers.append(all_of([people, treatment, _of_size(n, asked), control]))
        keys = [self.set_of(each.group) for each in harm.counts]
        as_asked = {key for key, each in zip(keys, answers, strict=True) if each.sure}
        whose = ["not_told" if x is None else "same" if x in as_asked else "other" for x in keys]
        return [
            (each, None if each.sure else people)
            for each, people in zip(answers, whose, strict=True)
        ]

    def _control_of_count(self, group: str, others: list[str], asked: Asked) -> Answer:
        """Another count of the same people gets what it is compared with."""
        same = [each for each in others if self.set_of(each) == self.set_of(group)]

        def gets(name: str, given: Question) -> Answer:
            return best_of([Answer(NO), *(self.gets(each, name, given) for each in same)])

        return _compared(asked, gets)

    # Results

    def results(self, outcome: Outcome, asked: Asked) -> list[Answer]:
        """Each result of an outcome: not at all, unless it meets what is asked of results."""
        return [
            self._result(each, asked) if _meets(each, asked) else Answer(NO)
            for each in outcome.results
        ]

    def _result(self, result: Result, asked: Asked) -> Answer:
        """As its surest side; one without groups is about anybody in the study."""
        n = _of_size(self.size_of_result(result), asked)
        control = self._control_of_result(result, asked)
        groups = [group for group, _ in result.sides]
        every = {x for x in groups if self._sides_have_every_arm(x, groups)}
        people = [self.of_group(x, asked.people, every_arm=x in every) for x in groups]
        people = people or [self.of_anybody(asked.people)]
        treatment = [self.of_treatment(x, asked) for x in groups]
        treatment = treatment or [self.of_treatment(None, asked)]
        sides = [all_of([*side, n, control]) for side in zip(people, treatment, strict=True)]
        contained = [self.of_group(each, _containment(asked)) for each in groups]
        return _of_sides(sides, people, contained)

    def _sides_have_every_arm(self, group: str, groups: list[str]) -> bool:
        """The sides of the same people as this one take in every arm of the study."""
        same = [each for each in groups if self.set_of(each) == self.set_of(group)]
        return {arm for each in same for arm in self[each].arms} == self.arms.keys()

    def _control_of_result(self, result: Result, asked: Asked) -> Answer:
        """A side that is the reference, or of an arm for comparison, gets it."""

        def gets(name: str, given: Question) -> Answer:
            compared = {**given, ROLES: ["comparator"]}
            got = [self.gets(x, name, given) for x, role in result.sides if role == "reference"]
            got += [self.gets(each, name, compared) for each, _ in result.sides]
            if not result.sides and self.gets(None, name, compared).sure:
                got.append(possible(name))
            return best_of([Answer(NO), *got])

        return _compared(asked, gets)

    # Outcomes

    def without_results(self, asked: Asked) -> Answer:
        """An outcome of which none is told is about the study's people, and every arm.

        Each side is of people who are a part of nobody.
        """
        if not all(name.endswith(".not") for name in asked.result):
            return Answer(NO)

        def compared(name: str, given: Question) -> Answer:
            return self.gets(None, name, {**given, ROLES: ["comparator"]}, some=True)

        rest = [self.of_treatment(None, asked, some=True), _compared(asked, compared)]
        roots = self.people.roots
        people = [self.of_people(key, asked.people, number=True) for key in roots]
        people = people or [self.of_anybody(asked.people)]
        sizes = [self.people.n(key) for key in roots] or [None]
        sides = [
            all_of([each, _of_size(n, asked), *rest]) for each, n in zip(people, sizes, strict=True)
        ]
        contained = [self.of_people(key, _containment(asked), number=True) for key in roots]
        return _of_sides(sides, people, contained)


def _opposite(got: Answer, name: str) -> Answer:
    """Nobody gets it."""
    return CERTAIN if got.sure == NO else possible(name) if got.sure == POSSIBLE else Answer(NO)


def _compared(asked: Asked, gets: Callable[[str, Question], Answer]) -> Answer:
    """Somebody whom it is compared with gets it, at least in some arm; or nobody does (`.not`)."""
    found = [CERTAIN]
    for name, values in asked.comparator.items():
        got = gets(name, {"treatment": values})
        if name.endswith(".not"):
            found.append(_opposite(got, name))
        else:
            found.append(CERTAIN if got.sure >= OVERLAPPING else got)
    return all_of(found)


def _of_size(n: int | None, asked: Asked) -> Answer:
    """So many people are asked for, or not so many."""
    found = [CERTAIN]
    for name, values in asked.n.items():
        fits = number(n, values)
        fits = YES - fits if name.endswith(".not") else fits
        found.append(CERTAIN if fits == YES else possible(name) if fits == OPEN else Answer(NO))
    return all_of(found)


def _containment(asked: Asked) -> Question:
    """What is asked of all people on every side."""
    return {name: values for name, values in asked.people.items() if name == "age.within"}


def _of_sides(sides: list[Answer], people: list[Answer], contained: list[Answer]) -> Answer:
    """As the surest side; within if the people of every side are; all ages on every side."""
    found = all_of([best_of(sides), *contained])
    return found.at_most(OVERLAPPING) if min(x.sure for x in people) < WITHIN else found


def _meets(result: Result, asked: Asked) -> bool:
    """What is asked of a result, which leaves nothing open; `.not` keeps what is not stated."""
    for name, values in asked.result.items():
        own, _, left_out = name.partition(".")
        if (getattr(result, own) in values) == bool(left_out):
            return False
    return True
