"""What a curator writes of a case report."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from app.models import CaseEvent, Citation, Condition, Study, Term
from app.records.ages_draft import AgesDraft
from app.records.case_reports.card import CASE_REPORT, CaseEventFields, CaseReportFields
from app.records.drafting import Country, Draft, Editor, Link, Parts, Says, Several, Slug
from app.values.errors import InvalidFields
from app.vocabulary import CaseEventType, Reporter


class CaseEventDraft(CaseEventFields, Draft):
    """One thing that happened, in the order of the telling."""

    country: Country | None = None
    term: Annotated[str | None, Link(Term)] = None
    says: Says = []

    @model_validator(mode="after")
    def says_something(self) -> CaseEventDraft:
        """Refuse an event without content, and recurrence of what was not given again."""
        if not (self.term or self.verbatim):
            raise InvalidFields(
                "an event needs a term, or what happened in the source's words", "term"
            )
        if self.recurred is not None and self.type is not CaseEventType.RE_EXPOSURE:
            raise InvalidFields("recurred is said of the type re_exposure only", "recurred")
        return self


class CaseReportDraft(CaseReportFields, AgesDraft):
    """What happened to a patient, in order."""

    slug: Slug
    citation: Annotated[str | None, Link(Citation)] = None
    study: Annotated[str | None, Link(Study)] = None
    conditions: Annotated[list[str], Link(Condition), Several] = []
    events: Annotated[list[CaseEventDraft], Parts(CaseEvent, "position")] = []
    says: Says = []

    @model_validator(mode="after")
    def reporter_is_named(self) -> CaseReportDraft:
        """Refuse a citation that is not said to be the reporter, and a reporter not named."""
        if (self.reporter is Reporter.CITATION) != (self.citation is not None):
            raise InvalidFields(
                "name the citation if, and only if, the reporter is a citation", "citation"
            )
        return self


CASE_REPORT_EDITOR = Editor(
    CASE_REPORT,
    CaseReportDraft,
    example={
        "label": "Hallucinations after a ketamine coma",
        "basis": "secondary_document",
        "events": [
            {
                "type": "exposure",
                "term": "treatment/ketamine-coma",
                "says": ["foot-pain-after-coma-and-boosters.coma"],
            }
        ],
        "says": ["foot-pain-after-coma-and-boosters.coma"],
    },
    patch_example={"label": "A case of foot pain"},
)
