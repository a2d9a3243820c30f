"""Rows of many records: objects to rows, numbered and written table by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
import psycopg
from sqlalchemy import Boolean, Column, Connection, Double, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from app.models import Base
from app.values.text import fold_text

Row = dict[str, Any]


class Belonging(NamedTuple):
    """Rows of a table that belong to another row: the column that names it, and their order."""

    table: str
    column: str
    order: str


class Joined(NamedTuple):
    """Rows of another table, joined by a table of pairs, in the order of one of their columns."""

    pairs: str
    near: str
    far: str
    table: str
    order: str


class Graph:
    """A batch and the rows outside it that its cards link to.

    `numbered` holds rows of the batch and the linked ones from outside, `beyond` the pairs that
    links to parts from outside show; `drawn` keeps the bytes of what is shown more than once.
    """

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self.rows = rows
        self.numbered: dict[str, dict[int, Row]] = defaultdict(dict)
        for table, those in rows.items():
            if those and "id" in those[0]:
                self.numbered[table] = {row["id"]: row for row in those}
        self.beyond: dict[str, list[Row]] = defaultdict(list)
        self.belonging: dict[Belonging, dict[int, list[Row]]] = {}
        self.joined: dict[Joined, dict[int, list[int]]] = {}
        self.drawn: dict[Any, dict[int, orjson.Fragment]] = defaultdict(dict)

    def gather(self, parts: Belonging) -> dict[int, list[Row]]:
        """Sort rows by what they belong to."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(self.rows.get(parts.table, ()), key=itemgetter(parts.order)):
            found[row[parts.column]].append(row)
        found.pop(None, None)  # type: ignore[call-overload] # rows that belong to nothing
        self.belonging[parts] = found
        return found

    def join(self, pairs: Joined) -> dict[int, list[int]]:
        """Sort the rows that a table of pairs joins, by the near side."""
        found: dict[int, list[int]] = defaultdict(list)
        rows, order = self.numbered[pairs.table], pairs.order
        for row in (*self.rows.get(pairs.pairs, ()), *self.beyond.get(pairs.pairs, ())):
            if row[pairs.near] is not None and row[pairs.far] is not None:
                found[row[pairs.near]].append(row[pairs.far])
        for numbers in found.values():
            if len(numbers) > 1:
                numbers.sort(key=lambda number: rows[number][order])
        self.joined[pairs] = found
        return found


TABLES = tuple(table.name for table in Base.metadata.sorted_tables)  # owners before their parts
FOLDED: dict[str, Callable[[Row], str]] = {
    "terms": lambda row: fold_text(row["name"]),
    "term_labels": lambda row: fold_text(row["label"]),
    "citation_authors": lambda row: fold_text(row["family"] or row["literal"] or ""),
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
            value = row[name]
            if value is not None and (value.__class__ is not kind or not value):
                row[name] = kind(value or 0)  # SQLite keeps -0.0 as 0
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


def restart_sequences(connection: Connection, tables: Sequence[str]) -> None:
    """Let PostgreSQL number new rows after those that came with numbers."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        if "id" in layout(table).blank:
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table}"))  # noqa: S608
