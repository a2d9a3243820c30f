"""How one record appears inside another. A link holds the record's own columns, never a link."""

from __future__ import annotations

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
    """Ages from `min_days` up to, not including, `max_days`.

    A bound without days is `no limit` when the source sets none, and null when it does not say.
    """

    min_days: int | None = Field(description="Youngest age in days; null: not stated.")
    max_days: int | None = Field(description="First age that is too old; null: see max.")
    min: str | None = Field(description="min_days in words.")
    max: str | None = Field(description="max_days in words, or no limit; null: not stated.")


class GroupFields(Fields):
    """The people that numbers are about."""

    describes = Group
    key: str
    title: str
    analysis_set: AnalysisSet = AnalysisSet.NOT_STATED
    n: int | None = Field(default=None, ge=0)
    unit: CountedUnit = CountedUnit.PARTICIPANTS


class GroupCard(GroupFields):
    """The people that numbers are about, by population and arms."""

    population: PopulationLink | None
    arms: list[ArmLink]
