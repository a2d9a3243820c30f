"""Imports as they are kept: what came in, and what became of each row."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from app.api.problems import Problem
from app.db.statements import Rows
from app.ingest.imports.schemas import ImportCard, ImportList, ImportRowCard, RowPage
from app.models import Citation, Import, ImportRow
from app.vocabulary import ImportOutcome


def read_import(connection: Connection, number: int) -> ImportCard:
    """An import with the number of its rows by outcome; raises Problem 404."""
    row = connection.execute(_imports().where(Import.id == number)).one_or_none()
    if row is None:
        raise Problem(404, "not-found", f"There is no import {number}.")
    return _card(row, _outcomes(connection, [number]).get(number, {}))


def list_imports(connection: Connection, limit: int, before: int | None) -> ImportList:
    """Imports, the newest first, from before a number on."""
    query = _imports().order_by(Import.id.desc()).limit(limit + 1)
    rows = connection.execute(query if before is None else query.where(Import.id < before)).all()
    shown = rows[:limit]
    outcomes = _outcomes(connection, [row.id for row in shown])
    cards = [_card(row, outcomes.get(row.id, {})) for row in shown]
    more = len(rows) > limit
    return ImportList(items=cards, next=str(shown[-1].id) if more else None)


def read_rows(
    connection: Connection,
    number: int,
    *,
    limit: int,
    after: int = 0,
    outcome: ImportOutcome | None = None,
) -> RowPage:
    """Rows of an import in the order of the file, after a position."""
    table = ImportRow.__table__.c
    columns = [column for column in table if column.name not in {"id", "import_id"}]
    query: Rows = (
        select(*columns, Citation.slug)
        .outerjoin(Citation, Citation.id == table.citation_id)
        .where(table.import_id == number, table.position > after)
    )
    if outcome is not None:
        query = query.where(table.outcome == outcome)
    rows = connection.execute(query.order_by(table.position).limit(limit + 1)).all()
    cards = [ImportRowCard.of(row) for row in rows[:limit]]
    return RowPage(items=cards, next=str(cards[-1].position) if len(rows) > limit else None)


def _imports() -> Rows:
    return select(*Import.__table__.c)


def _outcomes(connection: Connection, numbers: list[int]) -> dict[int, dict[str, int]]:
    """How many rows of each import are what."""
    row = ImportRow
    query = select(row.import_id, row.outcome, func.count()).where(row.import_id.in_(numbers))
    found: dict[int, dict[str, int]] = {}
    for number, outcome, count in connection.execute(query.group_by(row.import_id, row.outcome)):
        found.setdefault(number, {})[outcome] = count
    return found


def _card(row: Any, outcomes: dict[str, int]) -> ImportCard:
    plain = (name for name in ImportCard.model_fields if name in Import.__table__.c)
    members = {name: getattr(row, name) for name in plain}
    members["problems"] = orjson.loads(row.problems or "[]")
    counts = {ImportOutcome(name): number for name, number in outcomes.items()}
    members |= {"change": row.change_id, "outcomes": counts, "records": sum(counts.values())}
    return ImportCard(**members)
