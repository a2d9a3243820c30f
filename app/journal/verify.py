"""Everything derived, derived again and compared: the guard against silent staleness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.core.cards import Kind
from app.journal import ancestors, blocks, chains, pages, rules, search_texts
from app.journal.revisions import batches
from app.kinds import KINDS
from app.models import (
    Citation,
    CitationBlock,
    SearchText,
    StudyConditionPage,
    StudyTreatmentPage,
    TermAncestor,
)
from app.vocabulary import RecordStatus

WORDS = ("record_id", "slug", "id", "title", "head", "body")


def verify(connection: Connection) -> Iterator[str]:
    """Name each record or row that is not what it would be if it were written now."""
    with Session(connection, autoflush=False) as session:
        for kind in KINDS:
            yield from _stale_records(session, kind)
        yield from _stale_blocks(session)
        yield from _stale_pages(session)
        yield from _stale_ancestors(session)
        yield from search_texts.unindexed(connection)
        yield from rules.broken(session)
        yield from chains.broken(connection)


def _stale_records(session: Session, kind: Kind) -> Iterator[str]:
    """Cards and search texts, both from cards rendered now."""
    table = kind.table
    ids = session.scalars(select(kind.model.id).order_by(kind.model.id)).all()
    columns = (table.c.id, table.c.slug, table.c.status, table.c.card)
    words = set()
    for batch in batches(ids):
        fresh = kind.render(session, list(batch))
        for id_, slug, status, card in session.execute(
            select(*columns).where(table.c.id.in_(batch))
        ):
            if card != fresh[id_]:
                yield f"{kind.name} {slug}: its card is stale"
            if status == RecordStatus.CURRENT:
                row = search_texts.search_row(kind, id_, slug, fresh[id_])
                words.add(tuple(row[name] for name in WORDS))
    stored = session.execute(
        select(*(getattr(SearchText, name) for name in WORDS)).where(SearchText.kind == kind.name)
    )
    for _, slug, *_ in words ^ {tuple(row) for row in stored}:
        yield f"{kind.name} {slug}: its search text is stale"


def _stale_blocks(session: Session) -> Iterator[str]:
    standing = select(Citation.id, Citation.card).where(Citation.status == RecordStatus.CURRENT)
    fresh = {row for id_, card in session.execute(standing) for row in blocks.block_rows(id_, card)}
    stored = session.execute(select(CitationBlock.key, CitationBlock.citation_id))
    for _, citation in fresh ^ {(row[0], row[1]) for row in stored}:
        yield f"citation_blocks: a block of citation {citation} is stale"


def _stale_pages(session: Session) -> Iterator[str]:
    tables: tuple[tuple[Any, Any], ...] = (
        (StudyConditionPage, pages.condition_rows()),
        (StudyTreatmentPage, pages.treatment_rows()),
    )
    for page, derived in tables:
        fresh = {tuple(row) for row in session.execute(derived)}
        stored = {tuple(row) for row in session.execute(select(page.__table__))}
        for row in fresh ^ stored:
            yield f"{page.__tablename__}: a row of study {row[2]} is stale"


def _stale_ancestors(session: Session) -> Iterator[str]:
    stored = session.execute(select(TermAncestor.term_id, TermAncestor.ancestor_id))
    for term, _ in ancestors.closure(session) ^ {(row[0], row[1]) for row in stored}:
        yield f"term_ancestors: the line of term {term} is stale"
