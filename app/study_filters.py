"""Filters on studies, declared once for every list that is about studies.

Criteria of a population meet in one population: a study with women of 70 and boys of 7 has no
girls. A treatment and its role meet in the same way.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select, true

from app.ages import GROUP_AGES, Ages, parse_ages
from app.core.filters import (
    Clause,
    Element,
    Filter,
    choice,
    read_span,
    span,
    terms,
    yes_no,
)
from app.core.search import matching
from app.models import (
    ANY_TERM,
    AdverseEvent,
    Citation,
    Outcome,
    PopulationCountry,
    Result,
    Study,
    StudyCitation,
    StudyConditionPage,
    StudyTreatmentPage,
    TermAncestor,
)
from app.vocabulary import (
    AgeBasis,
    AgeGroup,
    Allocation,
    Basis,
    Masking,
    Phase,
    PublicationStatus,
    Sex,
    StudyStatus,
    StudyType,
    TreatmentRole,
)

People = StudyConditionPage
Given = StudyTreatmentPage


def narrower(ids: list[int]) -> Any:
    """The terms themselves and all narrower ones, as a sub-select."""
    return select(TermAncestor.term_id).where(TermAncestor.ancestor_id.in_(ids))


def _population(criteria: list[Clause], named: set[str]) -> Clause:
    """One population meets all criteria; without a condition, whatever its condition."""
    whatever = [] if "condition" in named else [People.term_id == ANY_TERM]
    return Study.id.in_(select(People.study_id).where(*criteria, *whatever))


def _treatment(criteria: list[Clause], named: set[str]) -> Clause:
    del named
    return Study.id.in_(select(Given.study_id).where(*criteria))


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


def _measured(criteria: Clause) -> Clause:
    return Study.id.in_(select(Outcome.study_id).where(criteria))


def _harmed(ids: Any) -> Clause:
    return Study.id.in_(
        select(AdverseEvent.study_id).where(AdverseEvent.adverse_effect_id.in_(ids))
    )


def _cited_by(slugs: list[str]) -> Clause:
    publications = select(StudyCitation.study_id).join(StudyCitation.citation)
    return Study.id.in_(publications.where(Citation.slug.in_(slugs)))


def _with_status(statuses: list[PublicationStatus]) -> Clause:
    publications = select(StudyCitation.study_id).join(StudyCitation.citation)
    return Study.id.in_(publications.where(Citation.publication_status.in_(statuses)))


def _has_results(answer: bool) -> Clause:  # noqa: FBT001 # read off yes or no
    found = Study.id.in_(select(Outcome.study_id).join(Result, Result.outcome_id == Outcome.id))
    return found if answer else ~found


def words_filter(kind: str, model: Any) -> Filter:
    """The filter `q` of a list: every word begins some word of the record."""
    return Filter(
        "q",
        "Words that words of the record begin with, all of them; case and accents are ignored.",
        lambda queries: or_(*(model.id.in_(matching(kind, words)) for words in queries)),
        example="ketamine",
    )


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

TREATMENT = Element(
    (
        terms(
            "treatment",
            "treatment",
            "A treatment that an arm gets, or a narrower one.",
            Given.term_id.in_,
            lambda ids: and_(Given.term_id.in_(ids), Given.direct),
            "ketamine",
        ),
        choice(
            "treatment_role", TreatmentRole, Given.role.in_, "What that treatment is to the arm."
        ),
    ),
    _treatment,
)

STUDY_FILTERS: tuple[Filter | Element, ...] = (
    TREATMENT,
    terms(
        "comparator",
        "treatment",
        "A treatment that the study compares with, or a narrower one.",
        lambda ids: Study.id.in_(
            select(Given.study_id).where(
                Given.term_id.in_(ids), Given.role == TreatmentRole.COMPARATOR
            )
        ),
        lambda ids: Study.id.in_(
            select(Given.study_id).where(
                Given.term_id.in_(ids), Given.direct, Given.role == TreatmentRole.COMPARATOR
            )
        ),
        "placebo",
    ),
    POPULATION,
    terms(
        "adverse_effect",
        "adverse_effect",
        "An adverse effect that the study counted, or a narrower one.",
        lambda ids: _harmed(narrower(ids)),
        _harmed,
        "hallucinations",
    ),
    terms(
        "outcome",
        "outcome_measure",
        "An outcome measure that the study has an outcome for, or a narrower one.",
        lambda ids: _measured(Outcome.measure_id.in_(narrower(ids))),
        lambda ids: _measured(Outcome.measure_id.in_(ids)),
        "pain",
    ),
    choice("study_type", StudyType, Study.study_type.in_, "How people came to be studied."),
    choice("allocation", Allocation, Study.allocation.in_, "How people came into their arm."),
    choice("masking", Masking, Study.masking.in_, "Who did not know the arm."),
    choice("phase", Phase, Study.phase.in_, "Phase of the trial."),
    choice("status", StudyStatus, Study.study_status.in_, "How far the study has come."),
    span("year", Study.year, "Year of first results, else of the start.", "2009..2013"),
    choice("basis", Basis, Study.basis.in_, "How the study is known, at best."),
    yes_no("has_results", _has_results, "Whether any result is known."),
    Filter("citation", "Slug of a publication about the study.", _cited_by, example="bredlau-2013"),
    choice(
        "publication_status",
        PublicationStatus,
        _with_status,
        "What became of a publication about the study.",
    ),
)


def about_studies(column: Any, but: str = "") -> Element:
    """The filters on studies, for records whose study stands in a column; one may be left out."""
    kept = tuple(each for each in STUDY_FILTERS if isinstance(each, Element) or each.name != but)
    return Element(kept, lambda criteria, _: column.in_(select(Study.id).where(*criteria)))


def of_study(column: Any) -> Filter:
    """The filter `study` of records whose study stands in a column."""
    return Filter(
        "study",
        "Slug of the study.",
        lambda slugs: column.in_(select(Study.id).where(Study.slug.in_(slugs))),
        example="adults-crps-12-weeks",
    )
