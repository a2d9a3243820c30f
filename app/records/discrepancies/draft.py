"""What a curator writes of a discrepancy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from app.models import Citation, Claim, DiscrepancySide, Study, Treatment
from app.records.discrepancies.card import DISCREPANCY, DiscrepancyFields, SideFields
from app.records.drafting import Draft, Editor, Link, Parts, Several, Slug
from app.values.errors import InvalidFields


class SideDraft(SideFields, Draft):
    """What one of the sources says, with the claim or the publication that says it."""

    claim: Annotated[str | None, Link(Claim)] = None
    citation: Annotated[str | None, Link(Citation)] = None

    @model_validator(mode="after")
    def names_its_source(self) -> SideDraft:
        """Refuse a side that nobody holds."""
        if not (self.claim or self.citation):
            raise InvalidFields("a side needs the claim or the citation that says it", "claim")
        return self


class DiscrepancyDraft(DiscrepancyFields, Draft):
    """Two sources side by side, neither corrected by the other."""

    slug: Slug
    sides: Annotated[list[SideDraft], Parts(DiscrepancySide, "position")] = Field(min_length=2)
    studies: Annotated[list[str], Link(Study), Several] = []
    treatments: Annotated[list[str], Link(Treatment), Several] = []


DISCREPANCY_EDITOR = Editor(
    DISCREPANCY,
    DiscrepancyDraft,
    example={
        "title": "Whether ketamine helps",
        "sides": [
            {"says": "It does not.", "claim": "adults-crps-12-weeks.at-end"},
            {"says": "It does at first.", "claim": "adults-crps-12-weeks.relief"},
        ],
        "studies": ["adults-crps-12-weeks"],
    },
    patch_example={"note": "To be looked at again."},
)
