"""How one record appears inside another. A link holds the record's own columns, never a link."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.models import (
    AdverseEvent,
    Arm,
    CaseReport,
    Citation,
    Claim,
    Document,
    Group,
    Outcome,
    Population,
    Study,
    Term,
)
from app.query.cards import Fields
from app.values.ages import NO_LIMIT, Ages
from app.vocabulary import (
    AnalysisSet,
    CountedUnit,
    OutcomeRole,
    PublicationStatus,
    StudyType,
    TermKind,
)


class TermLink(Fields):
    """A term, by its preferred name."""

    describes = Term
    kind: TermKind
    slug: str
    name: str


class DocumentLink(Fields):
    """A document, by its title."""

    describes = Document
    slug: str
    title: str


class CitationLink(Fields):
    """A publication, by its title and year, and what became of it."""

    describes = Citation
    slug: str
    title: str
    year: int | None
    publication_status: PublicationStatus


class StudyLink(Fields):
    """A study, by its label."""

    describes = Study
    slug: str
    label: str
    study_type: StudyType | None
    year: int | None


class OutcomeLink(Fields):
    """An outcome of a study."""

    describes = Outcome
    slug: str
    role: OutcomeRole


class AdverseEventLink(Fields):
    """A row of a table of harms, by its words."""

    describes = AdverseEvent
    slug: str
    term_verbatim: str


class CaseReportLink(Fields):
    """A case report, by its label."""

    describes = CaseReport
    slug: str
    label: str


class ClaimLink(Fields):
    """A claim, by the words of the source or, where those are not held, by what they amount to."""

    describes = Claim
    slug: str
    quote: str | None
    summary: str | None


class PartLink(Fields):
    """A part of a study, by its key."""

    key: str = Field(description="The part's short name inside its study.")


class PopulationLink(PartLink):
    """A population of a study."""

    describes = Population
    label: str
    n: int | None


class ArmLink(PartLink):
    """An arm of a study."""

    describes = Arm
    label: str


class AgesCard(Fields):
    """Ages as people say them, and in days; null where neither end is stated.

    "10 to 18 years" are those from 10 years on who have not turned 19.
    """

    min: str | None = Field(
        description="Youngest age, as 10 years; birth: no lower limit; null: not stated.",
        examples=["10 years"],
    )
    max: str | None = Field(
        description="Last age included, as 18 years; or no limit; null: not stated.",
        examples=["18 years"],
    )
    text: str = Field(
        description="The ages in words, as 10 to 18 years; may be written as ages in a draft.",
        examples=["10 to 18 years"],
    )
    min_days: int | None = Field(description="Youngest age in days; null: not stated.")
    end_days: int | None = Field(description="First day that is too old; null: see max.")


def ages_in_words(card: dict[str, Any]) -> dict[str, Any]:
    """The upgrade of what has ages: they had a first age that is too old, and no text."""
    before = card["ages"]
    end = NO_LIMIT if before["max"] == "no limit" else before["max_days"]
    found = Ages(before["min_days"], end)
    ages = None if found.text is None else AgesCard.model_validate(found).model_dump()
    return {**card, "ages": ages}


class GroupFields(Fields):
    """The people that numbers are about."""

    describes = Group
    key: str
    title: str
    analysis_set: AnalysisSet = AnalysisSet.NOT_STATED
    n: int | None = Field(default=None, ge=0)
    unit: CountedUnit = CountedUnit.PARTICIPANTS


class GroupPopulationCard(PopulationLink):
    """The population that a group belongs to, with what is told of its ages and conditions."""

    ages: AgesCard | None = Field(description="The population's ages; null: not stated.")
    conditions: list[TermLink] = Field(description="Conditions that all its people have.")


class GroupCard(GroupFields):
    """The people that numbers are about, by population and arms."""

    population: GroupPopulationCard | None
    arms: list[ArmLink]
