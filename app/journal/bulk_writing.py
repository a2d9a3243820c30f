"""Rows into tables: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import Boolean, Column, Connection, Double, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from app.core.folding import fold
from app.journal.bulk_graph import Row
from app.models import Base

TABLES = tuple(table.name for table in Base.metadata.sorted_tables)  # owners before their parts
FOLDED: dict[str, Callable[[Row], str]] = {
    "terms": lambda row: fold(row["name"]),
    "term_labels": lambda row: fold(row["label"]),
    "citation_authors": lambda row: fold(row["family"] or row["literal"] or ""),
}


@dataclass(frozen=True)
class Layout:
    """The columns of a table as they are written, and the row that nothing was said of."""

    columns: tuple[str, ...]
    blank: Row
    exact: tuple[tuple[str, type[float | bool]], ...]
    values: Callable[[Row], tuple[Any, ...]]

    def fill(self, values: Mapping[str, Any]) -> Row:
        """A whole row as the database would read it back; raises ValueError for a strange name."""
        row = {**self.blank, **values}
        if len(row) != len(self.blank):
            raise ValueError(f"no such column: {', '.join(sorted(row.keys() - self.blank.keys()))}")
        for name, kind in self.exact:
            if row[name] is not None and row[name].__class__ is not kind:
                row[name] = kind(row[name])
        return row


@cache
def layout(table: str) -> Layout:
    """The layout of a table."""
    columns = [each for each in Base.metadata.tables[table].columns if each.computed is None]
    names = tuple(each.name for each in columns)
    blank = {each.name: _default(each) for each in columns}
    kinds = {Double: float, Boolean: bool}
    exact = tuple(
        (each.name, kind)
        for each in columns
        for impl, kind in kinds.items()
        if isinstance(each.type, impl)
    )
    return Layout(names, blank, exact, itemgetter(*names))


def _default(column: Column[Any]) -> Any:
    """What a column holds when nothing is said; members of vocabularies as their words."""
    value = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
    return getattr(value, "value", value)


def write_rows(connection: Connection, rows: Mapping[str, list[Row]]) -> None:
    """Write the rows of every table, owners before their parts."""
    for table in TABLES:
        if rows.get(table):
            form = layout(table)
            write_values(connection, table, form.columns, list(map(form.values, rows[table])))


def write_values(
    connection: Connection, table: str, columns: Sequence[str], values: list[tuple[Any, ...]]
) -> None:
    """Write rows, in the order of these columns, by the engine's quickest way."""
    if not values:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 # our names
        connection.exec_driver_sql(statement, values)
        return
    _copy(connection, f"COPY {table} ({names}) FROM STDIN", values)


def _copy(connection: Connection, statement: str, values: list[tuple[Any, ...]]) -> None:
    """Copy rows by the driver's own way; what it raises comes as SQLAlchemy's errors do."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def columns_of(table: Table) -> tuple[str, ...]:
    """The names of a table's columns in their order."""
    return tuple(column.name for column in table.columns)


def go_on_from(connection: Connection, tables: Sequence[str]) -> None:
    """Let PostgreSQL number new rows after those that came with numbers."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        if "id" in layout(table).blank:
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table}"))  # noqa: S608
