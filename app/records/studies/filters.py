"""The list of studies: its filters, and the same for lists about studies."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal_column, not_, or_, select
from sqlalchemy.orm import aliased

from app.models import (
    AdverseEvent,
    Outcome,
    Result,
    Study,
    StudyTreatmentPage,
    Term,
    TermAncestor,
)
from app.query.cards import Kind
from app.query.criteria import (
    NOT,
    Clause,
    Criterion,
    IndexScan,
    MatchOptions,
    all_definite,
    one_part,
    same_row,
)
from app.query.facets import Facet
from app.query.filters import (
    Filter,
    FilterGroup,
    Filters,
    boolean_filter,
    range_filter,
    term_filter,
    vocabulary_filter,
)
from app.query.request import ListDefinition, Sort
from app.records.names import broader_terms, narrower_terms, record_filter, resolve
from app.records.shared_filters import (
    retracted_facts,
    status_of_fact,
    words_filter,
)
from app.records.studies.design import design
from app.records.studies.population_filters import POPULATION
from app.records.studies.source_filters import SOURCE_FILTERS
from app.vocabulary import (
    Allocation,
    Basis,
    Design,
    Direction,
    Masking,
    OutcomeDomain,
    Phase,
    PrimaryPurpose,
    StudyStatus,
    StudyType,
    TreatmentRole,
)

Rule = Callable[[list[Any]], Clause]


def _has_result(directions: list[Direction]) -> Clause:
    """Some result of the outcome means so for the patient."""
    return exists().where(Result.outcome_id == Outcome.id, Result.direction.in_(directions))


def in_domain(domains: list[OutcomeDomain]) -> Clause:
    """The outcome is about one of these parts of life."""
    return Outcome.measure_id.in_(select(Term.id).where(Term.domain.in_(domains)))


def _any_outcome(joined: Any, on: Clause, meets: Rule) -> Rule:
    """Some outcome of the study meets a rule, whichever outcome is looked at.

    The rule is about rows joined to outcomes: SQLite cannot read selects nested any deeper.
    """
    rows = select(Outcome.study_id).join(joined, on).correlate(None)
    return lambda values: Outcome.study_id.in_(rows.where(meets(values)))


def _without_outcome(filter_: Filter, where: Rule, direct: Rule | None = None) -> Filter:
    """The filter, of which NAME.not leaves out a study any outcome of which meets it."""
    return replace(filter_, whole_record=replace(filter_, where=where, direct=direct))


MEASURE = term_filter(
    "outcome",
    "outcome_measure",
    "An outcome measure that the study has an outcome for, or a narrower one.",
    lambda ids: Outcome.measure_id.in_(narrower_terms(ids)),
    Outcome.measure_id.in_,
    "pain",
)
ABOUT = "The part of life that an outcome of the study is about."
CAME_OUT = "What a result of that outcome means for patients."
OUTCOME = FilterGroup(
    (
        _without_outcome(
            MEASURE,
            _any_outcome(
                TermAncestor,
                TermAncestor.term_id == Outcome.measure_id,
                TermAncestor.ancestor_id.in_,
            ),
            _any_outcome(Term, Term.id == Outcome.measure_id, Term.id.in_),
        ),
        _without_outcome(
            vocabulary_filter("outcome_domain", OutcomeDomain, in_domain, ABOUT),
            _any_outcome(Term, Term.id == Outcome.measure_id, Term.domain.in_),
        ),
        _without_outcome(
            vocabulary_filter("direction", Direction, _has_result, CAME_OUT),
            _any_outcome(Result, Result.outcome_id == Outcome.id, Result.direction.in_),
        ),
    ),
    one_part(Outcome.study_id, Study.id),
)

TreatmentIndex = StudyTreatmentPage


def _arm_receives(found: list[Criterion], _asked: MatchOptions) -> Clause:
    """One arm meets all criteria; where no treatment is told, there is none to leave out."""
    same = (TreatmentIndex.study_id == Study.id, TreatmentIndex.year_key == Study.year_key)
    meets = exists().where(*same, all_definite(found))
    left_out_only = all(each.name.endswith(NOT) for each in found)
    return or_(meets, not_(exists().where(*same))) if left_out_only else meets


def _in_any_arm(ids: list[int], *also: Any) -> Clause:
    """Some arm of the study gets one of these, in whatever role, whichever row is looked at."""
    each = aliased(TreatmentIndex)
    same = (each.study_id == TreatmentIndex.study_id, each.year_key == TreatmentIndex.year_key)
    return exists().where(each.term_id.in_(ids), *same, *(rule(each) for rule in also))


def _receives_treatment(found: list[Criterion], _asked: MatchOptions) -> list[IndexScan]:
    """The stretches of the page index of each treatment, newest study first."""
    one: ColumnElement[int] = literal_column("1")
    same = (TreatmentIndex.study_id == Study.id, TreatmentIndex.year_key == Study.year_key)
    rest = [each.definite for each in found if each.name != "treatment"]
    return [
        IndexScan((TreatmentIndex.year_key,), TreatmentIndex.study_id, [stretch, *rest], same, one)
        for each in found
        if each.name == "treatment"
        for stretch in each.alternatives
    ]


def _has_adverse_effect(ids: Any) -> Clause:
    return Study.id.in_(
        select(AdverseEvent.study_id).where(AdverseEvent.adverse_effect_id.in_(ids))
    )


def _has_results(answer: bool) -> Clause:  # noqa: FBT001 # read off yes or no
    found = Study.id.in_(select(Outcome.study_id).join(Result, Result.outcome_id == Outcome.id))
    return found if answer else ~found


_IN_ANY_ARM = term_filter(  # treatment.not leaves out a study any arm of which gets it, in any role
    "treatment",
    "treatment",
    "A treatment that an arm gets, or a narrower one.",
    _in_any_arm,
    lambda ids: _in_any_arm(ids, lambda each: each.direct),
    "ketamine",
)
TREATMENT = FilterGroup(
    (
        replace(
            _IN_ANY_ARM,
            where=TreatmentIndex.term_id.in_,
            direct=lambda ids: and_(TreatmentIndex.term_id.in_(ids), TreatmentIndex.direct),
            whole_record=_IN_ANY_ARM,
        ),
        vocabulary_filter(
            "treatment_role", TreatmentRole, TreatmentIndex.role.in_, "What it is to the arm."
        ),
    ),
    _arm_receives,
    _receives_treatment,
)

STUDY_FILTERS: tuple[Filter | FilterGroup, ...] = (
    POPULATION,
    TREATMENT,
    term_filter(
        "comparator",
        "treatment",
        "A treatment that the study compares with, or a narrower one.",
        lambda ids: Study.id.in_(
            select(TreatmentIndex.study_id).where(
                TreatmentIndex.term_id.in_(ids), TreatmentIndex.role == TreatmentRole.COMPARATOR
            )
        ),
        lambda ids: Study.id.in_(
            select(TreatmentIndex.study_id).where(
                TreatmentIndex.term_id.in_(ids),
                TreatmentIndex.direct,
                TreatmentIndex.role == TreatmentRole.COMPARATOR,
            )
        ),
        "placebo",
    ),
    term_filter(
        "adverse_effect",
        "adverse_effect",
        "An adverse effect that the study counted, or a narrower one.",
        lambda ids: _has_adverse_effect(narrower_terms(ids)),
        _has_adverse_effect,
        "hallucinations",
    ),
    OUTCOME,
    vocabulary_filter("study_type", StudyType, Study.study_type, "How people came to be studied."),
    vocabulary_filter(
        "design",
        Design,
        lambda designs: design().in_(designs),
        "What the study's own data can compare, read off its arrangement and arms.",
    ),
    vocabulary_filter(
        "allocation", Allocation, Study.allocation, "How people came into their arm."
    ),
    vocabulary_filter("masking", Masking, Study.masking, "Who did not know the arm."),
    vocabulary_filter(
        "primary_purpose", PrimaryPurpose, Study.primary_purpose, "What the study is for."
    ),
    vocabulary_filter("phase", Phase, Study.phase, "Phase of the trial."),
    vocabulary_filter("status", StudyStatus, Study.study_status, "How far the study has come."),
    range_filter("year", Study.year, "Year of first results, else of the start.", "2009..2013"),
    vocabulary_filter("basis", Basis, Study.basis, "How the study is known, at best."),
    boolean_filter("has_results", _has_results, "Whether any result is known."),
    *SOURCE_FILTERS,
)


OF_FACTS = {"comparator", "basis", "publication_status"}  # names that facts answer for themselves


def about_studies(column: Any, *but: str) -> FilterGroup:
    """The filters on studies, for facts whose study stands in a column.

    What is asked of people and treatments is asked of the facts' own, and so are other names that
    the facts have of their own.
    """
    filters = tuple(
        each for each in STUDY_FILTERS if each is not POPULATION and each is not TREATMENT
    )
    own = said_of("its study", _without(filters, {*OF_FACTS, *but}))
    return FilterGroup(own, same_row(Study.id, column), ordering=True)


def _without(filters: Filters, names: Collection[str]) -> tuple[Filter | FilterGroup, ...]:
    return tuple(
        replace(each, filters=_without(each.filters, names))
        if isinstance(each, FilterGroup)
        else each
        for each in filters
        if isinstance(each, FilterGroup) or each.name not in names
    )


def said_of(whom: str, filters: Filters) -> tuple[Filter | FilterGroup, ...]:
    """The filters, each saying of whom it is asked: a fact, or its study."""
    return tuple(
        replace(each, filters=said_of(whom, each.filters))
        if isinstance(each, FilterGroup)
        else replace(each, meaning=f"Of {whom}: {each.meaning}")
        for each in filters
    )


def of_study(column: Any) -> Filter:
    """The filter `study` of records whose study stands in a column."""
    return record_filter("study", "study", "Slug of the study.", column.in_, "adults-crps-12-weeks")


def _newest_first(column: Any) -> Clause:
    """The study of a fact. Any is of year 0 or later: said so, SQLite walks an index of years."""
    return and_(Study.id == column, Study.year_key >= 0)


def list_of_study_parts(
    kind: Kind, model: Any, filters: Filters, facets: tuple[Facet, ...], own: Collection[str]
) -> ListDefinition:
    """The list of a kind whose records belong to a study, such as outcomes.

    They are found by filters of their own and by all that their study is found by, but for names
    that mean something else of the record itself (`own`), and come newest study first.
    """
    return ListDefinition(
        kind=kind,
        filters=(
            words_filter(kind.name, model),
            of_study(model.study_id),
            *said_of(
                "the fact",
                (
                    vocabulary_filter("basis", Basis, model.basis, "How it is known."),
                    *filters,
                    status_of_fact(model),
                ),
            ),
            about_studies(model.study_id, *own),
        ),
        sorts=(
            Sort("year", Study.year_key, int, (Study.id,), (Study, _newest_first(model.study_id))),
            Sort("id", model.id, int),
            Sort("slug", model.slug),
        ),
        default="-year",
        own_order="id",
        resolve=resolve,
        broader=broader_terms,
        retracted=lambda: retracted_facts(model),
        facets=facets,
    )
