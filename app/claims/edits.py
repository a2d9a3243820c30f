"""What a curator writes of a claim, and how its quotes are found in the text."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.claims.schemas import CLAIM, ClaimCitationFields, ClaimFields
from app.core.quotes import QuoteError, find_quote
from app.drafts import Apart, Draft, DraftError, Editor, Finder, Link, Parts, Slug
from app.models import Citation, Claim, ClaimCitation, Document, Passage, Term

BETWEEN_PASSAGES = " … "


class QuoteDraft(Draft):
    """Words that stand in a document, at their one place or at the given occurrence."""

    document: str = Field(description="Slug of the document.")
    exact: str = Field(min_length=1, description="The words, exactly as they stand there.")
    occurrence: int | None = Field(
        default=None, ge=1, description="Which occurrence, from 1, where there are several."
    )


class ClaimCitationDraft(ClaimCitationFields, Draft):
    """A publication that the claim is held to rest on."""

    citation: Annotated[str, Link(Citation)]

    @model_validator(mode="after")
    def inference_is_explained(self) -> ClaimCitationDraft:
        """Refuse an inferred link without its reason."""
        if self.basis == "curator_inferred" and not self.rationale:
            raise ValueError("a link that a curator inferred needs a rationale")
        return self


class ClaimDraft(ClaimFields, Draft):
    """One statement of a source: quoted from a document, or summed up with its citation."""

    slug: Slug
    quote: Annotated[str | None, Apart()] = Field(default=None, exclude=True)
    subject: Annotated[str | None, Link(Term)] = None
    object: Annotated[str | None, Link(Term)] = None
    passages: Annotated[list[QuoteDraft], Apart()] = []
    source_citation: Annotated[str | None, Link(Citation)] = None
    citations: Annotated[list[ClaimCitationDraft], Parts(ClaimCitation, "citation")] = []

    @model_validator(mode="after")
    def has_a_source(self) -> ClaimDraft:
        """Refuse a claim that nobody makes."""
        if not self.passages and not self.source_citation:
            raise ValueError("a claim needs a quote, or a source_citation with its location")
        if self.source_citation and not self.source_location:
            raise ValueError("say where in the publication: source_location")
        if not self.passages and not self.summary:
            raise ValueError("a claim without a quote needs a summary")
        return self


def place_passages(claim: Claim, draft: ClaimDraft, finder: Any) -> bool:
    """Find each quote at its one place; raises DraftError with the nearest text."""
    passages = [
        _passage(quote, finder, ("passages", at)) for at, quote in enumerate(draft.passages)
    ]
    if len({id(passage) for passage in passages}) < len(passages):
        raise DraftError(("passages",), "the same place stands here twice: keep one")
    same = {id(passage) for passage in passages} == {id(passage) for passage in claim.passages}
    quote = BETWEEN_PASSAGES.join(quote.exact for quote in draft.passages) or None
    if same and claim.quote == quote:
        return False
    claim.passages, claim.quote = passages, quote
    return True


def _passage(quote: QuoteDraft, finder: Finder, loc: tuple[str, int]) -> Passage:
    document: Document = finder.find(Document, quote.document, (*loc, "document"))
    try:
        place = find_quote(document.text, quote.exact, quote.occurrence)
    except QuoteError as error:
        raise DraftError((*loc, "exact"), str(error), error.nearest) from error
    return finder.passage(document, place)


CLAIM_EDITOR = Editor(CLAIM, ClaimDraft, place_passages)
