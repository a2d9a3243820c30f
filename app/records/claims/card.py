"""Cards of claims: the words of a source, where they stand, and what rests on them."""

from __future__ import annotations

from typing import Any

from app.models import (
    Arm,
    CaseEvent,
    Claim,
    ClaimCitation,
    Passage,
    Population,
    RegulatoryStatus,
    Result,
)
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import (
    AdverseEventLink,
    ArmLink,
    CaseReportLink,
    CitationLink,
    ClaimLink,
    DocumentLink,
    OutcomeLink,
    PopulationLink,
    StudyLink,
    TermLink,
)
from app.vocabulary import (
    ClaimKind,
    Confidence,
    LinkBasis,
    Modality,
    Polarity,
    PublicationStatus,
)


class PassageFields(Fields):
    """A place in a document, by position and by words (W3C text position and quote selectors)."""

    describes = Passage
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


class PassageCard(PassageFields):
    """A place in a document."""

    document: DocumentLink


class ClaimCitationFields(Fields):
    """How a publication is held to support the claim."""

    describes = ClaimCitation
    basis: LinkBasis
    confidence: Confidence | None = None
    rationale: str | None = None


class ClaimCitationCard(ClaimCitationFields):
    """A publication that the claim is held to rest on."""

    citation: CitationLink


class PopulationFact(PopulationLink):
    """A population that rests on the claim, and its study."""

    study: StudyLink


class ArmFact(ArmLink):
    """An arm that rests on the claim, and its study."""

    study: StudyLink


class ResultFact(Fields):
    """A result that rests on the claim, and its outcome."""

    describes = Result
    position: int
    outcome: OutcomeLink


class CaseEventFact(Fields):
    """An event of a case that rests on the claim, and its case report."""

    describes = CaseEvent
    position: int
    case_report: CaseReportLink


class RegulatoryFact(Fields):
    """A decision of an authority that rests on the claim, and its treatment."""

    describes = RegulatoryStatus
    jurisdiction: str
    treatment: TermLink


class ClaimFields(Fields):
    """One statement of a source, with its polarity and its hedge."""

    describes = Claim
    kind: ClaimKind
    polarity: Polarity = Polarity.AFFIRMED
    modality: Modality = Modality.STATED
    hedge: str | None = None
    quote: str | None = None
    summary: str | None = None
    note: str | None = None
    source_location: str | None = None


class ClaimCard(ClaimFields, RecordCard):
    """A statement, where it stands, and each fact that rests on it."""

    publication_status: PublicationStatus | None
    subject: TermLink | None
    object: TermLink | None
    passages: list[PassageCard]
    source_citation: CitationLink | None
    citations: list[ClaimCitationCard]
    studies: list[StudyLink]
    populations: list[PopulationFact]
    arms: list[ArmFact]
    outcomes: list[OutcomeLink]
    results: list[ResultFact]
    adverse_events: list[AdverseEventLink]
    case_reports: list[CaseReportLink]
    case_events: list[CaseEventFact]
    regulatory_statuses: list[RegulatoryFact]


def _with_status(card: dict[str, Any]) -> dict[str, Any]:
    """The upgrade of claims: what became of the publications that they were read in, or name."""
    read = card["source_citation"]
    named = [each["citation"] for each in card["citations"] if each["basis"] == LinkBasis.IN_TEXT]
    statuses = {each["publication_status"] for each in ([read] if read else named)}
    told = {**card, "publication_status": min(statuses, key=GRAVITY.index, default=GRAVITY[0])}
    return {name: told[name] for name in ClaimCard.model_fields}


GRAVITY = [each.value for each in PublicationStatus]
CLAIM = Kind(
    name="claim",
    path="claims",
    model=Claim,
    card=ClaimCard,
    card_format=2,
    card_schema="ff38cf916bd1",
    link=ClaimLink,
    title="slug",
    words=("quote", "summary", "hedge", "note"),
    shows=(
        (Claim.subject,),
        (Claim.object,),
        (Claim.passages, Passage.document),
        (Claim.source_citation,),
        (Claim.citations, ClaimCitation.citation),
    ),
    follows=(
        (Claim.studies,),
        (Claim.populations, Population.study),
        (Claim.arms, Arm.study),
        (Claim.outcomes,),
        (Claim.results, Result.outcome),
        (Claim.adverse_events,),
        (Claim.case_reports,),
        (Claim.case_events, CaseEvent.case_report),
        (Claim.regulatory_statuses, RegulatoryStatus.treatment),
    ),
    upgrades={1: _with_status},
)
