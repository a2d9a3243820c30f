"""What full text sees of each record: the record's own words, folded, cut from its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.core.cards import Kind, members
from app.core.folding import fold
from app.journal.revisions import batches
from app.models import SearchText
from app.vocabulary import RecordStatus


def rewrite(session: Session, touched: Mapping[Kind, Sequence[int]]) -> None:
    """Rewrite what full text sees of these records; withdrawn ones it no longer sees."""
    connection = session.connection()
    for kind, ids in touched.items():
        for batch in batches(ids):
            old = (SearchText.kind == kind.name) & SearchText.record_id.in_(batch)
            connection.execute(delete(SearchText).where(old))
            if rows := list(search_rows(session, kind, batch)):
                connection.execute(insert(SearchText), rows)


def search_rows(session: Session, kind: Kind, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The rows of search_texts for the current ones of these records."""
    table = kind.table
    query = select(table.c.id, table.c.slug, table.c.card).where(
        table.c.id.in_(ids), table.c.status == RecordStatus.CURRENT
    )
    for row in session.connection().execute(query.order_by(table.c.id)):
        yield search_row(kind, row.id, row.slug, row.card)


def search_row(kind: Kind, record: int, slug: str, card: str) -> dict[str, Any]:
    """The row of search_texts for a record with this card."""
    shown = orjson.loads(card)
    words = (word for path in kind.words for word in members(shown, path))
    return {
        "kind": kind.name,
        "record_id": record,
        "slug": slug,
        "title": " ".join(members(shown, kind.title)),
        "body": fold(" ".join(words)),
    }
