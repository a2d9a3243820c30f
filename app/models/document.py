"""Documents: a text as it was retrieved, its parts, and the places that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Identified, Placed, Record, link, one_of
from app.vocabulary import SegmentKind

if TYPE_CHECKING:
    from app.models.citation import Citation


class Document(Record, Base):
    """A text that says something about treatments, byte for byte as it was retrieved."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("uq_documents_slug", "slug", unique=True),
        Index("ix_documents_title_id", "title", "id"),  # the default order of the list
        CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
    )

    title: Mapped[str] = mapped_column(comment="What the document is called.")
    publisher: Mapped[str | None] = mapped_column(comment="Who published it; empty: not known.")
    url: Mapped[str | None] = mapped_column(comment="Where it was found; empty: not known.")
    retrieved_on: Mapped[str | None] = mapped_column(
        comment="When it was read, ISO 8601; empty: not known."
    )
    text: Mapped[str] = mapped_column(deferred=True, comment="The text itself, unchanged.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of the text in UTF-8, hexadecimal.")

    segments: Mapped[list[Segment]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Segment.position"
    )
    references: Mapped[list[DocumentReference]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="DocumentReference.number",
        back_populates="document",
    )


class Segment(Placed, Base):
    """A part of a document's text; sentences lie inside paragraphs."""

    __tablename__ = "segments"
    __table_args__ = (CheckConstraint('start >= 0 AND "end" > start', name="not_empty"),)

    document_id: Mapped[int] = link("documents.id", "The document.")
    kind: Mapped[SegmentKind] = one_of(SegmentKind, "What sort of part it is.")
    start: Mapped[int] = mapped_column(comment="First character, counted from 0.")
    end: Mapped[int] = mapped_column(comment="One after the last character.")


class Passage(Identified, Base):
    """A place in a document that was read, by position and by words (W3C text selectors)."""

    __tablename__ = "passages"
    __table_args__ = (
        Index("uq_passages_document_id_start_end", "document_id", "start", "end", unique=True),
        CheckConstraint('start >= 0 AND "end" > start', name="not_empty"),
    )

    document_id: Mapped[int] = link("documents.id", "The document.", index=False)
    start: Mapped[int] = mapped_column(comment="First character, counted from 0.")
    end: Mapped[int] = mapped_column(comment="One after the last character.")
    exact: Mapped[str] = mapped_column(comment="The words themselves.")
    prefix: Mapped[str] = mapped_column(comment="Up to 32 characters before them.")
    suffix: Mapped[str] = mapped_column(comment="Up to 32 characters after them.")

    document: Mapped[Document] = relationship(lazy="raise")


class DocumentReference(Identified, Base):
    """An entry of a document's reference list."""

    __tablename__ = "document_references"
    __table_args__ = (
        Index("uq_document_references_document_id_number", "document_id", "number", unique=True),
    )

    document_id: Mapped[int] = link("documents.id", "The document.", index=False)
    number: Mapped[int] = mapped_column(comment="Its number in the list, from 1.")
    citation_id: Mapped[int] = link("citations.id", "The publication it names.")
    passage_id: Mapped[int] = link("passages.id", "Where the entry stands in the text.")

    document: Mapped[Document] = relationship(lazy="raise", back_populates="references")
    citation: Mapped[Citation] = relationship(lazy="raise", back_populates="references")
    passage: Mapped[Passage] = relationship(lazy="raise")
