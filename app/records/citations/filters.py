"""The list of citations: its filters and orders."""

from __future__ import annotations

from sqlalchemy import false, or_, select

from app.models import (
    Citation,
    CitationAuthor,
    CitationIdentifier,
    ClaimCitation,
    DocumentReference,
)
from app.query.criteria import Clause
from app.query.facets import by_column
from app.query.filters import Filter, boolean_filter, range_filter, vocabulary_filter
from app.query.request import ListDefinition, Sort
from app.records.citations.card import CITATION
from app.records.citations.formats import CITATION_FORMS
from app.records.names import broader_terms, record_filter, resolve
from app.records.shared_filters import words_filter
from app.values.identifiers import read_identifier
from app.values.text import fold_text
from app.vocabulary import LinkBasis, PublicationStatus


def _by_author(names: list[str]) -> Clause:
    """An author's family name begins with one of the names."""
    starts = (
        CitationAuthor.folded.startswith(fold_text(name), autoescape=True)
        for name in names
        if fold_text(name)
    )
    return Citation.id.in_(select(CitationAuthor.citation_id).where(or_(false(), *starts)))


def _linked(answer: bool) -> Clause:  # noqa: FBT001 # read off yes or no
    """Some statement of a document is held to rest on it."""
    held = select(ClaimCitation.citation_id).where(
        ClaimCitation.basis.in_([LinkBasis.IN_TEXT, LinkBasis.CURATOR_INFERRED])
    )
    return Citation.id.in_(held) if answer else Citation.id.not_in(held)


CITATIONS = ListDefinition(
    kind=CITATION,
    formats=CITATION_FORMS,
    filters=(
        words_filter("citation", Citation),
        Filter("author", "Beginning of an author's family name.", _by_author, example="Bredlau"),
        Filter(
            "title",
            "Words that stand in the title.",
            lambda words: or_(*(Citation.title.icontains(each, autoescape=True) for each in words)),
            example="liver",
        ),
        Filter(
            "journal",
            "Words that stand in the name of the journal or book.",
            lambda words: or_(
                *(Citation.container_title.icontains(each, autoescape=True) for each in words)
            ),
            example="Pain",
        ),
        range_filter("year", Citation.year, "Year of publication.", "2009..2013"),
        Filter(
            "identifier",
            "A DOI, PMID, PMCID or other number, alone or as doi:10.1016/...",
            lambda values: Citation.id.in_(
                select(CitationIdentifier.citation_id).where(CitationIdentifier.value.in_(values))
            ),
            read_identifier,
            example="pmid:23403253",
        ),
        record_filter(
            "document",
            "document",
            "Slug of a document whose reference list names it.",
            lambda ids: Citation.id.in_(
                select(DocumentReference.citation_id).where(DocumentReference.document_id.in_(ids))
            ),
            "ketamine-for-pain",
        ),
        boolean_filter(
            "linked", _linked, "Whether any statement of a document is held to rest on it."
        ),
        vocabulary_filter(
            "publication_status",
            PublicationStatus,
            Citation.publication_status,
            "What became of it after it appeared.",
        ),
    ),
    sorts=(
        Sort("year", Citation.year_key, int),
        Sort("title", Citation.title),
        Sort("slug", Citation.slug),
    ),
    default="-year",
    resolve=resolve,
    broader=broader_terms,
    facets=(
        by_column("year", Citation.year, Citation.id, "Year of publication."),
        by_column(
            "publication_status",
            Citation.publication_status,
            Citation.id,
            "What became of it after it appeared.",
        ),
    ),
)
