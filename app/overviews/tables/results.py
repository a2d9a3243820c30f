"""The table of results: a row for each side of each result."""

from __future__ import annotations

from sqlalchemy import case

from app.models import (
    Group,
    Outcome,
    OutcomeMeasure,
    Population,
    Result,
    ResultGroup,
    Study,
)
from app.models.claim import claim_facts
from app.overviews.tables.columns import (
    ARMS,
    GROUP,
    POPULATION,
    STUDY,
    TableColumn,
    claims_of,
    stored,
)
from app.overviews.tables.definition import MATCH, FlatTable
from app.records.outcomes.filters import OUTCOMES, RESULT
from app.vocabulary import Basis, PublicationStatus

_OF_RESULT = claims_of(claim_facts.c.result_id, Result)
_OF_OUTCOME = claims_of(claim_facts.c.outcome_id, Outcome)
_SILENT = Result.id.is_(None)  # an outcome without results
_SIDE = case((_SILENT, None), (ResultGroup.id.is_(None), 0), else_=ResultGroup.position)

RESULTS = FlatTable(
    path="results",
    listing=OUTCOMES,
    row="ResultRow",
    about="One row a result and side, an outcome without results in one row with empty numbers.",
    parts_are="Numbers of a comparison stand in the row of each of its sides: count those of side"
    " 0. A result is there with all of its sides, those that are not as asked with match no.",
    columns=(
        *STUDY,
        stored(Outcome.slug, "outcome", "The outcome, by its slug."),
        stored(Result.position, "result", "Place of the result in the outcome, from 0."),
        TableColumn(
            "side",
            int,
            "Place of the group in the result, from 0; 0 where no group is told.",
            _SIDE,
        ),
        stored(ResultGroup.role, "side_role"),
        stored(OutcomeMeasure.slug, "measure", "What was measured, by slug."),
        stored(OutcomeMeasure.domain, meaning="What part of life it is about."),
        stored(OutcomeMeasure.better, meaning="Which way of the measure is better."),
        stored(Outcome.instrument),
        stored(Outcome.role, "outcome_role", "What the outcome was to the study."),
        stored(Outcome.metric),
        stored(Outcome.reporting),
        *GROUP,
        *ARMS,
        *POPULATION,
        stored(Result.contrast),
        stored(Result.time_verbatim),
        stored(Result.time_relation),
        stored(Result.time_days),
        stored(Result.statistic),
        stored(Result.statistic_words),
        stored(Result.value),
        stored(Result.value_qualifier),
        stored(Result.unit),
        stored(Result.n),
        stored(Result.n_unit),
        stored(Result.numerator),
        stored(Result.denominator),
        stored(Result.percent),
        stored(Result.dispersion),
        stored(Result.dispersion_value),
        stored(Result.dispersion_low),
        stored(Result.dispersion_high),
        stored(Result.ci_level),
        stored(Result.ci_low),
        stored(Result.ci_high),
        stored(Result.p),
        stored(Result.p_qualifier),
        stored(Result.adjusted),
        stored(Result.derived),
        stored(Result.change),
        stored(Result.direction),
        stored(Result.direction_basis),
        stored(Result.conclusion),
        stored(Result.hedge),
        stored(Result.location),
        TableColumn(
            "basis",
            Basis,
            "How it is known.",
            case((_SILENT, Outcome.basis), else_=Result.basis),
        ),
        TableColumn(
            "publication_status",
            PublicationStatus,
            "What became of the sources of the number, of which the least grave counts.",
            case((_SILENT, Outcome.publication_status), else_=Result.publication_status),
        ),
        stored(Result.note),
        TableColumn(
            "claims",
            str,
            "The claims that say so, by slug.",
            case((_SILENT, _OF_OUTCOME[0]), else_=_OF_RESULT[0]),
        ),
        TableColumn(
            "quotes",
            str,
            "The words of the source in these claims.",
            case((_SILENT, _OF_OUTCOME[1]), else_=_OF_RESULT[1]),
        ),
        MATCH,
    ),
    fact=Outcome.id,
    part=Result.position,
    group=Group.id,
    order=(Result.position, ResultGroup.position),
    source=Outcome.__table__.join(Study, Study.id == Outcome.study_id)
    .join(OutcomeMeasure.__table__, OutcomeMeasure.id == Outcome.measure_id)
    .outerjoin(Result, Result.outcome_id == Outcome.id)
    .outerjoin(ResultGroup, ResultGroup.result_id == Result.id)
    .outerjoin(Group, Group.id == ResultGroup.group_id)
    .outerjoin(Population, Population.id == Group.population_id),
    own=RESULT,
)
