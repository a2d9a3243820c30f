"""Who was studied: populations, arms, and the groups that numbers are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Key, Named, Placed, link, one_of, supported_by
from app.models.study import Study
from app.models.term import Condition, Treatment
from app.values.ages import Ages
from app.vocabulary import (
    AgeBasis,
    AgeGroup,
    AnalysisSet,
    ArmType,
    Basis,
    CountedUnit,
    PopulationKind,
    Sex,
    TreatmentRole,
    TreatmentRoute,
)

if TYPE_CHECKING:
    from app.models.claim import Claim


class Aged:
    """Ages as half-open days: from age_min up to, not including, age_max."""

    age_min: Mapped[int | None] = mapped_column(
        comment="Youngest age in days; 0: no lower limit; empty: not stated."
    )
    age_max: Mapped[int | None] = mapped_column(
        comment="First age in days that is too old; 2147483647: no upper limit; empty: not stated."
    )
    age_group: Mapped[AgeGroup | None] = one_of(
        AgeGroup, "The standard age group that a label such as children names; empty: none."
    )
    age_basis: Mapped[AgeBasis] = one_of(
        AgeBasis, "How the ages are known.", default=AgeBasis.UNKNOWN
    )

    @property
    def ages(self) -> Ages | None:
        """The ages, as one stretch; None: neither end is stated."""
        neither = self.age_min is None and self.age_max is None
        return None if neither else Ages(self.age_min, self.age_max)


population_conditions = Table(
    "population_conditions",
    Base.metadata,
    Column(
        "population_id",
        Key,
        ForeignKey("populations.id"),
        primary_key=True,
        comment="The population.",
    ),
    Column(
        "condition_id",
        Key,
        ForeignKey("terms.id"),
        primary_key=True,
        index=True,
        comment="A condition that all its people have.",
    ),
)


class Population(Named, Aged, Base):
    """People of a study, as one source describes them."""

    __tablename__ = "populations"
    __table_args__ = (
        Index("uq_populations_study_id_key", "study_id", "key", unique=True),
        CheckConstraint("n >= 0", name="n_not_negative"),
        CheckConstraint("females >= 0 AND (n IS NULL OR females <= n)", name="females_within_n"),
        CheckConstraint("age_min >= 0", name="age_min_not_negative"),
        CheckConstraint("age_max > age_min", name="ages_in_order"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    study_id: Mapped[int] = link("studies.id", "The study.", index=False)
    kind: Mapped[PopulationKind] = one_of(PopulationKind, "Which people of the study they are.")
    parent_id: Mapped[int | None] = link(
        "populations.id",
        "The population that it is a part of, or (of one kind, no subgroup, and no other n) whose "
        "people it tells of again; filters take from it what is left open here; empty: none.",
    )
    label: Mapped[str] = mapped_column(comment="What the source calls them, word for word.")
    n: Mapped[int | None] = mapped_column(comment="How many people; empty: not reported.")
    females: Mapped[int | None] = mapped_column(comment="How many are female; empty: not reported.")
    sex: Mapped[Sex | None] = one_of(Sex, "Which sexes; empty: not stated.")
    basis: Mapped[Basis] = one_of(Basis, "How it is known.")

    study: Mapped[Study] = relationship(lazy="raise", back_populates="populations")
    parent: Mapped[Population | None] = relationship(lazy="raise", remote_side="Population.id")
    countries: Mapped[list[PopulationCountry]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PopulationCountry.position"
    )
    conditions: Mapped[list[Condition]] = relationship(
        lazy="raise", secondary=population_conditions, order_by="Condition.slug"
    )
    says: Mapped[list[Claim]] = supported_by("populations")


class PopulationCountry(Placed, Base):
    """A country that a population comes from; a population without one: not stated."""

    __tablename__ = "population_countries"
    __table_args__ = (
        Index(
            "uq_population_countries_population_id_country",
            "population_id",
            "country",
            unique=True,
        ),
        CheckConstraint("length(country) = 2", name="country_is_iso_3166"),
    )

    population_id: Mapped[int] = link("populations.id", "The population.", index=False)
    country: Mapped[str] = mapped_column(index=True, comment="Country, ISO 3166-1 alpha-2.")


class Arm(Named, Base):
    """People allocated to one plan of treatment."""

    __tablename__ = "arms"
    __table_args__ = (
        Index("uq_arms_study_id_key", "study_id", "key", unique=True),
        CheckConstraint("n >= 0", name="n_not_negative"),
    )

    study_id: Mapped[int] = link("studies.id", "The study.", index=False)
    label: Mapped[str] = mapped_column(comment="What the source calls the arm.")
    type: Mapped[ArmType | None] = one_of(ArmType, "What the arm is for; empty: not said.")
    n: Mapped[int | None] = mapped_column(comment="How many were allocated; empty: not reported.")
    basis: Mapped[Basis] = one_of(Basis, "How it is known.")

    study: Mapped[Study] = relationship(lazy="raise", back_populates="arms")
    treatments: Mapped[list[ArmTreatment]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ArmTreatment.position"
    )
    says: Mapped[list[Claim]] = supported_by("arms")


class ArmTreatment(Placed, Base):
    """A treatment that an arm gets, and how."""

    __tablename__ = "arm_treatments"
    __table_args__ = (
        CheckConstraint("dose_low <= dose_high", name="doses_in_order"),
        CheckConstraint(
            "dose_low IS NULL AND dose_high IS NULL OR dose_unit IS NOT NULL", name="dose_has_unit"
        ),
    )

    arm_id: Mapped[int] = link("arms.id", "The arm.")
    treatment_id: Mapped[int] = link("terms.id", "The treatment, in the exact form named.")
    role: Mapped[TreatmentRole] = one_of(TreatmentRole, "What it is to the arm.")
    dose_low: Mapped[float | None] = mapped_column(comment="Lowest dose; empty: not said.")
    dose_high: Mapped[float | None] = mapped_column(comment="Highest dose; empty: not said.")
    dose_unit: Mapped[str | None] = mapped_column(comment="Unit of the dose, as mg/h.")
    dose_per: Mapped[str | None] = mapped_column(comment="What the dose is for, as 70 kg.")
    route: Mapped[TreatmentRoute | None] = one_of(
        TreatmentRoute, "How it is given; empty: not said."
    )
    frequency: Mapped[str | None] = mapped_column(comment="How often; empty: not said.")
    duration: Mapped[str | None] = mapped_column(comment="How long; empty: not said.")
    regimen: Mapped[str | None] = mapped_column(comment="The plan in the source's words.")

    treatment: Mapped[Treatment] = relationship(lazy="raise")


group_arms = Table(
    "group_arms",
    Base.metadata,
    Column("group_id", Key, ForeignKey("groups.id"), primary_key=True, comment="The group."),
    Column(
        "arm_id",
        Key,
        ForeignKey("arms.id"),
        primary_key=True,
        index=True,
        comment="An arm whose people are in it.",
    ),
)


class Group(Named, Base):
    """The people that numbers are about."""

    __tablename__ = "groups"
    __table_args__ = (
        Index("uq_groups_study_id_key", "study_id", "key", unique=True),
        CheckConstraint("n >= 0", name="n_not_negative"),
    )

    study_id: Mapped[int] = link("studies.id", "The study.", index=False)
    population_id: Mapped[int | None] = link(
        "populations.id", "The population they belong to; empty: not told apart."
    )
    title: Mapped[str] = mapped_column(comment="What the source calls them, word for word.")
    analysis_set: Mapped[AnalysisSet] = one_of(
        AnalysisSet, "Who of those allocated it is.", default=AnalysisSet.NOT_STATED
    )
    n: Mapped[int | None] = mapped_column(comment="How many; empty: not reported.")
    unit: Mapped[CountedUnit] = one_of(
        CountedUnit, "What n counts.", default=CountedUnit.PARTICIPANTS
    )

    population: Mapped[Population | None] = relationship(lazy="raise")
    arms: Mapped[list[Arm]] = relationship(
        lazy="raise", secondary=group_arms, order_by="Arm.position"
    )
