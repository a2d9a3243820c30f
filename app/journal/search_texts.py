"""What full text sees of each record: the record's own words, folded, cut from its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.db.database import Database, error_code
from app.journal import derivations
from app.journal.derivations import Derivation, IdRange, Progress
from app.journal.revisions import batches
from app.models import SearchText
from app.query.cards import Kind, members
from app.query.fulltext.engines import text_of
from app.query.fulltext.search import first_number
from app.query.fulltext.syntax import words_of
from app.records.catalogue import KIND_NAMED, KINDS
from app.vocabulary import RecordStatus

NAMES = ("labels.label", "codes.code", "identifiers.value")  # members that name a record exactly
MOST_BYTES = 150_000  # of each text: a tsvector holds one megabyte, positions included


def rewrite(session: Session, touched: Mapping[Kind, Sequence[int]]) -> None:
    """Rewrite what full text sees of these records; withdrawn ones it no longer sees."""
    connection = session.connection()
    for kind, ids in touched.items():
        for batch in batches(ids):
            rows = list(search_rows(connection, kind, kind.table.c.id.in_(batch)))
            replace_rows(connection, kind, SearchText.record_id.in_(batch), rows)


def replace_rows(connection: Connection, kind: Kind, old: Any, rows: list[dict[str, Any]]) -> None:
    """Put rows of a kind into the place of those that meet a clause."""
    connection.execute(delete(SearchText).where((SearchText.kind == kind.name) & old))
    if rows:
        connection.execute(insert(SearchText), rows)


def search_rows(connection: Connection, kind: Kind, chosen: Any) -> Iterator[dict[str, Any]]:
    """The rows of search_texts for the current ones of the records that meet a clause."""
    table = kind.table
    query = select(table.c.id, table.c.slug, table.c.card).where(
        *kind.where, chosen, table.c.status == RecordStatus.CURRENT
    )
    for row in connection.execute(query.order_by(table.c.id)):
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


def reindex(
    database: Database, *, processes: int | None = None, progress: Progress | None = None
) -> int:
    """Write every search text anew from its card, in batches, and the index; gives how many."""
    _rebuild(database)
    with database.write() as session:
        unknown = SearchText.kind.not_in([kind.name for kind in KINDS])
        session.connection().execute(delete(SearchText).where(unknown))
    texts = [_texts_of(kind) for kind in KINDS]
    derivations.run(database, texts, processes=processes, progress=progress)
    _rebuild(database)
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(SearchText)).scalar_one()


Moment = dict[int, tuple[int, int]]  # of records: the change that made the card, and its format


def _texts_of(kind: Kind) -> Derivation:
    return Derivation(
        f"search texts of {kind.path.replace('-', ' ')}",
        kind.table.c.id,
        partial(derive_texts, kind.name),
        partial(_write_texts, kind),
    )


def derive_texts(
    name: str, connection: Connection, some: IdRange
) -> tuple[Moment, list[dict[str, Any]]]:
    """The cards of a range of a kind, by when they were made, and what full text sees of them."""
    kind = KIND_NAMED[name]
    rows = list(search_rows(connection, kind, some.holds(kind.table.c.id)))
    return card_moments(connection, kind, some), rows


def _write_texts(
    kind: Kind, session: Session, some: IdRange, derived: tuple[Moment, list[dict[str, Any]]] | None
) -> int:
    """Write the search texts of a range, derived anew if a card of it is another by now."""
    connection = session.connection()
    if derived is None or derived[0] != card_moments(connection, kind, some):
        derived = derive_texts(kind.name, connection, some)
    replace_rows(connection, kind, some.holds(SearchText.record_id), derived[1])
    return len(derived[1])


def card_moments(connection: Connection, kind: Kind, some: IdRange, *chosen: Any) -> Moment:
    """When the cards of a range were made, as far as they meet clauses."""
    table = kind.table
    query = select(table.c.id, table.c.stamp, table.c.card_format)
    query = query.where(*kind.where, some.holds(table.c.id), *chosen)
    return {row.id: (row.stamp, row.card_format) for row in connection.execute(query)}


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
