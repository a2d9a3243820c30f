"""Blocks: the keys under which a citation is found when another may be the same publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from app.journal.derivations import IdRange
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
        replace_rows(connection, batch, derived_rows(connection, Citation.id.in_(batch)))


def replace_rows(
    connection: Connection, citations: Sequence[int], rows: Sequence[tuple[int, int]]
) -> None:
    """Put blocks into the place of those that these citations are in."""
    connection.execute(delete(CitationBlock).where(CitationBlock.citation_id.in_(citations)))
    if rows:
        found = [dict(zip(COLUMNS, pair, strict=True)) for pair in rows]
        connection.execute(insert(CitationBlock), found)


def derived_rows(connection: Connection, chosen: Any) -> list[tuple[int, int]]:
    """The rows of citation_blocks for the current ones of the citations that meet a clause."""
    query = select(Citation.id, Citation.card).where(
        chosen, Citation.status == RecordStatus.CURRENT
    )
    return [pair for id_, card in connection.execute(query) for pair in block_rows(id_, card)]


def stale_blocks(connection: Connection, some: IdRange) -> Iterator[str]:
    """Name the blocks of a range of citations that are stored and not derived, or the other way."""
    of = CitationBlock.citation_id
    stored = select(CitationBlock.key, of).where(some.holds(of))
    fresh = set(derived_rows(connection, some.holds(Citation.id)))
    for _, citation in fresh ^ {(row[0], row[1]) for row in connection.execute(stored)}:
        yield f"citation_blocks: a block of citation {citation} is stale"


def block_rows(id_: int, card: str | bytes) -> Iterator[tuple[int, int]]:
    """The rows of citation_blocks for the citation with this card."""
    for key in sorted(citation_keys(orjson.loads(card))):
        yield key, id_
