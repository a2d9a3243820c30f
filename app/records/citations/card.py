"""Cards of citations."""

from __future__ import annotations

from app.models import Citation, CitationAuthor, CitationIdentifier, DocumentReference
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import CitationLink, DocumentLink
from app.vocabulary import CitationType, IdentifierScheme, PublicationStatus


class AuthorFields(Fields):
    """One author."""

    describes = CitationAuthor
    family: str | None = None
    given: str | None = None
    literal: str | None = None
    orcid: str | None = None


class IdentifierFields(Fields):
    """A name that somebody else gave the publication."""

    describes = CitationIdentifier
    scheme: IdentifierScheme
    value: str
    shared: bool = False


class CitationFields(Fields):
    """A publication, as far as it is known."""

    describes = Citation
    type: CitationType = CitationType.ARTICLE_JOURNAL
    title: str
    container_title: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    abstract: str | None = None
    verbatim: str | None = None
    authors_truncated: bool = False
    publication_status: PublicationStatus = PublicationStatus.ORDINARY


class CitedInCard(Fields):
    """A document whose reference list names the publication."""

    describes = DocumentReference
    number: int
    document: DocumentLink


class CitationCard(CitationFields, RecordCard):
    """A publication with its authors, identifiers and the documents that cite it."""

    authors: list[AuthorFields]
    identifiers: list[IdentifierFields]
    references: list[CitedInCard]


CITATION = Kind(
    name="citation",
    path="citations",
    model=Citation,
    card=CitationCard,
    card_format=1,
    card_schema="d4001f261256",
    link=CitationLink,
    title="title",
    words=(
        "title",
        "container_title",
        "year",
        "authors.family",
        "authors.literal",
        "identifiers.value",
        "abstract",
        "verbatim",
    ),
    sort_key="year_key",
    shows=(
        (Citation.authors,),
        (Citation.identifiers,),
    ),
    follows=((Citation.references, DocumentReference.document),),
)
