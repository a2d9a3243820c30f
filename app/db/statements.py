"""Prepared statements, kept by the shape of the request: written once, then only bound."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import (
    BindParameter,
    Connection,
    CursorResult,
    Select,
    bindparam,
)
from sqlalchemy.sql.compiler import SQLCompiler

from app.db.sqlite import RawConnection

Rows = Select[*tuple[Any, ...]]  # a query, whatever its columns

MOST_KEPT = 200  # shapes of requests to one list: the largest take 300 kB each
Made = TypeVar("Made")


class BoundedCache(Generic[Made]):
    """Things that take long to make, by what they were made for; those long unused make room."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._made: dict[Hashable, Made] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The thing, made now if there is none; two may make it at once, which does no harm."""
        with self._guard:
            found = self._made.pop(key, None)
            if found is not None:
                self._made[key] = found  # as the last
                return found
        found = make()
        with self._guard:
            self._made[key] = found
            while len(self._made) > self._most:
                del self._made[next(iter(self._made))]
        return found


def bind_parameters(name: str, values: Sequence[Any], kind: Any) -> list[BindParameter[Any]]:
    """Values of a type that `bind_values` can change from request to request."""
    return [bindparam(key, value, kind) for key, value in bind_values(name, values).items()]


def bind_values(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """The values under the names that they are bound by."""
    plain = name.replace(".", "_")
    return {f"{plain}_at_{at}": value for at, value in enumerate(values)}


class BoundValue:
    """A value that stands for any other in a statement, by the key that others are bound by.

    It is compared and handed on like any of its kind: a number may be left out, joined with others
    or not, and what becomes of it is seen when the statement is compiled.
    """

    key: str

    def __new__(cls, key: str, value: Any) -> Self:
        """The value, under its key."""
        made: Self = super().__new__(cls, value)  # type: ignore[call-arg] # of the plain type
        made.key = key
        return made


class BoundNumber(BoundValue, float):
    """Such a number."""


class BoundInteger(BoundValue, int):
    """Such an integer, however large."""


class BoundText(BoundValue, str):
    """Such words."""


@dataclass(frozen=True)
class PreparedStatement:
    """A statement in the words of one engine, and the values that are the same every time.

    `keys` has, by name, what values are bound by that differ from one run to another.
    """

    text: str
    order: tuple[str, ...] | None
    values: dict[str, Any]
    keys: dict[str, str]

    @classmethod
    def of(cls, connection: Connection | RawConnection, statement: Rows) -> PreparedStatement:
        """Compile a statement, lists of values and all."""
        options = {"render_postcompile": True}
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs=options)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 # so that mypy knows
        values = {
            name: value.value if isinstance(value, Enum) else value
            for name, value in compiled.params.items()
        }
        keys = {name: each.key for name, each in values.items() if isinstance(each, BoundValue)}
        order = None if compiled.positiontup is None else tuple(compiled.positiontup)
        return cls(str(compiled), order, values, keys)

    def _bound(self, others: dict[str, Any]) -> dict[str, Any]:
        if not others:
            return self.values
        keyed = {name: others[key] for name, key in self.keys.items() if key in others}
        return {**self.values, **others, **keyed}

    def run(self, connection: Connection, **others: Any) -> CursorResult[Any]:
        """Its rows, with other values bound where there are any."""
        values = self._bound(others)
        if self.order is not None:
            return connection.exec_driver_sql(self.text, tuple(values[name] for name in self.order))
        return connection.exec_driver_sql(self.text, {name: values[name] for name in self.values})

    def rows(self, connection: Connection | RawConnection, **others: Any) -> list[Any]:
        """The same as a list, of either kind of connection."""
        if not isinstance(connection, RawConnection):
            return list(self.run(connection, **others))
        values = self._bound(others)
        assert self.order is not None  # noqa: S101 # SQLite's parameters have places, no names
        return connection.exec_driver_sql(
            self.text, [values[name] for name in self.order]
        ).fetchall()
