"""Criteria of a population, all of which meet in one population of a study.

A study with women of 70 and boys of 7 has no girls. A criterion is met when the source says so:
what it leaves open does not meet it.
"""

from __future__ import annotations

from sqlalchemy import and_, or_, select, true

from app.ages import GROUP_AGES, Ages, parse_ages
from app.core.filters import Clause, Element, Filter, choice, read_span, terms
from app.models import ANY_TERM, PopulationCountry, Study, StudyConditionPage
from app.vocabulary import AgeBasis, AgeGroup, Sex

People = StudyConditionPage


def _population(criteria: list[Clause], named: set[str]) -> Clause:
    """One population meets all criteria; without a condition, whatever its condition."""
    whatever = [] if "condition" in named else [People.term_id == ANY_TERM]
    return Study.id.in_(select(People.study_id).where(*criteria, *whatever))


def _of_age(wanted: Ages) -> Clause:
    """The population's ages are stated, and overlap the ages asked for."""
    bounds: list[Clause] = [People.age_basis.in_([AgeBasis.STATED, AgeBasis.REGISTRY])]
    bounds.append(true() if wanted.start is None else People.age_max > wanted.start)
    bounds.append(true() if wanted.end is None else People.age_min < wanted.end)
    return and_(People.age_min.is_not(None), People.age_max.is_not(None), *bounds)


def _in_age_group(group: AgeGroup) -> Clause:
    """The population's label names the group, or its stated ages overlap it."""
    return or_(People.age_group == group, _of_age(GROUP_AGES[group]))


def _of_sex(sex: Sex) -> Clause:
    return People.sex.in_([sex, Sex.ALL]) if sex is not Sex.ALL else People.sex == Sex.ALL


def _read_country(written: str) -> str:
    if len(written) != 2 or not written.isalpha() or not written.isascii():
        raise ValueError("countries are two letters, as DE (ISO 3166-1)")
    return written.upper()


POPULATION = Element(
    (
        terms(
            "condition",
            "condition",
            "A condition that the population has, or a narrower one.",
            People.term_id.in_,
            lambda ids: and_(People.term_id.in_(ids), People.direct),
            "crps",
        ),
        Filter(
            "age",
            "Ages that the population's stated ages overlap: 6..12 (years), 6mo..2y, 65...",
            lambda spans: or_(*map(_of_age, spans)),
            parse_ages,
            example="6..12",
        ),
        choice(
            "age_group",
            AgeGroup,
            lambda groups: or_(*map(_in_age_group, groups)),
            "Standard age group that the population's label names or its ages overlap.",
        ),
        choice(
            "sex",
            Sex,
            lambda sexes: or_(*map(_of_sex, sexes)),
            "Sex that the population has; female finds populations of both sexes, too.",
        ),
        Filter(
            "n",
            "How many people the population has.",
            lambda spans: or_(*(each.of(People.n) for each in spans)),
            read_span,
            example="10..",
        ),
        Filter(
            "country",
            "A country that the population comes from, ISO 3166-1.",
            lambda countries: People.population_id.in_(
                select(PopulationCountry.population_id).where(
                    PopulationCountry.country.in_(countries)
                )
            ),
            _read_country,
            example="NL",
        ),
    ),
    _population,
)
