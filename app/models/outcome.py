"""Outcomes and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import (
    Base,
    Placed,
    Record,
    Sourced,
    link,
    one_of,
    retracted_index,
    standing_index,
    supported_by,
)
from app.models.population import Group
from app.models.study import RegistryRecord, Study
from app.models.term import OutcomeMeasure
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
    Qualifier,
    Reporting,
    ResultGroupRole,
    Statistic,
    TimeRelation,
)

if TYPE_CHECKING:
    from app.models.claim import Claim


class Outcome(Record, Sourced, Base):
    """Something a study looked at to see how people fared."""

    __tablename__ = "outcomes"
    __table_args__ = (
        Index("uq_outcomes_slug", "slug", unique=True),
        # Questions of several elements ask for the studies that measured something.
        Index("ix_outcomes_measure_id_status_study_id", "measure_id", "status", "study_id"),
        # facets of all outcomes are counted from it alone
        standing_index("ix_outcomes_values", "reporting", "role"),
        retracted_index("outcomes"),
    )

    study_id: Mapped[int] = link("studies.id", "The study.")
    measure_id: Mapped[int] = link("terms.id", "What was measured.", index=False)
    instrument: Mapped[str | None] = mapped_column(
        comment="The scale or device, as the source names it; empty: not said."
    )
    definition: Mapped[str | None] = mapped_column(
        comment="The source's own definition of the outcome; empty: not given."
    )
    cutoff: Mapped[str | None] = mapped_column(
        comment="What counts as a response, in the source's words; empty: not given."
    )
    role: Mapped[OutcomeRole] = one_of(
        OutcomeRole, "What it was to the study.", default=OutcomeRole.NOT_STATED
    )
    metric: Mapped[Metric | None] = one_of(Metric, "What of the measure; empty: not said.")
    reporting: Mapped[Reporting] = one_of(
        Reporting, "How far it was reported.", default=Reporting.REPORTED
    )
    basis: Mapped[Basis] = one_of(Basis, "How it is known.")
    registry_record_id: Mapped[int | None] = link(
        "registry_records.id", "The registry entry it was read from; empty: none."
    )

    study: Mapped[Study] = relationship(lazy="raise")
    measure: Mapped[OutcomeMeasure] = relationship(lazy="raise")
    registry_record: Mapped[RegistryRecord | None] = relationship(lazy="raise")
    results: Mapped[list[Result]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="Result.position",
        back_populates="outcome",
    )
    says: Mapped[list[Claim]] = supported_by("outcomes")


class Result(Placed, Sourced, Base):
    """What was found for an outcome: numbers, what they mean, and what the source concluded.

    Change (what the quantity did), direction (what that means for the patient) and conclusion
    (what the source says of it) are three separate things, each empty when not told.
    """

    __tablename__ = "results"
    __table_args__ = (
        Index("uq_results_outcome_id_position", "outcome_id", "position", unique=True),
        # facets of all outcomes are counted from them alone
        Index("ix_results_direction_outcome_id", "direction", "outcome_id"),
        Index("ix_results_conclusion_outcome_id", "conclusion", "outcome_id"),
        CheckConstraint("n >= 0", name="n_not_negative"),
        CheckConstraint("numerator >= 0 AND numerator <= denominator", name="proportion_possible"),
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent_possible"),
        CheckConstraint("p >= 0 AND p <= 1", name="p_possible"),
        CheckConstraint("ci_level > 0 AND ci_level < 100", name="ci_level_is_percent"),
        CheckConstraint("ci_low <= ci_high", name="ci_in_order"),
        CheckConstraint("dispersion_low <= dispersion_high", name="dispersion_in_order"),
        CheckConstraint(
            "(direction IS NULL) = (direction_basis IS NULL)", name="direction_has_basis"
        ),
        CheckConstraint("statistic <> 'other' OR statistic_words IS NOT NULL", name="other_told"),
        CheckConstraint("NOT derived OR derivation IS NOT NULL", name="derived_has_rule"),
    )

    outcome_id: Mapped[int] = link("outcomes.id", "The outcome.", index=False)
    contrast: Mapped[Contrast] = one_of(Contrast, "What the result compares.")
    time_verbatim: Mapped[str | None] = mapped_column(comment="When, in the source's words.")
    time_relation: Mapped[TimeRelation | None] = one_of(
        TimeRelation, "How the result lies to that time; empty: not said."
    )
    time_days: Mapped[float | None] = mapped_column(comment="The time in days; empty: not said.")
    time_anchor: Mapped[str | None] = mapped_column(
        comment="What the time is counted from, as start of treatment; empty: not said."
    )
    statistic: Mapped[Statistic | None] = one_of(
        Statistic, "What sort of number it is; empty: no number."
    )
    statistic_words: Mapped[str | None] = mapped_column(
        comment="The statistic in the source's words, where the list has no name for it."
    )
    value: Mapped[float | None] = mapped_column(comment="The number; empty: none given.")
    value_qualifier: Mapped[Qualifier | None] = one_of(
        Qualifier, "How the number is bounded: <= makes it an upper bound, not a point."
    )
    unit: Mapped[str | None] = mapped_column(comment="Unit of the number; empty: none.")
    n: Mapped[int | None] = mapped_column(comment="How many were analysed; empty: not reported.")
    n_unit: Mapped[CountedUnit | None] = one_of(CountedUnit, "What n counts; empty: participants.")
    numerator: Mapped[int | None] = mapped_column(comment="How many; empty: not reported.")
    denominator: Mapped[int | None] = mapped_column(comment="Of how many; empty: not reported.")
    percent: Mapped[float | None] = mapped_column(
        comment="The percentage as reported, even where it fits no count; empty: not reported."
    )
    dispersion: Mapped[Dispersion | None] = one_of(
        Dispersion, "What the plus-minus stands for; empty: none given."
    )
    dispersion_value: Mapped[float | None] = mapped_column(comment="The plus-minus; empty: none.")
    dispersion_low: Mapped[float | None] = mapped_column(comment="Its lower end; empty: none.")
    dispersion_high: Mapped[float | None] = mapped_column(comment="Its upper end; empty: none.")
    ci_level: Mapped[float | None] = mapped_column(comment="Confidence level in percent.")
    ci_low: Mapped[float | None] = mapped_column(comment="Lower confidence limit.")
    ci_high: Mapped[float | None] = mapped_column(comment="Upper confidence limit.")
    p: Mapped[float | None] = mapped_column(comment="p value; empty: not reported.")
    p_qualifier: Mapped[Qualifier | None] = one_of(Qualifier, "How the p value is bounded.")
    adjusted: Mapped[bool | None] = mapped_column(
        comment="Whether it was adjusted for other factors; empty: not said."
    )
    derived: Mapped[bool] = mapped_column(default=False, comment="A number that we computed.")
    derivation: Mapped[str | None] = mapped_column(comment="The rule it was computed by.")
    change: Mapped[ChangeInQuantity | None] = one_of(
        ChangeInQuantity, "What the quantity itself did; empty: not said."
    )
    direction: Mapped[Direction | None] = one_of(
        Direction, "What that means for the patient along the contrast; empty: not said."
    )
    direction_basis: Mapped[DirectionBasis | None] = one_of(
        DirectionBasis, "Whether the direction was stated or derived; never from a p value."
    )
    conclusion: Mapped[Conclusion | None] = one_of(
        Conclusion, "What the source concluded; empty: not said."
    )
    hedge: Mapped[str | None] = mapped_column(comment="Words that soften it, as seemed.")
    location: Mapped[str | None] = mapped_column(comment="Where in the source, as table 2.")
    note: Mapped[str | None] = mapped_column(comment="What a reader should know about the number.")
    basis: Mapped[Basis] = one_of(Basis, "How it is known.")

    outcome: Mapped[Outcome] = relationship(lazy="raise", back_populates="results")
    groups: Mapped[list[ResultGroup]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ResultGroup.position"
    )
    says: Mapped[list[Claim]] = supported_by("results")


class ResultGroup(Placed, Base):
    """A group on one side of a result's contrast."""

    __tablename__ = "result_groups"

    result_id: Mapped[int] = link("results.id", "The result.")
    group_id: Mapped[int] = link("groups.id", "The people.")
    role: Mapped[ResultGroupRole] = one_of(
        ResultGroupRole, "Which side of the contrast.", default=ResultGroupRole.INDEX
    )

    group: Mapped[Group] = relationship(lazy="raise")
