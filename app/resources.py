"""Every resource of the API, and what each record's page takes in from the others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from app import claim_facts
from app.adverse_events.filters import ADVERSE_EVENTS
from app.case_reports.filters import CASE_REPORTS
from app.citations.filters import CITATIONS
from app.claims.filters import CLAIMS
from app.core.replies import Children
from app.core.resources import Resource
from app.discrepancies.filters import DISCREPANCIES, of_citation
from app.documents.filters import DOCUMENTS
from app.documents.schemas import SegmentFields
from app.models import (
    AdverseEvent,
    CaseReport,
    Citation,
    Discrepancy,
    Document,
    Outcome,
    Segment,
    Study,
    StudyCitation,
    Term,
    discrepancy_studies,
    discrepancy_treatments,
)
from app.outcomes.filters import OUTCOMES
from app.studies.filters import STUDIES
from app.terms.filters import ADVERSE_EFFECTS, CONDITIONS, OUTCOME_MEASURES, TREATMENTS


def _cited_studies(citation: int) -> ColumnElement[bool]:
    links = select(StudyCitation.study_id).where(StudyCitation.citation_id == citation)
    return Study.id.in_(links)


def _publications(study: int) -> ColumnElement[bool]:
    links = select(StudyCitation.citation_id).where(StudyCitation.study_id == study)
    return Citation.id.in_(links)


def _on_study(study: int) -> ColumnElement[bool]:
    members = discrepancy_studies.c
    return Discrepancy.id.in_(select(members.discrepancy_id).where(members.study_id == study))


def _on_treatment(treatment: int) -> ColumnElement[bool]:
    members = discrepancy_treatments.c
    return Discrepancy.id.in_(
        select(members.discrepancy_id).where(members.treatment_id == treatment)
    )


def _text(connection: Connection, document: int) -> dict[str, Any]:
    """The document's text, and how it falls into parts."""
    parts = (
        select(Segment.kind, Segment.start, Segment.end)
        .where(Segment.document_id == document)
        .order_by(Segment.position)
    )
    text = connection.execute(select(Document.text).where(Document.id == document)).scalar_one()
    segments = [dict(row) for row in connection.execute(parts).mappings()]
    return {"text": text, "segments": segments}


NARROWER: dict[str, Any] = {"name": "narrower", "where": lambda row: Term.parent_id == row}


def _claims_on(kind: str) -> Children:
    """Claims on a term of a kind."""
    return Children(
        "claims", CLAIMS, lambda row: claim_facts.of_term([row]), by="term", prefix=f"{kind}/"
    )


RESOURCES = (
    Resource(
        STUDIES,
        "Studies, newest first. Criteria of a population all meet in one population.",
        "adults-crps-12-weeks",
        (
            Children("outcomes", OUTCOMES, lambda row: Outcome.study_id == row, by="study"),
            Children(
                "adverse_events",
                ADVERSE_EVENTS,
                lambda row: AdverseEvent.study_id == row,
                by="study",
            ),
            Children("claims", CLAIMS, lambda row: claim_facts.of_study([row]), by="study"),
            Children("citation_cards", CITATIONS, _publications),
            Children(
                "case_reports", CASE_REPORTS, lambda row: CaseReport.study_id == row, by="study"
            ),
            Children("discrepancies", DISCREPANCIES, _on_study, by="study"),
        ),
    ),
    Resource(
        OUTCOMES,
        "Outcomes of studies, with their results. The filters on studies work here, too.",
        "adults-crps-12-weeks.pain",
        (Children("claims", CLAIMS, lambda row: claim_facts.of_outcome([row]), by="outcome"),),
    ),
    Resource(
        ADVERSE_EVENTS,
        "Counts of harm in groups of studies; no claim about cause, and never added up.",
        "adults-crps-12-weeks.abstract-psychomimetic-esketamine",
        (
            Children(
                "claims",
                CLAIMS,
                lambda row: claim_facts.of_adverse_event([row]),
                by="adverse_event",
            ),
        ),
    ),
    Resource(
        CASE_REPORTS,
        "Patients told of one by one, each with what happened in order.",
        "foot-pain-after-coma-and-boosters",
        (
            Children(
                "claims", CLAIMS, lambda row: claim_facts.of_case_report([row]), by="case_report"
            ),
        ),
    ),
    Resource(
        CLAIMS,
        "Statements of sources, each with its words, its place, and the facts that rest on it.",
        "ketamine-for-pain.coma-lasting-benefit",
    ),
    Resource(
        CITATIONS,
        "Publications, newest first.",
        "bredlau-2013",
        (
            Children("studies", STUDIES, _cited_studies, by="citation"),
            Children("claims", CLAIMS, lambda row: claim_facts.of_citation([row]), by="citation"),
            Children("case_reports", CASE_REPORTS, lambda row: CaseReport.citation_id == row),
            Children("discrepancies", DISCREPANCIES, lambda row: of_citation([row]), by="citation"),
        ),
    ),
    Resource(
        DISCREPANCIES,
        "Where two sources do not say the same, side by side.",
        "pain-at-the-end-of-the-study",
    ),
    Resource(
        TREATMENTS,
        "Treatments, each in one exact form, with what authorities decided on that form.",
        "ketamine",
        (
            Children(NARROWER["name"], TREATMENTS, NARROWER["where"], by="parent"),
            _claims_on("treatment"),
            Children("discrepancies", DISCREPANCIES, _on_treatment, by="treatment"),
        ),
    ),
    Resource(
        CONDITIONS,
        "Conditions that people in populations have.",
        "complex-regional-pain-syndrome",
        (
            Children(NARROWER["name"], CONDITIONS, NARROWER["where"], by="parent"),
            _claims_on("condition"),
        ),
    ),
    Resource(
        OUTCOME_MEASURES,
        "What is measured to see how people fare.",
        "pain",
        (
            Children(NARROWER["name"], OUTCOME_MEASURES, NARROWER["where"], by="parent"),
            _claims_on("outcome_measure"),
        ),
    ),
    Resource(
        DOCUMENTS,
        "Texts, byte for byte, with their parts and the claims read in them.",
        "ketamine-for-pain",
        (Children("claims", CLAIMS, lambda row: claim_facts.of_document([row]), by="document"),),
        more=_text,
        more_fields=(("text", str), ("segments", list[SegmentFields])),
    ),
)

ADVERSE_EFFECT_TERMS = Resource(
    ADVERSE_EFFECTS,
    "Terms for harms. With `treatment`, the harm profile: what is stated and what was counted.",
    "hallucinations",
    (
        Children(NARROWER["name"], ADVERSE_EFFECTS, NARROWER["where"], by="parent"),
        _claims_on("adverse_effect"),
    ),
)
