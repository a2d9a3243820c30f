"""Lists: one statement that gives the cards of a page, one envelope around their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import gt, lt
from typing import Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, Field, create_model
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from app.core import cursors
from app.core.asking import Ask, Listing, Sort
from app.core.cards import CURRENT, Rows
from app.core.filters import Clause, clauses

EXACT_UP_TO = 1000
CardType = TypeVar("CardType")
NOTE = "What is not here was not found in the sources searched; it is not shown to be absent."


class Total(BaseModel):
    """How many match."""

    value: int = Field(description="How many match, counted up to 1000.")
    relation: str = Field(description="eq: exactly; gte: at least.", pattern="^(eq|gte)$")


class ScopeCard(BaseModel):
    """What an answer rests on."""

    last_change: int = Field(description="The newest change that the answer takes in.")
    note: str = Field(description="What no rows mean.")


class Page(BaseModel, Generic[CardType]):
    """One page of a list."""

    items: list[CardType]
    next: str | None = Field(description="Cursor of the next page; null: this is the last.")
    total: Total
    scope: ScopeCard


class ChildPage(BaseModel, Generic[CardType]):
    """Records inside another: at most 200, then how many there are and where they go on."""

    items: list[CardType]
    next: str | None = Field(description="Address where they go on; null: these are all.")
    total: Total


@cache
def page_of(card: type[BaseModel], *, inside: bool = False) -> type[BaseModel]:
    """A page of these cards, in the OpenAPI StudyList, or StudyChildren."""
    page: Any = ChildPage if inside else Page
    name = card.__name__.removesuffix("Card") + ("Children" if inside else "List")
    return create_model(name, __base__=page[card], __doc__=page.__doc__)


@dataclass(frozen=True)
class Slice:
    """The cards of one page, as bytes would join them, and where the next page begins."""

    cards: list[str]
    next: str | None
    total: int
    last_change: int


def fetch(connection: Connection, listing: Listing, ask: Ask) -> Slice:
    """The page that was asked for: one statement for its terms (if any), its cards, its total."""
    where = _where(connection, listing, ask)
    rows = list(connection.execute(_page(connection, listing, ask, where)))
    total, last_change = connection.execute(select(_count(listing, where), LAST_CHANGE)).one()
    cards, next_ = _cut(rows, ask.limit, ask.order)
    return Slice(cards, next_, total, last_change)


def _where(connection: Connection, listing: Listing, ask: Ask) -> list[Clause]:
    named = listing.named()
    wanted = {
        name: (term, values)
        for name, values in ask.values.items()
        if (term := named[name].term) is not None
    }
    found = listing.resolve(connection, wanted) if wanted else {}
    return [
        *standing(listing),
        *clauses(listing.filters, {**ask.values, **found}, descendants=ask.descendants),
    ]


def standing(listing: Listing) -> list[Clause]:
    """What every row of a list has to be."""
    return [*listing.kind.where, listing.kind.model.status == CURRENT]


def _cut(rows: Sequence[Any], limit: int, order: str) -> tuple[list[str], str | None]:
    """The cards of a page, and the cursor after it when there was one row more."""
    last = rows[limit - 1] if len(rows) > limit else None
    next_ = cursors.encode(order, last.sort_key, last.id) if last is not None else None
    return [row.card for row in rows[:limit]], next_


def _page(connection: Connection, listing: Listing, ask: Ask, where: list[Clause]) -> Rows:
    """The statement that gives the cards of one page in order, and one more.

    SQLite plans a comparison of rows by its first column only, so there the rest of an order is
    two ranges, each read from its index; PostgreSQL compares rows as they are.
    """
    columns = (ask.sort.column, listing.kind.model.id)
    base = _cards(listing, ask.sort).where(*where)
    if ask.cursor is None:
        return _ordered(base, columns, ask)
    key, row = cursors.decode(ask.cursor, ask.order, ask.sort.holds)
    beyond = lt if ask.descending else gt
    if connection.dialect.name != "sqlite":
        return _ordered(base.where(beyond(tuple_(*columns), tuple_(key, row))), columns, ask)
    ranges = (
        base.where(columns[0] == key, beyond(columns[1], row)),
        base.where(beyond(columns[0], key)),
    )
    parts = [select(_ordered(part, columns, ask).subquery()) for part in ranges]
    both = union_all(*parts).subquery()
    return _ordered(select(both), (both.c.sort_key, both.c.id), ask)


def _cards(listing: Listing, sort: Sort) -> Rows:
    return select(
        listing.kind.table.c.card, sort.column.label("sort_key"), listing.kind.model.id.label("id")
    )


def _ordered(query: Rows, columns: tuple[Any, Any], ask: Ask) -> Rows:
    order = [column.desc() if ask.descending else column for column in columns]
    return query.order_by(*order).limit(ask.limit + 1)


def first_children(connection: Connection, listing: Listing, where: Clause, limit: int) -> Slice:
    """The first page, in the list's own order, of what belongs to something; one statement."""
    ask = Ask.of(listing, limit)
    all_of = [*standing(listing), where]
    total = _count(listing, all_of).label("total")
    base = _cards(listing, ask.sort).add_columns(total).where(*all_of)
    rows = list(connection.execute(_ordered(base, (ask.sort.column, listing.kind.model.id), ask)))
    cards, next_ = _cut(rows, limit, ask.order)
    return Slice(cards, next_, rows[0].total if rows else 0, 0)


def _count(listing: Listing, where: list[Clause]) -> ScalarSelect[int]:
    """How many match, up to one more than is counted exactly."""
    some: Rows = select(literal_column("1")).select_from(listing.kind.table).where(*where)
    counted = select(func.count()).select_from(some.limit(EXACT_UP_TO + 1).subquery())
    return counted.scalar_subquery()


LAST_CHANGE: ColumnElement[int] = literal_column("(SELECT coalesce(max(id), 0) FROM changes)")


def total_of(count: int) -> dict[str, Any]:
    """A count as it stands in a page: exact up to 1000, then at least."""
    over = count > EXACT_UP_TO
    return {"value": min(count, EXACT_UP_TO), "relation": "gte" if over else "eq"}


def envelope(part: Slice, fields: Sequence[str]) -> bytes:
    """The page as JSON; the cards go in as the bytes they are stored as."""
    cards = (picked(card, fields) for card in part.cards) if fields else part.cards
    rest = {
        "next": part.next,
        "total": total_of(part.total),
        "scope": {"last_change": part.last_change, "note": NOTE},
    }
    return b'{"items":[' + ",".join(cards).encode() + b"]," + orjson.dumps(rest)[1:]


def picked(card: str, fields: Sequence[str]) -> str:
    """A card with only some of its members, in the order of the card."""
    members = orjson.loads(card)
    return orjson.dumps({name: members[name] for name in members if name in fields}).decode()
