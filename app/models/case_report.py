"""Case reports: what happened to a patient, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import (
    Base,
    Key,
    Placed,
    Record,
    Sourced,
    link,
    one_of,
    retracted_index,
    supported_by,
)
from app.models.citation import Citation
from app.models.population import Aged
from app.models.study import Study
from app.models.term import Condition, Term
from app.vocabulary import Basis, CaseEventType, DrugRole, EventOutcome, Reporter, Sex, Stated

if TYPE_CHECKING:
    from app.models.claim import Claim

case_report_conditions = Table(
    "case_report_conditions",
    Base.metadata,
    Column(
        "case_report_id",
        Key,
        ForeignKey("case_reports.id"),
        primary_key=True,
        comment="The case report.",
    ),
    Column(
        "condition_id",
        Key,
        ForeignKey("terms.id"),
        primary_key=True,
        index=True,
        comment="A condition of the patient.",
    ),
)


class CaseReport(Record, Aged, Sourced, Base):
    """One patient, or a few told of together."""

    __tablename__ = "case_reports"
    __table_args__ = (
        Index("uq_case_reports_slug", "slug", unique=True),
        retracted_index("case_reports"),
        CheckConstraint("patients >= 1", name="patients_at_least_one"),
        CheckConstraint("age_max > age_min", name="ages_in_order"),
        CheckConstraint(
            "(reporter = 'citation') = (citation_id IS NOT NULL)", name="reporter_named"
        ),
    )

    label: Mapped[str] = mapped_column(comment="What curators call it.")
    reporter: Mapped[Reporter] = one_of(Reporter, "Who tells of it.")
    citation_id: Mapped[int | None] = link("citations.id", "The publication that tells of it.")
    study_id: Mapped[int | None] = link(
        "studies.id", "The study in which its patients are counted too; empty: none."
    )
    patients: Mapped[int | None] = mapped_column(comment="How many patients; empty: not said.")
    sex: Mapped[Sex | None] = one_of(Sex, "Sex of the patient; empty: not said.")
    basis: Mapped[Basis] = one_of(Basis, "How it is known.")

    citation: Mapped[Citation | None] = relationship(lazy="raise")
    study: Mapped[Study | None] = relationship(lazy="raise")
    conditions: Mapped[list[Condition]] = relationship(
        lazy="raise", secondary=case_report_conditions, order_by="Condition.slug"
    )
    events: Mapped[list[CaseEvent]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="CaseEvent.position",
        back_populates="case_report",
    )
    says: Mapped[list[Claim]] = supported_by("case_reports")


class CaseEvent(Placed, Base):
    """One thing that happened, in the order of the telling."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("uq_case_events_case_report_id_position", "case_report_id", "position", unique=True),
        CheckConstraint("count >= 1", name="count_at_least_one"),
        CheckConstraint("country IS NULL OR length(country) = 2", name="country_is_iso_3166"),
        CheckConstraint("type = 're_exposure' OR recurred IS NULL", name="recurs_on_re_exposure"),
        CheckConstraint("term_id IS NOT NULL OR verbatim IS NOT NULL", name="says_something"),
    )

    case_report_id: Mapped[int] = link("case_reports.id", "The case report.", index=False)
    type: Mapped[CaseEventType] = one_of(CaseEventType, "What sort of thing happened.")
    term_id: Mapped[int | None] = link(
        "terms.id", "The treatment, adverse effect or condition; empty: only in words."
    )
    verbatim: Mapped[str | None] = mapped_column(comment="What happened, in the source's words.")
    count: Mapped[int | None] = mapped_column(comment="How often; empty: not said.")
    country: Mapped[str | None] = mapped_column(
        comment="Where, ISO 3166-1 alpha-2; empty: not said."
    )
    onset: Mapped[str | None] = mapped_column(
        comment="When, in the source's words; empty: not said."
    )
    outcome: Mapped[EventOutcome | None] = one_of(EventOutcome, "How it ended; empty: not said.")
    drug_role: Mapped[DrugRole | None] = one_of(
        DrugRole, "What the treatment is to the case; empty: not said."
    )
    recurred: Mapped[Stated | None] = one_of(
        Stated, "On re-exposure: whether the harm came back; empty otherwise."
    )

    case_report: Mapped[CaseReport] = relationship(lazy="raise", back_populates="events")
    term: Mapped[Term | None] = relationship(lazy="raise")
    says: Mapped[list[Claim]] = supported_by("case_events")
