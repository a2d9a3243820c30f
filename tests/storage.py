"""What a database holds, as tests look at it, and edits of single columns."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, text

from app import journal
from app.db.database import Database
from app.models import Base, Change, Revision
from app.query.cards import Kind
from app.records.catalogue import KINDS
from app.vocabulary import ChangeAction

Name = tuple[str, str]  # kind and slug


@dataclass(frozen=True)
class Stored:
    """A record as it is stored."""

    id: int
    status: str
    version: int
    stamp: int
    edited: int
    card: str


def stored(database: Database, kind: Kind, slug: str) -> Stored:
    """One record."""
    return all_stored(database)[kind.name, slug]


def all_stored(database: Database) -> dict[Name, Stored]:
    """Every record, by kind and slug."""
    found = {}
    with database.read() as connection:
        for kind in KINDS:
            model = kind.model
            columns = (model.id, model.status, model.version, model.stamp, model.edited, model.card)
            for row in connection.execute(select(model.slug, *columns).where(*kind.where)):
                slug, *values = row
                found[kind.name, str(slug)] = Stored(*values)
    return found


def revisions(database: Database, kind: Kind, slug: str) -> list[Row[Any]]:
    """The superseded cards of a record, oldest first."""
    mine = (Revision.kind == kind.name) & (Revision.record_id == stored(database, kind, slug).id)
    query = select(Revision.__table__).where(mine).order_by(Revision.to_change)
    with database.read() as connection:
        return list(connection.execute(query))


def last_change(database: Database) -> int:
    """The number of the newest change, 0 before the first."""
    with database.read() as connection:
        return connection.execute(select(func.coalesce(func.max(Change.id), 0))).scalar_one()


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """What a query in plain SQL gives."""
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def writing(database: Database) -> AbstractContextManager[journal.Change]:
    """A change, by whomever and for whatever reason."""
    return journal.write(database, actor="tester", action=ChangeAction.EDIT, reason="test")


def edit(database: Database, kind: Kind, slug: str, **columns: Any) -> int:
    """Set columns of one record in a change of its own; gives the number of the change."""
    with writing(database) as change:
        record = change.open(kind, slug)
        for name, value in columns.items():
            setattr(record, name, value)
        change.touch(record)
    return change.id


def link(kind: Kind, card: str) -> str:
    """How other cards show the record of a card."""
    assert kind.link is not None
    return kind.link.model_validate_json(card).model_dump_json()
