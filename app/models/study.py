"""Studies, and what ties them to publications, registries and one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Computed, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Identified, Placed, Record, link, one_of, supported_by
from app.vocabulary import (
    Allocation,
    Basis,
    EnrollmentType,
    IdentifierScheme,
    InterventionModel,
    LinkBasis,
    Masking,
    ObservationalModel,
    Phase,
    PrimaryPurpose,
    Registry,
    StudyCitationRole,
    StudyRelationType,
    StudyStatus,
    StudyType,
)

if TYPE_CHECKING:
    from app.models.citation import Citation
    from app.models.claim import Claim
    from app.models.population import Arm, Group, Population


class RegistryRecord(Identified, Base):
    """A registry's entry as it was retrieved: the other permitted support of a fact."""

    __tablename__ = "registry_records"
    __table_args__ = (
        Index(
            "uq_registry_records_registry_name_identifier_entry_version",
            "registry_name",
            "identifier",
            "entry_version",
            unique=True,
        ),
        CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
    )

    registry_name: Mapped[Registry] = one_of(Registry, "Which registry.")
    identifier: Mapped[str] = mapped_column(comment="The entry's number in the registry.")
    entry_version: Mapped[str] = mapped_column(comment="Version or date of the entry, as it says.")
    retrieved_on: Mapped[str] = mapped_column(comment="When it was read, ISO 8601.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of the entry's bytes, hexadecimal.")


class Study(Record, Base):
    """One investigation, however many sources tell of it."""

    __tablename__ = "studies"
    __table_args__ = (
        Index("uq_studies_slug", "slug", unique=True),
        # The default order, newest first; with the status, they are counted from it alone.
        Index("ix_studies_year_key_id_status", "year_key", "id", "status"),
        CheckConstraint("enrollment >= 0", name="enrollment_not_negative"),
    )

    label: Mapped[str] = mapped_column(comment="What curators call it.")
    study_type: Mapped[StudyType | None] = one_of(
        StudyType, "How people came to be studied; empty: the sources do not say."
    )
    allocation: Mapped[Allocation | None] = one_of(
        Allocation, "How people came into their arm; empty: not said."
    )
    intervention_model: Mapped[InterventionModel | None] = one_of(
        InterventionModel, "How arms are arranged; empty: not said."
    )
    observational_model: Mapped[ObservationalModel | None] = one_of(
        ObservationalModel, "How people were chosen and followed; empty: not said."
    )
    primary_purpose: Mapped[PrimaryPurpose | None] = one_of(
        PrimaryPurpose, "What the study is for; empty: not said."
    )
    masking: Mapped[Masking | None] = one_of(Masking, "Who did not know the arm; empty: not said.")
    phase: Mapped[Phase | None] = one_of(Phase, "Phase of the trial; empty: not said.")
    study_status: Mapped[StudyStatus | None] = one_of(
        StudyStatus, "How far the study has come; empty: not said."
    )
    enrollment: Mapped[int | None] = mapped_column(
        comment="How many people took part, or were to; empty: not said."
    )
    enrollment_type: Mapped[EnrollmentType | None] = one_of(
        EnrollmentType, "Whether the enrollment was counted or planned; empty: not said."
    )
    start_date: Mapped[str | None] = mapped_column(
        comment="When it began, ISO 8601 as precise as the source; empty: not said."
    )
    completion_date: Mapped[str | None] = mapped_column(
        comment="When it ended, ISO 8601 as precise as the source; empty: not said."
    )
    year: Mapped[int | None] = mapped_column(
        comment="Year of its first results, else of its start; empty: not known."
    )
    year_key: Mapped[int] = mapped_column(
        Integer,
        Computed("coalesce(year, 0)", persisted=True),
        comment="Derived: the year, 0 when not known, to sort by.",
    )
    basis: Mapped[Basis] = one_of(Basis, "Derived: the best basis among what is known of it.")
    registry_record_id: Mapped[int | None] = link(
        "registry_records.id", "The registry entry it was read from; empty: none."
    )

    identifiers: Mapped[list[StudyIdentifier]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="StudyIdentifier.position"
    )
    citations: Mapped[list[StudyCitation]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="StudyCitation.position",
        back_populates="study",
    )
    relations: Mapped[list[StudyRelation]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="StudyRelation.position",
        foreign_keys="StudyRelation.study_id",
    )
    populations: Mapped[list[Population]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="Population.position",
        back_populates="study",
    )
    arms: Mapped[list[Arm]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="Arm.position",
        back_populates="study",
    )
    groups: Mapped[list[Group]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Group.position"
    )
    registry_record: Mapped[RegistryRecord | None] = relationship(lazy="raise")
    says: Mapped[list[Claim]] = supported_by("studies")


class StudyIdentifier(Placed, Base):
    """A name that a registry or sponsor gave the study."""

    __tablename__ = "study_identifiers"
    __table_args__ = (
        Index("ix_study_identifiers_value", "value"),
        Index(
            "uq_study_identifiers_study_id_scheme_value", "study_id", "scheme", "value", unique=True
        ),
    )

    study_id: Mapped[int] = link("studies.id", "The study.", index=False)
    scheme: Mapped[IdentifierScheme] = one_of(IdentifierScheme, "Who gives out the identifier.")
    value: Mapped[str] = mapped_column(comment="The identifier, normalised by its scheme.")


class StudyCitation(Placed, Base):
    """A publication about a study."""

    __tablename__ = "study_citations"

    study_id: Mapped[int] = link("studies.id", "The study.")
    citation_id: Mapped[int] = link("citations.id", "The publication.")
    role: Mapped[StudyCitationRole] = one_of(StudyCitationRole, "What it is to the study.")
    basis: Mapped[LinkBasis] = one_of(LinkBasis, "How the link is known.")
    rationale: Mapped[str | None] = mapped_column(comment="Why the curator thinks so.")

    study: Mapped[Study] = relationship(lazy="raise", back_populates="citations")
    citation: Mapped[Citation] = relationship(lazy="raise")


class StudyRelation(Placed, Base):
    """How one study relates to another."""

    __tablename__ = "study_relations"
    __table_args__ = (CheckConstraint("study_id <> other_id", name="not_to_itself"),)

    study_id: Mapped[int] = link("studies.id", "The study spoken of.")
    type: Mapped[StudyRelationType] = one_of(StudyRelationType, "What it is to the other.")
    other_id: Mapped[int] = link("studies.id", "The other study.")

    other: Mapped[Study] = relationship(lazy="raise", foreign_keys=[other_id])
