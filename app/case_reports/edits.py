"""What a curator writes of a case report."""

from __future__ import annotations

from typing import Annotated

from app.aged import AgesDraft
from app.case_reports.schemas import CASE_REPORT, CaseEventFields, CaseReportFields
from app.drafts import Country, Draft, Editor, Link, Parts, Says, Several, Slug
from app.models import CaseEvent, Citation, Condition, Study, Term


class CaseEventDraft(CaseEventFields, Draft):
    """One thing that happened, in the order of the telling."""

    country: Country | None = None
    term: Annotated[str | None, Link(Term)] = None
    says: Says = []


class CaseReportDraft(CaseReportFields, AgesDraft):
    """What happened to a patient, in order."""

    slug: Slug
    citation: Annotated[str | None, Link(Citation)] = None
    study: Annotated[str | None, Link(Study)] = None
    conditions: Annotated[list[str], Link(Condition), Several] = []
    events: Annotated[list[CaseEventDraft], Parts(CaseEvent, "position")] = []
    says: Says = []


CASE_REPORT_EDITOR = Editor(CASE_REPORT, CaseReportDraft)
