"""Revisions of one record: who made which version when and why, and each version's card."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request, Response
from sqlalchemy import Connection, func, select

from app.api import paging
from app.api.paging import read_limit
from app.api.problems import Problem, invalid_parameter
from app.api.responses import etag_of, etag_response, must_accept_json
from app.db.database import Database
from app.journal import past_cards
from app.journal.differences import Difference, differences, pointer
from app.journal.past_cards import PastCard
from app.models import Change
from app.query.answers import not_found
from app.query.cards import Kind
from app.query.ordering import total_json
from app.values.text import nearest_spelling
from app.vocabulary import ChangeEffect, RecordStatus

ORDER = "-change"
EFFECTS = {
    RecordStatus.CURRENT: ChangeEffect.RESTORED,
    RecordStatus.WITHDRAWN: ChangeEffect.WITHDRAWN,
    RecordStatus.MERGED: ChangeEffect.MERGED,
}


def effect(version: int, status: str, before: tuple[int, str] | None) -> ChangeEffect:
    """What a change did to a record that had this version and status before; None: it was not."""
    if before is None:
        return ChangeEffect.CREATED
    if status != before[1]:
        return EFFECTS[RecordStatus(status)]
    return ChangeEffect.LINKED if version == before[0] else ChangeEffect.EDITED


def answer_revisions(request: Request, database: Database, kind: Kind) -> Response:
    """The cards of a record without their bytes, newest first."""
    slug = request.path_params["slug"]
    given = read_parameters(request, ("limit", "cursor"))
    limit, cursor = read_limit(given.get("limit")), given.get("cursor")
    before = paging.decode_cursor(cursor, ORDER, int)[0] if cursor is not None else None
    with database.read() as connection:
        record = _record(connection, kind, slug)
        rows, total = _spans(connection, kind, record, before, limit + 1)
    items = [
        {**row, "effect": effect(row["version"], row["status"], _of(rows, at + 1))}
        for at, row in enumerate(rows[:limit])
    ]
    next_ = paging.encode_cursor(ORDER, items[-1]["change"], record) if len(rows) > limit else None
    body = orjson.dumps({"items": items, "next": next_, "total": total_json(total)})
    return etag_response(request, body, f'"{etag_of(body)}"')


def _of(rows: list[dict[str, Any]], at: int) -> tuple[int, str] | None:
    return (rows[at]["version"], rows[at]["status"]) if at < len(rows) else None


def _spans(
    connection: Connection, kind: Kind, record: int, before: int | None, most: int
) -> tuple[list[dict[str, Any]], int]:
    """The newest cards made before a change, and how many the record has in all."""
    every = past_cards.card_spans(kind, record).subquery()
    made = (Change.at, Change.actor, Change.action, Change.reason)
    query = select(every, *made).join(Change, Change.id == every.c.change)
    if before is not None:
        query = query.where(every.c.change < before)
    newest = query.order_by(every.c.change.desc()).limit(most)
    rows = [{str(name): row[name] for name in row} for row in connection.execute(newest).mappings()]
    total = connection.execute(select(func.count()).select_from(every)).scalar_one()
    return rows, total


def answer_version(request: Request, database: Database, kind: Kind) -> Response:
    """The last card of a version, as it was served while it was the current one."""
    slug, version = request.path_params["slug"], request.path_params["version"]
    read_parameters(request, ())
    with database.read() as connection:
        record = _record(connection, kind, slug)
        then = _version(connection, kind, record, _number("version", version))
    return etag_response(
        request, then.card.encode(), f'"v{then.version}-{etag_of(then.card.encode())}"'
    )


def answer_difference(request: Request, database: Database, kind: Kind) -> Response:
    """What differs between two versions; without numbers, what the newest version changed."""
    slug = request.path_params["slug"]
    given = read_parameters(request, ("from", "to"))
    with database.read() as connection:
        record = _record(connection, kind, slug)
        newest = past_cards.newest_version(connection, kind, record)
        to = _number("to", given.get("to", str(newest)))
        new = _version(connection, kind, record, to, "to")
        old = _version(
            connection,
            kind,
            record,
            _number("from", given.get("from", str(max(1, to - 1)))),
            "from",
        )
    found = differences(orjson.loads(old.card), orjson.loads(new.card))
    items = [_shown(each) for each in found]
    body = orjson.dumps({"slug": slug, "from": _side(old), "to": _side(new), "items": items})
    return etag_response(request, body, f'"{etag_of(body)}"')


def _shown(each: Difference) -> dict[str, Any]:
    here = each.place if each.place is not None else each.before
    moved = each.place is not None and each.before is not None and each.place != each.before
    return {
        "what": each.what,
        "pointer": pointer(here or ()),
        "was_at": pointer(each.before or ()) if moved else None,
        "old": each.old,
        "new": each.new,
    }


def _side(then: PastCard) -> dict[str, Any]:
    return {"version": then.version, "change": then.change, "status": then.status}


def _record(connection: Connection, kind: Kind, slug: str) -> int:
    number = past_cards.row_number_of(connection, kind, slug)
    if number is None:
        raise not_found(connection, kind, slug)
    return number


def _version(
    connection: Connection, kind: Kind, record: int, version: int, parameter: str | None = None
) -> PastCard:
    then = past_cards.as_of_version(connection, kind, record, version)
    if then is None:
        newest = past_cards.newest_version(connection, kind, record)
        detail = f"There is no version {version}: there are 1 to {newest}."
        if parameter is not None:
            raise invalid_parameter(parameter, detail, str(newest))
        raise Problem(404, "no-such-version", detail)
    return then


def _number(name: str, written: str) -> int:
    """A version as it is written; raises Problem for anything but a number from 1."""
    if not (written.isascii() and written.isdigit() and len(written) < 10 and int(written)):
        raise invalid_parameter(name, "is the number of a version, from 1")
    return int(written)


def read_parameters(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """The parameters; raises Problem for any other, and for one that is given twice."""
    must_accept_json(request)
    for name in request.query_params:
        if name not in names:
            there = f"there are {', '.join(names)}" if names else "there are none here"
            raise invalid_parameter(
                name[:100],
                f"there is no such parameter; {there}",
                nearest_spelling(name[:100], names),
            )
        if len(request.query_params.getlist(name)) > 1:
            raise invalid_parameter(name, "give it once")
    return dict(request.query_params)
