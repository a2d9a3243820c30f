"""Pages: limits, cursors that say where one ended, and pages of rows that nobody keeps."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, Field

from app.api.openapi import parameter
from app.api.problems import Problem, invalid_parameter
from app.api.responses import must_accept_json
from app.db.database import Database
from app.db.statements import Rows
from app.values.text import nearest_spelling

LIMIT, LARGEST_LIMIT = 50, 200
Item = TypeVar("Item", bound=BaseModel)


class CursorPage(BaseModel, Generic[Item]):
    """Some rows of a list that goes on behind a cursor."""

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null: this is the last.")


def read_limit(written: str | None, most: int = LARGEST_LIMIT) -> int:
    """How many rows a page may have; raises Problem."""
    if written is None:
        return LIMIT
    digits = written.isascii() and written.isdigit() and len(written) < 10
    if not digits or not 1 <= int(written) <= most:
        raise invalid_parameter("limit", f"is a whole number from 1 to {most}")
    return int(written)


HOW = "not a cursor of this list: take `next` from a page as it is, with the same sort"


def encode_cursor(sort: str, key: Any, row: int, then: Sequence[int] = ()) -> str:
    """The place after a row, in one order; `then`: what orders rows of one key before the row."""
    packed = base64.urlsafe_b64encode(orjson.dumps([sort, key, *then, row]))
    return packed.rstrip(b"=").decode()


def decode_cursor(cursor: str, sort: str, kind: type[Any], then: int = 0) -> tuple[Any, ...]:
    """The key, `then` more numbers and the row that a page ended with.

    Raises Problem when the cursor is not of this order.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        order, key, *rows = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise invalid_parameter("cursor", HOW) from error
    right = order == sort and type(key) is kind and len(rows) == then + 1
    if not right or not all(type(row) is int and 0 < row < 2**63 for row in rows):
        raise invalid_parameter("cursor", HOW)
    if (kind is int and not -(2**63) < key < 2**63) or "\0" in str(key):
        raise invalid_parameter("cursor", HOW)
    return key, *rows


PAGING = [
    parameter("limit", "Rows on a page.", {"type": "integer", "minimum": 1, "maximum": 200}, 10),
    parameter("cursor", "`next` of the page before.", {"type": "string"}),
]


def path_parameter(name: str, about: str, example: str) -> dict[str, Any]:
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
    return {
        **path_parameter(name, about, ""),
        "schema": schema,
        "examples": {"example": {"value": 1}},
    }


def number_in_path(request: Request, name: str, what: str) -> int:
    """The number that an address names something by; raises Problem 404 for what is none."""
    written = str(request.path_params[name])
    if (number := _whole(written)) is None:
        detail = f"There is no {what} {written[:50]!r}: it is a whole number, from 1."
        raise Problem(404, "not-found", detail)
    return number


def number_in_query(request: Request, name: str) -> int | None:
    """A number that a page ended with, where one is given; raises Problem."""
    written = request.query_params.get(name)
    if written is None:
        return None
    if (number := _whole(written)) is None:
        raise invalid_parameter(name, "is `next` of the page before")
    return number


def _whole(written: str) -> int | None:
    """A number that a row can have."""
    digits = written.isascii() and written.isdigit() and len(written) < 10
    return (int(written) or None) if digits else None


def page_of_rows(
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
    refuse_other_parameters(request, ("limit", "cursor", *also))
    limit = read_limit(asked.get("limit"))
    if "cursor" in asked:
        query = query.where(row < decode_cursor(asked["cursor"], "-id", int)[1])
    with database.read() as connection:
        rows = connection.execute(query.order_by(row.desc()).limit(limit + 1)).mappings().all()
    last = rows[limit - 1]["id"] if len(rows) > limit else None
    items = [card.model_validate(dict(each)).model_dump(mode="json") for each in rows[:limit]]
    next_ = None if last is None else encode_cursor("-id", last, last)
    return private_response({"items": items, "next": next_})


def refuse_other_parameters(request: Request, names: tuple[str, ...] = ()) -> None:
    """Refuse parameters other than these, and any that is there twice; raises Problem 422."""
    for name in request.query_params:
        if name not in names:
            hint = nearest_spelling(name[:100], names) if names else None
            raise invalid_parameter(name[:100], "there is no such parameter", hint)
        if len(request.query_params.getlist(name)) > 1:
            raise invalid_parameter(name, "give it once")


def private_response(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A reply that is for one person: nothing in between may store it."""
    if isinstance(body, BaseModel):
        body = body.model_dump(mode="json", by_alias=True)
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(body), status, kept, "application/json")
