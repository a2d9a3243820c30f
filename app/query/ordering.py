"""Rows in order: those after a cursor, or after a record that the client has."""

from __future__ import annotations

from dataclasses import replace
from operator import gt, lt
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from app.api import paging
from app.api.problems import invalid_parameter
from app.db.statements import Rows
from app.query.cards import CURRENT
from app.query.criteria import Clause
from app.query.request import ListDefinition, ListRequest, Sort
from app.values.stored_names import StoredNames

EXACT_UP_TO = 1000
Columns = tuple[Any, ...]  # what orders rows, the row's number last
PLAIN = 2  # columns of an order that goes one way: a key, and the row's number
ONE: Any = literal_column("1")
LAST_CHANGE: Any = literal_column("(SELECT coalesce(max(id), 0) FROM changes)")


def is_current(listing: ListDefinition) -> list[Clause]:
    """What every row of a list has to be."""
    return [*listing.kind.where, listing.kind.model.status == CURRENT]


def is_standing(listing: ListDefinition) -> list[Clause]:
    """The same, as indexes of the records that stand are defined: they are read for it."""
    word: Any = literal_column(f"'{CURRENT}'")
    status = func.coalesce(listing.kind.model.status, literal_column("''"))
    return [*listing.kind.where, status == word]


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
    order = in_order(columns, descending=list_request.descending)
    return query.order_by(*order).limit(list_request.limit + 1)


def in_order(columns: Columns, *, descending: bool) -> list[Any]:
    """Columns as they order rows; what belongs to one record comes as it was written, always."""
    order = [column.desc() if descending else column for column in columns]
    return order if len(columns) == PLAIN else [*order[:-1], columns[-1]]


def cursor_values(list_request: ListRequest) -> dict[str, Any]:
    """Where the page begins, by the names that it is bound by; raises Problem."""
    if list_request.cursor is None:
        return {}
    sort = list_request.sort
    place = paging.decode_cursor(
        list_request.cursor, list_request.order, sort.holds, len(sort.then)
    )
    return {f"after_{at}": value for at, value in enumerate(place)}


def sort_keys(own: Columns) -> list[Any]:
    """The columns that order rows, by the names that they have in every statement."""
    return [
        *(column.label(name) for column, name in zip(own, key_names(len(own)), strict=False)),
        own[-1].label("id"),
    ]


def key_names(columns: int) -> list[str]:
    """The names of so many columns that order rows, but for the last: the row's number."""
    return ["sort_key", *(f"sort_key_{at}" for at in range(1, columns - 1))]


def keys_of(rows: Any, sort: Sort) -> Columns:
    """The columns of a sub-select that order its rows."""
    return *(rows.c[name] for name in key_names(len(sort.columns) + 1)), rows.c.id


def cursor_after(row: Any, list_request: ListRequest) -> str:
    """The cursor of the page after a row."""
    names = key_names(len(list_request.sort.columns) + 1)
    key, *then = (getattr(row, name) for name in names)
    return paging.encode_cursor(list_request.order, key, row.id, then)


def after_cursor(
    connection: Connection, base: Rows, own: Columns, list_request: ListRequest
) -> Rows:
    """The rows after the cursor, in order.

    SQLite plans a comparison of rows by its first column only, so there the rest of an order is
    one range a column, each read from its index; PostgreSQL compares rows as they are, where all
    columns go one way.
    """
    if list_request.cursor is None:
        return order_rows(base, own, list_request)
    place = [
        bindparam(name, value, column.type)
        for (name, value), column in zip(cursor_values(list_request).items(), own, strict=True)
    ]
    beyond = lt if list_request.descending else gt
    if connection.dialect.name != "sqlite" and len(own) == PLAIN:
        return order_rows(base.where(beyond(tuple_(*own), tuple_(*place))), own, list_request)
    ways = [beyond] * len(own) if len(own) == PLAIN else [*[beyond] * (len(own) - 1), gt]
    places = [
        and_(
            *(column == value for column, value in zip(own[:at], place[:at], strict=True)),
            ways[at](own[at], place[at]),
        )
        for at in reversed(range(len(own)))
    ]
    if connection.dialect.name != "sqlite":
        return order_rows(base.where(or_(*places)), own, list_request)
    ranges = [base.where(each) for each in places]
    both = union_all(
        *(select(order_rows(part, own, list_request).subquery()) for part in ranges)
    ).subquery()
    return order_rows(select(both), keys_of(both, list_request.sort), list_request)


def with_cursor(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> ListRequest:
    """The request with `after` as the cursor that it stands for; raises Problem.

    The record need not match, nor be current any more: its place in the order is what counts.
    """
    if list_request.after is None:
        return list_request
    model, where = listing.kind.model, listing.kind.where
    sort = list_request.sort
    place = select(*sort_keys((*sort.columns, model.id))).where(
        *where, model.slug == list_request.after
    )
    if sort.joined is not None:
        place = place.join(*sort.joined)
    found = connection.execute(place).one_or_none()
    if found is None:
        known = StoredNames(connection, select(model.slug).where(*where), model.slug)
        name = listing.kind.name.replace("_", " ")
        raise invalid_parameter(
            "after",
            f"there is no {name} {list_request.after[:100]!r}",
            known.nearest(list_request.after),
        )
    return replace(list_request, cursor=cursor_after(found, list_request), after=None)
