"""What full text sees of each record: the record's own words, folded, cut from its card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, delete, exists, func, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.db.database import Database, error_code
from app.journal import derivations
from app.journal.derivations import Derivation, IdRange, Progress
from app.journal.revisions import batches
from app.models import SearchText
from app.models.search_text import SEARCHED_KINDS, first_number, search_index_name
from app.query.cards import Kind, members
from app.query.fulltext.engines import text_of
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
        (member, path == title or path in NAMES) for path in paths for member in members(card, path)
    )
    return text_of(found).encode()[:MOST_BYTES].decode(errors="ignore")


def complete(
    database: Database, *, processes: int | None = None, progress: Progress | None = None
) -> int:
    """Write the search texts of every kind of which some are missing; gives how many.

    A migration that changes how texts are folded empties them. Each batch is a transaction of its
    own, the oldest records last, so that a run that was killed is simply run again.
    """
    with database.read() as connection:
        kinds = [kind for kind in KINDS if connection.execute(_without_text(kind).limit(1)).all()]
    texts = [replace(_texts_of(kind), newest_first=True) for kind in kinds]
    done = derivations.run(database, texts, processes=processes, progress=progress)
    return sum(done.values())


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


def reindex(
    database: Database, *, processes: int | None = None, progress: Progress | None = None
) -> int:
    """Write every search text anew from its card, in batches, and the indexes; gives how many."""
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
