"""Discrepancies: where two sources do not say the same."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Key, Placed, Record, link
from app.models.citation import Citation
from app.models.claim import Claim
from app.models.study import Study
from app.models.term import Treatment


def _members(table: str, column: str, target: str, comment: str) -> Table:
    """A table that lists the records a discrepancy touches."""
    return Table(
        table,
        Base.metadata,
        Column(
            "discrepancy_id",
            Key,
            ForeignKey("discrepancies.id"),
            primary_key=True,
            comment="The discrepancy.",
        ),
        Column(column, Key, ForeignKey(target), primary_key=True, index=True, comment=comment),
    )


discrepancy_studies = _members(
    "discrepancy_studies", "study_id", "studies.id", "A study it is about."
)
discrepancy_treatments = _members(
    "discrepancy_treatments", "treatment_id", "terms.id", "A treatment it is about."
)


class Discrepancy(Record, Base):
    """Two sources side by side, neither corrected by the other."""

    __tablename__ = "discrepancies"
    __table_args__ = (Index("uq_discrepancies_slug", "slug", unique=True),)

    title: Mapped[str] = mapped_column(comment="What they disagree on.")
    note: Mapped[str | None] = mapped_column(comment="What a reader should know; empty: nothing.")

    sides: Mapped[list[DiscrepancySide]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="DiscrepancySide.position"
    )
    studies: Mapped[list[Study]] = relationship(
        lazy="raise", secondary=discrepancy_studies, order_by="Study.slug"
    )
    treatments: Mapped[list[Treatment]] = relationship(
        lazy="raise", secondary=discrepancy_treatments, order_by="Treatment.slug"
    )


class DiscrepancySide(Placed, Base):
    """What one of the sources says."""

    __tablename__ = "discrepancy_sides"
    __table_args__ = (
        Index(
            "uq_discrepancy_sides_discrepancy_id_position",
            "discrepancy_id",
            "position",
            unique=True,
        ),
        CheckConstraint("claim_id IS NOT NULL OR citation_id IS NOT NULL", name="source_named"),
    )

    discrepancy_id: Mapped[int] = link("discrepancies.id", "The discrepancy.", index=False)
    says: Mapped[str] = mapped_column(comment="What this source says, or leaves out.")
    claim_id: Mapped[int | None] = link("claims.id", "The claim that says it; empty: none.")
    citation_id: Mapped[int | None] = link(
        "citations.id", "The publication that says it; empty: see the claim."
    )
    location: Mapped[str | None] = mapped_column(comment="Where in the publication.")

    claim: Mapped[Claim | None] = relationship(lazy="raise")
    citation: Mapped[Citation | None] = relationship(lazy="raise")
