"""What a curator writes of a study, with its populations, arms and groups."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

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
from app.records.ages_draft import AgesDraft
from app.records.drafting import (
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
    check_order,
)
from app.records.links import GroupFields
from app.records.registry_draft import RegisteredDraft, registry_record_of, set_registry_record
from app.records.studies.card import (
    STUDY,
    ArmFields,
    ArmTreatmentFields,
    PopulationFields,
    StudyCitationFields,
    StudyFields,
    StudyIdentifierFields,
    StudyRelationFields,
)
from app.values.errors import InvalidFields
from app.values.identifiers import normalise_identifier

KIND_BESIDE_PARENT = (
    "write kind beside parent: subgroup, a part of them; the parent's kind, the same people again"
)


class PopulationDraft(PopulationFields, AgesDraft):
    """People of a study, as one source describes them."""

    parent: Annotated[str | None, Sibling("populations")] = Field(
        default=None,
        description="Of whom they are a part, or are told of again: key of another of the study's"
        " populations. kind is written beside it: subgroup for a part, the parent's kind for the"
        " same people again.",
    )
    countries: Annotated[list[Country], Values(PopulationCountry, "country"), Several] = []
    conditions: Annotated[list[str], Link(Condition), Several] = []
    says: Says = []

    @model_validator(mode="after")
    def relation_to_the_parent_is_written(self) -> PopulationDraft:
        """Refuse a parent without the word that tells a part of it from the same people."""
        if self.parent is not None and "kind" not in self.model_fields_set:
            raise InvalidFields(KIND_BESIDE_PARENT, "kind")
        return self

    @model_validator(mode="after")
    def females_are_among_them(self) -> PopulationDraft:
        """Refuse more women than people."""
        if self.females is not None and self.n is not None and self.females > self.n:
            raise InvalidFields("females is above n", "females")
        return self


class ArmTreatmentDraft(ArmTreatmentFields, Draft):
    """A treatment that an arm gets, and how."""

    treatment: Annotated[str, Link(Treatment)]

    @model_validator(mode="after")
    def dose_is_possible(self) -> ArmTreatmentDraft:
        """Refuse a dose without its unit, and bounds that are the wrong way round."""
        check_order(self.dose_low, self.dose_high, "dose")
        if (self.dose_low is not None or self.dose_high is not None) and not self.dose_unit:
            raise InvalidFields("a dose needs its dose_unit", "dose_unit")
        return self


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

    @model_validator(mode="after")
    def normalise(self) -> StudyIdentifierDraft:
        """Write the value as its scheme does; refuse one that is not of the scheme."""
        self.value = normalise_identifier(self.scheme, self.value)
        return self


class StudyCitationDraft(StudyCitationFields, Draft):
    """A publication about the study."""

    citation: Annotated[str, Link(Citation)]


class StudyRelationDraft(StudyRelationFields, Draft):
    """How the study relates to another."""

    other: Annotated[str, Link(Study)]


class StudyDraft(StudyFields, RegisteredDraft):
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

    @model_validator(mode="after")
    def stands_apart(self) -> StudyDraft:
        """Refuse a population inside itself, and a study that relates to itself."""
        parents = {each.key: each.parent for each in self.populations}
        for key, parent in parents.items():
            above, seen = parent, {key}
            while above is not None:
                if above in seen:
                    raise InvalidFields(
                        f"population {key!r}: its parent leads back to itself", "populations"
                    )
                seen.add(above)
                above = parents.get(above)
        if any(each.other == self.slug for each in self.relations):
            raise InvalidFields("a study relates to other studies, not to itself", "relations")
        return self


STUDY_EDITOR = Editor(
    STUDY,
    StudyDraft,
    set_registry_record,
    draft_only=registry_record_of(Study),
    example={
        "label": "Another study in adults with CRPS",
        "basis": "secondary_document",
        "populations": [
            {
                "key": "adults",
                "label": "adults with CRPS",
                "age_group": "adult",
                "conditions": ["complex-regional-pain-syndrome"],
                "basis": "secondary_document",
                "says": ["adults-crps-12-weeks.design"],
            }
        ],
        "groups": [{"key": "all", "title": "adults with CRPS", "population": "adults"}],
        "says": ["adults-crps-12-weeks.design"],
    },
    patch_example={"label": "A study in adults", "phase": None},
)
