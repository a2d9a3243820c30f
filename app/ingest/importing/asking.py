"""What requests about imports say, and how they are answered."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from app.core.parameters import parameter
from app.core.problems import Problem, refused

NUMBER = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": "Number of the import.",
    "schema": {"type": "integer", "minimum": 1},
    "examples": {"example": {"value": 1}},
}
LIMIT = parameter("limit", "Rows on a page.", {"type": "integer", "minimum": 1, "maximum": 200}, 50)
CURSOR = parameter("cursor", "Where to go on: `next` of the page before.", {"type": "string"})


def only(request: Request, *known: str) -> None:
    """Refuse parameters that there are not; raises Problem."""
    for name in request.query_params:
        if name not in known:
            raise refused(name[:100], f"there is no such parameter; there are {known or 'none'}")


def number_of(request: Request) -> int:
    """The number of the import that an address names; raises Problem 404 for no number."""
    written = request.path_params["number"]
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Problem(404, "not-found", f"There is no import {written[:50]!r}: it is a number.")
    return int(written)


def cursor_of(request: Request) -> int | None:
    """Where the page before ended; raises Problem."""
    written = request.query_params.get("cursor")
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise refused("cursor", "is `next` of the page before")
    return int(written)


def answered(body: BaseModel, status: int = 200, headers: dict[str, Any] | None = None) -> Response:
    """The answer as JSON, which nobody keeps."""
    written = body.model_dump_json(by_alias=True)
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(written, status, kept, "application/json")
