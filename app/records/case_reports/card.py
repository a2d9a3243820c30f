"""Cards of case reports."""

from __future__ import annotations

from pydantic import Field

from app.models import CaseEvent, CaseReport
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import (
    AgesCard,
    CaseReportLink,
    CitationLink,
    ClaimLink,
    StudyLink,
    TermLink,
    ages_in_words,
)
from app.vocabulary import (
    AgeBasis,
    AgeGroup,
    Basis,
    CaseEventType,
    DrugRole,
    EventOutcome,
    PublicationStatus,
    Reporter,
    Sex,
    Stated,
)


class CaseEventFields(Fields):
    """One thing that happened, in the order of the telling."""

    describes = CaseEvent
    type: CaseEventType
    verbatim: str | None = None
    count: int | None = Field(default=None, ge=1)
    country: str | None = None
    onset: str | None = None
    outcome: EventOutcome | None = None
    drug_role: DrugRole | None = None
    recurred: Stated | None = None


class CaseEventCard(CaseEventFields):
    """One thing that happened, with its term and the claims that tell of it."""

    term: TermLink | None
    says: list[ClaimLink]


class CaseReportFields(Fields):
    """One patient, or a few told of together."""

    describes = CaseReport
    label: str
    reporter: Reporter = Reporter.DOCUMENT_AUTHORS
    patients: int | None = Field(default=None, ge=1)
    sex: Sex | None = None
    age_group: AgeGroup | None = None
    age_basis: AgeBasis = AgeBasis.UNKNOWN
    basis: Basis


class CaseReportCard(CaseReportFields, RecordCard):
    """What happened to a patient, in order."""

    publication_status: PublicationStatus | None
    ages: AgesCard | None
    citation: CitationLink | None
    study: StudyLink | None
    conditions: list[TermLink]
    events: list[CaseEventCard]
    says: list[ClaimLink]


CASE_REPORT = Kind(
    name="case_report",
    path="case-reports",
    model=CaseReport,
    card=CaseReportCard,
    card_format=3,
    card_schema="c099fc63452b",
    link=CaseReportLink,
    title="label",
    words=("label", "events.verbatim", "events.onset"),
    shows=(
        (CaseReport.citation,),
        (CaseReport.study,),
        (CaseReport.conditions,),
        (CaseReport.events, CaseEvent.term),
    ),
    follows=((CaseReport.says,), (CaseReport.events, CaseEvent.says)),
    upgrades={1: ages_in_words},
)
