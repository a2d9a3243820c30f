"""What a curator writes of a study, with its populations, arms and groups."""

from __future__ import annotations

from typing import Annotated

from app.aged import AgesDraft
from app.drafts import (
    Country,
    Date,
    Draft,
    Editor,
    Keyed,
    Link,
    Parts,
    Says,
    Several,
    Sibling,
    Slug,
    Values,
)
from app.links import GroupFields
from app.models import (
    Arm,
    ArmTreatment,
    Citation,
    Condition,
    Group,
    Population,
    PopulationCountry,
    Study,
    StudyCitation,
    StudyIdentifier,
    StudyRelation,
    Treatment,
)
from app.studies.schemas import (
    STUDY,
    ArmFields,
    ArmTreatmentFields,
    PopulationFields,
    StudyCitationFields,
    StudyFields,
    StudyIdentifierFields,
    StudyRelationFields,
)


class PopulationDraft(PopulationFields, AgesDraft):
    """People of a study, as one source describes them."""

    parent: Annotated[str | None, Sibling("populations")] = None
    countries: Annotated[list[Country], Values(PopulationCountry, "country"), Several] = []
    conditions: Annotated[list[str], Link(Condition), Several] = []
    says: Says = []


class ArmTreatmentDraft(ArmTreatmentFields, Draft):
    """A treatment that an arm gets, and how."""

    treatment: Annotated[str, Link(Treatment)]


class ArmDraft(ArmFields, Draft):
    """People allocated to one plan of treatment."""

    treatments: Annotated[list[ArmTreatmentDraft], Parts(ArmTreatment, "position")] = []
    says: Says = []


class GroupDraft(GroupFields, Draft):
    """The people that numbers are about."""

    population: Annotated[str | None, Sibling("populations")] = None
    arms: Annotated[list[str], Sibling("arms"), Several] = []


class StudyIdentifierDraft(StudyIdentifierFields, Draft):
    """A name that a registry or sponsor gave the study."""


class StudyCitationDraft(StudyCitationFields, Draft):
    """A publication about the study."""

    citation: Annotated[str, Link(Citation)]


class StudyRelationDraft(StudyRelationFields, Draft):
    """How the study relates to another."""

    other: Annotated[str, Link(Study)]


class StudyDraft(StudyFields, Draft):
    """One investigation, however many sources tell of it."""

    slug: Slug
    start_date: Date | None = None
    completion_date: Date | None = None
    identifiers: Annotated[list[StudyIdentifierDraft], Parts(StudyIdentifier, "scheme value")] = []
    citations: Annotated[list[StudyCitationDraft], Parts(StudyCitation, "position")] = []
    relations: Annotated[list[StudyRelationDraft], Parts(StudyRelation, "position")] = []
    populations: Annotated[list[PopulationDraft], Parts(Population), Keyed] = []
    arms: Annotated[list[ArmDraft], Parts(Arm), Keyed] = []
    groups: Annotated[list[GroupDraft], Parts(Group), Keyed] = []
    says: Says = []


STUDY_EDITOR = Editor(STUDY, StudyDraft)
