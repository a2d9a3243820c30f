"""What the addresses of the desk share: numbers, pages of rows, and replies that nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

from app.core import cursors
from app.core.asking import read_limit
from app.core.cards import Rows
from app.core.database import Database
from app.core.folding import nearest
from app.core.parameters import parameter
from app.core.problems import Problem, refused
from app.core.replies import must_accept_json

PAGING = [
    parameter("limit", "Rows on a page.", {"type": "integer", "minimum": 1, "maximum": 200}, 10),
    parameter("cursor", "`next` of the page before.", {"type": "string"}),
]


def in_path(name: str, about: str, example: str) -> dict[str, Any]:
    """The documentation of a part of the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": about,
        "schema": {"type": "string"},
        "examples": {"example": {"value": example}},
    }


def number_parameter(name: str, about: str) -> dict[str, Any]:
    """The documentation of a number in the path."""
    schema = {"type": "integer", "minimum": 1}
    return {**in_path(name, about, ""), "schema": schema, "examples": {"example": {"value": 1}}}


def number_in_path(request: Request, name: str, what: str) -> int:
    """The number that an address names something by; raises Problem 404 for what is none."""
    written = str(request.path_params[name])
    if (number := _whole(written)) is None:
        detail = f"There is no {what} {written[:50]!r}: it is a whole number, from 1."
        raise Problem(404, "not-found", detail)
    return number


def number_asked(request: Request, name: str) -> int | None:
    """A number that a page ended with, where one is given; raises Problem."""
    written = request.query_params.get(name)
    if written is None:
        return None
    if (number := _whole(written)) is None:
        raise refused(name, "is `next` of the page before")
    return number


def _whole(written: str) -> int | None:
    """A number that a row can have."""
    digits = written.isascii() and written.isdigit() and len(written) < 10
    return (int(written) or None) if digits else None


def page(
    request: Request,
    database: Database,
    query: Rows,
    row: Any,
    card: Any,
    also: tuple[str, ...] = (),
) -> Response:
    """One page of rows as cards, the newest first; `also`: read already. Raises Problem."""
    must_accept_json(request)
    asked = request.query_params
    only(request, ("limit", "cursor", *also))
    limit = read_limit(asked.get("limit"))
    if "cursor" in asked:
        query = query.where(row < cursors.decode(asked["cursor"], "-id", int)[1])
    with database.read() as connection:
        rows = connection.execute(query.order_by(row.desc()).limit(limit + 1)).mappings().all()
    last = rows[limit - 1]["id"] if len(rows) > limit else None
    items = [card.model_validate(dict(each)).model_dump(mode="json") for each in rows[:limit]]
    next_ = None if last is None else cursors.encode("-id", last, last)
    return reply({"items": items, "next": next_})


def only(request: Request, names: tuple[str, ...] = ()) -> None:
    """Refuse parameters other than these, and any that is there twice; raises Problem 422."""
    for name in request.query_params:
        if name not in names:
            hint = nearest(name[:100], names) if names else None
            raise refused(name[:100], "there is no such parameter", hint)
        if len(request.query_params.getlist(name)) > 1:
            raise refused(name, "give it once")


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A reply that is for one person: nothing in between may store it."""
    if isinstance(body, BaseModel):
        body = body.model_dump(mode="json", by_alias=True)
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(body), status, kept, "application/json")
