"""Blocks: the keys under which a citation is found when another may be the same publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.journal.revisions import batches
from app.models import Citation, CitationBlock
from app.query.cards import Kind
from app.records.citations.matching_keys import citation_keys
from app.vocabulary import RecordStatus

COLUMNS = ("key", "citation_id")


def rewrite(session: Session, touched: Mapping[Kind, Sequence[int]]) -> None:
    """Rewrite the blocks of touched citations; those that do not stand are in none."""
    citations = [id_ for kind, ids in touched.items() if kind.model is Citation for id_ in ids]
    connection = session.connection()
    for batch in batches(citations):
        connection.execute(delete(CitationBlock).where(CitationBlock.citation_id.in_(batch)))
        query = select(Citation.id, Citation.card).where(
            Citation.id.in_(batch), Citation.status == RecordStatus.CURRENT
        )
        rows = [pair for id_, card in connection.execute(query) for pair in block_rows(id_, card)]
        if rows:
            found = [dict(zip(COLUMNS, pair, strict=True)) for pair in rows]
            connection.execute(insert(CitationBlock), found)


def block_rows(id_: int, card: str | bytes) -> Iterator[tuple[int, int]]:
    """The rows of citation_blocks for the citation with this card."""
    for key in sorted(citation_keys(orjson.loads(card))):
        yield key, id_
