"""Counts that are kept: tables of a key and how many have it, changed by differences alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table


def add_to_counts(
    connection: Connection, table: Table, changes: Mapping[tuple[Any, ...], int]
) -> None:
    """Let so many more, or fewer, have each key of a table; what nobody has any more goes.

    The keys are in the order of the table's key, beside which it has the count and nothing else.
    """
    rows = [(*key, number) for key, number in sorted(changes.items()) if number]
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    [count] = [column.name for column in table.columns if not column.primary_key]
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    named, marks = ", ".join(keys), ", ".join([mark] * (len(keys) + 1))
    add = (
        f"INSERT INTO {table.name} ({named}, {count}) VALUES ({marks}) "  # noqa: S608 # our names
        f"ON CONFLICT ({named}) DO UPDATE SET {count} = {table.name}.{count} + excluded.{count}"
    )
    connection.exec_driver_sql(add, rows)
    fewer = [row[:-1] for row in rows if row[-1] < 0]
    if fewer:
        same = " AND ".join(f"{key} = {mark}" for key in keys)
        forget = f"DELETE FROM {table.name} WHERE {same} AND {count} = 0"  # noqa: S608
        connection.exec_driver_sql(forget, fewer)
