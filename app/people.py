"""Criteria of a population, all of which meet in one population of a study.

A study with women of 70 and boys of 7 has no girls. Each criterion is met for certain, possibly
(the source leaves it open), or not; a population is as sure as its least sure criterion, a study
as its surest population, and a study of which no population is told is possible.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from app.ages import parse_ages
from app.core.criteria import Asked, Clause, Criterion, matched
from app.core.filters import Element, Filter, choice, read_span, terms
from app.models import NO_TERM, PopulationCountry, Study, StudyConditionPage
from app.people_ages import (
    STATED,
    group_inside,
    in_group,
    inside,
    may_be_in_group,
    may_be_inside,
    may_overlap,
    overlaps,
)
from app.people_walks import walks, whatever
from app.vocabulary import AgeGroup, Sex

People = StudyConditionPage


def of_sex(sex: Sex) -> Clause:
    """The population has people of the sex, or (all) of both."""
    return People.sex.in_([sex, Sex.ALL]) if sex is not Sex.ALL else People.sex == Sex.ALL


def _read_country(written: str) -> str:
    if len(written) != 2 or not written.isalpha() or not written.isascii():
        raise ValueError("countries are two letters, as DE (ISO 3166-1)")
    return written.upper()


def _may_be_from(countries: list[str]) -> Clause:
    """The population, or the one it is a part of, has people from one of these."""
    theirs = PopulationCountry.population_id == People.countries_id
    return exists().where(theirs, PopulationCountry.country.in_(countries))


def _from(countries: list[str]) -> Clause:
    """Some of a part are from one of these for certain where there is no other country."""
    theirs = PopulationCountry.population_id == People.countries_id
    others = exists().where(theirs, PopulationCountry.country.not_in(countries))
    return and_(_may_be_from(countries), or_(People.countries_all, not_(others)))


def _any(rule: Any) -> Any:
    """Any of several values meets a rule."""
    return lambda values: or_(*map(rule, values))


def _has(ids: list[int], *also: Any) -> Clause:
    """Some row of the population has one of these terms, whichever row is looked at."""
    each = aliased(People)
    same = (
        each.year_key == People.year_key,
        each.study_id == People.study_id,
        each.population_id == People.population_id,
    )
    # a value, for PostgreSQL would gather the rows of all studies for an EXISTS
    row = select(true()).where(each.term_id.in_(ids), *same, *(rule(each) for rule in also))
    return func.coalesce(row.limit(1).scalar_subquery(), false())


_CONDITION = terms(
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
    where=People.term_id.in_,
    direct=lambda ids: and_(People.term_id.in_(ids), People.direct),
    unknown=People.term_id == NO_TERM,
    whole=_CONDITION,
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
        maybe=_any(may_overlap),
        within=_any(inside),
    ),
    Filter(
        "age.within",
        "Ages that all of the population's ages lie in.",
        _any(inside),
        parse_ages,
        example="0..17",
        maybe=_any(may_be_inside),
        within=_any(inside),
    ),
    Filter(
        "age_group",
        "Standard age group that the population's label names or its ages overlap.",
        _any(in_group),
        choice("", AgeGroup, People.age_group, "").read,
        {"type": "string", "enum": [group.value for group in AgeGroup]},
        example="child",
        unknown=and_(not_(STATED), People.age_group.is_(None)),
        maybe=_any(may_be_in_group),
        within=_any(group_inside),
    ),
    Filter(
        "sex",
        "Sex that the population has; female finds populations of both sexes, too.",
        _any(of_sex),
        choice("", Sex, People.sex, "").read,
        {"type": "string", "enum": [sex.value for sex in Sex]},
        example="female",
        unknown=People.sex.is_(None),
    ),
    Filter(
        "n",
        "How many people the population has.",
        lambda spans: or_(*(each.of(People.n) for each in spans)),
        read_span,
        example="10..",
        unknown=People.n.is_(None),
    ),
    Filter(
        "country",
        "A country that the population comes from, ISO 3166-1.",
        _from,
        _read_country,
        example="NL",
        unknown=People.countries_id.is_(None),
        maybe=lambda countries: or_(_may_be_from(countries), People.countries_id.is_(None)),
    ),
)


def _population(found: list[Criterion], asked: Asked) -> Clause:
    """Some population matches as asked."""

    def studies(rows: Clause) -> Any:
        return select(People.study_id).where(rows, *whatever(found))

    return matched(found, asked, studies, Study.id)


POPULATION = Element(CRITERIA, _population, walks, graded=True)
