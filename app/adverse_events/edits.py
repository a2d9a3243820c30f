"""What a curator writes of an adverse event."""

from __future__ import annotations

from typing import Annotated

from app.adverse_events.schemas import ADVERSE_EVENT, AdverseEventFields
from app.drafts import Draft, Editor, Link, Says, Sibling, Slug
from app.models import AdverseEffect, Study


class AdverseEventDraft(AdverseEventFields, Draft):
    """A count of harm in a group, with no claim about cause."""

    slug: Slug
    study: Annotated[str, Link(Study)]
    group: Annotated[str, Sibling("groups")]
    adverse_effect: Annotated[str | None, Link(AdverseEffect)] = None
    says: Says = []


ADVERSE_EVENT_EDITOR = Editor(ADVERSE_EVENT, AdverseEventDraft)
