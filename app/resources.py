"""Every resource of the API."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from app.adverse_events.filters import ADVERSE_EVENTS
from app.case_reports.filters import CASE_REPORTS
from app.children import (
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
from app.citations.filters import CITATIONS
from app.claims.filters import CLAIMS
from app.core.resources import Resource
from app.discrepancies.filters import DISCREPANCIES
from app.documents.filters import DOCUMENTS
from app.documents.schemas import SegmentFields
from app.models import (
    Document,
    Segment,
)
from app.outcomes.filters import OUTCOMES
from app.studies.filters import STUDIES
from app.terms.filters import ADVERSE_EFFECTS, CONDITIONS, OUTCOME_MEASURES, TREATMENTS


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
