"""Bodies of requests: read up to a limit, as JSON that every database can hold, or refused."""

from __future__ import annotations

import json
from typing import Any

import orjson
from fastapi import Request

from app.core.problems import FieldError, Problem, pointer

JSON = "application/json"
MOST_NESTED = 32  # objects and lists inside one another
Steps = tuple[str | int, ...]


async def read_bytes(request: Request, most: int, kinds: tuple[str, ...] = (JSON,)) -> bytes:
    """The body of a request; raises Problem 415 for another media type, 413 when it is too long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        said = " or ".join(kinds)
        raise Problem(415, "unsupported-media-type", f"Send {said}, and say so in Content-Type.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Problem(413, "content-too-large", f"The body is longer than {most} bytes.")
    return bytes(body)


class Members:
    """An object of JSON, as its members in order and as often as they are there."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


def read_members(body: bytes) -> Any:
    """The JSON of a body, objects as their members; raises Problem 400 with line and column."""
    try:
        orjson.loads(body)  # stricter: UTF-8, no NaN, no half of a character
        return json.loads(body, object_pairs_hook=Members)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        what = f"The body is no JSON, at {where}: {error.msg[:200]}"
        raise Problem(400, "invalid-json", what) from error
    except (ValueError, RecursionError) as error:
        raise Problem(400, "invalid-json", f"The body is no JSON: {str(error)[:200]}") from error


def read_json(body: bytes) -> Any:
    """The JSON of a body as plain values.

    Raises Problem 400 for what is no JSON; 422 for members that are there twice, characters that
    no text has, and what is nested too deeply, each with its place.
    """
    errors: list[FieldError] = []
    value = _plain(read_members(body), (), errors)
    if errors:
        sentences = "; ".join(f"{each.pointer}: {each.message}" for each in errors)
        raise Problem(422, "invalid-body", sentences.removeprefix(": "), errors)
    return value


def _plain(value: Any, at: Steps, errors: list[FieldError]) -> Any:
    if len(at) > MOST_NESTED:
        errors.append(FieldError(pointer=pointer(*at), message="is nested too deeply"))
        return None
    if isinstance(value, list):
        return [_plain(each, (*at, place), errors) for place, each in enumerate(value)]
    if isinstance(value, Members):
        return _object(value, at, errors)
    if isinstance(value, str) and "\0" in value:
        errors.append(FieldError(pointer=pointer(*at), message="has a NUL character: leave it out"))
    return value


def _object(value: Members, at: Steps, errors: list[FieldError]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in value.pairs:
        here = (*at, name)
        if "\0" in name:
            errors.append(FieldError(pointer=pointer(*here), message="has a NUL character"))
        if name in found:
            errors.append(FieldError(pointer=pointer(*here), message="is there twice: keep one"))
        found[name] = _plain(each, here, errors)
    return found
