"""Which claims a record rests on, or a document holds: the same clauses wherever it is asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, or_, select, union_all

from app.models import (
    AdverseEvent,
    Arm,
    CaseEvent,
    Claim,
    ClaimCitation,
    Outcome,
    Passage,
    Population,
    RegulatoryStatus,
    Result,
    claim_facts,
    claim_passages,
)
from app.query.criteria import Clause

Facts = claim_facts.c


def _supporting(*rows: Any) -> Clause:
    """Claims on which any of these facts rests."""
    return Claim.id.in_(union_all(*(select(Facts.claim_id).where(row) for row in rows)))


def of_study(studies: Any) -> Clause:
    """Claims that the studies, or anything in them, rest on."""
    outcomes = select(Outcome.id).where(Outcome.study_id.in_(studies))
    # Joined, not nested: SQLite's parser has a limit on how deep a statement may nest.
    results = select(Result.id).join(Outcome, Outcome.id == Result.outcome_id)
    return _supporting(
        Facts.study_id.in_(studies),
        Facts.population_id.in_(select(Population.id).where(Population.study_id.in_(studies))),
        Facts.arm_id.in_(select(Arm.id).where(Arm.study_id.in_(studies))),
        Facts.outcome_id.in_(outcomes),
        Facts.result_id.in_(results.where(Outcome.study_id.in_(studies))),
        Facts.adverse_event_id.in_(
            select(AdverseEvent.id).where(AdverseEvent.study_id.in_(studies))
        ),
    )


def of_outcome(outcomes: Any) -> Clause:
    """Claims that the outcomes and their results rest on."""
    results = select(Result.id).where(Result.outcome_id.in_(outcomes))
    return _supporting(Facts.outcome_id.in_(outcomes), Facts.result_id.in_(results))


def of_adverse_event(adverse_events: Any) -> Clause:
    """Claims that the adverse events rest on."""
    return _supporting(Facts.adverse_event_id.in_(adverse_events))


def of_case_report(case_reports: Any) -> Clause:
    """Claims that the case reports and their events rest on."""
    events = select(CaseEvent.id).where(CaseEvent.case_report_id.in_(case_reports))
    return _supporting(Facts.case_report_id.in_(case_reports), Facts.case_event_id.in_(events))


def of_term(terms: Any) -> Clause:
    """Claims about the terms, and those that decisions on them rest on."""
    decisions = select(RegulatoryStatus.id).where(RegulatoryStatus.treatment_id.in_(terms))
    return or_(
        Claim.subject_id.in_(terms),
        Claim.object_id.in_(terms),
        _supporting(Facts.regulatory_status_id.in_(decisions)),
    )


def of_document(documents: Any) -> Clause:
    """Claims that the documents state."""
    passages = select(Passage.id).where(Passage.document_id.in_(documents))
    return Claim.id.in_(
        select(claim_passages.c.claim_id).where(claim_passages.c.passage_id.in_(passages))
    )


def studies_told_in(documents: Any) -> Any:
    """The studies of which anything rests on a claim that the documents state."""
    told = select(Claim.id).where(of_document(documents))
    facts = select(claim_facts).where(Facts.claim_id.in_(told)).cte()
    results = select(Outcome.study_id).join(Result, Result.outcome_id == Outcome.id)
    return union_all(
        select(facts.c.study_id).where(facts.c.study_id.is_not(None)),
        select(Population.study_id).join(facts, facts.c.population_id == Population.id),
        select(Arm.study_id).join(facts, facts.c.arm_id == Arm.id),
        select(Outcome.study_id).join(facts, facts.c.outcome_id == Outcome.id),
        results.join(facts, facts.c.result_id == Result.id),
        select(AdverseEvent.study_id).join(facts, facts.c.adverse_event_id == AdverseEvent.id),
    )


def of_citation(citations: Any) -> Clause:
    """Claims that are read in the publications, or held to rest on them."""
    held = select(ClaimCitation.claim_id).where(ClaimCitation.citation_id.in_(citations))
    return or_(Claim.source_citation_id.in_(citations), Claim.id.in_(held))


def without_citation() -> Clause:
    """Claims of which no publication is known."""
    held = exists().where(ClaimCitation.claim_id == Claim.id)
    return and_(Claim.source_citation_id.is_(None), ~held)
