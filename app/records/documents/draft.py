"""What a curator writes of a document."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import ConfigDict, field_validator
from sqlalchemy import select

from app.models import Citation, Document, DocumentReference, Segment
from app.records.documents.card import DOCUMENT, DocumentFields
from app.records.documents.segments import segment
from app.records.drafting import Date, Draft, DraftError, Editor, Finder, PlacedByKind, Slug
from app.values.quotes import QuoteError, TextSpan
from app.vocabulary import SegmentKind


class DocumentDraft(DocumentFields, Draft):
    """A text, which words of it say nothing, and the publications it lists by number."""

    model_config = ConfigDict(str_strip_whitespace=False)

    slug: Slug
    retrieved_on: Date | None = None
    text: Annotated[str, PlacedByKind()]
    boilerplate: Annotated[
        list[str], PlacedByKind("Words of it that say nothing about treatments.")
    ] = []
    references: Annotated[
        dict[int, str], PlacedByKind("Its reference list: number to citation.")
    ] = {}

    @field_validator("url")
    @classmethod
    def is_of_the_web(cls, url: str | None) -> str | None:
        """Refuse what a browser would run, and what leads nowhere."""
        if url is None:
            return None
        parts = urlsplit(url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("is an address that begins with https:// or http://")
        return url.strip()

    @field_validator("text")
    @classmethod
    def has_words(cls, text: str) -> str:
        """Refuse an empty text."""
        if not text.strip():
            raise ValueError("the document is empty")
        if "\0" in text:
            raise ValueError("the document has a NUL character, which no text has")
        return text

    @classmethod
    def shown_otherwise(cls, card: dict[str, Any]) -> dict[str, Any]:
        """Cards show the reference list with its places in the text."""
        listed = card["references"]
        return {"references": {str(each["number"]): each["citation"]["slug"] for each in listed}}


def place_text(document: Document, draft: DocumentDraft, finder: Any) -> bool:
    """Keep the text with its segments and references; raises DraftError."""
    changed = _put_text(document, draft)
    references = [part for part in document.segments if part.kind is SegmentKind.REFERENCE]
    known = {reference.number: reference for reference in document.references}
    for number in known.keys() - draft.references.keys():
        document.references.remove(known[number])
        changed = True
    for number, slug in draft.references.items():
        loc = ("references", number)
        if not 1 <= number <= len(references):
            raise DraftError(
                loc, f"the text lists {len(references)} references, none of this number"
            )
        citation = finder.find(Citation, slug, loc)
        if number not in known or known[number].citation is not citation:
            changed = True
            part = references[number - 1]
            _put_reference(document, known.get(number), number, citation, part, finder)
    return changed


def _put_text(document: Document, draft: DocumentDraft) -> bool:
    sha256 = hashlib.sha256(draft.text.encode()).hexdigest()
    if document.sha256 not in {None, sha256}:
        raise DraftError(("text",), "the text of a document never changes: load it as a new one")
    if document.sha256 is None:  # first: claims look for their quotes even if the rest is refused
        document.text, document.sha256 = draft.text, sha256
    try:
        parts = segment(draft.text, draft.boilerplate)
    except QuoteError as error:
        raise DraftError(("boilerplate",), str(error), error.nearest) from error
    old = [(part.kind, part.start, part.end) for part in document.segments]
    if old == [(part.kind, part.start, part.end) for part in parts]:
        return False
    document.segments = [
        Segment(position=at, kind=part.kind, start=part.start, end=part.end)
        for at, part in enumerate(parts)
    ]
    return True


def _put_reference(
    document: Document,
    old: DocumentReference | None,
    number: int,
    citation: Citation,
    part: Segment,
    finder: Finder,
) -> None:
    """Tie one entry of the reference list to a publication and to its place in the text."""
    passage = finder.passage(document, TextSpan(part.start, part.end))
    if old is None:
        old = DocumentReference(number=number)
        document.references.append(old)
    old.citation, old.passage = citation, passage


def draft_only_text(session: Any, document: int) -> dict[str, Any]:
    """The text, which cards leave out, and the words of it that were named as boilerplate."""
    text = session.execute(select(Document.text).where(Document.id == document)).scalar_one()
    idle = (Segment.document_id == document) & (Segment.kind == SegmentKind.BOILERPLATE)
    query = select(Segment.start, Segment.end).where(idle).order_by(Segment.position)
    parts = segment(text, [])
    markers = {(each.start, each.end) for each in parts if each.kind is SegmentKind.BOILERPLATE}
    places = [(row.start, row.end) for row in session.execute(query)]
    named = [text[start:end] for start, end in places if (start, end) not in markers]
    return {"text": text, "boilerplate": named}


DOCUMENT_EDITOR = Editor(
    DOCUMENT,
    DocumentDraft,
    place_text,
    draft_only=draft_only_text,
    links=((Document.references, DocumentReference.citation),),
    example={
        "title": "A leaflet",
        "publisher": "A hospital",
        "text": "Ketamine may cause double vision.\n\nPrinted in 2012.",
        "boilerplate": ["Printed in 2012."],
    },
    patch_example={"publisher": "A practice"},
)
