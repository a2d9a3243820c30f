"""Derived tables that facets are read from: kept by the journal, never edited."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class StudyFacets(Base):
    """One narrow row per current study with all that lists of studies and the map count by.

    Each column is named as the facet that it holds the values of: a value as it is in studies, or
    several words with spaces between, or numbers of terms packed (app/values/packed_numbers.py).
    """

    __tablename__ = "study_facets"
    __table_args__ = ({"sqlite_with_rowid": False},)

    study_id: Mapped[int] = mapped_column(
        Key, primary_key=True, autoincrement=False, comment="The study."
    )
    retracted: Mapped[bool] = mapped_column(
        comment="All its publications, and there are some, were retracted: it is not counted."
    )
    study_type: Mapped[str | None] = mapped_column(comment="As in studies.")
    design: Mapped[str] = mapped_column(comment="What the study's own data can compare.")
    allocation: Mapped[str | None] = mapped_column(comment="As in studies.")
    masking: Mapped[str | None] = mapped_column(comment="As in studies.")
    phase: Mapped[str | None] = mapped_column(comment="As in studies.")
    status: Mapped[str | None] = mapped_column(comment="How far it has come, as in studies.")
    year: Mapped[int | None] = mapped_column(comment="As in studies.")
    basis: Mapped[str | None] = mapped_column(comment="As in studies.")
    age_group: Mapped[str] = mapped_column(comment="Age groups of its populations.")
    sex: Mapped[str] = mapped_column(comment="Sexes of its populations.")
    condition: Mapped[bytes] = mapped_column(
        LargeBinary, comment="Conditions of its populations, and broader ones."
    )
    treatment: Mapped[bytes] = mapped_column(
        LargeBinary, comment="Treatments of its arms, and broader ones."
    )
    outcome: Mapped[bytes] = mapped_column(
        LargeBinary, comment="What its outcomes measure, and broader measures."
    )
    direction: Mapped[str] = mapped_column(comment="What its results mean for patients.")
    adverse_effect: Mapped[bytes] = mapped_column(
        LargeBinary, comment="Adverse effects that were counted in it, and broader ones."
    )
    investigated: Mapped[bytes] = mapped_column(
        LargeBinary, comment="Treatments that it investigates, and broader ones."
    )
    investigated_itself: Mapped[bytes] = mapped_column(
        LargeBinary, comment="Of these, the treatments that its arms get in this very form."
    )
    domains: Mapped[str] = mapped_column(
        comment="Each domain that it has an outcome in, a colon, and how far that is reported: "
        "0 reported, 1 measured, 2 unclear, 3 not measured; before the colon nothing: none named."
    )


class FacetCount(Base):
    """How many records have a value of a facet, of those that stand and are counted.

    The journal adds and takes away what a change alters; a value that no record has, has no row.
    """

    __tablename__ = "facet_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: Mapped[str] = mapped_column(primary_key=True, comment="The kind of record.")
    facet: Mapped[str] = mapped_column(
        primary_key=True,
        comment="The facet, by its name; map.*: a part of the evidence map; empty: all records.",
    )
    term_id: Mapped[int] = mapped_column(
        Key, primary_key=True, autoincrement=False, comment="The term; 0: the facet counts by words"
    )
    value: Mapped[str] = mapped_column(
        primary_key=True, comment="The value in words; empty: not said, or the term says it all."
    )
    records: Mapped[int] = mapped_column(comment="How many records have it.")
