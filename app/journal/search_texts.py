"""What full text sees of each record: the record's own words, folded, cut from its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.db.database import Database, error_code
from app.journal.revisions import batches
from app.models import SearchText
from app.query.cards import Kind, members
from app.query.fulltext.engines import text_of
from app.query.fulltext.search import first_number
from app.query.fulltext.syntax import words_of
from app.records.catalogue import KINDS
from app.vocabulary import RecordStatus

NAMES = ("labels.label", "codes.code", "identifiers.value")  # members that name a record exactly
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
        (words_of(member), path == title or path in NAMES)
        for path in paths
        for member in members(card, path)
    )
    return text_of(found).encode()[:MOST_BYTES].decode(errors="ignore")


def reindex(database: Database) -> int:
    """Write every search text anew from its card, in batches, and the index; gives how many."""
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
    """Derive the index from the search texts alone, whatever it held."""
    words = "INSERT INTO search_index(search_index) VALUES ('rebuild')"
    with database.write() as session:
        session.execute(text(words if database.sqlite else "REINDEX INDEX search_index"))


def unindexed_rows(connection: Connection) -> Iterator[str]:
    """Name the search texts that SQLite's index lacks, or has though they are gone.

    PostgreSQL derives its index by itself.
    """
    if connection.dialect.name != "sqlite":
        return
    texts, indexed = "SELECT id FROM search_texts", "SELECT id FROM search_index_docsize"
    for one, other in ((texts, indexed), (indexed, texts)):
        for (number,) in connection.execute(text(f"{one} EXCEPT {other}")):
            yield f"search_index: row {number} is stale"


def index_errors(database: Database) -> Iterator[str]:
    """What is wrong with SQLite's index of words, which is held against the search texts.

    SQLite asks as a writer does, so that a file that can only be read is not looked into.
    """
    if not database.sqlite:
        return
    check = "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
    try:
        with database.write() as session:
            session.execute(text(check))
    except DatabaseError as error:
        name = error_code(error)
        if name.startswith("SQLITE_CORRUPT"):
            yield "search_index: it is not what the search texts give; `reindex` writes it anew"
        elif not name.startswith("SQLITE_READONLY"):
            raise
