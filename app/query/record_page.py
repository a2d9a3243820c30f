"""A record's page: its card, and the first of each kind that belongs to it, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel
from sqlalchemy import Connection, Text, bindparam, case, cast, func, null, select, union_all
from sqlalchemy import literal_column as plain

from app.api import paging
from app.db.sqlite import RawConnection
from app.db.statements import BoundedCache, PreparedStatement
from app.query.cards import Kind
from app.query.formats import TextFormat
from app.query.lists import CardPage
from app.query.ordering import count, is_current, order_rows, total_json
from app.query.request import ListDefinition, ListRequest

MOST_CHILDREN = 200  # children of one kind inside a record's page


@dataclass(frozen=True)
class RelatedList:
    """Records of another kind that a record's page takes in.

    `filter` is the filter of their list that finds the same rows by the record's slug;
    `filter_prefix` stands before the slug where that filter needs more than the slug. In the past
    they are found by what cards say: the page's own members that link to them are `links`, those
    of their cards that link to the record `backlinks`; neither: they belong to it. `through` is for
    links by way of records found before: their name, what they link to the record by, and what
    links to them.
    """

    name: str
    listing: ListDefinition
    where: Any  # from the record's row number to the clause
    filter: str | None = None
    filter_prefix: str = ""
    links: tuple[str, ...] = ()
    backlinks: tuple[str, ...] = ()
    through: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class RecordPage:
    """A record's page: its card and the records inside."""

    kind: Kind
    model: type[BaseModel]
    related: tuple[RelatedList, ...] = ()
    extra_members: Any = None  # from connection and row number to further members, as a dict
    formats: tuple[TextFormat, ...] = ()  # beside JSON
    statements: BoundedCache[PreparedStatement] = field(
        default_factory=BoundedCache, compare=False, repr=False
    )  # statements


def related_records(
    connection: Connection | RawConnection,
    page: RecordPage,
    row: int,
    slug: str,
    fields: Sequence[str],
) -> list[bytes]:
    """The records inside a page, a member of its JSON for each kind that is wanted."""
    wanted = [child for child in page.related if not fields or child.name in fields]
    if not wanted:
        return []
    key = (connection.dialect.name, *(child.name for child in wanted))
    found = page.statements.get(
        key, lambda: PreparedStatement.of(connection, _first_records_query(wanted))
    )
    rows: list[list[Any]] = [[] for _ in wanted]
    totals = [0 for _ in wanted]
    for each in found.rows(connection, record=row):
        at, card, place, number = tuple(each)
        if card is None:
            totals[at] = number
        else:
            rows[at].append((card, place, number))
    parts = zip(wanted, rows, totals, strict=True)
    return [_member(child, slug, some, total) for child, some, total in parts]


def _first_records_query(children: Sequence[RelatedList]) -> Any:
    """One statement for the first records of each kind; a row without a card has their number."""
    parts: list[Any] = []
    for at, child in enumerate(children):
        listing, list_request = child.listing, ListRequest.of(child.listing, MOST_CHILDREN)
        model, key = listing.kind.model, list_request.sort.column
        where = [*is_current(listing), child.where(bindparam("record", 0, model.id.type))]
        columns = (listing.kind.table.c.card, cast(key, Text).label("place"), model.id)
        found = order_rows(select(*columns).where(*where), (key, model.id), list_request).cte(
            f"page_{at}"
        )
        here: Any = select(func.count()).select_from(found).scalar_subquery()
        total = case((here > MOST_CHILDREN, count(listing, where)), else_=here)
        own: Any = plain(str(at))
        parts += [select(own, *found.c), select(own, null(), null(), total)]
    return union_all(*parts)


def _member(child: RelatedList, slug: str, rows: list[Any], total: int) -> bytes:
    cursor = None
    if len(rows) > MOST_CHILDREN:
        list_request = ListRequest.of(child.listing, MOST_CHILDREN)
        _, place, number = rows[MOST_CHILDREN - 1]
        cursor = paging.encode_cursor(list_request.order, list_request.sort.holds(place), number)
    cards = [card for card, _, _ in rows[:MOST_CHILDREN]]
    return related_member(
        child, CardPage(cards, cursor, total, 0), _next_address(child, slug, cursor)
    )


def related_member(child: RelatedList, part: CardPage, next_: str | None) -> bytes:
    """Records inside a page, and where they go on, as a member of its JSON."""
    rest = {"next": next_, "total": total_json(part.total)}
    items = b'{"items":[' + ",".join(part.cards).encode() + b"]," + orjson.dumps(rest)[1:]
    return orjson.dumps(child.name) + b":" + items


def _next_address(child: RelatedList, slug: str, cursor: str | None) -> str | None:
    """Where the records inside a page go on, if they do."""
    if cursor is None or child.filter is None:
        return None
    query = {child.filter: child.filter_prefix + slug, "cursor": cursor}
    if child.listing.own_order is not None:
        query["sort"] = child.listing.own_order
    if child.listing.parameters()[child.filter].direct:  # a page has what is said of this very term
        query["descendants"] = "false"
    return f"/v1/{child.listing.kind.path}?{urlencode(query)}"
