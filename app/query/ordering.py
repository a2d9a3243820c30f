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


def order_rows(query: Rows, columns: Columns, list_request: ListRequest) -> Rows:
    """The rows of one page in order, and one more."""
    order = [column.desc() if list_request.descending else column for column in columns]
    return query.order_by(*order).limit(list_request.limit + 1)


def cursor_values(list_request: ListRequest) -> dict[str, Any]:
    """Where the page begins, by the names that it is bound by; raises Problem."""
    if list_request.cursor is None:
        return {}
    key, row = paging.decode_cursor(
        list_request.cursor, list_request.order, list_request.sort.holds
    )
    return {"after_key": key, "after_row": row}


def after_cursor(
    connection: Connection, base: Rows, own: Columns, list_request: ListRequest
) -> Rows:
    """The rows after the cursor, in order.

    SQLite plans a comparison of rows by its first column only, so there the rest of an order is
    two ranges, each read from its index; PostgreSQL compares rows as they are.
    """
    if list_request.cursor is None:
        return order_rows(base, own, list_request)
    place = cursor_values(list_request)
    key, row = (
        bindparam(name, value, column.type)
        for (name, value), column in zip(place.items(), own, strict=True)
    )
    beyond = lt if list_request.descending else gt
    if connection.dialect.name != "sqlite":
        return order_rows(base.where(beyond(tuple_(*own), tuple_(key, row))), own, list_request)
    ranges = (base.where(own[0] == key, beyond(own[1], row)), base.where(beyond(own[0], key)))
    both = union_all(
        *(select(order_rows(part, own, list_request).subquery()) for part in ranges)
    ).subquery()
    return order_rows(select(both), (both.c.sort_key, both.c.id), list_request)


SUGGESTED_FROM = 20_000


def with_cursor(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> ListRequest:
    """The request with `after` as the cursor that it stands for; raises Problem.

    The record need not match, nor be current any more: its place in the order is what counts.
    """
    if list_request.after is None:
        return list_request
    model, where = listing.kind.model, listing.kind.where
    place = select(list_request.sort.column, model.id).where(
        *where, model.slug == list_request.after
    )
    found = connection.execute(place).one_or_none()
    if found is None:
        known = connection.execute(select(model.slug).where(*where).limit(SUGGESTED_FROM)).scalars()
        name = listing.kind.name.replace("_", " ")
        raise invalid_parameter(
            "after",
            f"there is no {name} {list_request.after[:100]!r}",
            nearest_spelling(list_request.after, known),
        )
    return replace(
        list_request, cursor=paging.encode_cursor(list_request.order, *found), after=None
    )
