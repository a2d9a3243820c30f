"""The rows of a kind as a change left them: those that stand as they did, and superseded ones.

A current row whose card is not younger than the change was the same then, with all its columns; of
any other the revision whose span holds the change tells what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Integer,
    cast,
    func,
    null,
    select,
    union_all,
)

from app.db.statements import Rows
from app.models import Revision
from app.models.base import Key, Words
from app.query.cards import CURRENT, Kind, upgrade_card
from app.query.criteria import Clause
from app.query.filters import criteria, flatten_filters, range_filter
from app.query.lists import CardPage, cards_and_cursor
from app.query.ordering import Columns, after_cursor, count_up_to, order_rows
from app.query.request import ListDefinition, ListRequest, Sort

YEAR = "year"


@dataclass(frozen=True)
class PastRows:
    """Which rows: what has to hold of those that stand as they did, and of superseded ones."""

    now: tuple[Clause, ...] = ()
    past: tuple[Clause, ...] = ()


def unchanged_since(kind: Kind, change: int) -> list[Clause]:
    """What holds of rows that have been the same since before the change."""
    return [*kind.where, kind.table.c.stamp <= change]


def superseded(kind: Kind, change: int) -> list[Clause]:
    """What holds of the cards that were current then and are not now."""
    return [
        Revision.kind == kind.name,
        Revision.to_change > change,
        Revision.from_change <= change,
    ]


def read_slice(
    connection: Connection,
    listing: ListDefinition,
    list_request: ListRequest,
    change: int,
    wanted: PastRows,
) -> CardPage:
    """One page of the rows that were current then: a statement for the cards, one for the total."""
    parts = _parts(connection, listing, list_request, change, wanted)
    keys = union_all(
        *(
            select(after_cursor(connection, part, own, list_request).subquery())
            for part, own in parts
        )
    ).subquery("keys")
    table = listing.kind.table
    past = (Revision.kind == listing.kind.name) & (Revision.record_id == keys.c.id)
    query: Rows = (
        select(
            keys.c.sort_key,
            keys.c.id,
            func.coalesce(Revision.card, table.c.card).label("card"),
            func.coalesce(Revision.card_format, table.c.card_format).label("card_format"),
        )
        .join(table, table.c.id == keys.c.id)
        .outerjoin(Revision, past & (Revision.from_change == keys.c.made))
    )
    rows = connection.execute(order_rows(query, (keys.c.sort_key, keys.c.id), list_request)).all()
    numbers = [count_up_to(part) for part, _ in parts]
    total = sum(connection.execute(select(*numbers)).one())
    _, next_ = cards_and_cursor(rows, list_request)
    cards = [
        upgrade_card(listing.kind, row.card, row.card_format) for row in rows[: list_request.limit]
    ]
    return CardPage(cards, next_, total, change)


def _parts(
    connection: Connection,
    listing: ListDefinition,
    list_request: ListRequest,
    change: int,
    wanted: PastRows,
) -> list[tuple[Rows, Columns]]:
    """The rows that stand as they did and the superseded ones, each with what orders them."""
    kind = listing.kind
    now: Columns = (list_request.sort.column, kind.model.id)
    past: Columns = (_in_the_past(connection, kind, list_request.sort), Revision.record_id)
    same = _keys(now, cast(null(), Key)).select_from(kind.table)
    same = same.where(*unchanged_since(kind, change), kind.model.status == CURRENT, *wanted.now)
    other = _keys(past, Revision.from_change)
    other = other.where(*superseded(kind, change), Revision.status == CURRENT, *wanted.past)
    years = list_request.values.get(YEAR)
    if years:
        mine = [each for each in flatten_filters(listing.filters) if each.name == YEAR]
        same = same.where(
            *(each.definite for each in criteria(mine, list_request.values, list_request.options))
        )
        other = other.where(range_filter(YEAR, _year(), "").where(years))
    return [(same, now), (other, past)]


def _keys(own: Columns, made: Any) -> Rows:
    return select(own[0].label("sort_key"), own[1].label("id"), made.label("made"))


def _year() -> Any:
    """The year of a superseded card of a kind that is listed by year; null: not known."""
    return func.nullif(cast(Revision.sort_key, Integer), 0)


def _in_the_past(connection: Connection, kind: Kind, sort: Sort) -> Any:
    """What a superseded card was sorted by: kept beside it or, for other orders, read from it."""
    name = sort.column.key
    if name == "id":
        return Revision.record_id
    if name != kind.sort_key:
        return member(connection, name)
    return cast(Revision.sort_key, Integer) if sort.holds is int else Revision.sort_key


def member(connection: Connection, name: str) -> Any:
    """A member of a superseded card as words."""
    if connection.dialect.name == "sqlite":
        return func.json_extract(Revision.card, f"$.{name}")
    return cast(cast(Revision.card, JSON)[name].as_string(), Words)


def read_cards(connection: Connection, kind: Kind, change: int, wanted: PastRows) -> dict[int, str]:
    """The cards of rows as they were then, whatever their status, by number."""
    table = kind.table
    now = select(table.c.id, table.c.card, table.c.card_format)
    past = select(Revision.record_id, Revision.card, Revision.card_format)
    query = union_all(
        now.where(*unchanged_since(kind, change), *wanted.now),
        past.where(*superseded(kind, change), *wanted.past),
    )
    return {
        number: upgrade_card(kind, card, card_format)
        for number, card, card_format in connection.execute(query)
    }
