"""Filters of populations: age, sex, size, place, condition; who fits, who might."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql.util import ClauseAdapter

from app.models import ANY_TERM, NO_TERM, PopulationCountry, Study, StudyConditionPage
from app.query.criteria import (
    Clause,
    Criterion,
    IndexScan,
    Match,
    MatchOptions,
    all_definite,
    all_within,
    certainty_score,
    matching_records,
)
from app.query.filters import Filter, FilterGroup, read_range, term_filter, vocabulary_filter
from app.query.ordering import ONE
from app.values.ages import ASKED_GROUPS, GROUP_AGES, NO_LIMIT, Ages, parse_ages
from app.values.countries import read_country
from app.vocabulary import AgeBasis, AgeGroup, Sex

PopulationIndex = StudyConditionPage

STATED = PopulationIndex.age_basis.in_([AgeBasis.STATED, AgeBasis.REGISTRY])
LABELLED = PopulationIndex.age_basis == AgeBasis.DERIVED_FROM_LABEL
SOME = PopulationIndex.age_basis == AgeBasis.DERIVED_FROM_PARENT  # some of those of these ages


def _end_days(ages: Ages) -> int:
    return NO_LIMIT if ages.end is None else ages.end


def overlaps(wanted: Ages) -> Clause:
    """The stated ages certainly overlap: a bound that is known lies inside, or both surround it."""
    start, end = wanted.start or 0, _end_days(wanted)
    known = or_(
        and_(PopulationIndex.age_min >= start, PopulationIndex.age_min < end),
        and_(PopulationIndex.age_max > start, PopulationIndex.age_max <= end),
        and_(PopulationIndex.age_min < end, PopulationIndex.age_max > start),
    )
    return or_(and_(STATED, known), _derived_inside(wanted))


def may_overlap(wanted: Ages) -> Clause:
    """No bound that is known keeps the ages apart."""
    start, end = wanted.start or 0, _end_days(wanted)
    below = or_(PopulationIndex.age_min.is_(None), PopulationIndex.age_min < end)
    above = or_(PopulationIndex.age_max.is_(None), PopulationIndex.age_max > start)
    return and_(below, above)


def inside(wanted: Ages) -> Clause:
    """All ages of the population lie in those asked for."""
    stated = and_(
        STATED,
        PopulationIndex.age_min >= (wanted.start or 0),
        PopulationIndex.age_max <= _end_days(wanted),
    )
    return or_(stated, _derived_inside(wanted))


def may_be_inside(wanted: Ages) -> Clause:
    """Each bound that is known lies inside; people of a label or a part may be fewer than that."""
    start, end = wanted.start or 0, _end_days(wanted)
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
    start, end = wanted.start or 0, _end_days(wanted)
    oldest = func.coalesce(PopulationIndex.age_max, NO_LIMIT)
    around = and_(SOME, func.coalesce(PopulationIndex.age_min, 0) >= start, oldest <= end)
    groups = [
        group
        for group, ages in GROUP_AGES.items()
        if (ages.start or 0) >= start and _end_days(ages) <= end
    ]
    return or_(and_(LABELLED, PopulationIndex.age_group.in_(groups)), around) if groups else around


def in_group(group: AgeGroup) -> Clause:
    """The label names the group, or the ages overlap it."""
    return or_(and_(LABELLED, PopulationIndex.age_group == group), overlaps(ASKED_GROUPS[group]))


def may_be_in_group(group: AgeGroup) -> Clause:
    """No bound that is known keeps the ages apart from the group's."""
    named = and_(LABELLED, PopulationIndex.age_group == group)
    return or_(named, may_overlap(ASKED_GROUPS[group]))


def group_inside(group: AgeGroup) -> Clause:
    """The label names the group, or all ages lie in the group's."""
    return or_(and_(LABELLED, PopulationIndex.age_group == group), inside(ASKED_GROUPS[group]))


def _conditions(found: list[Criterion]) -> list[Criterion]:
    return [each for each in found if each.name == "condition"]


def any_condition(found: list[Criterion]) -> list[Clause]:
    """Without a condition, each population is looked at once, whatever its conditions."""
    return [] if _conditions(found) else [PopulationIndex.term_id == ANY_TERM]


def scans(found: list[Criterion], options: MatchOptions) -> list[IndexScan]:
    """The stretches of the page index in which matching studies lie."""
    score, full = certainty_score(found)
    sure = options.match is Match.DEFINITE
    rows = [each.definite if sure else each.possible for each in found if each.name != "condition"]
    only = [] if options.match is not Match.POSSIBLE else _never_certain(found)
    whole = all_within(found)
    return [
        IndexScan(
            PopulationIndex.year_key,
            PopulationIndex.study_id,
            [stretch, *rows, *only],
            score,
            full,
            whole,
        )
        for stretch in _stretches(found, sure=sure)
    ]


def _stretches(found: list[Criterion], *, sure: bool) -> list[Clause]:
    """Each condition is a stretch of the index; rows that tell none are another."""
    asked_for = _conditions(found)
    if not asked_for:
        return any_condition(found)
    unknown = [] if sure else [PopulationIndex.term_id == NO_TERM]
    return [*asked_for[0].alternatives, *unknown]


def _never_certain(found: list[Criterion]) -> list[Clause]:
    """This row, which is asked first, does not match for certain, nor any of the same study."""
    other = PopulationIndex.__table__.alias("other")
    rows = ClauseAdapter(other).traverse(and_(all_definite(found), *any_condition(found)))
    same = (
        other.c.year_key == PopulationIndex.year_key,
        other.c.study_id == PopulationIndex.study_id,
    )
    some = exists(select(ONE).select_from(other).where(rows, *same))
    return [all_definite(found).is_not(true()), not_(some)]


def of_sex(sex: Sex) -> Clause:
    """The population has people of the sex, or (all) of both."""
    return (
        PopulationIndex.sex.in_([sex, Sex.ALL])
        if sex is not Sex.ALL
        else PopulationIndex.sex == Sex.ALL
    )


def _read_country(written: str) -> str:
    return read_country(written)


def _may_be_from(countries: list[str]) -> Clause:
    """The population, or the one it is a part of, has people from one of these."""
    theirs = PopulationCountry.population_id == PopulationIndex.countries_id
    return exists().where(theirs, PopulationCountry.country.in_(countries))


def _from(countries: list[str]) -> Clause:
    """Some of a part are from one of these for certain where there is no other country."""
    theirs = PopulationCountry.population_id == PopulationIndex.countries_id
    others = exists().where(theirs, PopulationCountry.country.not_in(countries))
    return and_(_may_be_from(countries), or_(PopulationIndex.countries_all, not_(others)))


def _any(rule: Any) -> Any:
    """Any of several values meets a rule."""
    return lambda values: or_(*map(rule, values))


def _has(ids: list[int], *also: Any) -> Clause:
    """Some row of the population has one of these terms, whichever row is looked at."""
    each = aliased(PopulationIndex)
    same = (
        each.year_key == PopulationIndex.year_key,
        each.study_id == PopulationIndex.study_id,
        each.population_id == PopulationIndex.population_id,
    )
    # a value, for PostgreSQL would gather the rows of all studies for an EXISTS
    row = select(true()).where(each.term_id.in_(ids), *same, *(rule(each) for rule in also))
    return func.coalesce(row.limit(1).scalar_subquery(), false())


_CONDITION = term_filter(
    "condition",
    "condition",
    "A condition that the population has, or a narrower one.",
    _has,
    lambda ids: _has(ids, lambda each: each.direct),
    "crps",
    unknown=_has([NO_TERM]),
)
CONDITION = replace(
    _CONDITION,
    where=PopulationIndex.term_id.in_,
    direct=lambda ids: and_(PopulationIndex.term_id.in_(ids), PopulationIndex.direct),
    unknown=PopulationIndex.term_id == NO_TERM,
    whole_record=_CONDITION,
)
CRITERIA = (
    CONDITION,
    Filter(
        "age",
        "Ages that the population's ages overlap: 6..12 (years), 6mo..2y, 65...",
        _any(overlaps),
        parse_ages,
        example="6..12",
        unknown=not_(STATED),
        possible=_any(may_overlap),
        within=_any(inside),
    ),
    Filter(
        "age.within",
        "Ages that all of the population's ages lie in.",
        _any(inside),
        parse_ages,
        example="0..17",
        possible=_any(may_be_inside),
        within=_any(inside),
    ),
    replace(
        vocabulary_filter(
            "age_group",
            AgeGroup,
            _any(in_group),
            "Standard age group that the population's label names or its ages overlap.",
        ),
        unknown=and_(not_(STATED), PopulationIndex.age_group.is_(None)),
        possible=_any(may_be_in_group),
        within=_any(group_inside),
    ),
    replace(
        vocabulary_filter(
            "sex",
            Sex,
            _any(of_sex),
            "Sex that the population has; female finds populations of both sexes, too.",
        ),
        example="female",
        unknown=PopulationIndex.sex.is_(None),
    ),
    Filter(
        "n",
        "How many people the population has.",
        lambda spans: or_(*(each.of(PopulationIndex.n) for each in spans)),
        read_range,
        example="10..",
        unknown=PopulationIndex.n.is_(None),
    ),
    Filter(
        "country",
        "A country that the population comes from, ISO 3166-1.",
        _from,
        _read_country,
        example="NL",
        unknown=PopulationIndex.countries_id.is_(None),
        possible=lambda countries: or_(
            _may_be_from(countries), PopulationIndex.countries_id.is_(None)
        ),
    ),
)


def _population(found: list[Criterion], options: MatchOptions) -> Clause:
    """Some population matches as asked."""

    def studies(rows: Clause) -> Any:
        return select(PopulationIndex.study_id).where(rows, *any_condition(found))

    return matching_records(found, options, studies, Study.id)


POPULATION = FilterGroup(CRITERIA, _population, scans, graded=True)
