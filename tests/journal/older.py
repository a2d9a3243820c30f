"""A database as an older program left it, for tests of how this one takes it over."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text

from app.db import schema
from app.db.database import Database
from app.models import Base

FILE = Path(__file__).parent / "files" / "database_0001.json.gz"
REVISION = "0001"
CARD_FORMAT = 1  # of every kind
# Two rows of one harm, which are one today, and the claim that names them.
HARM = "adults-crps-12-weeks.abstract-psychomimetic"
ALTERED = {
    ("claim", HARM),
    *(("adverse_event", f"{HARM}{end}") for end in ("", "-esketamine", "-placebo")),
}


def rows() -> dict[str, Any]:
    """Every row by table, as columns and rows."""
    found: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return found


def fill(database: Database) -> None:
    """Make the old schema in a blank database, and put the old rows into it."""
    schema.migrate(database, REVISION)
    stored = rows()
    with database.alter() as connection:  # rows name others of their own table in any order
        if not database.sqlite:
            connection.execute(text("SET session_replication_role = replica"))
        for table in _tables(stored):
            generated = {column.name for column in table.columns if column.computed is not None}
            names = stored[table.name]["columns"]
            given = [name for name in names if name not in generated]
            columns = ", ".join(f'"{name}"' for name in given)
            values = ", ".join(f":{name}" for name in given)
            some = [dict(zip(names, row, strict=True)) for row in stored[table.name]["rows"]]
            if some:
                query = f"INSERT INTO {table.name} ({columns}) VALUES ({values})"  # noqa: S608
                connection.execute(text(query), some)
        if not database.sqlite:
            connection.execute(text("SET session_replication_role = origin"))
            _go_on(connection, stored)


def _tables(stored: dict[str, Any]) -> list[Table]:
    """The tables that there were, owners before their parts."""
    return [table for table in Base.metadata.sorted_tables if table.name in stored]


def _go_on(connection: Connection, stored: dict[str, Any]) -> None:
    """Let the sequences of PostgreSQL go on behind the rows that have numbers already."""
    for table in _tables(stored):
        if "id" in table.c and table.c.id.primary_key:
            name = table.name
            last = f"(SELECT coalesce(max(id), 0) + 1 FROM {name})"  # noqa: S608
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last}, false)")
            )
