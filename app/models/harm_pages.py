"""Derived tables of harms: which treated groups had which harm counted, and in how many studies."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class HarmPage(Base):
    """One row per treatment and row of a table of harms that a harm profile shows under it.

    These are all rows of one harm in one study, if any of them counts a group that got this very
    treatment: the others stand beside them as controls.
    """

    __tablename__ = "harm_pages"
    __table_args__ = (
        Index("ix_harm_pages_study_id", "study_id"),  # to rewrite a study's rows
        {"sqlite_with_rowid": False},
    )

    treatment_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The exact treatment, never a broader one."
    )
    effect_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The harm.")
    minus_year: Mapped[int] = mapped_column(
        primary_key=True, comment="Minus the study's year, 0: unknown; the newest stand first."
    )
    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    event_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The row of a table of harms."
    )
    treated: Mapped[str] = mapped_column(
        comment="Which of its counts, from 0, are of groups that got the treatment, as JSON; "
        "[]: none, it stands beside one that has some."
    )


class HarmTotal(Base):
    """In how many studies a harm was counted in a group that got exactly this treatment."""

    __tablename__ = "harm_totals"
    __table_args__ = ({"sqlite_with_rowid": False},)

    treatment_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The exact treatment, never a broader one."
    )
    effect_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The harm.")
    studies: Mapped[int] = mapped_column(comment="How many studies, 1 at least.")
