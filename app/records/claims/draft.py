"""What a curator writes of a claim, and how its quotes are found in the text."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from app.models import Citation, Claim, ClaimCitation, Document, Passage, Term
from app.records.claims.card import CLAIM, ClaimCitationFields, ClaimFields
from app.records.drafting import Draft, DraftError, Editor, Finder, Link, Parts, PlacedByKind, Slug
from app.values.errors import InvalidFields
from app.values.quotes import QuoteError, find_quote

BETWEEN_PASSAGES = " … "


class QuoteDraft(Draft):
    """Words that stand in a document, at their one place or at the given occurrence."""

    document: str = Field(description="Slug of the document.")
    exact: str = Field(min_length=1, description="The words, exactly as they stand there.")
    prefix: str | None = Field(
        default=None, description="Words just before them, where they stand there several times."
    )
    suffix: str | None = Field(
        default=None, description="Words just after them, where they stand there several times."
    )
    start: int | None = Field(
        default=None, ge=0, description="Their first character, counted from 0, where it is known."
    )
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
            raise InvalidFields("a link that a curator inferred needs a rationale", "rationale")
        return self


class ClaimDraft(ClaimFields, Draft):
    """One statement of a source: quoted from a document, or summed up with its citation."""

    slug: Slug
    quote: Annotated[str | None, PlacedByKind()] = Field(default=None, exclude=True)
    subject: Annotated[str | None, Link(Term)] = None
    object: Annotated[str | None, Link(Term)] = None
    passages: Annotated[list[QuoteDraft], PlacedByKind()] = []
    source_citation: Annotated[str | None, Link(Citation)] = None
    citations: Annotated[list[ClaimCitationDraft], Parts(ClaimCitation, "citation")] = []

    @model_validator(mode="after")
    def has_a_source(self) -> ClaimDraft:
        """Refuse a claim that nobody makes."""
        if not self.passages and not self.source_citation:
            raise InvalidFields(
                "a claim needs a quote, or a source_citation with its location", "passages"
            )
        if self.source_citation and not self.source_location:
            raise InvalidFields("say where in the publication: source_location", "source_location")
        if self.source_location and not self.source_citation:
            raise InvalidFields("say in which publication: source_citation", "source_citation")
        if not self.passages and not self.summary:
            raise InvalidFields("a claim without a quote needs a summary", "summary")
        return self

    @field_validator("quote")
    @classmethod
    def comes_from_passages(cls, quote: str | None) -> str | None:
        """Refuse words without their place."""
        if quote is not None:
            raise ValueError("quotes are made of passages: give these, as document and exact")
        return quote

    @classmethod
    def shown_otherwise(cls, card: dict[str, Any]) -> dict[str, Any]:
        """Cards show passages in the order of the text, the quote has them as they were given."""
        quote = card["quote"] or ""
        passages = [
            {"document": each["document"]["slug"], "exact": each["exact"], "start": each["start"]}
            for each in sorted(card["passages"], key=lambda each: quote.find(each["exact"]))
        ]
        return {"passages": passages}


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
        text, around = document.text, (quote.prefix or "", quote.suffix or "")
        place = find_quote(text, quote.exact, quote.occurrence, start=quote.start, around=around)
    except QuoteError as error:
        raise DraftError((*loc, "exact"), str(error), error.nearest) from error
    return finder.passage(document, place)


def source_and_words(draft: ClaimDraft) -> tuple[str, str]:
    """The source, then the first words of the statement."""
    if not draft.passages:
        return draft.source_citation or "", _beginning(draft.summary or "")
    first = draft.passages[0]
    return first.document, _beginning(first.exact)


def _beginning(words: str) -> str:
    return " ".join(words.split()[:6])


CLAIM_EDITOR = Editor(
    CLAIM,
    ClaimDraft,
    place_passages,
    links=((Claim.passages, Passage.document),),
    words=source_and_words,
    example={
        "kind": "opinion",
        "subject": "treatment/ketamine-coma",
        "passages": [{"document": "ketamine-for-pain", "exact": "are very controversial"}],
    },
    patch_example={"note": "The sentence names no source."},
)
