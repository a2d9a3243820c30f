"""Every kind of record, in the order in which their rows can be written."""

from __future__ import annotations

from typing import Any

from app.adverse_events.schemas import ADVERSE_EVENT
from app.case_reports.schemas import CASE_REPORT
from app.citations.schemas import CITATION
from app.claims.schemas import CLAIM
from app.core.cards import Kind
from app.discrepancies.schemas import DISCREPANCY
from app.documents.schemas import DOCUMENT
from app.outcomes.schemas import OUTCOME
from app.studies.schemas import STUDY
from app.terms.schemas import ADVERSE_EFFECT, CONDITION, OUTCOME_MEASURE, TREATMENT

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
