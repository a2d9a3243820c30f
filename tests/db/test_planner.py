"""What a planner is told of the data, on each engine."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import and_, column, select, true
from sqlalchemy.dialects import postgresql, sqlite

from app.db.planner import often, often_equal


@pytest.mark.parametrize(
    ("dialect", "told"),
    [(sqlite.dialect(), "likely(a = 1)"), (postgresql.dialect(), "a = 1")],  # type: ignore[no-untyped-call]
    ids=["sqlite", "postgresql"],
)
def test_only_sqlite_is_told_and_can_still_use_an_index(dialect: Any, told: str) -> None:
    query: Any = select(column("a")).where(and_(true(), often(column("a") == 1)), column("b") == 2)

    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    assert text.rpartition("WHERE ")[2] == f"{told} AND b = 2"


@pytest.mark.parametrize(
    ("dialect", "told"),
    [(sqlite.dialect(), "a = b"), (postgresql.dialect(), "coalesce(a = b, false)")],  # type: ignore[no-untyped-call]
    ids=["sqlite", "postgresql"],
)
def test_only_postgresql_is_told_that_columns_are_often_equal(dialect: Any, told: str) -> None:
    query: Any = select(column("a")).where(often_equal(column("a"), column("b")), column("c") == 2)

    text = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    assert text.rpartition("WHERE ")[2] == f"{told} AND c = 2"
