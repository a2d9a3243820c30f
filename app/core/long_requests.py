"""Long requests: what a list is asked for as a JSON object, where an address would be too long.

{"condition": ["crps", "pain"], "limit": 10} asks what ?condition=crps&condition=pain&limit=10 asks,
and has the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import QueryParams

from app.core.asking import Listing
from app.core.bodies import Members, read_bytes, read_members
from app.core.database import Database
from app.core.problems import FieldError, Problem, pointer
from app.core.replies import answer

MOST_BYTES = 1_000_000


async def read_body(request: Request) -> bytes:
    """The JSON of a request; raises Problem 415 for another media type, 413 when it is too long."""
    return await read_bytes(request, MOST_BYTES)


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
            raise _refused(pointer(name), "is there twice: give a list")
        seen.add(name)
        many = isinstance(value, list)
        for at, each in enumerate(value if many else [value]):
            yield name, _written(each, pointer(name, *([at] if many else [])))


def _members(body: bytes) -> list[tuple[str, Any]]:
    """The members of the object, in order and as often as they are there; raises Problem."""
    found = read_members(body)
    if not isinstance(found, Members):
        raise _refused("", "the body is an object of parameters")
    return found.pairs


def _written(value: Any, place: str) -> str:
    """A value as it is written in an address; raises Problem for what cannot stand there."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise _refused(place, "takes a word, a number, true or false, or a list of these")


def _pointing(error: FieldError) -> FieldError:
    place = None if error.parameter is None else pointer(error.parameter)
    return error.model_copy(update={"parameter": None, "pointer": place})


def _refused(place: str, message: str) -> Problem:
    error = FieldError(pointer=place, message=message)
    return Problem(422, "invalid-parameter", f"{place}: {message}".lstrip(": "), [error])
