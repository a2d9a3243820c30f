"""Long requests: what a list is asked for as a JSON object, where an address would be too long.

{"condition": ["crps", "pain"], "limit": 10} asks what ?condition=crps&condition=pain&limit=10 asks,
and has the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request, Response
from starlette.datastructures import QueryParams

from app.core.asking import Listing
from app.core.database import Database
from app.core.problems import FieldError, Problem
from app.core.replies import answer

MOST_BYTES = 1_000_000
JSON = "application/json"
Pairs = list[tuple[str, Any]]


async def read_body(request: Request) -> bytes:
    """The JSON of a request; raises Problem 415 for another media type, 413 when it is too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise Problem(415, "unsupported-media-type", f"Send {JSON}, and say so in Content-Type.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Problem(413, "content-too-large", f"The body is longer than {MOST_BYTES} bytes.")
    return bytes(body)


def answer_search(request: Request, database: Database, listing: Listing, body: bytes) -> Response:
    """What the list answers to the same parameters in its address; problems point into the body."""
    for name in request.query_params:
        error = FieldError(parameter=name[:100], message="give it in the body")
        raise Problem(422, "invalid-parameter", f"{error.parameter}: {error.message}", [error])
    query = QueryParams(list(_parameters(body)))
    try:
        return answer(request, database, listing, query)
    except Problem as problem:
        errors = [_pointing(error) for error in problem.errors]
        raise Problem(
            problem.status, problem.code, problem.detail, errors, problem.headers
        ) from problem


def _parameters(body: bytes) -> Iterator[tuple[str, str]]:
    """The members of a JSON object as parameters, a list as one that is repeated."""
    seen = set()
    for name, value in _members(body):
        if name in seen:
            raise _refused(_pointer(name), "is there twice: give a list")
        seen.add(name)
        many = isinstance(value, list)
        for at, each in enumerate(value if many else [value]):
            yield name, _written(each, _pointer(name, *([at] if many else [])))


def _members(body: bytes) -> Pairs:
    """The members of the object, in order and as often as they are there; raises Problem."""
    try:
        orjson.loads(body)  # stricter: UTF-8, no NaN, no half of a character
        found = json.loads(body, object_pairs_hook=_Members)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "invalid-json", f"The body is no JSON: {str(error)[:200]}") from error
    if not isinstance(found, _Members):
        raise _refused("", "the body is an object of parameters")
    return found.pairs


class _Members:
    """An object of JSON, as its members."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs


def _written(value: Any, pointer: str) -> str:
    """A value as it is written in an address; raises Problem for what cannot stand there."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise _refused(pointer, "takes a word, a number, true or false, or a list of these")


def _pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step)[:100].replace('~', '~0').replace('/', '~1')}" for step in steps)


def _pointing(error: FieldError) -> FieldError:
    pointer = None if error.parameter is None else _pointer(error.parameter)
    return error.model_copy(update={"parameter": None, "pointer": pointer})


def _refused(pointer: str, message: str) -> Problem:
    error = FieldError(pointer=pointer, message=message)
    return Problem(422, "invalid-parameter", f"{pointer}: {message}".lstrip(": "), [error])
