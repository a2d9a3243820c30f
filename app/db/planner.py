"""What planners are told of the data where they would take many rows for a few."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class often(FunctionElement[bool]):  # noqa: N801 # read in a query as the functions beside it
    """A clause that holds of many rows of its table.

    SQLite takes any equality on the first column of an index for one of a few rows, and begins
    there: a third of all page rows stand for whatever condition, which it would go through to
    find the people of fifty counts. PostgreSQL knows from its statistics.

    It has no type: a Boolean would be compared with 1 on SQLite, which no index serves.
    """

    name = "often"
    inherit_cache = True


@compiles(often)
def _as_it_is(element: often, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(often, "sqlite")
def _as_likely(element: often, compiler: SQLCompiler, **options: Any) -> str:
    return f"likely({compiler.process(element.clauses, **options)})"


class often_equal(FunctionElement[bool]):  # noqa: N801 # as above
    """Two columns of a row, neither empty, that are the same in many rows.

    PostgreSQL takes them to be the same in one row of two hundred, whatever its statistics say,
    and then reads and sorts all rows for a page of them. Of a function it assumes every second.
    """

    name = "often_equal"
    inherit_cache = True


@compiles(often_equal)
def _as_equal(element: often_equal, compiler: SQLCompiler, **options: Any) -> str:
    one, other = (compiler.process(each, **options) for each in element.clauses)
    return f"{one} = {other}"


@compiles(often_equal, "postgresql")
def _as_function(element: often_equal, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce({_as_equal(element, compiler, **options)}, false)"
