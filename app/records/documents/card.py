"""Cards of documents."""

from __future__ import annotations

from app.models import Document, DocumentReference, Passage, Segment
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import CitationLink, DocumentLink
from app.vocabulary import SegmentKind


class SegmentFields(Fields):
    """A part of the text."""

    describes = Segment
    kind: SegmentKind
    start: int
    end: int


class PlaceCard(Fields):
    """A place in the text."""

    describes = Passage
    start: int
    end: int
    exact: str


class ReferenceCard(Fields):
    """An entry of the reference list."""

    describes = DocumentReference
    number: int
    citation: CitationLink
    passage: PlaceCard


class DocumentFields(Fields):
    """Where a text comes from."""

    describes = Document
    title: str
    publisher: str | None = None
    url: str | None = None
    retrieved_on: str | None = None


class DocumentCard(DocumentFields, RecordCard):
    """A document without its text, which its own page adds."""

    sha256: str
    references: list[ReferenceCard]


DOCUMENT = Kind(
    name="document",
    path="documents",
    model=Document,
    card=DocumentCard,
    card_format=1,
    card_schema="d75051923da5",
    link=DocumentLink,
    title="title",
    words=("title", "publisher", "url"),
    sort_key="title",
    shows=(
        (Document.segments,),
        (Document.references, DocumentReference.citation),
        (Document.references, DocumentReference.passage),
    ),
)
