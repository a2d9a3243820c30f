"""Citations: publications, who wrote them, and how others name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Computed, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.models.base import Base, Placed, Record, link, one_of, standing_index
from app.values.text import fold_text
from app.vocabulary import CitationType, IdentifierScheme, PublicationStatus, RecordStatus

if TYPE_CHECKING:
    from app.models.document import DocumentReference


class Citation(Record, Base):
    """A publication, as far as it is known."""

    __tablename__ = "citations"
    __table_args__ = (
        Index("uq_citations_slug", "slug", unique=True),
        Index("ix_citations_publication_status", "publication_status"),  # what was retracted
        Index("ix_citations_year_key_id", "year_key", "id"),  # the default order: newest first
        # facets of all citations are counted from it alone
        standing_index("ix_citations_values", "year", "publication_status"),
    )

    type: Mapped[CitationType] = one_of(CitationType, "What kind of publication it is.")
    title: Mapped[str] = mapped_column(comment="Title, as published.")
    container_title: Mapped[str | None] = mapped_column(
        comment="Journal or book it appeared in; empty: none, or not known."
    )
    year: Mapped[int | None] = mapped_column(comment="Year of publication; empty: not known.")
    year_key: Mapped[int] = mapped_column(
        Integer,
        Computed("coalesce(year, 0)", persisted=True),
        comment="Derived: the year, 0 when not known, to sort by.",
    )
    volume: Mapped[str | None] = mapped_column(comment="Volume, as printed; empty: not known.")
    issue: Mapped[str | None] = mapped_column(comment="Issue, as printed; empty: not known.")
    pages: Mapped[str | None] = mapped_column(comment="Pages, as printed; empty: not known.")
    abstract: Mapped[str | None] = mapped_column(comment="Abstract; empty: not held.")
    verbatim: Mapped[str | None] = mapped_column(
        comment="The reference as the source wrote it; empty: it came in fields."
    )
    authors_truncated: Mapped[bool] = mapped_column(
        default=False, comment="The list of authors ends in et al.: there are more."
    )
    publication_status: Mapped[PublicationStatus] = one_of(
        PublicationStatus,
        "What became of it after it appeared.",
        default=PublicationStatus.ORDINARY,
    )

    authors: Mapped[list[CitationAuthor]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="CitationAuthor.position"
    )
    identifiers: Mapped[list[CitationIdentifier]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="CitationIdentifier.position"
    )
    references: Mapped[list[DocumentReference]] = relationship(
        lazy="raise", back_populates="citation"
    )

    @validates("status")
    def _free_identifiers(self, _key: str, status: RecordStatus) -> RecordStatus:
        for identifier in self.identifiers:
            identifier.current = status == RecordStatus.CURRENT
        return status


class CitationAuthor(Placed, Base):
    """One author, in the order of the publication."""

    __tablename__ = "citation_authors"
    __table_args__ = (
        Index("ix_citation_authors_folded", "folded"),  # the author filter
        CheckConstraint("family IS NOT NULL OR literal IS NOT NULL", name="has_a_name"),
    )

    citation_id: Mapped[int] = link("citations.id", "The publication.")
    family: Mapped[str | None] = mapped_column(comment="Family name; empty: see literal.")
    given: Mapped[str | None] = mapped_column(comment="Given names or initials; empty: not known.")
    literal: Mapped[str | None] = mapped_column(
        comment="Name that does not fall into parts, as of a group."
    )
    orcid: Mapped[str | None] = mapped_column(comment="ORCID iD; empty: not known.")
    folded: Mapped[str] = mapped_column(
        comment="Derived: family name or literal, folded for look-up: lower case, no accents."
    )

    @validates("family", "literal")
    def _fold_name(self, _key: str, name: str | None) -> str | None:
        if name:
            self.folded = fold_text(name)
        return name


class CitationIdentifier(Placed, Base):
    """A name that somebody else gave the publication."""

    __tablename__ = "citation_identifiers"
    __table_args__ = (
        # One current citation per identifier, unless the identifier is known to be shared, as by
        # the abstracts of one conference supplement.
        Index(
            "uq_citation_identifiers_scheme_value",
            "scheme",
            "value",
            unique=True,
            sqlite_where=text("current AND NOT shared"),
            postgresql_where=text("current AND NOT shared"),
        ),
        Index("ix_citation_identifiers_value", "value"),
    )

    citation_id: Mapped[int] = link("citations.id", "The publication.")
    scheme: Mapped[IdentifierScheme] = one_of(IdentifierScheme, "Who gives out the identifier.")
    value: Mapped[str] = mapped_column(comment="The identifier, normalised by its scheme.")
    shared: Mapped[bool] = mapped_column(
        default=False, comment="Several publications rightly carry it."
    )
    current: Mapped[bool] = mapped_column(
        default=True, comment="Derived: whether its citation stands."
    )
