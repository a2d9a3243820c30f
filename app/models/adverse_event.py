"""Adverse events: rows of tables of harms with their counts, and no claim about cause."""

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
from app.models.term import AdverseEffect
from app.vocabulary import AdverseEventScope, Assessment, Basis, Relatedness, Stated

if TYPE_CHECKING:
    from app.models.claim import Claim


class AdverseEvent(Record, Sourced, Base):
    """One row of a table of harms, with its counts in one group or several.

    Rows have no natural key: real tables repeat a term. A row has at least one count.
    """

    __tablename__ = "adverse_events"
    __table_args__ = (
        Index("uq_adverse_events_slug", "slug", unique=True),
        Index("ix_adverse_events_study_id_status", "study_id", "status"),  # counted from it alone
        # facets of all harms are counted from them alone
        standing_index("ix_adverse_events_effects", "adverse_effect_id"),
        standing_index("ix_adverse_events_values", "scope", "serious", "relatedness", "assessment"),
        retracted_index("adverse_events"),
        CheckConstraint("scope <> 'one_term' OR adverse_effect_id IS NOT NULL", name="term_named"),
        CheckConstraint("grade_low >= 1 AND grade_high <= 5", name="grades_are_ctcae"),
        CheckConstraint("grade_low <= grade_high", name="grades_in_order"),
    )

    study_id: Mapped[int] = link("studies.id", "The study.", index=False)
    adverse_effect_id: Mapped[int | None] = link(
        "terms.id", "The harm; empty where the scope is not one term."
    )
    term_verbatim: Mapped[str] = mapped_column(comment="What the source calls it, word for word.")
    scope: Mapped[AdverseEventScope] = one_of(
        AdverseEventScope, "What the count covers.", default=AdverseEventScope.ONE_TERM
    )
    serious: Mapped[Stated] = one_of(
        Stated, "Whether the events were serious.", default=Stated.NOT_STATED
    )
    results_in_death: Mapped[bool | None] = mapped_column(comment="ICH E2B; empty: not told.")
    life_threatening: Mapped[bool | None] = mapped_column(comment="ICH E2B; empty: not told.")
    hospitalisation: Mapped[bool | None] = mapped_column(comment="ICH E2B; empty: not told.")
    disability: Mapped[bool | None] = mapped_column(comment="ICH E2B; empty: not told.")
    congenital_anomaly: Mapped[bool | None] = mapped_column(comment="ICH E2B; empty: not told.")
    medically_important: Mapped[bool | None] = mapped_column(comment="ICH E2B; empty: not told.")
    relatedness: Mapped[Relatedness] = one_of(
        Relatedness, "Whether only events blamed on it count.", default=Relatedness.NOT_STATED
    )
    severity_verbatim: Mapped[str | None] = mapped_column(comment="How bad, in the source's words.")
    grade_low: Mapped[int | None] = mapped_column(comment="Lowest CTCAE grade; empty: not said.")
    grade_high: Mapped[int | None] = mapped_column(comment="Highest CTCAE grade; empty: not said.")
    assessment: Mapped[Assessment] = one_of(
        Assessment, "How events were found.", default=Assessment.NOT_STATED
    )
    time_frame: Mapped[str | None] = mapped_column(comment="Over which time; empty: not said.")
    note: Mapped[str | None] = mapped_column(comment="What a reader should know about the row.")
    basis: Mapped[Basis] = one_of(Basis, "How it is known.")
    registry_record_id: Mapped[int | None] = link(
        "registry_records.id", "The registry entry it was read from; empty: none."
    )

    study: Mapped[Study] = relationship(lazy="raise")
    adverse_effect: Mapped[AdverseEffect | None] = relationship(lazy="raise")
    registry_record: Mapped[RegistryRecord | None] = relationship(lazy="raise")
    counts: Mapped[list[AdverseEventCount]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="AdverseEventCount.position",
        back_populates="adverse_event",
    )
    says: Mapped[list[Claim]] = supported_by("adverse_events")


class AdverseEventCount(Placed, Base):
    """How many people of one group a row of a table of harms counts."""

    __tablename__ = "adverse_event_counts"
    __table_args__ = (
        Index(
            "uq_adverse_event_counts_adverse_event_id_position",
            "adverse_event_id",
            "position",
            unique=True,
        ),
        # One count a group; the other way round: what was counted in the groups of some people.
        Index(
            "uq_adverse_event_counts_adverse_event_id_group_id",
            "adverse_event_id",
            "group_id",
            unique=True,
        ),
        Index("ix_adverse_event_counts_group_id_adverse_event_id", "group_id", "adverse_event_id"),
        CheckConstraint("affected >= 0 AND affected <= at_risk", name="affected_within_at_risk"),
        CheckConstraint("at_risk > 0", name="somebody_at_risk"),
        CheckConstraint("events >= 0", name="events_not_negative"),
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent_possible"),
    )

    adverse_event_id: Mapped[int] = link("adverse_events.id", "The row.", index=False)
    group_id: Mapped[int] = link("groups.id", "The people it was counted in.", index=False)
    affected: Mapped[int | None] = mapped_column(comment="How many people; empty: not reported.")
    at_risk: Mapped[int | None] = mapped_column(comment="Of how many; empty: not reported.")
    events: Mapped[int | None] = mapped_column(comment="How many events; empty: not reported.")
    percent: Mapped[float | None] = mapped_column(
        comment="The percentage as reported, even where it fits no count; empty: not reported."
    )
    note: Mapped[str | None] = mapped_column(comment="What a reader should know about the count.")

    adverse_event: Mapped[AdverseEvent] = relationship(lazy="raise", back_populates="counts")
    group: Mapped[Group] = relationship(lazy="raise")
