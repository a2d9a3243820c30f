"""Everything derived, derived again and compared: the guard against silent staleness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.core.cards import Kind
from app.journal import ancestors, pages, rules, search_texts
from app.journal.revisions import batches
from app.kinds import KINDS
from app.models import SearchText, StudyConditionPage, StudyTreatmentPage, TermAncestor

WORDS = (
    SearchText.id,
    SearchText.slug,
    SearchText.record_id,
    SearchText.title,
    SearchText.head,
    SearchText.body,
)


def verify(connection: Connection) -> Iterator[str]:
    """Name each record or row that is not what it would be if it were written now."""
    with Session(connection, autoflush=False) as session:
        for kind in KINDS:
            yield from _stale_cards(session, kind)
            yield from _stale_words(session, kind)
        yield from _stale_pages(session)
        yield from _stale_ancestors(session)
        yield from rules.broken(session)


def _stale_cards(session: Session, kind: Kind) -> Iterator[str]:
    table = kind.table
    ids = session.scalars(select(kind.model.id).order_by(kind.model.id)).all()
    for batch in batches(ids):
        fresh = kind.render(session, list(batch))
        stored = select(table.c.id, table.c.slug, table.c.card).where(table.c.id.in_(batch))
        for row in session.execute(stored):
            if row.card != fresh[row.id]:
                yield f"{kind.name} {row.slug}: its card is stale"


def _stale_words(session: Session, kind: Kind) -> Iterator[str]:
    ids = session.scalars(select(kind.model.id).order_by(kind.model.id)).all()
    fresh = {
        tuple(row[column.key] for column in WORDS)
        for batch in batches(ids)
        for row in search_texts.search_rows(session, kind, batch)
    }
    stored = session.execute(select(*WORDS).where(SearchText.kind == kind.name))
    for row in fresh ^ {tuple(row) for row in stored}:
        yield f"{kind.name} {row[1]}: its search text is stale"


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
