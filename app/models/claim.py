"""Claims: what a source states, where, and which facts rest on it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.adverse_event import AdverseEvent
from app.models.base import (
    Base,
    Key,
    Placed,
    Record,
    Sourced,
    link,
    one_of,
    retracted_index,
    supports,
)
from app.models.case_report import CaseEvent, CaseReport
from app.models.citation import Citation
from app.models.document import Passage
from app.models.outcome import Outcome, Result
from app.models.population import Arm, Population
from app.models.study import Study
from app.models.term import RegulatoryStatus, Term
from app.vocabulary import ClaimKind, Confidence, LinkBasis, Modality, Polarity

# One foreign key per kind of fact; each row has exactly one of them.
FACTS = {
    "study_id": "studies.id",
    "population_id": "populations.id",
    "arm_id": "arms.id",
    "outcome_id": "outcomes.id",
    "result_id": "results.id",
    "adverse_event_id": "adverse_events.id",
    "case_report_id": "case_reports.id",
    "case_event_id": "case_events.id",
    "regulatory_status_id": "regulatory_statuses.id",
}

claim_facts = Table(
    "claim_facts",
    Base.metadata,
    Column("id", Key, primary_key=True, comment="Number of the row inside this database."),
    Column(
        "claim_id",
        Key,
        ForeignKey("claims.id"),
        nullable=False,
        index=True,
        comment="The claim that supports the fact.",
    ),
    *(
        Column(
            name,
            Key,
            ForeignKey(target),
            comment=f"The fact, where it is one of {target.partition('.')[0]}.",
        )
        for name, target in FACTS.items()
    ),
    *(
        # What supports this fact? Also keeps a claim from supporting one fact twice.
        Index(f"uq_claim_facts_{name}_claim_id", name, "claim_id", unique=True)
        for name in FACTS
    ),
    CheckConstraint(
        " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in FACTS) + " = 1",
        name="one_fact",
    ),
    comment="Which facts rest on which claims.",
)

claim_passages = Table(
    "claim_passages",
    Base.metadata,
    Column("claim_id", Key, ForeignKey("claims.id"), primary_key=True, comment="The claim."),
    Column(
        "passage_id",
        Key,
        ForeignKey("passages.id"),
        primary_key=True,
        index=True,
        comment="A place where it is stated.",
    ),
    comment="Where claims are stated.",
)


class Claim(Record, Sourced, Base):
    """One statement of a source, with its polarity and its hedge.

    Its source is one or more passages of a document, or a citation with a location in it.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("uq_claims_slug", "slug", unique=True),
        retracted_index("claims"),
        CheckConstraint("quote IS NOT NULL OR summary IS NOT NULL", name="says_something"),
        CheckConstraint(
            "(source_citation_id IS NULL) = (source_location IS NULL)", name="source_has_location"
        ),
    )

    kind: Mapped[ClaimKind] = one_of(ClaimKind, "What the statement is about.")
    subject_id: Mapped[int | None] = link("terms.id", "What it speaks of; empty: see note.")
    object_id: Mapped[int | None] = link("terms.id", "What it says of it; empty: not a term.")
    polarity: Mapped[Polarity] = one_of(Polarity, "Whether it affirms.", default=Polarity.AFFIRMED)
    modality: Mapped[Modality] = one_of(Modality, "How firmly it is made.", default=Modality.STATED)
    hedge: Mapped[str | None] = mapped_column(comment="Words that soften it, as written.")
    quote: Mapped[str | None] = mapped_column(
        comment="The words themselves; where there are several passages, joined by ' … '."
    )
    summary: Mapped[str | None] = mapped_column(
        comment="What the source says there, in the curator's words."
    )
    note: Mapped[str | None] = mapped_column(
        comment="What is ambiguous or was assumed; empty: nothing."
    )
    source_citation_id: Mapped[int | None] = link(
        "citations.id", "The publication it was read in, where that is no document here."
    )
    source_location: Mapped[str | None] = mapped_column(
        comment="Where in that publication: abstract, table 2, registry results."
    )

    subject: Mapped[Term | None] = relationship(lazy="raise", foreign_keys=[subject_id])
    object: Mapped[Term | None] = relationship(lazy="raise", foreign_keys=[object_id])
    source_citation: Mapped[Citation | None] = relationship(lazy="raise")
    passages: Mapped[list[Passage]] = relationship(
        lazy="raise", secondary=claim_passages, order_by="Passage.start"
    )
    citations: Mapped[list[ClaimCitation]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ClaimCitation.position"
    )

    studies: Mapped[list[Study]] = supports("Study.slug")
    populations: Mapped[list[Population]] = supports("Population.id")
    arms: Mapped[list[Arm]] = supports("Arm.id")
    outcomes: Mapped[list[Outcome]] = supports("Outcome.slug")
    results: Mapped[list[Result]] = supports("Result.id")
    adverse_events: Mapped[list[AdverseEvent]] = supports("AdverseEvent.slug")
    case_reports: Mapped[list[CaseReport]] = supports("CaseReport.slug")
    case_events: Mapped[list[CaseEvent]] = supports("CaseEvent.id")
    regulatory_statuses: Mapped[list[RegulatoryStatus]] = supports("RegulatoryStatus.id")


class ClaimCitation(Placed, Base):
    """A publication that a claim is held to rest on."""

    __tablename__ = "claim_citations"
    __table_args__ = (
        Index("uq_claim_citations_claim_id_citation_id", "claim_id", "citation_id", unique=True),
        CheckConstraint(
            "basis <> 'curator_inferred' OR rationale IS NOT NULL", name="inferred_told"
        ),
    )

    claim_id: Mapped[int] = link("claims.id", "The claim.", index=False)
    citation_id: Mapped[int] = link("citations.id", "The publication.")
    basis: Mapped[LinkBasis] = one_of(LinkBasis, "How the link is known.")
    confidence: Mapped[Confidence | None] = one_of(
        Confidence, "How sure the curator is; empty: the source says so."
    )
    rationale: Mapped[str | None] = mapped_column(comment="Why the curator thinks so.")

    citation: Mapped[Citation] = relationship(lazy="raise")
