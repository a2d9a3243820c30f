"""Every kind of record: its list, its draft, and what its page takes in. A new kind goes here.

Whoever needs something of every kind (the release, the journal, the routes, seed files, pages) asks
this list for it, so that a new kind is declared once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.models import Document, Segment
from app.query.cards import Kind
from app.query.routes import Resource
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.adverse_events.filters import ADVERSE_EVENTS
from app.records.case_reports.draft import CASE_REPORT_EDITOR
from app.records.case_reports.filters import CASE_REPORTS
from app.records.citations.draft import CITATION_EDITOR
from app.records.citations.filters import CITATIONS
from app.records.claims.draft import CLAIM_EDITOR
from app.records.claims.filters import CLAIMS
from app.records.discrepancies.draft import DISCREPANCY_EDITOR
from app.records.discrepancies.filters import DISCREPANCIES
from app.records.documents.card import SegmentFields
from app.records.documents.draft import DOCUMENT_EDITOR
from app.records.documents.filters import DOCUMENTS
from app.records.drafting import Editor
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
from app.records.studies.draft import STUDY_EDITOR
from app.records.study_list import STUDIES
from app.records.terms.draft import (
    ADVERSE_EFFECT_EDITOR,
    CONDITION_EDITOR,
    OUTCOME_MEASURE_EDITOR,
    TREATMENT_EDITOR,
)
from app.records.terms.filters import ADVERSE_EFFECTS, CONDITIONS, OUTCOME_MEASURES, TREATMENTS


@dataclass(frozen=True)
class RecordKind(Resource):
    """All that is declared of a kind of record: what is read of it, and how it is written."""

    editor: Editor = field(kw_only=True)

    @property
    def kind(self) -> Kind:
        """Its name, table and card."""
        return self.listing.kind


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


# Each after those that it is about: the order in which a release, or a folder of seed files, can be
# read from its beginning.
RECORDS = (
    RecordKind(
        TREATMENTS,
        "Treatments, each in one exact form, with what authorities decided on that form.",
        "ketamine",
        OF_TREATMENTS,
        editor=TREATMENT_EDITOR,
    ),
    RecordKind(
        CONDITIONS,
        "Conditions that people in populations have.",
        "complex-regional-pain-syndrome",
        OF_CONDITIONS,
        editor=CONDITION_EDITOR,
    ),
    RecordKind(
        ADVERSE_EFFECTS,
        "Terms for harms. With `treatment`, the harm profile: what is stated and what was counted.",
        "hallucinations",
        OF_ADVERSE_EFFECTS,
        editor=ADVERSE_EFFECT_EDITOR,
    ),
    RecordKind(
        OUTCOME_MEASURES,
        "What is measured to see how people fare.",
        "pain",
        OF_OUTCOME_MEASURES,
        editor=OUTCOME_MEASURE_EDITOR,
    ),
    RecordKind(
        CITATIONS,
        "Publications, newest first.",
        "bredlau-2013",
        OF_CITATIONS,
        editor=CITATION_EDITOR,
    ),
    RecordKind(
        DOCUMENTS,
        "Texts, byte for byte, with their parts and the claims read in them.",
        "ketamine-for-pain",
        OF_DOCUMENTS,
        extra_members=_text,
        extra_fields=(("text", str), ("segments", list[SegmentFields])),
        editor=DOCUMENT_EDITOR,
    ),
    RecordKind(
        STUDIES,
        "Studies, newest first. Criteria of a population all meet in one population.",
        "adults-crps-12-weeks",
        OF_STUDIES,
        editor=STUDY_EDITOR,
    ),
    RecordKind(
        OUTCOMES,
        "Outcomes of studies, with their results. The filters on studies work here, too.",
        "adults-crps-12-weeks.pain",
        OF_OUTCOMES,
        editor=OUTCOME_EDITOR,
    ),
    RecordKind(
        ADVERSE_EVENTS,
        "Rows of tables of harms with their counts; no claim about cause, and never added up.",
        "adults-crps-12-weeks.abstract-psychomimetic",
        OF_ADVERSE_EVENTS,
        editor=ADVERSE_EVENT_EDITOR,
    ),
    RecordKind(
        CASE_REPORTS,
        "Patients told of one by one, each with what happened in order.",
        "foot-pain-after-coma-and-boosters",
        OF_CASE_REPORTS,
        editor=CASE_REPORT_EDITOR,
    ),
    RecordKind(
        CLAIMS,
        "Statements of sources, each with its words, its place, and the facts that rest on it.",
        "ketamine-for-pain.coma-lasting-benefit",
        editor=CLAIM_EDITOR,
    ),
    RecordKind(
        DISCREPANCIES,
        "Where two sources do not say the same, side by side.",
        "pain-at-the-end-of-the-study",
        editor=DISCREPANCY_EDITOR,
    ),
)
# The order of the API: facts first, what they are about next. What is not named here comes last.
_FIRST = (
    *(STUDIES, OUTCOMES, ADVERSE_EVENTS, CASE_REPORTS, CLAIMS, CITATIONS, DISCREPANCIES),
    *(TREATMENTS, CONDITIONS, OUTCOME_MEASURES, DOCUMENTS),
)


def _api_order(record: RecordKind) -> int:
    return _FIRST.index(record.listing) if record.listing in _FIRST else len(_FIRST)


RESOURCES = tuple(sorted(RECORDS, key=_api_order))
KINDS = tuple(record.kind for record in RECORDS)
KIND_OF: dict[type[Any], Kind] = {kind.model: kind for kind in KINDS}
KIND_NAMED: dict[str, Kind] = {kind.name: kind for kind in KINDS}
EDITORS = tuple(record.editor for record in RECORDS)
EDITOR_NAMED = {editor.kind.name: editor for editor in EDITORS}
EDITOR_OF = {editor.kind: editor for editor in EDITORS}
# Their list also answers for the harms of a treatment (app/overviews/harms), which adds its routes.
ADVERSE_EFFECT_TERMS = next(record for record in RECORDS if record.listing is ADVERSE_EFFECTS)
