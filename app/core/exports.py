"""Exports: a whole list as lines of JSON or as CSV, in the page's order, from one statement.

Rows are read a few hundred at a time and passed on, so that memory does not grow with the list.
The keys are put in order apart from the cards, which are looked up as they go out: sorting moves
a few bytes a record, and not the cards.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.asking import Ask, Listing
from app.core.cards import Kind, Rows
from app.core.database import Database, renewed
from app.core.flattening import columns, flat, table
from app.core.forms import AnyForm, Form, TextForm
from app.core.listing import picked
from app.core.plans import Plan
from app.core.problems import Problem

CHUNK = 250  # rows read and sent at once
Written = Callable[[Sequence[str]], str]


@contextmanager
def streaming(database: Database) -> Iterator[Connection]:
    """One snapshot for an export; raises Problem when as many as may run are running."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(database.stream())
        except PoolTimeout as error:
            detail = "As many exports as the server allows at once are running. Try again."
            raise Problem(503, "too-many-exports", detail, headers={"Retry-After": "5"}) from error
        yield connection


def export(
    connection: Connection, listing: Listing, ask: Ask, form: AnyForm
) -> Generator[bytes, None, None]:
    """What the list holds, in chunks; raises Problem at the first for what cannot be understood."""
    plan = Plan.of(connection, listing, ask)
    cards = chunks(connection, _cards(connection, plan))
    if isinstance(form, TextForm):
        yield from _texts(cards, form)
        return
    head, written = _form(listing.kind, ask.fields, form)
    if head:
        yield head.encode()
    for part in cards:
        yield written(part).encode()


def _texts(cards: Iterator[Sequence[str]], form: TextForm) -> Iterator[bytes]:
    """The records in a form of their kind, with what stands around and between them."""
    lead = form.head
    for part in cards:
        yield (lead + form.between.join(form.write(orjson.loads(card)) for card in part)).encode()
        lead = form.between
    yield ((form.head if lead is form.head else "") + form.tail).encode()


def chunks(connection: Connection, query: Rows) -> Iterator[Sequence[str]]:
    """The one column of a query, some rows at a time, through a cursor of the database."""
    result = connection.execute(query, execution_options={"yield_per": CHUNK})
    with closing(result):
        parts = result.scalars().partitions()
        while part := next(parts, None):
            yield part
            renewed(connection)


def _form(kind: Kind, fields: Sequence[str], form: Form) -> tuple[str, Written]:
    """What a form begins with, and how it writes cards."""
    if form is Form.CSV:
        row = columns(kind.card, fields)
        return table([[column.name for column in row]]), lambda cards: flat(cards, row)
    if fields:
        return "", lambda cards: _lines([picked(card, fields) for card in cards])
    return "", _lines


def _lines(cards: Sequence[str]) -> str:
    return "\n".join(cards) + "\n"


def _cards(connection: Connection, plan: Plan) -> Rows:
    """The statement that gives the cards of a list in order, as far as they are asked for."""
    keys = plan.keys(connection).limit(plan.ask.limit)
    return in_order(connection, plan.listing.kind, keys, descending=plan.ask.descending)


def in_order(connection: Connection, kind: Kind, keys: Rows, *, descending: bool = False) -> Rows:
    """The cards of records in the order of their keys, which have `sort_key` and `id`.

    SQLite reads the keys as they come, and would sort once more when told the order again, cards
    and all; PostgreSQL has to be told, and knows then that the keys have it already.
    """
    found = keys.subquery("keys")
    cards = kind.table.alias("cards")
    card: Any = select(cards.c.card).where(cards.c.id == found.c.id).scalar_subquery()
    query: Rows = select(card).select_from(found)
    if connection.dialect.name == "sqlite":
        return query
    order = (found.c.sort_key, found.c.id)
    return query.order_by(*(each.desc() if descending else each for each in order))
