"""What may be asked of people: age, sex, size, place, condition; who fits, who might.

A criterion is met by a row of the page index, which is one telling of some people. Whether all of
them are as asked hangs on more: on other tellings of the same people, and on how far the study
reaches beyond (its outermost people) or, for a number, on who might have taken part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.util import ClauseAdapter

from app.models import (
    ANY_TERM,
    BOUND_BITS,
    BOUNDS_NUMBERS,
    NO_TERM,
    SEX_BITS,
    PopulationCountry,
    StudyConditionPage,
    only_broader,
)
from app.query.criteria import (
    Clause,
    Criterion,
)
from app.query.filters import (
    Filter,
    bind_ranges,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.query.ordering import ONE
from app.records.shared_filters import bind_ages
from app.values.ages import ASKED_GROUPS, GROUP_AGES, NO_LIMIT, Ages, joined_ages, parse_ages
from app.values.countries import read_country
from app.vocabulary import AgeBasis, AgeGroup, Sex

PopulationIndex = StudyConditionPage

STATED = PopulationIndex.age_basis.in_([AgeBasis.STATED, AgeBasis.REGISTRY])
LABELLED = PopulationIndex.age_basis == AgeBasis.DERIVED_FROM_LABEL
SOME = PopulationIndex.age_basis == AgeBasis.DERIVED_FROM_PARENT  # some of those of these ages


def overlaps(wanted: Ages) -> Clause:
    """The stated ages certainly overlap: a bound that is known lies inside, or both surround it."""
    start, end = wanted.stretch
    known = or_(
        and_(PopulationIndex.age_min >= start, PopulationIndex.age_min < end),
        and_(PopulationIndex.age_max > start, PopulationIndex.age_max <= end),
        and_(PopulationIndex.age_min < end, PopulationIndex.age_max > start),
    )
    return or_(and_(STATED, known), _derived_inside(wanted))


def may_overlap(wanted: Ages) -> Clause:
    """No bound that is known keeps the ages apart."""
    start, end = wanted.stretch
    below = or_(PopulationIndex.age_min.is_(None), PopulationIndex.age_min < end)
    above = or_(PopulationIndex.age_max.is_(None), PopulationIndex.age_max > start)
    return and_(below, above)


def inside(wanted: Ages) -> Clause:
    """All ages of the population lie in those asked for; no bound is needed where none is asked."""
    bounds = []
    if wanted.start:
        bounds.append(PopulationIndex.age_min >= wanted.start)
    if wanted.stretch[1] != NO_LIMIT:
        bounds.append(PopulationIndex.age_max <= wanted.stretch[1])
    return or_(and_(STATED, *bounds), _derived_inside(wanted))


def may_be_inside(wanted: Ages) -> Clause:
    """Each bound that is known lies inside; people of a label or a part may be fewer than that."""
    start, end = wanted.stretch
    below = or_(
        PopulationIndex.age_min.is_(None),
        and_(PopulationIndex.age_min >= start, PopulationIndex.age_min < end),
    )
    above = or_(
        PopulationIndex.age_max.is_(None),
        and_(PopulationIndex.age_max > start, PopulationIndex.age_max <= end),
    )
    fewer = or_(LABELLED, SOME)
    return or_(and_(not_(fewer), below, above), and_(fewer, may_overlap(wanted)))


def _derived_inside(wanted: Ages) -> Clause:
    """Whoever they are: all of the label's group, or of the larger population, is as asked."""
    start, end = wanted.stretch
    oldest = func.coalesce(PopulationIndex.age_max, NO_LIMIT)
    around = and_(SOME, func.coalesce(PopulationIndex.age_min, 0) >= start, oldest <= end)
    groups = [group for group, ages in GROUP_AGES.items() if wanted.contains(ages)]
    return or_(and_(LABELLED, PopulationIndex.age_group.in_(groups)), around) if groups else around


Rule = Callable[[Ages], Clause]


def in_group(group: AgeGroup) -> Clause:
    """The label names the group, or the ages overlap it."""
    return _in_groups(overlaps)([group])


def _in_groups(rule: Rule) -> Callable[[list[AgeGroup]], Clause]:
    """The label names one of several groups, or some of the ages of these meet a rule."""

    def where(groups: list[AgeGroup]) -> Clause:
        named = and_(LABELLED, PopulationIndex.age_group.in_(groups))
        return or_(named, *map(rule, _ages_of(groups)))

    return where


def _ages_of(groups: list[AgeGroup]) -> list[Ages]:
    return joined_ages([ASKED_GROUPS[group] for group in groups])


def _any(rule: Rule) -> Callable[[list[Ages]], Clause]:
    """Any of several stretches meets a rule."""
    return lambda spans: or_(*map(rule, spans))


def _any_joined(rule: Rule) -> Callable[[list[Ages]], Clause]:
    """The same, of stretches that stand for all ages in them: of 6..12 and 13..17, of 6..17."""
    return lambda spans: or_(*map(rule, joined_ages(spans)))


def _certainly_not(where: Callable[[list[Any]], Clause]) -> Callable[[list[Any]], Clause]:
    """What may be so is certainly not so."""
    return lambda values: where(values).is_not(true())


_MAY_BE_INSIDE = _any(may_be_inside)
_NOT_INSIDE = _certainly_not(_MAY_BE_INSIDE)
_NOT_INSIDE_JOINED = _certainly_not(_any_joined(may_be_inside))
_NOT_INSIDE_GROUPS = _certainly_not(_in_groups(may_be_inside))


def of_sex(sexes: Sequence[Sex]) -> Clause:
    """The population has people of one of the sexes, or (all) of both."""
    of_one = [sex for sex in sexes if sex is not Sex.ALL]
    return PopulationIndex.sex.in_([*of_one, Sex.ALL])


def _only(sexes: Sequence[Sex]) -> list[Sex]:
    """What may be said of people all of whom are of one of the sexes."""
    return [*sexes, Sex.ALL] if {Sex.FEMALE, Sex.MALE} <= {*sexes} else list(sexes)


def _may_be_from(countries: list[str]) -> Clause:
    """The population, or the one it is a part of, has people from one of these."""
    theirs = PopulationCountry.population_id == PopulationIndex.countries_id
    return exists().where(theirs, PopulationCountry.country.in_(countries))


def _from_elsewhere(countries: list[str]) -> Clause:
    """The population, or the one it is a part of, has people from another country."""
    theirs = PopulationCountry.population_id == PopulationIndex.countries_id
    return exists().where(theirs, PopulationCountry.country.not_in(countries))


def _from(countries: list[str]) -> Clause:
    """Some of a part are from one of these for certain where there is no other country."""
    alone = not_(_from_elsewhere(countries))
    return and_(_may_be_from(countries), or_(PopulationIndex.countries_all, alone))


# Aliases take long to make: there are some thirty columns.
NAMED: Any = aliased(PopulationIndex)
BOUND: Any = PopulationIndex.__table__.alias("bound")


def _has(ids: list[int], *also: Any) -> Clause:
    """Some row of the population has one of these terms, whichever row is looked at."""
    same = (
        NAMED.year_key == PopulationIndex.year_key,
        NAMED.study_id == PopulationIndex.study_id,
        NAMED.population_id == PopulationIndex.population_id,
    )
    # a value, for PostgreSQL would gather the rows of all studies for an EXISTS
    row = select(true()).where(NAMED.term_id.in_(ids), *same, *(rule(NAMED) for rule in also))
    return func.coalesce(row.limit(1).scalar_subquery(), false())


def of_other_rows(clause: Clause, other: Any) -> Clause:
    """A clause on a row of the page index, said of another row."""
    return ClauseAdapter(other).traverse(clause)


@dataclass(frozen=True)
class Reach:
    """How far people go who bound those of a row: nobody is within while these are not.

    Of a study these are its outermost people; of a number, those who might have taken part.
    """

    age_min: Any
    age_max: Any
    sexes: Any
    every_number: bool = False  # of a number, and not of a study

    def ages(self, spans: list[Ages], beyond: Clause) -> Clause:
        """Nobody is certainly of other ages; `beyond` says so of one who bounds the row.

        How far all of them go says nothing of gaps between several stretches.
        """
        if len(spans) > 1:
            return not_(self.some("age", beyond))
        [wanted] = spans
        bounds: list[Clause] = [true()]
        if wanted.start:
            bounds.append(or_(self.age_min.is_(None), self.age_min >= wanted.start))
        if wanted.stretch[1] != NO_LIMIT:
            bounds.append(or_(self.age_max.is_(None), self.age_max <= wanted.stretch[1]))
        return and_(*bounds)

    def only_of(self, sexes: Sequence[Sex]) -> Clause:
        """Nobody is certainly of another sex."""
        bits = sum(SEX_BITS[sex] for sex in {*_only(sexes)})
        return self.sexes.in_([some for some in range(8) if not some & ~bits])  # type: ignore[no-any-return]

    def only_from(self, countries: list[str]) -> Clause:
        """Nobody is certainly from another country."""
        return not_(self.some("country", _from_elsewhere(countries)))

    def some(self, criterion: str, where: Clause) -> Clause:
        """Something holds of some of those who bound the row in a criterion."""
        bit = BOUND_BITS[criterion]
        rows = [
            BOUND.c.term_id == ANY_TERM,
            BOUND.c.year_key == PopulationIndex.year_key,
            BOUND.c.study_id == PopulationIndex.study_id,
            BOUND.c.bounds.bitwise_and(bit) == bit,
            of_other_rows(where, BOUND),
        ]
        if not self.every_number:
            return exists(select(ONE).select_from(BOUND).where(*rows))
        asked = PopulationIndex.states.bitwise_and(bit) == 0
        might = BOUND.c.bounds >= BOUNDS_NUMBERS
        return and_(asked, exists(select(ONE).select_from(BOUND).where(might, *rows)))


OF_STUDY = Reach(
    PopulationIndex.outer_age_min, PopulationIndex.outer_age_max, PopulationIndex.outer_sexes
)
OF_NUMBER = Reach(
    PopulationIndex.eligible_age_min,
    PopulationIndex.eligible_age_max,
    PopulationIndex.eligible_sexes,
    every_number=True,
)

_CONDITION = replace(
    term_filter(
        "condition",
        "condition",
        "A condition that the population has, or a narrower one; where the source names only a"
        " broader one, that is left open.",
        _has,
        lambda ids: _has(ids, lambda each: each.direct),
        "crps",
        unknown=_has([NO_TERM]),
    ),
    only_broader=lambda ids: _has([only_broader(id_) for id_ in ids]),
)
CONDITION = replace(
    _CONDITION,
    where=PopulationIndex.term_id.in_,
    direct=lambda ids: and_(PopulationIndex.term_id.in_(ids), PopulationIndex.direct),
    unknown=PopulationIndex.term_id == NO_TERM,
    only_broader=lambda ids: PopulationIndex.term_id.in_([only_broader(id_) for id_ in ids]),
    whole_record=_CONDITION,
)


def _of_ages(reach: Reach) -> tuple[Filter, ...]:
    """What may be asked of the ages of people."""

    def all_inside(spans: list[Ages]) -> Clause:
        return and_(reach.ages(spans, _NOT_INSIDE(spans)), _any(inside)(spans))

    def groups_inside(groups: list[AgeGroup]) -> Clause:
        bounded = reach.ages(_ages_of(groups), _NOT_INSIDE_GROUPS(groups))
        return and_(bounded, _in_groups(inside)(groups))

    return (
        Filter(
            "age",
            "Ages that the population's ages overlap: 6..12 (years), 6mo..2y, 65...",
            _any_joined(overlaps),
            parse_ages,
            example="6..12",
            unknown=not_(STATED),
            possible=_any_joined(may_overlap),
            within=lambda spans: all_inside(joined_ages(spans)),
            beyond=_NOT_INSIDE_JOINED,
            bind=bind_ages,
        ),
        Filter(
            "age.within",
            "Ages that all of the population's ages lie in.",
            _any(inside),
            parse_ages,
            example="0..17",
            possible=_MAY_BE_INSIDE,
            within=all_inside,
            beyond=_NOT_INSIDE,
            bind=bind_ages,
            cost=10,  # it is held against every telling and, of facts, every side
        ),
        replace(
            vocabulary_filter(
                "age_group",
                AgeGroup,
                _in_groups(overlaps),
                "Standard age group that the population's label names or its ages overlap.",
            ),
            unknown=and_(not_(STATED), PopulationIndex.age_group.is_(None)),
            possible=_in_groups(may_overlap),
            within=groups_inside,
            beyond=_NOT_INSIDE_GROUPS,
        ),
    )


def population_criteria(reach: Reach) -> tuple[Filter, ...]:
    """What may be asked of people, all of whom are bounded by others."""
    return (
        CONDITION,
        *_of_ages(reach),
        replace(
            vocabulary_filter(
                "sex",
                Sex,
                of_sex,
                "Sex that the population has; female finds populations of both sexes, too.",
            ),
            example="female",
            unknown=PopulationIndex.sex.is_(None),
            within=lambda sexes: and_(reach.only_of(sexes), PopulationIndex.sex.in_(_only(sexes))),
            beyond=lambda sexes: PopulationIndex.sex.not_in(_only(sexes)),
        ),
        Filter(
            "n",
            "How many people the population has.",
            lambda spans: or_(*(each.of(PopulationIndex.n) for each in spans)),
            read_range,
            example="10..",
            unknown=PopulationIndex.n.is_(None),
            bind=bind_ranges,
        ),
        Filter(
            "country",
            "A country that the population comes from, ISO 3166-1.",
            _from,
            read_country,
            example="NL",
            unknown=PopulationIndex.countries_id.is_(None),
            possible=lambda countries: or_(
                _may_be_from(countries), PopulationIndex.countries_id.is_(None)
            ),
            within=lambda countries: and_(
                _may_be_from(countries),
                not_(_from_elsewhere(countries)),
                reach.only_from(countries),
            ),
            beyond=_from_elsewhere,
        ),
    )


def _conditions(found: Sequence[Criterion]) -> list[Criterion]:
    return [each for each in found if each.name == "condition"]


def any_condition(found: Sequence[Criterion]) -> list[Clause]:
    """Without a condition, each population is looked at once, whatever its conditions."""
    return [] if _conditions(found) else [PopulationIndex.term_id == ANY_TERM]


def stretches(found: Sequence[Criterion], *, sure: bool) -> list[Clause]:
    """Each condition is a stretch of the index; rows that leave it open are others."""
    asked_for = _conditions(found)
    if not asked_for:
        return any_condition(found)
    left_open = () if sure else asked_for[0].open_alternatives
    return [*asked_for[0].alternatives, *left_open]
