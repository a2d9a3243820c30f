"""How drafts of every kind become records, in the order in which their rows can be written."""

from __future__ import annotations

from app.adverse_events.edits import ADVERSE_EVENT_EDITOR
from app.case_reports.edits import CASE_REPORT_EDITOR
from app.citations.edits import CITATION_EDITOR
from app.claims.edits import CLAIM_EDITOR
from app.discrepancies.edits import DISCREPANCY_EDITOR
from app.documents.edits import DOCUMENT_EDITOR
from app.outcomes.edits import OUTCOME_EDITOR
from app.studies.edits import STUDY_EDITOR
from app.terms.edits import TERM_EDITORS

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
