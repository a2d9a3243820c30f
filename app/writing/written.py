"""A record as a change left it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.cards import Kind


@dataclass(frozen=True)
class Written:
    """A record as it is stored: its version counts edits of its own content."""

    kind: Kind
    slug: str
    version: int
    status: str
    card: str

    @property
    def address(self) -> str:
        """Where the record is."""
        return f"/v1/{self.kind.path}/{self.slug}"


def written(session: Session, kind: Kind, record: int) -> Written:
    """The record with this row."""
    table = kind.table
    columns = (table.c.slug, table.c.version, table.c.status, table.c.card)
    row = session.execute(select(*columns).where(table.c.id == record)).one()
    return Written(kind, row.slug, row.version, row.status.value, row.card)
