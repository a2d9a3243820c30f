"""The list of documents: its filters and orders."""

from __future__ import annotations

from sqlalchemy import select

from app.models import Citation, Document, DocumentReference
from app.query.filters import Filter
from app.query.request import ListDefinition, Sort
from app.records.documents.card import DOCUMENT
from app.records.names import broader_terms, resolve
from app.records.shared_filters import words_filter

DOCUMENTS = ListDefinition(
    kind=DOCUMENT,
    filters=(
        words_filter("document", Document),
        Filter(
            "citation",
            "Slug of a publication in the document's reference list.",
            lambda slugs: Document.id.in_(
                select(DocumentReference.document_id)
                .join(Citation, Citation.id == DocumentReference.citation_id)
                .where(Citation.slug.in_(slugs))
            ),
            example="bredlau-2013",
        ),
    ),
    sorts=(Sort("title", Document.title), Sort("slug", Document.slug)),
    default="title",
    resolve=resolve,
    broader=broader_terms,
)
