"""The past: the cards of one record, superseded ones and the current one, each as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal, select, union_all

from app.db.statements import Rows
from app.models import Change, Revision
from app.query.cards import Kind, upgrade_card


@dataclass(frozen=True)
class PastCard:
    """A record as one change left it: `card` is in the present layout."""

    id: int
    change: int
    version: int
    status: str
    card: str


def last_change_at(connection: Connection, moment: str) -> int:
    """The number of the last change at or before a moment; 0 before the first.

    Time rises with the numbers of changes. A moment in the future finds the newest change.
    """
    query = select(Change.id).where(Change.at <= moment).order_by(Change.at.desc()).limit(1)
    return connection.execute(query).scalar() or 0


def row_number_of(connection: Connection, kind: Kind, slug: str) -> int | None:
    """The row of a record that there is or was; None: no record ever had this slug."""
    query = select(kind.model.id).where(*kind.where, kind.model.slug == slug)
    return connection.execute(query).scalar() if "\0" not in slug else None


def card_spans(kind: Kind, record: int) -> Rows:
    """Every card of a record without its bytes: change, until, version, status."""
    table = kind.table
    past = select(
        Revision.from_change.label("change"),
        Revision.to_change.label("until"),
        Revision.version.label("version"),
        Revision.status.label("status"),
    ).where(Revision.kind == kind.name, Revision.record_id == record)
    none: Any = literal(None)
    now = select(table.c.stamp, none, table.c.version, table.c.status).where(table.c.id == record)
    both = union_all(past, now).subquery("spans")
    return select(both)


def as_of(connection: Connection, kind: Kind, record: int, change: int) -> PastCard | None:
    """A record as a change left it; None when it was not there yet."""
    table = kind.table
    now = select(
        table.c.stamp, table.c.version, table.c.status, table.c.card, table.c.card_format
    ).where(table.c.id == record, table.c.stamp <= change)
    past = _revisions(kind, record).where(
        Revision.from_change <= change, Revision.to_change > change
    )
    return _first(connection, kind, record, (now, past))


def as_of_version(connection: Connection, kind: Kind, record: int, version: int) -> PastCard | None:
    """The last card of a version, current or superseded; None when there is no such version.

    A version has several cards when a link in it was renamed meanwhile.
    """
    table = kind.table
    now = select(
        table.c.stamp, table.c.version, table.c.status, table.c.card, table.c.card_format
    ).where(table.c.id == record, table.c.version == version)
    past = _revisions(kind, record).where(Revision.version == version)
    newest_first = past.order_by(Revision.from_change.desc()).limit(1)
    return _first(connection, kind, record, (now, newest_first))


def _revisions(kind: Kind, record: int) -> Rows:
    columns = (Revision.from_change, Revision.version, Revision.status, Revision.card)
    query = select(*columns, Revision.card_format)
    return query.where(Revision.kind == kind.name, Revision.record_id == record)


def _first(
    connection: Connection, kind: Kind, record: int, queries: tuple[Rows, Rows]
) -> PastCard | None:
    for query in queries:
        row = connection.execute(query).one_or_none()
        if row is not None:
            change, version, status, card, card_format = row
            return PastCard(record, change, version, status, upgrade_card(kind, card, card_format))
    return None


def newest_version(connection: Connection, kind: Kind, record: int) -> int:
    """The number of a record's current version."""
    query = select(kind.table.c.version).where(kind.table.c.id == record)
    return int(connection.execute(query).scalar_one())
