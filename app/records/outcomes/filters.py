"""The list of outcomes: its filters and orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_

from app.models import Outcome, Result, Term, TermAncestor
from app.query.criteria import Clause, one_part
from app.query.facets import by_column, by_part, by_term
from app.query.filters import (
    Filter,
    FilterGroup,
    boolean_filter,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.records.names import narrower_terms
from app.records.outcomes.card import OUTCOME
from app.records.shared_filters import fold_unit, in_units
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
    Statistic,
    TimeRelation,
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
            example="rating scale",
        ),
        vocabulary_filter("role", OutcomeRole, Outcome.role, "What the outcome was to the study."),
        vocabulary_filter("reporting", Reporting, Outcome.reporting, "How far it was reported."),
        vocabulary_filter("metric", Metric, Outcome.metric, "What of the measure was looked at."),
        RESULT,
    ),
    facets=(
        by_column("role", Outcome.role, Outcome.id, "What the outcome was to the study."),
        by_column("reporting", Outcome.reporting, Outcome.id, "How far it was reported."),
        by_part("direction", Result.direction, Result.outcome_id, "What a result means."),
        by_part("conclusion", Result.conclusion, Result.outcome_id, "What was concluded."),
        by_part("contrast", Result.contrast, Result.outcome_id, "What a result compares."),
        by_term(
            "measure", Outcome.measure_id, Outcome.id, Term, "What was measured.", TermAncestor
        ),
    ),
    own=("direction", "outcome_domain"),
)
