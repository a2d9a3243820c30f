"""What a curator writes of an adverse event."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.models import AdverseEffect, AdverseEvent, AdverseEventCount, Study
from app.records.adverse_events.card import (
    ADVERSE_EVENT,
    AdverseEventCountFields,
    AdverseEventFields,
)
from app.records.drafting import Draft, Editor, Link, Parts, Says, Sibling, Slug, check_order
from app.records.registry_draft import RegisteredDraft, registry_record_of, set_registry_record
from app.values.errors import InvalidFields
from app.vocabulary import AdverseEventScope


class AdverseEventCountDraft(AdverseEventCountFields, Draft):
    """How many people of a group were affected, each number as the source has it."""

    group: Annotated[str, Sibling("groups")]

    @model_validator(mode="before")
    @classmethod
    def somebody_was_assessed(cls, data: Any) -> Any:
        """Refuse 0 at risk, as tables write where nobody was looked at: it is no count."""
        if isinstance(data, dict) and data.get("at_risk") in (0, "0"):
            raise InvalidFields(
                "nobody was at risk, so nothing was counted: leave affected and at_risk empty, and"
                " say in note what the source has, as 0 of 0: not assessed",
                "at_risk",
            )
        return data

    @model_validator(mode="after")
    def count_is_possible(self) -> AdverseEventCountDraft:
        """Refuse more people than there are."""
        if self.affected is not None and self.at_risk is not None and self.affected > self.at_risk:
            raise InvalidFields("affected is above at_risk", "affected")
        return self


class AdverseEventDraft(AdverseEventFields, RegisteredDraft):
    """A row of a table of harms with its counts, and no claim about cause."""

    slug: Slug
    study: Annotated[str, Link(Study)]
    adverse_effect: Annotated[str | None, Link(AdverseEffect)] = None
    counts: Annotated[
        list[AdverseEventCountDraft], Parts(AdverseEventCount, "group"), Field(min_length=1)
    ]
    says: Says = []

    @model_validator(mode="after")
    def row_is_possible(self) -> AdverseEventDraft:
        """Refuse grades in disorder, and one term without its name."""
        check_order(self.grade_low, self.grade_high, "grade")
        if self.scope is AdverseEventScope.ONE_TERM and self.adverse_effect is None:
            raise InvalidFields(
                "name the adverse_effect, or say what scope the row has", "adverse_effect"
            )
        return self


ADVERSE_EVENT_EDITOR = Editor(
    ADVERSE_EVENT,
    AdverseEventDraft,
    set_registry_record,
    draft_only=registry_record_of(AdverseEvent),
    words=lambda draft: (draft.study, draft.term_verbatim),
    example={
        "study": "adults-crps-12-weeks",
        "adverse_effect": "hallucinations",
        "term_verbatim": "hallucinations",
        "counts": [
            {"group": "ketamine", "affected": 2, "at_risk": 30},
            {"group": "placebo", "affected": 0, "at_risk": 30},
        ],
        "basis": "secondary_document",
        "says": ["adults-crps-12-weeks.design"],
    },
    patch_example={"note": "Read in the abstract."},
)
