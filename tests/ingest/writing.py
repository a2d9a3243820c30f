"""What tests of seeding look at: the rows of a database, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db.database import Database
from app.ingest.seeding import SeedError, seed
from app.ingest.seeding.yaml_nodes import SeedProblem
from app.models import Base
from app.records.catalogue import KINDS
from tests.ingest.willow import edit

Rows = dict[str, list[tuple[Any, ...]]]


def rows(database: Database) -> Rows:
    """Every row of every table."""
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def records(database: Database) -> dict[str, tuple[int, int]]:
    """Version and stamp of every record, by kind and slug."""
    with database.read() as connection:
        return {
            f"{kind.name} {row.slug}": (row.version, row.stamp)
            for kind in KINDS
            for row in connection.execute(
                select(kind.model.slug, kind.model.version, kind.model.stamp)
            )
        }


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is otherwise than before, or new."""
    return {name: after[name] for name in after if after[name] != before.get(name)}


def refused(
    database: Database, folder: Path, *, check: bool = False, document_only: bool = False
) -> list[SeedProblem]:
    """What is wrong with a folder; loading it must not leave a trace."""
    before = rows(database)
    with pytest.raises(SeedError) as caught:
        seed(database, folder, check=check, document_only=document_only)
    assert rows(database) == before
    return caught.value.problems


def places(problems: list[SeedProblem]) -> list[tuple[str, int]]:
    """File and line of each problem."""
    return [(each.file, each.line) for each in problems]


def only(database: Database, folder: Path, name: str, old: str, new: str) -> SeedProblem:
    """The one problem that an edit makes, on the line of the edit."""
    line = edit(folder, name, old, new)
    (found,) = refused(database, folder)
    assert (found.file, found.line) == (name, line)
    return found
