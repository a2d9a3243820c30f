"""Rows in order: those after a cursor, or after a record that the client has."""

from __future__ import annotations

from dataclasses import replace
from operator import gt, lt
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from app.api import paging
from app.api.problems import invalid_parameter
from app.db.statements import Rows
from app.query.cards import CURRENT
from app.query.criteria import Clause
from app.query.request import ListDefinition, ListRequest
from app.values.text import nearest_spelling

EXACT_UP_TO = 1000
Columns = tuple[Any, Any]
ONE: Any = literal_column("1")
LAST_CHANGE: Any = literal_column("(SELECT coalesce(max(id), 0) FROM changes)")


def is_current(listing: ListDefinition) -> list[Clause]:
    """What every row of a list has to be."""
    return [*listing.kind.where, listing.kind.model.status == CURRENT]


def count(
    listing: ListDefinition, where: list[Clause], most: int = EXACT_UP_TO
) -> ScalarSelect[int]:
    """How many rows match, up to one more than is counted exactly."""
    return count_up_to(select(ONE).select_from(listing.kind.table).where(*where), most)


def count_up_to(rows: Rows, most: int = EXACT_UP_TO) -> ScalarSelect[int]:
    """How many rows there are, up to one more than is counted exactly."""
    some = rows.limit(most + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def total_json(number: int) -> dict[str, Any]:
    """A count as it stands in a page: exact up to 1000, then at least."""
    over = number > EXACT_UP_TO
    return {"value": min(number, EXACT_UP_TO), "relation": "gte" if over else "eq"}


def remaining_json(number: int, *parts: int) -> dict[str, Any]:
    """What remains of a count without some parts: at least that, where not all are exact."""
    exact = max(parts) <= EXACT_UP_TO
    return total_json(number - sum(parts)) if exact else {"value": 0, "relation": "gte"}


def ordered(query: Rows, columns: Columns, ask: ListRequest) -> Rows:
    """The rows of one page in order, and one more."""
    order = [column.desc() if ask.descending else column for column in columns]
    return query.order_by(*order).limit(ask.limit + 1)


def cursor_values(ask: ListRequest) -> dict[str, Any]:
    """Where the page begins, by the names that it is bound by; raises Problem."""
    if ask.cursor is None:
        return {}
    key, row = paging.decode_cursor(ask.cursor, ask.order, ask.sort.holds)
    return {"after_key": key, "after_row": row}


def after_cursor(connection: Connection, base: Rows, own: Columns, ask: ListRequest) -> Rows:
    """The rows after the cursor, in order.

    SQLite plans a comparison of rows by its first column only, so there the rest of an order is
    two ranges, each read from its index; PostgreSQL compares rows as they are.
    """
    if ask.cursor is None:
        return ordered(base, own, ask)
    place = cursor_values(ask)
    key, row = (
        bindparam(name, value, column.type)
        for (name, value), column in zip(place.items(), own, strict=True)
    )
    beyond = lt if ask.descending else gt
    if connection.dialect.name != "sqlite":
        return ordered(base.where(beyond(tuple_(*own), tuple_(key, row))), own, ask)
    ranges = (base.where(own[0] == key, beyond(own[1], row)), base.where(beyond(own[0], key)))
    both = union_all(*(select(ordered(part, own, ask).subquery()) for part in ranges)).subquery()
    return ordered(select(both), (both.c.sort_key, both.c.id), ask)


SUGGESTED_FROM = 20_000


def with_cursor(connection: Connection, listing: ListDefinition, ask: ListRequest) -> ListRequest:
    """The request with `after` as the cursor that it stands for; raises Problem.

    The record need not match, nor be current any more: its place in the order is what counts.
    """
    if ask.after is None:
        return ask
    model, where = listing.kind.model, listing.kind.where
    place = select(ask.sort.column, model.id).where(*where, model.slug == ask.after)
    found = connection.execute(place).one_or_none()
    if found is None:
        known = connection.execute(select(model.slug).where(*where).limit(SUGGESTED_FROM)).scalars()
        name = listing.kind.name.replace("_", " ")
        raise invalid_parameter(
            "after", f"there is no {name} {ask.after[:100]!r}", nearest_spelling(ask.after, known)
        )
    return replace(ask, cursor=paging.encode_cursor(ask.order, *found), after=None)
