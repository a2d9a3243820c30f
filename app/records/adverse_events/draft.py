"""What a curator writes of an adverse event."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from app.models import AdverseEffect, AdverseEvent, Study
from app.records.adverse_events.card import ADVERSE_EVENT, AdverseEventFields
from app.records.drafting import Editor, Link, Says, Sibling, Slug, check_order
from app.records.registry_draft import RegisteredDraft, registry_record_of, set_registry_record
from app.values.errors import InvalidFields
from app.vocabulary import AdverseEventScope


class AdverseEventDraft(AdverseEventFields, RegisteredDraft):
    """A count of harm in a group, with no claim about cause."""

    slug: Slug
    study: Annotated[str, Link(Study)]
    group: Annotated[str, Sibling("groups")]
    adverse_effect: Annotated[str | None, Link(AdverseEffect)] = None
    says: Says = []

    @model_validator(mode="after")
    def counts_are_possible(self) -> AdverseEventDraft:
        """Refuse more people than there are, bounds in disorder, and one term without its name."""
        if self.affected is not None and self.at_risk is not None and self.affected > self.at_risk:
            raise InvalidFields("affected is above at_risk", "affected")
        check_order(self.grade_low, self.grade_high, "grade")
        if self.scope is AdverseEventScope.ONE_TERM and self.adverse_effect is None:
            raise InvalidFields(
                "name the adverse_effect, or say what scope the count has", "adverse_effect"
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
        "group": "ketamine",
        "adverse_effect": "hallucinations",
        "term_verbatim": "hallucinations",
        "affected": 2,
        "at_risk": 30,
        "basis": "secondary_document",
        "says": ["adults-crps-12-weeks.design"],
    },
    patch_example={"note": "Read in the abstract."},
)
