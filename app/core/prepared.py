"""Prepared statements: written once for all requests of one shape, then handed to the driver.

To put a statement together takes longer than most take to answer; what differs between requests
of one shape are bound values: terms by number, and the place where a page begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import BindParameter, Connection, CursorResult, bindparam
from sqlalchemy.sql.compiler import SQLCompiler

from app.core.cards import Rows


def bound(name: str, values: Sequence[Any], kind: Any) -> list[BindParameter[Any]]:
    """Values of a type that `given` can change from request to request."""
    return [bindparam(key, value, kind) for key, value in given(name, values).items()]


def given(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """The values under the names that they are bound by."""
    plain = name.replace(".", "_")
    return {f"{plain}_at_{at}": value for at, value in enumerate(values)}


@dataclass(frozen=True)
class Prepared:
    """A statement in the words of one engine, and the values that are the same every time."""

    text: str
    order: tuple[str, ...] | None
    values: dict[str, Any]

    @classmethod
    def of(cls, connection: Connection, statement: Rows) -> Prepared:
        """Compile a statement, lists of values and all."""
        options = {"render_postcompile": True}
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs=options)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 # so that mypy knows
        values = {
            name: value.value if isinstance(value, Enum) else value
            for name, value in compiled.params.items()
        }
        order = None if compiled.positiontup is None else tuple(compiled.positiontup)
        return cls(str(compiled), order, values)

    def run(self, connection: Connection, **others: Any) -> CursorResult[Any]:
        """Its rows, with other values bound where there are any."""
        values = {**self.values, **others} if others else self.values
        if self.order is not None:
            return connection.exec_driver_sql(self.text, tuple(values[name] for name in self.order))
        return connection.exec_driver_sql(self.text, {name: values[name] for name in self.values})
