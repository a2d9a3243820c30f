"""The sides of facts: whose people a number is about, and what they got.

A number is about its groups. Each group, or side of a result, is met by the filters on people as
its populations are (app/journal/pages/rows.py says which these are, and how near), by those on
treatments as its arms are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    and_,
    false,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.util import ClauseAdapter

from app.models import (
    ANY_TERM,
    NO_RESULT,
    Arm,
    ArmTreatment,
    OutcomePopulation,
    Relation,
    StudyConditionPage,
    StudyTreatmentPage,
    group_arms,
)
from app.query.criteria import (
    MISSING,
    NOT,
    Clause,
    Criterion,
    all_definite,
    all_within,
)
from app.query.ordering import ONE
from app.records.studies.population_criteria import (
    OF_NUMBER,
    of_other_rows,
    population_criteria,
)
from app.records.studies.population_filters import no_other_telling

People = StudyConditionPage
TreatmentIndex = StudyTreatmentPage
PEOPLE = tuple(each for each in population_criteria(OF_NUMBER) if each.name != "n")
NAMES_OF_PEOPLE = {each.name for each in PEOPLE}
WITHIN_AGES = "age.within"
NAMES_OF_TREATMENT = {"treatment", "treatment_role", "route", "dose"}


def base_name(parameter: str) -> str:
    """The name of the filter that a parameter is of: its own, NAME.not or NAME.missing."""
    return parameter.removesuffix(NOT).removesuffix(MISSING)


@dataclass(frozen=True)
class Asked:
    """What is asked of one side, by what it is asked of."""

    people: tuple[Criterion, ...]
    treatment: tuple[Criterion, ...]
    others: tuple[Criterion, ...]  # of the number: its size, what it is compared with
    own: tuple[Criterion, ...]  # what the list has of its own, which is never left open

    @classmethod
    def of(cls, found: Sequence[Criterion]) -> Asked:
        """Sort criteria by what they are asked of."""
        parts: dict[str, list[Criterion]] = {"people": [], "treatment": [], "others": [], "own": []}
        for each in found:
            name = base_name(each.name)
            if name in NAMES_OF_PEOPLE:
                parts["people"].append(each)
            elif name in NAMES_OF_TREATMENT:
                parts["treatment"].append(each)
            else:
                parts["others" if name in {"n", "comparator"} else "own"].append(each)
        return cls(*(tuple(each) for each in parts.values()))

    @property
    def graded(self) -> tuple[Criterion, ...]:
        """What a source may leave open."""
        return *self.people, *self.treatment, *self.others

    @property
    def contained(self) -> bool:
        """Whether it is asked that all ages lie in some stretch: a part says nothing of that."""
        return bool(self.containment)

    @property
    def containment(self) -> tuple[Criterion, ...]:
        """What is asked of the people of every side."""
        return tuple(each for each in self.people if each.name == WITHIN_AGES)

    @property
    def barred_condition(self) -> bool:
        """Whether a condition is left out: that of a part does not bar it for the larger people."""
        return any(each.name == "condition" + NOT for each in self.people)


@dataclass(frozen=True)
class Sides:
    """Where the sides of the facts of a kind stand, and what they are.

    `index` says whose people they are; `part` is the number of the count or result that a side is
    of, `fact` that of its record. `parts` is the table of parts and how it is joined, where the
    index does not name them. `n` is how many people a side is. `same_part` says that a side is of
    the part that is looked at, `position` the place of its part and `order` its own in it, for
    which `placed` are tables to join. `meets` says of a side that its part meets what is asked of
    parts, and no source leaves open.
    """

    model: Any
    index: Any
    fact: Any
    part: Any
    same_part: Clause
    position: Any
    order: Any
    n: Any
    meets: Callable[[Sequence[Criterion]], Clause]
    parts: tuple[Any, Any] | None = None
    placed: tuple[tuple[Any, Clause], ...] = ()

    @property
    def tables(self) -> tuple[Any, ...]:
        """The tables that a side is read from, beside that of people."""
        own = () if self.parts is None else (self.parts[0],)
        return self.index.__table__, *own

    @property
    def untold(self) -> Clause:
        """The outcome has no results: it is about the people of the study, whatever their arm."""
        if self.index is OutcomePopulation:
            return OutcomePopulation.result_id == NO_RESULT
        return false()

    def joined(self, base: Any, on: Clause) -> Any:
        """A base, its sides and their parts."""
        source = base.join(self.index.__table__, on)
        return source if self.parts is None else source.join(self.parts[0], self.parts[1])

    def joined_to_people(self) -> Any:
        """The sides, each with the people whose it is."""
        source = self.index.__table__
        source = source if self.parts is None else source.join(*self.parts)
        return source.join(People.__table__, people_of_side(self.index, People))

    def same_side(self, other: Any) -> list[Clause]:
        """Another row of the index is of the same side as the row."""
        same = [other.c.study_id == self.index.study_id, other.c.group_id == self.index.group_id]
        if self.index is OutcomePopulation:
            same += [
                other.c.outcome_id == OutcomePopulation.outcome_id,
                other.c.result_id == OutcomePopulation.result_id,
            ]
        return same


# Whose people they are


def near_enough(asked: Asked, index: Any, *, sure: bool) -> list[Clause]:
    """What a population has to be to a side to tell of it, for certain or perhaps."""
    if not asked.people:
        return []
    near = [Relation.ALL, Relation.INCLUDES]
    if asked.contained or asked.barred_condition:
        near = [Relation.ALL]
    if sure:
        return [index.relation.in_(near)]
    return [index.relation.in_([Relation.ALL, Relation.ANYBODY])] if asked.contained else []


def criteria_on_people(asked: Asked, *, sure: bool, anywhere: bool = False) -> list[Clause]:
    """The criteria on people, met in one telling."""
    people = [each.of_any_row if anywhere else each for each in asked.people]
    return [each.definite if sure else each.possible for each in people]


def people_of_side(index: Any, people: Any) -> Clause:
    """A row of the index of people tells of a side."""
    return and_(people.study_id == index.study_id, people.population_id == index.population_id)


def said_of_rows(clause: Clause, *aliases: Any) -> Clause:
    """A clause on rows of some tables, said of other rows of these."""
    for alias in aliases:
        clause = ClauseAdapter(alias).traverse(clause)
    return clause


def some_row(source: Any, tables: Sequence[Any], *where: Clause) -> Clause:
    """Some row meets all; whatever else is named is of the row around."""
    query = select(ONE).select_from(source).where(*where)
    return query.correlate_except(*tables).exists()


def _no_part(sides: Sides, barred: Sequence[Clause]) -> Clause:
    """No part of the people of a side is what is left out."""
    if not barred:
        return true()
    index, people = sides.index.__table__.alias(), People.__table__.alias()
    on = and_(
        people.c.term_id == ANY_TERM,
        people.c.year_key == People.year_key,
        people.c.study_id == People.study_id,  # else a whole year is looked at
        people_of_side(index.c, people.c),
    )
    some = some_row(
        index.join(people, on),
        (index, people),
        *sides.same_side(index),
        index.c.relation.not_in([Relation.ALL, Relation.ANYBODY]),
        of_other_rows(or_(false(), *barred), people),
    )
    return not_(some)


def all_of_side(sides: Sides, asked: Asked, *, anywhere: bool = False) -> Clause:
    """All people of a side are as asked, as this telling and all others say."""
    people = [each.of_any_row if anywhere else each for each in asked.people]
    barred = [each.barred for each in people if each.barred is not None]
    return and_(
        sides.index.relation == Relation.ALL,
        all_definite(people),
        all_within(people),
        no_other_telling(people),
        _no_part(sides, barred),
    )


def every_side(sides: Sides, where: Clause) -> Clause:
    """On every other side of the same result, some telling of its people meets a clause."""
    if sides.index is not OutcomePopulation:
        return true()
    index, people = OutcomePopulation.__table__.alias(), People.__table__.alias()
    side = OutcomePopulation.__table__.alias()
    on = and_(
        people.c.term_id == ANY_TERM,
        people.c.year_key == People.year_key,
        people.c.study_id == People.study_id,  # else a whole year is looked at
        people_of_side(index.c, people.c),
    )
    meets = some_row(
        index.join(people, on),
        (index, people),
        index.c.outcome_id == side.c.outcome_id,
        index.c.result_id == side.c.result_id,
        index.c.group_id == side.c.group_id,
        said_of_rows(where, index, people),
    )
    return not_(
        some_row(
            side,
            (side,),
            side.c.outcome_id == OutcomePopulation.outcome_id,
            side.c.result_id == OutcomePopulation.result_id,
            side.c.group_id != OutcomePopulation.group_id,
            not_(meets),
        )
    )


# Which treatment they got


@dataclass(frozen=True)
class Gets:
    """Whether the arms of a group get something, which `rows` of arm_treatments say."""

    rows: Clause

    def _arm(self, arm: Any) -> Clause:
        own = ArmTreatment.__table__
        return some_row(own, (own,), own.c.arm_id == arm, self.rows)

    def of_group(self, group: Any, *, every: bool = False) -> Clause:
        """Some arm, or every arm, of a group gets it."""
        arms = group_arms.alias()
        meets = self._arm(arms.c.arm_id)
        some = some_row(arms, (arms,), arms.c.group_id == group, not_(meets) if every else meets)
        return not_(some) if every else some

    def of_study(self, study: Any, *, every: bool = False) -> Clause:
        """Some arm, or every arm and there are some, of a study gets it."""
        arms = Arm.__table__.alias()
        meets = self._arm(arms.c.id)
        some = some_row(arms, (arms,), arms.c.study_id == study, not_(meets) if every else meets)
        return and_(has_arms(study), not_(some)) if every else some


def has_arms(study: Any) -> Clause:
    """Some arm of a study is told."""
    arms = Arm.__table__.alias()
    return some_row(arms, (arms,), arms.c.study_id == study)


def side_gets(sides: Sides, name: str, rows: Clause) -> Criterion:
    """A side gets something: its own arms or, where none are told, those of the study."""
    index, gets = sides.index, Gets(rows)
    told, study = index.arms_told, index.study_id
    every = gets.of_study(study, every=True)
    some = gets.of_study(study)
    own = and_(told, gets.of_group(index.group_id))
    return Criterion(
        name,
        or_(own, and_(not_(told), or_(every, and_(sides.untold, some)))),
        or_(own, and_(not_(told), or_(some, not_(has_arms(study))))),
        or_(and_(told, gets.of_group(index.group_id, every=True)), and_(not_(told), every)),
        open_where=not_(told),
    )
