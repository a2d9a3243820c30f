"""Filters on studies, declared once for every list that is about studies.

A treatment and its role meet in one arm; a measure and a direction in one outcome; criteria of a
population in one population (people.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal_column, not_, or_, select, true
from sqlalchemy.orm import aliased

from app.core.criteria import NOT, Asked, Clause, Criterion, Walk, all_definite, same_row
from app.core.filters import Element, Filter, Filters, NotOneOf, choice, span, terms, yes_no
from app.core.queries import HOW, read_query
from app.core.search import Found
from app.designs import design
from app.models import (
    AdverseEvent,
    Citation,
    Outcome,
    Result,
    Study,
    StudyCitation,
    StudyTreatmentPage,
)
from app.naming import narrower, record
from app.people import POPULATION
from app.study_outcomes import OUTCOME
from app.vocabulary import (
    Allocation,
    Basis,
    Design,
    Masking,
    Phase,
    PublicationStatus,
    StudyStatus,
    StudyType,
    TreatmentRole,
)

Given = StudyTreatmentPage


def _gets(found: list[Criterion], _asked: Asked) -> Clause:
    """One arm meets all criteria; where no treatment is told, there is none to leave out."""
    same = (Given.study_id == Study.id, Given.year_key == Study.year_key)
    meets = exists().where(*same, all_definite(found))
    left_out_only = all(each.name.endswith(NOT) for each in found)
    return or_(meets, not_(exists().where(*same))) if left_out_only else meets


def _among_treated(found: list[Criterion], asked: Asked) -> Clause:
    """The same, for records that stand in no order of studies: read from the treated on."""
    if all(each.name.endswith(NOT) for each in found):
        return _gets(found, asked)
    return Study.id.in_(select(Given.study_id).where(all_definite(found)))


def _in_any_arm(ids: list[int], *also: Any) -> Clause:
    """Some arm of the study gets one of these, in whatever role, whichever row is looked at."""
    each = aliased(Given)
    same = (each.study_id == Given.study_id, each.year_key == Given.year_key)
    return exists().where(each.term_id.in_(ids), *same, *(rule(each) for rule in also))


def _given(found: list[Criterion], _asked: Asked) -> list[Walk]:
    """The stretches of the page index of each treatment, newest study first."""
    one: ColumnElement[int] = literal_column("1")
    rest = [each.definite for each in found if each.name != "treatment"]
    return [
        Walk(Given.year_key, Given.study_id, [stretch, *rest], one, 1)
        for each in found
        if each.name == "treatment"
        for stretch in each.each
    ]


def _harmed(ids: Any) -> Clause:
    return Study.id.in_(
        select(AdverseEvent.study_id).where(AdverseEvent.adverse_effect_id.in_(ids))
    )


def _cited_by(ids: list[int]) -> Clause:
    return Study.id.in_(select(StudyCitation.study_id).where(StudyCitation.citation_id.in_(ids)))


ANY_STATUS = "any"  # facts that rest only on retracted publications are counted, too


def _read_status(written: str) -> str:
    words = [ANY_STATUS, *(each.value for each in PublicationStatus)]
    if written not in words:
        raise NotOneOf(written, words)
    return written


def _with_status(statuses: list[str]) -> Clause:
    publications = select(StudyCitation.study_id).join(StudyCitation.citation)
    return Study.id.in_(publications.where(Citation.publication_status.in_(statuses)))


def publication_status(found: Callable[[list[str]], Clause], whose: str) -> Filter:
    """The filter by what became of publications; `any` holds for everything, and counts it."""
    return Filter(
        "publication_status",
        f"What became of {whose}; any: counts also what was retracted.",
        lambda statuses: true() if ANY_STATUS in statuses else found(statuses),
        _read_status,
        {"type": "string", "enum": [ANY_STATUS, *(each.value for each in PublicationStatus)]},
        "any",
    )


def retracted_only() -> Any:
    """The studies all of whose publications, and there are some, were retracted."""
    retracted = Citation.publication_status == PublicationStatus.RETRACTED
    other, good = StudyCitation.__table__.alias("other"), Citation.__table__.alias("good")
    sound = exists(
        select(literal_column("1"))
        .join_from(other, good, good.c.id == other.c.citation_id)
        .where(
            other.c.study_id == StudyCitation.study_id,
            good.c.publication_status != PublicationStatus.RETRACTED,
        )
    )
    return select(StudyCitation.study_id).join(StudyCitation.citation).where(retracted, ~sound)


def _has_results(answer: bool) -> Clause:  # noqa: FBT001 # read off yes or no
    found = Study.id.in_(select(Outcome.study_id).join(Result, Result.outcome_id == Outcome.id))
    return found if answer else ~found


def words_filter(kind: str, model: Any) -> Filter:
    """The filter `q` of a list: its records match a query."""
    return Filter(
        "q",
        f"{HOW}. Case, accents and hyphens make no difference.",
        lambda queries: Found(model.id, kind, queries),
        read_query,
        example="ketamine",
    )


_IN_ANY_ARM = terms(  # treatment.not leaves out a study any arm of which gets it, in any role
    "treatment",
    "treatment",
    "A treatment that an arm gets, or a narrower one.",
    _in_any_arm,
    lambda ids: _in_any_arm(ids, lambda each: each.direct),
    "ketamine",
)
TREATMENT = Element(
    (
        replace(
            _IN_ANY_ARM,
            where=Given.term_id.in_,
            direct=lambda ids: and_(Given.term_id.in_(ids), Given.direct),
            whole=_IN_ANY_ARM,
        ),
        choice("treatment_role", TreatmentRole, Given.role.in_, "What it is to the arm."),
    ),
    _gets,
    _given,
)

STUDY_FILTERS: tuple[Filter | Element, ...] = (
    POPULATION,
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
    terms(
        "adverse_effect",
        "adverse_effect",
        "An adverse effect that the study counted, or a narrower one.",
        lambda ids: _harmed(narrower(ids)),
        _harmed,
        "hallucinations",
    ),
    OUTCOME,
    choice("study_type", StudyType, Study.study_type, "How people came to be studied."),
    choice(
        "design",
        Design,
        lambda designs: design().in_(designs),
        "What the study's own data can compare, read off its arrangement and arms.",
    ),
    choice("allocation", Allocation, Study.allocation, "How people came into their arm."),
    choice("masking", Masking, Study.masking, "Who did not know the arm."),
    choice("phase", Phase, Study.phase, "Phase of the trial."),
    choice("status", StudyStatus, Study.study_status, "How far the study has come."),
    span("year", Study.year, "Year of first results, else of the start.", "2009..2013"),
    choice("basis", Basis, Study.basis, "How the study is known, at best."),
    yes_no("has_results", _has_results, "Whether any result is known."),
    record(
        "citation", "citation", "Slug of a publication about the study.", _cited_by, "bredlau-2013"
    ),
    publication_status(_with_status, "a publication about the study"),
)


def about_studies(column: Any, *but: str) -> Element:
    """The filters on studies, for records whose study stands in a column.

    Those of some names may be left out, which the records have of their own.
    """
    treated = replace(TREATMENT, wrap=_among_treated)
    filters = tuple(treated if each is TREATMENT else each for each in STUDY_FILTERS)
    return Element(_without(filters, but), same_row(Study.id, column), of=column)


def _without(filters: Filters, names: Collection[str]) -> tuple[Filter | Element, ...]:
    return tuple(
        replace(each, filters=_without(each.filters, names)) if isinstance(each, Element) else each
        for each in filters
        if isinstance(each, Element) or each.name not in names
    )


def of_study(column: Any) -> Filter:
    """The filter `study` of records whose study stands in a column."""
    return record("study", "study", "Slug of the study.", column.in_, "adults-crps-12-weeks")
