"""The list of outcomes: its filters and orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, not_, or_, select

from app.models import (
    NO_GROUP,
    NO_RESULT,
    ArmTreatment,
    Outcome,
    OutcomePopulation,
    Result,
    ResultGroup,
    Term,
    TermAncestor,
    group_arms,
)
from app.query.criteria import NOT, Clause, Criterion, all_definite, one_part
from app.query.facets import by_column, by_part, by_term
from app.query.filters import (
    Filter,
    FilterGroup,
    bind_ranges,
    boolean_filter,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.query.ordering import ONE
from app.records.names import narrower_terms
from app.records.outcomes.card import OUTCOME
from app.records.shared_filters import fold_unit, in_units, read_words
from app.records.studies.fact_facets import fact_facets, meets_of_part
from app.records.studies.fact_filters import fact_filters
from app.records.studies.fact_matches import match_details
from app.records.studies.fact_sides import Gets, Sides, has_arms
from app.records.studies.filters import in_domain, list_of_study_parts
from app.values.timepoints import Timepoints, parse_timepoints
from app.vocabulary import (
    Conclusion,
    Contrast,
    Direction,
    Dispersion,
    Metric,
    OutcomeDomain,
    OutcomeRole,
    Reporting,
    ResultGroupRole,
    Statistic,
    TimeRelation,
    TreatmentRole,
)


def _at(wanted: Timepoints) -> Clause:
    """The result's time lies inside; an upper bound only answers for what lies before it."""
    inside: Any = Result.time_days.is_not(None)
    if wanted.end is not None:
        inside = inside & (Result.time_days <= wanted.end)
    if wanted.start is not None:
        bounded = Result.time_relation == TimeRelation.NOT_AFTER
        inside = inside & (Result.time_days >= wanted.start) & ~(bounded.is_(True))
    return inside  # type: ignore[no-any-return] # clauses joined are a clause


RESULT = FilterGroup(
    (
        vocabulary_filter("contrast", Contrast, Result.contrast, "What a result compares."),
        vocabulary_filter(
            "statistic", Statistic, Result.statistic, "What sort of number a result is."
        ),
        vocabulary_filter(
            "direction", Direction, Result.direction.in_, "What a result means for the patient."
        ),
        vocabulary_filter(
            "conclusion", Conclusion, Result.conclusion, "What the source concluded."
        ),
        Filter(
            "timepoint",
            "When: ..12wk, 4wk..6mo, 1y... An upper bound never answers for what lies after it.",
            lambda spans: or_(*map(_at, spans)),
            parse_timepoints,
            example="..12wk",
        ),
        Filter(
            "p",
            "p value of a result, as reported.",
            lambda spans: or_(*(each.of(Result.p) for each in spans)),
            read_range,
            example="..0.05",
            bind=bind_ranges,
        ),
        Filter(
            "unit",
            "Unit of a result, as the source writes it.",
            lambda units: in_units(Result.unit, units),
            fold_unit,
            example="mm",
            unknown=Result.unit.is_(None),
        ),
        vocabulary_filter(
            "dispersion", Dispersion, Result.dispersion, "How the spread of a result is told."
        ),
        boolean_filter(
            "adjusted",
            Result.adjusted.is_,
            "Whether a result is adjusted for anything.",
            Result.adjusted.is_(None),
        ),
    ),
    one_part(Result.outcome_id, Outcome.id),
)


def _meets(found: Sequence[Criterion]) -> Clause:
    """The result of a side meets all; an outcome without any has none to leave out."""
    own = Result.id == OutcomePopulation.result_id
    meets = select(ONE).where(own, all_definite(found)).correlate_except(Result).exists()
    if all(each.name.endswith(NOT) for each in found):
        return or_(meets, OutcomePopulation.result_id == NO_RESULT)
    return meets


def _compared(name: str, rows: Clause) -> Criterion:
    """A side of the result that is its reference, or of an arm for comparison, gets something.

    Of a side or a result without arms, and of an outcome without results, those of the study are
    told.
    """
    gets = Gets(rows)
    for_comparison = Gets(and_(rows, ArmTreatment.role == TreatmentRole.COMPARATOR))
    sides, told = ResultGroup.__table__.alias(), group_arms.alias()
    group, study = sides.c.group_id, OutcomePopulation.study_id

    def some_side(*where: Clause) -> Clause:
        same = sides.c.result_id == OutcomePopulation.result_id
        return select(ONE).where(same, *where).correlate_except(sides).exists()

    reference = sides.c.role == ResultGroupRole.REFERENCE
    arms_told = select(ONE).where(told.c.group_id == group).correlate_except(told).exists()
    untold = OutcomePopulation.result_id == NO_RESULT
    nobody = and_(not_(untold), OutcomePopulation.group_id == NO_GROUP)
    definite = or_(
        some_side(reference, gets.of_group(group)),
        some_side(reference, not_(arms_told), gets.of_study(study, every=True)),
        some_side(for_comparison.of_group(group)),
        some_side(not_(arms_told), for_comparison.of_study(study, every=True)),
        and_(untold, for_comparison.of_study(study)),
    )
    open_ = or_(
        some_side(not_(arms_told), or_(for_comparison.of_study(study), not_(has_arms(study)))),
        some_side(reference, not_(arms_told), gets.of_study(study)),
        and_(nobody, or_(for_comparison.of_study(study), not_(has_arms(study)))),
        and_(untold, not_(has_arms(study))),
    )
    return Criterion(name, definite, or_(definite, open_))


SIDES = Sides(
    model=Outcome,
    index=OutcomePopulation,
    fact=OutcomePopulation.outcome_id,
    part=OutcomePopulation.result_id,
    same_part=OutcomePopulation.result_id == Result.id,
    position=Result.position,
    order=ResultGroup.position,
    placed=(
        (Result, Result.id == OutcomePopulation.result_id),
        (
            ResultGroup,
            and_(
                ResultGroup.result_id == OutcomePopulation.result_id,
                ResultGroup.group_id == OutcomePopulation.group_id,
            ),
        ),
    ),
    n=OutcomePopulation.n,
    meets=_meets,
)
PEOPLE = fact_filters(SIDES, _compared, RESULT, match_details(SIDES, "results", "result"))

OUTCOMES = list_of_study_parts(
    OUTCOME,
    Outcome,
    filters=(
        term_filter(
            "measure",
            "outcome_measure",
            "What was measured, or something narrower.",
            lambda ids: Outcome.measure_id.in_(narrower_terms(ids)),
            Outcome.measure_id.in_,
            "pain",
        ),
        vocabulary_filter(
            "outcome_domain", OutcomeDomain, in_domain, "The part of life that it is about."
        ),
        Filter(
            "instrument",
            "Words of the scale or device, as numerical rating.",
            lambda words: or_(
                *(Outcome.instrument.icontains(each, autoescape=True) for each in words)
            ),
            read_words,
            example="rating scale",
        ),
        vocabulary_filter("role", OutcomeRole, Outcome.role, "What the outcome was to the study."),
        vocabulary_filter("reporting", Reporting, Outcome.reporting, "How far it was reported."),
        vocabulary_filter("metric", Metric, Outcome.metric, "What of the measure was looked at."),
        PEOPLE,
    ),
    facets=(
        by_column("role", Outcome.role, Outcome.id, "What the outcome was to the study."),
        by_column("reporting", Outcome.reporting, Outcome.id, "How far it was reported."),
        *(
            replace(by_part(name, column, Result.outcome_id, meaning), meets=meets_of_part(SIDES))
            for name, column, meaning in (
                ("direction", Result.direction, "What a result means."),
                ("conclusion", Result.conclusion, "What was concluded."),
                ("contrast", Result.contrast, "What a result compares."),
            )
        ),
        *fact_facets(SIDES),
        by_term(
            "measure", Outcome.measure_id, Outcome.id, Term, "What was measured.", TermAncestor
        ),
    ),
    own=("direction", "outcome_domain"),
)
