"""What full text sees of each record: the record's own words, folded, cut from its card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, delete, exists, func, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.db.database import Database, error_code
from app.journal.revisions import BATCH, batches
from app.models import SearchText
from app.models.search_text import SEARCHED_KINDS, first_number, search_index_name
from app.query.cards import Kind, members
from app.query.fulltext.engines import text_of
from app.records.catalogue import KINDS
from app.vocabulary import RecordStatus

NAMES = ("labels.label", "codes.code", "identifiers.value")  # members that name a record exactly
Progress = Callable[[str, int], None]  # the name of a kind, and how many more texts are done
MOST_BYTES = 150_000  # of each text: a tsvector holds one megabyte, positions included


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


def search_row(kind: Kind, id_: int, slug: str, stored: str) -> dict[str, Any]:
    """The row of search_texts for a record with this card."""
    card = orjson.loads(stored)
    head = [path for path in kind.words if path == kind.title]
    rest = [path for path in kind.words if path != kind.title]
    return {
        "id": first_number(kind.name) + id_,
        "kind": kind.name,
        "record_id": id_,
        "slug": slug,
        "title": " ".join(members(card, kind.title)),
        "head": _text(card, kind.title, head),
        "body": _text(card, kind.title, rest),
    }


def _text(card: Any, title: str, paths: Iterable[str]) -> str:
    """The words of these members as they are indexed; what is longer than a chapter is cut."""
    found = (
        (member, path == title or path in NAMES) for path in paths for member in members(card, path)
    )
    return text_of(found).encode()[:MOST_BYTES].decode(errors="ignore")


def complete(database: Database, progress: Progress | None = None) -> int:
    """Write the search texts of all current records that have none; gives how many these were.

    A migration that changes how texts are folded empties them. Each batch is a transaction of its
    own, the oldest records last, so that a run that was killed is simply run again.
    """
    done = 0
    for kind in KINDS:
        while True:
            with database.write() as session:
                query = _without_text(kind).order_by(kind.model.id.desc()).limit(BATCH)
                some: Sequence[int] = session.execute(query).scalars().all()
                rewrite(session, {kind: some})
            if not some:
                break
            done += len(some)
            if progress is not None:
                progress(kind.name, len(some))
    return done


def missing(connection: Connection) -> int:
    """How many current records have no search text."""
    rows = (select(func.count()).select_from(_without_text(kind).subquery()) for kind in KINDS)
    return sum(connection.execute(query).scalar_one() for query in rows)


def are_complete(connection: Connection) -> bool:
    """Whether the oldest record of each kind has its text: it gets it last, and `/ready` asks."""
    return not any(connection.execute(_oldest_without_text()).one())


def _without_text(kind: Kind) -> Select[Any]:
    told = exists().where(SearchText.id == first_number(kind.name) + kind.model.id)
    current = kind.table.c.status == RecordStatus.CURRENT
    return select(kind.model.id).where(*kind.where, current, ~told)


@cache  # it takes longer to put together than to run
def _oldest_without_text() -> Select[Any]:
    found = []
    for kind in KINDS:
        current = kind.table.c.status == RecordStatus.CURRENT
        oldest = select(kind.model.id).where(*kind.where, current).order_by(kind.model.id).limit(1)
        number = oldest.scalar_subquery()
        told = exists().where(SearchText.id == first_number(kind.name) + number)
        found.append(and_(number.is_not(None), ~told).label(kind.name))
    return select().add_columns(*found)


def reindex(database: Database) -> int:
    """Write every search text anew from its card, in batches, and the indexes; gives how many."""
    _rebuild(database)
    with database.write() as session:
        unknown = SearchText.kind.not_in([kind.name for kind in KINDS])
        session.connection().execute(delete(SearchText).where(unknown))
    for kind in KINDS:
        with database.write() as session:
            known = select(kind.model.id)
            gone = (SearchText.kind == kind.name) & SearchText.record_id.not_in(known)
            session.connection().execute(delete(SearchText).where(gone))
            ids = session.scalars(known.order_by(kind.model.id)).all()
        for batch in batches(ids):
            with database.write() as session:
                rewrite(session, {kind: batch})
    _rebuild(database)
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(SearchText)).scalar_one()


def _rebuild(database: Database) -> None:
    """Derive the indexes from the search texts alone, whatever they held."""
    for name in map(search_index_name, SEARCHED_KINDS):
        words = f"INSERT INTO {name}({name}) VALUES ('rebuild')"  # noqa: S608 # our names
        with database.write() as session:
            session.execute(text(words if database.sqlite else f"REINDEX INDEX {name}"))


def unindexed_rows(connection: Connection) -> Iterator[str]:
    """Name the search texts that SQLite's indexes lack, or have though they are gone.

    PostgreSQL derives its indexes by itself.
    """
    if connection.dialect.name != "sqlite":
        return
    for name in map(search_index_name, SEARCHED_KINDS):
        texts, indexed = (f"SELECT id FROM {name}_{each}" for each in ("texts", "docsize"))  # noqa: S608 # our names
        for one, other in ((texts, indexed), (indexed, texts)):
            for (number,) in connection.execute(text(f"{one} EXCEPT {other}")):
                yield f"{name}: row {number} is stale"


def index_errors(database: Database) -> Iterator[str]:
    """What is wrong with SQLite's indexes of words, which are held against the search texts.

    SQLite asks as a writer does, so that a file that can only be read is not looked into.
    """
    if not database.sqlite:
        return
    for name in map(search_index_name, SEARCHED_KINDS):
        check = f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)"  # noqa: S608 # our names
        try:
            with database.write() as session:
                session.execute(text(check))
        except DatabaseError as error:
            code = error_code(error)
            if code.startswith("SQLITE_CORRUPT"):
                yield f"{name}: it is not what the search texts give; `reindex` writes it anew"
            elif not code.startswith("SQLITE_READONLY"):
                raise
