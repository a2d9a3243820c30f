"""Cards of studies, with their populations, arms and groups."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.models import (
    Arm,
    ArmTreatment,
    Group,
    Population,
    PopulationCountry,
    Study,
    StudyCitation,
    StudyIdentifier,
    StudyRelation,
)
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import (
    AgesCard,
    CitationLink,
    ClaimLink,
    GroupCard,
    PopulationLink,
    StudyLink,
    TermLink,
    ages_in_words,
)
from app.vocabulary import (
    AgeBasis,
    AgeGroup,
    Allocation,
    ArmType,
    Basis,
    EnrollmentType,
    IdentifierScheme,
    InterventionModel,
    LinkBasis,
    Masking,
    ObservationalModel,
    Phase,
    PopulationKind,
    PrimaryPurpose,
    Sex,
    StudyCitationRole,
    StudyRelationType,
    StudyStatus,
    StudyType,
    TreatmentRole,
    TreatmentRoute,
)


class PopulationFields(Fields):
    """People of a study, as one source describes them."""

    describes = Population
    key: str
    kind: PopulationKind = PopulationKind.ENROLLED
    label: str
    n: int | None = Field(default=None, ge=0)
    females: int | None = Field(default=None, ge=0)
    sex: Sex | None = None
    age_group: AgeGroup | None = None
    age_basis: AgeBasis = AgeBasis.UNKNOWN
    basis: Basis


class CountryFields(Fields):
    """A country."""

    describes = PopulationCountry
    country: str


class PopulationCard(PopulationFields):
    """People of a study, with the claims that describe them."""

    ages: AgesCard | None
    parent: PopulationLink | None
    countries: list[CountryFields]
    conditions: list[TermLink]
    says: list[ClaimLink]


class ArmTreatmentFields(Fields):
    """How a treatment is given."""

    describes = ArmTreatment
    role: TreatmentRole = TreatmentRole.INVESTIGATED
    dose_low: float | None = None
    dose_high: float | None = None
    dose_unit: str | None = None
    dose_per: str | None = None
    route: TreatmentRoute | None = None
    frequency: str | None = None
    duration: str | None = None
    regimen: str | None = None


class ArmTreatmentCard(ArmTreatmentFields):
    """A treatment that an arm gets, and how."""

    treatment: TermLink


class ArmFields(Fields):
    """People allocated to one plan of treatment."""

    describes = Arm
    key: str
    label: str
    type: ArmType | None = None
    n: int | None = Field(default=None, ge=0)
    basis: Basis


class ArmCard(ArmFields):
    """An arm with its treatments."""

    treatments: list[ArmTreatmentCard]
    says: list[ClaimLink]


class StudyIdentifierFields(Fields):
    """A name that a registry or sponsor gave the study."""

    describes = StudyIdentifier
    scheme: IdentifierScheme
    value: str


class StudyCitationFields(Fields):
    """What a publication is to the study."""

    describes = StudyCitation
    role: StudyCitationRole
    basis: LinkBasis
    rationale: str | None = None


class StudyCitationCard(StudyCitationFields):
    """A publication about the study."""

    citation: CitationLink


class StudyRelationFields(Fields):
    """How the study relates to another."""

    describes = StudyRelation
    type: StudyRelationType


class StudyRelationCard(StudyRelationFields):
    """How the study relates to another."""

    other: StudyLink


class StudyFields(Fields):
    """How a study was made."""

    describes = Study
    label: str
    study_type: StudyType | None = None
    allocation: Allocation | None = None
    intervention_model: InterventionModel | None = None
    observational_model: ObservationalModel | None = None
    primary_purpose: PrimaryPurpose | None = None
    masking: Masking | None = None
    phase: Phase | None = None
    study_status: StudyStatus | None = None
    enrollment: int | None = Field(default=None, ge=0)
    enrollment_type: EnrollmentType | None = None
    start_date: str | None = None
    completion_date: str | None = None
    year: int | None = Field(default=None, ge=1000, le=9999)
    basis: Basis


class StudyCard(StudyFields, RecordCard):
    """A study with its populations, arms and groups."""

    identifiers: list[StudyIdentifierFields]
    citations: list[StudyCitationCard]
    relations: list[StudyRelationCard]
    populations: list[PopulationCard]
    arms: list[ArmCard]
    groups: list[GroupCard]
    says: list[ClaimLink]


def _ages_in_words(card: dict[str, Any]) -> dict[str, Any]:
    return {**card, "populations": [ages_in_words(each) for each in card["populations"]]}


def _people_of_groups(card: dict[str, Any]) -> dict[str, Any]:
    """The upgrade of groups: they tell of the ages and conditions of their populations, too."""
    known = {each["key"]: each for each in card["populations"]}
    groups = []
    for group in card["groups"]:
        people = group["population"]
        if people is not None:
            told = known[people["key"]]
            people = {**people, "ages": told["ages"], "conditions": told["conditions"]}
        groups.append({**group, "population": people})
    return {**card, "groups": groups}


STUDY = Kind(
    name="study",
    path="studies",
    model=Study,
    card=StudyCard,
    card_format=3,
    card_schema="576fb6d19629",
    link=StudyLink,
    title="label",
    words=("label", "identifiers.value", "populations.label", "arms.label", "groups.title"),
    sort_key="year_key",
    upgrades={1: _ages_in_words, 2: _people_of_groups},
    shows=(
        (Study.identifiers,),
        (Study.citations, StudyCitation.citation),
        (Study.relations, StudyRelation.other),
        (Study.populations, Population.parent),
        (Study.populations, Population.countries),
        (Study.populations, Population.conditions),
        (Study.arms, Arm.treatments, ArmTreatment.treatment),
        (Study.groups, Group.population, Population.conditions),
        (Study.groups, Group.arms),
    ),
    follows=((Study.says,), (Study.populations, Population.says), (Study.arms, Arm.says)),
)
