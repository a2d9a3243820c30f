"""The feed: changes in their order, each with every record whose card it altered.

One writer at a time makes the order of numbers the order in which changes became visible: nothing
ever appears before what was read already. What a change did is told by the cards it made, current
or superseded by now, so that a page reads the same whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, case, cast, false, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from app.api import paging
from app.api.problems import Problem, invalid_parameter
from app.db.statements import Rows
from app.history.versions import effect
from app.models import Change, Revision
from app.models.base import Words
from app.query.cards import CURRENT, Kind, upgrade_card
from app.records.catalogue import KIND_NAMED, KINDS

MOST_RECORDS = 500  # on a page
ORDER = "feed"
HOW = "is the number of a change, or `next` of a page as it is"


@dataclass(frozen=True)
class FeedPosition:
    """How far a client has read: all of a change or, with a kind, up to one record of the next."""

    change: int
    kind: str = ""
    record: int = 0

    @classmethod
    def read(cls, since: str) -> FeedPosition:
        """The place after a change by its number, or `next` of a page; raises Problem."""
        if since.isascii() and since.isdigit() and len(since) < 19:
            return cls(int(since))
        try:
            key, record = paging.decode_cursor(since, ORDER, str)
            change, _, kind = key.partition(" ")
            place = cls(int(change), KIND_NAMED[kind].name, record)
        except (Problem, ValueError, KeyError) as error:
            raise invalid_parameter("since", HOW) from error
        return place

    def __str__(self) -> str:
        """As it is given to clients."""
        if not self.kind:
            return str(self.change)
        return paging.encode_cursor(ORDER, f"{self.change} {self.kind}", self.record)

    @property
    def first(self) -> int:
        """The first change that there may be more of."""
        return self.change if self.kind else self.change + 1


def read_feed(
    connection: Connection, since: FeedPosition, limit: int, *, cards: bool
) -> dict[str, Any]:
    """A page of the feed: at most so many changes, and so many records in all."""
    changes = _changes(connection, since.first, limit + 1)
    shown = changes[:limit]
    if not shown:
        return {"items": [], "next": str(since), "more": False}
    rows = _records(connection, since, shown[-1]["id"], cards=cards)
    more = len(changes) > limit
    place = FeedPosition(shown[-1]["id"])
    if len(rows) > MOST_RECORDS:
        rows, next_, more = rows[:MOST_RECORDS], rows[MOST_RECORDS], True
        last = rows[-1]
        whole = next_.change > last.change
        place = (
            FeedPosition(last.change) if whole else FeedPosition(last.change, last.kind, last.id)
        )
        shown = [each for each in shown if each["id"] <= last.change]
    for each in shown:
        each["records"] = [_touched(row, cards=cards) for row in rows if row.change == each["id"]]
        each["complete"] = not place.kind or each["id"] < place.change
    return {"items": shown, "next": str(place), "more": more}


def _changes(connection: Connection, first: int, most: int) -> list[dict[str, Any]]:
    columns = select(Change.id, Change.at, Change.actor, Change.action, Change.reason)
    query = columns.where(Change.id >= first).order_by(Change.id).limit(most)
    return [dict(row) for row in connection.execute(query).mappings()]


def _records(
    connection: Connection, since: FeedPosition, last: int, *, cards: bool
) -> Sequence[Any]:
    """Every card that was made by these changes, with what it took the place of."""
    parts = [_current(kind, since, last) for kind in KINDS] + [_superseded(since, last)]
    keys = union_all(*(select(part.subquery()) for part in parts)).subquery("keys")
    before = aliased(Revision.__table__, name="before")
    same = (before.c.kind == keys.c.kind) & (before.c.record_id == keys.c.id)
    columns = [_of(keys, "slug"), before.c.version.label("old"), before.c.status.label("was")]
    if cards:
        columns += [_as_made(keys, "card"), _as_made(keys, "card_format")]
    query: Rows = select(keys, *columns).outerjoin(
        before, same & (before.c.to_change == keys.c.change)
    )
    order = (keys.c.change, keys.c.kind, keys.c.id)
    return connection.execute(query.order_by(*order).limit(MOST_RECORDS + 1)).all()


def _current(kind: Kind, since: FeedPosition, last: int) -> Rows:
    """The cards of a kind that these changes made and that are current still."""
    table = kind.table
    query = select(
        table.c.stamp.label("change"),
        literal(kind.name, Words).label("kind"),
        table.c.id.label("id"),
        table.c.version.label("version"),
        cast(table.c.status, Words).label("status"),
        literal(0).label("past"),
    ).where(*kind.where, table.c.stamp >= since.first, table.c.stamp <= last)
    if since.kind and kind.name <= since.kind:
        rest = table.c.id > since.record if kind.name == since.kind else false()
        query = query.where(or_(table.c.stamp > since.change, rest))
    return query.order_by(table.c.stamp, table.c.id).limit(MOST_RECORDS + 1)


def _superseded(since: FeedPosition, last: int) -> Rows:
    """The cards that these changes made and that were superseded since."""
    made = Revision.from_change
    query = select(
        made.label("change"),
        Revision.kind,
        Revision.record_id.label("id"),
        Revision.version,
        cast(Revision.status, Words).label("status"),
        literal(1).label("past"),
    ).where(made >= since.first, made <= last)
    if since.kind:
        rest = tuple_(Revision.kind, Revision.record_id) > tuple_(since.kind, since.record)
        query = query.where(or_(made > since.change, rest))
    order = (made, Revision.kind, Revision.record_id)
    return query.order_by(*order).limit(MOST_RECORDS + 1)


def _of(keys: Any, column: str) -> Any:
    """A column of the records themselves, whatever their kind."""
    found = [
        (keys.c.kind == kind.name, _stored(kind.table.c[column], kind.table.c.id == keys.c.id))
        for kind in KINDS
    ]
    return case(*found).label(column)


def _as_made(keys: Any, column: str) -> Any:
    """A column of the cards as the changes made them."""
    then = (Revision.kind == keys.c.kind) & (Revision.record_id == keys.c.id)
    then &= Revision.from_change == keys.c.change
    past = _stored(getattr(Revision, column), then)
    return case((keys.c.past == 1, past), else_=_of(keys, column).element).label(column)


def _stored(column: Any, where: Any) -> Any:
    return select(column).where(where).scalar_subquery()


def _touched(row: Any, *, cards: bool) -> dict[str, Any]:
    """What a change did to one record."""
    kind = KIND_NAMED[row.kind]
    before = None if row.old is None else (row.old, str(row.was))
    told = {
        "kind": row.kind,
        "slug": row.slug,
        "version": row.version,
        "status": row.status,
        "effect": effect(row.version, row.status, before),
        "url": f"/v1/{kind.path}/{row.slug}",
    }
    if cards:
        current = row.status == CURRENT
        card = upgrade_card(kind, row.card, row.card_format) if current else "null"
        told["card"] = orjson.Fragment(card)
    return told
