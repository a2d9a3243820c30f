"""Every kind of record: its card, its draft, its list and addresses. A new kind goes here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from app.models import Document, Segment
from app.query.cards import Kind
from app.query.routes import Resource
from app.records.adverse_events.card import ADVERSE_EVENT
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.adverse_events.filters import ADVERSE_EVENTS
from app.records.case_reports.card import CASE_REPORT
from app.records.case_reports.draft import CASE_REPORT_EDITOR
from app.records.case_reports.filters import CASE_REPORTS
from app.records.citations.card import CITATION
from app.records.citations.draft import CITATION_EDITOR
from app.records.citations.filters import CITATIONS
from app.records.claims.card import CLAIM
from app.records.claims.draft import CLAIM_EDITOR
from app.records.claims.filters import CLAIMS
from app.records.discrepancies.card import DISCREPANCY
from app.records.discrepancies.draft import DISCREPANCY_EDITOR
from app.records.discrepancies.filters import DISCREPANCIES
from app.records.documents.card import DOCUMENT, SegmentFields
from app.records.documents.draft import DOCUMENT_EDITOR
from app.records.documents.filters import DOCUMENTS
from app.records.outcomes.card import OUTCOME
from app.records.outcomes.draft import OUTCOME_EDITOR
from app.records.outcomes.filters import OUTCOMES
from app.records.related import (
    OF_ADVERSE_EFFECTS,
    OF_ADVERSE_EVENTS,
    OF_CASE_REPORTS,
    OF_CITATIONS,
    OF_CONDITIONS,
    OF_DOCUMENTS,
    OF_OUTCOME_MEASURES,
    OF_OUTCOMES,
    OF_STUDIES,
    OF_TREATMENTS,
)
from app.records.studies.card import STUDY
from app.records.studies.draft import STUDY_EDITOR
from app.records.studies.filters import STUDIES
from app.records.terms.card import ADVERSE_EFFECT, CONDITION, OUTCOME_MEASURE, TREATMENT
from app.records.terms.draft import TERM_EDITORS
from app.records.terms.filters import ADVERSE_EFFECTS, CONDITIONS, OUTCOME_MEASURES, TREATMENTS

KINDS = (
    TREATMENT,
    CONDITION,
    ADVERSE_EFFECT,
    OUTCOME_MEASURE,
    CITATION,
    DOCUMENT,
    STUDY,
    OUTCOME,
    ADVERSE_EVENT,
    CASE_REPORT,
    CLAIM,
    DISCREPANCY,
)

KIND_OF: dict[type[Any], Kind] = {kind.model: kind for kind in KINDS}
KIND_NAMED: dict[str, Kind] = {kind.name: kind for kind in KINDS}

EDITORS = (
    *TERM_EDITORS,
    CITATION_EDITOR,
    DOCUMENT_EDITOR,
    STUDY_EDITOR,
    OUTCOME_EDITOR,
    ADVERSE_EVENT_EDITOR,
    CASE_REPORT_EDITOR,
    CLAIM_EDITOR,
    DISCREPANCY_EDITOR,
)

EDITOR_NAMED = {editor.kind.name: editor for editor in EDITORS}
EDITOR_OF = {editor.kind: editor for editor in EDITORS}


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


RESOURCES = (
    Resource(
        STUDIES,
        "Studies, newest first. Criteria of a population all meet in one population.",
        "adults-crps-12-weeks",
        OF_STUDIES,
    ),
    Resource(
        OUTCOMES,
        "Outcomes of studies, with their results. The filters on studies work here, too.",
        "adults-crps-12-weeks.pain",
        OF_OUTCOMES,
    ),
    Resource(
        ADVERSE_EVENTS,
        "Counts of harm in groups of studies; no claim about cause, and never added up.",
        "adults-crps-12-weeks.abstract-psychomimetic-esketamine",
        OF_ADVERSE_EVENTS,
    ),
    Resource(
        CASE_REPORTS,
        "Patients told of one by one, each with what happened in order.",
        "foot-pain-after-coma-and-boosters",
        OF_CASE_REPORTS,
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
        OF_CITATIONS,
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
        OF_TREATMENTS,
    ),
    Resource(
        CONDITIONS,
        "Conditions that people in populations have.",
        "complex-regional-pain-syndrome",
        OF_CONDITIONS,
    ),
    Resource(
        OUTCOME_MEASURES,
        "What is measured to see how people fare.",
        "pain",
        OF_OUTCOME_MEASURES,
    ),
    Resource(
        DOCUMENTS,
        "Texts, byte for byte, with their parts and the claims read in them.",
        "ketamine-for-pain",
        OF_DOCUMENTS,
        more=_text,
        more_fields=(("text", str), ("segments", list[SegmentFields])),
    ),
)

ADVERSE_EFFECT_TERMS = Resource(
    ADVERSE_EFFECTS,
    "Terms for harms. With `treatment`, the harm profile: what is stated and what was counted.",
    "hallucinations",
    OF_ADVERSE_EFFECTS,
)
