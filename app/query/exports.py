"""Exports: a whole list as lines of JSON or as CSV, in its order, from one statement."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy import Connection, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.api.problems import Problem
from app.db.database import Database, restart_clock
from app.db.statements import Rows
from app.query.cards import Kind, model_inside
from app.query.formats import AnyFormat, ListFormat, TextFormat
from app.query.lists import select_fields
from app.query.ordering import in_order
from app.query.plan import Plan
from app.query.request import ListDefinition, ListRequest
from app.query.totals import CertaintyStatements

JOINED_BY = "; "
# Spreadsheets take a cell that begins so for a formula (OWASP, CSV injection); with leading
# apostrophes counted in, one apostrophe can be taken off again without loss.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def escape_formula(words: str) -> str:
    """Words that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    return f"'{words}" if _FORMULA.match(words) else words


def unescape_formula(cell: str) -> str:
    """The words as they were before they were guarded."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def scalar(value: Any) -> str:
    """A word, a number, true or false; empty when there is none."""
    if value is None:
        return ""
    return escape_formula(value) if isinstance(value, str) else orjson.dumps(value).decode()


def _slug(link: Any) -> str:
    return "" if link is None else escape_formula(link["slug"])


def _slugs(links: Any) -> str:
    return escape_formula(JOINED_BY.join(link["slug"] for link in links or ()))


def _nested(parts: Any) -> str:
    """A part as JSON; lists of plain words are joined."""
    if not parts:
        return ""
    if isinstance(parts, list) and all(isinstance(each, str) for each in parts):
        return escape_formula(JOINED_BY.join(parts))
    return orjson.dumps(parts).decode()


@dataclass(frozen=True)
class Column:
    """One column: the card's member, and how its value becomes a cell."""

    name: str
    cell: Callable[[Any], str]


def columns(card: type[BaseModel], fields: Sequence[str] = ()) -> list[Column]:
    """The columns of a kind of card, in the card's order; only those of `fields`, if any."""
    return [
        Column(name, _cell(field.annotation))
        for name, field in card.model_fields.items()
        if not fields or name in fields
    ]


def _cell(annotation: Any) -> Callable[[Any], str]:
    shown, many = model_inside(annotation)
    if shown is not None and "slug" in shown.model_fields:
        return _slugs if many else _slug
    return _nested if many or shown is not None else scalar


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV (RFC 4180)."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def csv_rows(cards: Iterable[str], of: Sequence[Column]) -> str:
    """Cards as rows of CSV."""
    members = map(orjson.loads, cards)
    return csv_text([column.cell(card.get(column.name)) for column in of] for card in members)


CHUNK = 250  # rows read and sent at once
MATCH = "match"  # the last member of a fact that was found by its people: how sure it is
Written = Callable[[Sequence[str]], str]


@contextmanager
def open_stream(database: Database) -> Iterator[Connection]:
    """One snapshot for an export; raises Problem when as many as may run are running."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(database.stream())
        except PoolTimeout as error:
            detail = "As many exports as the server allows at once are running. Try again."
            raise Problem(503, "too-many-exports", detail, headers={"Retry-After": "5"}) from error
        yield connection


def export(
    connection: Connection, listing: ListDefinition, list_request: ListRequest, form: AnyFormat
) -> Generator[bytes, None, None]:
    """What the list holds, in chunks; raises Problem at the first for what cannot be understood."""
    plan = Plan.of(connection, listing, list_request)
    if isinstance(form, TextFormat):
        yield from _texts(read_chunks(connection, _cards(connection, plan)), form)
        return
    cards = _matched(connection, plan) if plan.detailed else None
    head, written = _form(listing.kind, list_request.fields, form, matched=cards is not None)
    cards = cards or read_chunks(connection, _cards(connection, plan))
    if head:
        yield head.encode()
    for part in cards:
        yield written(part).encode()


def _texts(cards: Iterator[Sequence[str]], form: TextFormat) -> Iterator[bytes]:
    """The records in a form of their kind, with what stands around and between them."""
    lead = form.head
    for part in cards:
        yield (lead + form.between.join(form.write(orjson.loads(card)) for card in part)).encode()
        lead = form.between
    yield ((form.head if lead is form.head else "") + form.tail).encode()


def read_chunks(connection: Connection, query: Rows) -> Iterator[Sequence[Any]]:
    """The first column of a query, some rows at a time, through a cursor of the database."""
    for rows in row_chunks(connection, query):
        yield [row[0] for row in rows]


def row_chunks(connection: Connection, query: Rows) -> Iterator[Sequence[Any]]:
    """The rows of a query, some at a time, through a cursor of the database."""
    result = connection.execute(query, execution_options={"yield_per": CHUNK})
    with closing(result):
        parts = result.partitions()
        while part := next(parts, None):
            yield part
            restart_clock(connection)


def _matched(connection: Connection, plan: Plan) -> Iterator[Sequence[str]]:
    """The cards of facts found by their people, each with how sure it is as its last member."""
    statements = CertaintyStatements.of(connection, plan)
    for rows in row_chunks(connection, _cards(connection, plan, with_id=True)):
        found = statements.read(connection, [id_ for _, id_ in rows])
        yield [f'{card[:-1]},"{MATCH}":"{found.word(id_)}"}}' for card, id_ in rows]


def _form(
    kind: Kind, fields: Sequence[str], form: ListFormat, *, matched: bool
) -> tuple[str, Written]:
    """What a form begins with, and how it writes cards, which may say how sure each is."""
    if form is ListFormat.CSV:
        row = columns(kind.card, fields)
        row += [Column(MATCH, scalar)] if matched else []
        return csv_text([[column.name for column in row]]), lambda cards: csv_rows(cards, row)
    if fields:
        some = (*fields, MATCH)
        return "", lambda cards: _lines([select_fields(card, some) for card in cards])
    return "", _lines


def _lines(cards: Sequence[str]) -> str:
    return "\n".join(cards) + "\n"


def _cards(connection: Connection, plan: Plan, *, with_id: bool = False) -> Rows:
    """The statement that gives the cards of a list in order, as far as they are asked for."""
    keys = plan.keys(connection, scored=False).limit(plan.list_request.limit)
    return cards_in_order(
        connection,
        plan.listing.kind,
        keys,
        descending=plan.list_request.descending,
        with_id=with_id,
    )


def cards_in_order(
    connection: Connection,
    kind: Kind,
    keys: Rows,
    *,
    descending: bool = False,
    with_id: bool = False,
) -> Rows:
    """The cards of records in the order of their keys: `sort_key` and its likes, then `id`.

    SQLite reads the keys as they come, and would sort once more when told the order again, cards
    and all; PostgreSQL has to be told, and knows then that the keys have it already.
    """
    found = keys.subquery("keys")
    cards = kind.table.alias("cards")
    card: Any = select(cards.c.card).where(cards.c.id == found.c.id).scalar_subquery()
    query: Rows = select(card, *([found.c.id] if with_id else [])).select_from(found)
    if connection.dialect.name == "sqlite":
        return query
    order = [each for each in found.c if each.name.startswith("sort_key")]
    return query.order_by(*in_order((*order, found.c.id), descending=descending))
