"""Cards of outcomes, with their results."""

from __future__ import annotations

from pydantic import Field

from app.models import Group, Outcome, Population, Result, ResultGroup
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import ClaimLink, GroupCard, OutcomeLink, StudyLink, TermLink
from app.vocabulary import (
    Basis,
    ChangeInQuantity,
    Conclusion,
    Contrast,
    CountedUnit,
    Direction,
    DirectionBasis,
    Dispersion,
    Metric,
    OutcomeRole,
    PublicationStatus,
    Qualifier,
    Reporting,
    ResultGroupRole,
    Statistic,
    TimeRelation,
)


class ResultFields(Fields):
    """What was found, what it means and what the source concluded: three separate things."""

    describes = Result
    contrast: Contrast = Contrast.NOT_STATED
    time_verbatim: str | None = None
    time_relation: TimeRelation | None = None
    time_days: float | None = Field(default=None, ge=0)
    time_anchor: str | None = None
    statistic: Statistic | None = None
    statistic_words: str | None = None
    value: float | None = None
    value_qualifier: Qualifier | None = None
    unit: str | None = None
    n: int | None = Field(default=None, ge=0)
    n_unit: CountedUnit | None = None
    numerator: int | None = Field(default=None, ge=0)
    denominator: int | None = Field(default=None, ge=0)
    percent: float | None = Field(default=None, ge=0, le=100)
    dispersion: Dispersion | None = None
    dispersion_value: float | None = None
    dispersion_low: float | None = None
    dispersion_high: float | None = None
    ci_level: float | None = Field(default=None, gt=0, lt=100)
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = Field(default=None, ge=0, le=1)
    p_qualifier: Qualifier | None = None
    adjusted: bool | None = None
    derived: bool = False
    derivation: str | None = None
    change: ChangeInQuantity | None = None
    direction: Direction | None = None
    direction_basis: DirectionBasis | None = None
    conclusion: Conclusion | None = None
    hedge: str | None = None
    location: str | None = None
    note: str | None = None
    basis: Basis


class ResultGroupFields(Fields):
    """A group on one side of the contrast."""

    describes = ResultGroup
    role: ResultGroupRole = ResultGroupRole.INDEX


class ResultGroupCard(ResultGroupFields):
    """A group on one side of the contrast, and who it is."""

    group: GroupCard


class ResultCard(ResultFields):
    """A result with its groups and the claims that say it."""

    publication_status: PublicationStatus | None
    groups: list[ResultGroupCard]
    says: list[ClaimLink]


class OutcomeFields(Fields):
    """Something a study looked at."""

    describes = Outcome
    instrument: str | None = None
    definition: str | None = None
    cutoff: str | None = None
    role: OutcomeRole = OutcomeRole.NOT_STATED
    metric: Metric | None = None
    reporting: Reporting = Reporting.REPORTED
    basis: Basis


class OutcomeCard(OutcomeFields, RecordCard):
    """An outcome of a study with its results."""

    publication_status: PublicationStatus | None
    study: StudyLink
    measure: TermLink
    results: list[ResultCard]
    says: list[ClaimLink]


OUTCOME = Kind(
    name="outcome",
    path="outcomes",
    model=Outcome,
    card=OutcomeCard,
    card_format=3,
    card_schema="69e54a92763b",
    link=OutcomeLink,
    title="slug",
    words=("instrument", "definition", "cutoff", "results.statistic_words", "results.note"),
    owner="study_id",
    shows=(
        (Outcome.measure,),
        (
            Outcome.results,
            Result.groups,
            ResultGroup.group,
            Group.population,
            Population.conditions,
        ),
        (Outcome.results, Result.groups, ResultGroup.group, Group.arms),
    ),
    follows=((Outcome.study,), (Outcome.says,), (Outcome.results, Result.says)),
)
