"""Bodies of requests: JSON that every database can hold, up to a limit."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.api.problems import FieldError, FieldErrors, Problem, json_pointer
from app.values.text import nearest_spelling

JSON = "application/json"
MOST_NESTED = 32  # objects and lists inside one another
Steps = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


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
        return parse_members(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        what = f"The body is no JSON, at {where}: {error.msg[:200]}"
        if "ecursion" in error.msg:
            what = f"The body is nested too deeply: at most {MOST_NESTED} lists and objects."
        raise Problem(400, "invalid-json", what) from error
    except ValueError as error:
        raise Problem(400, "invalid-json", f"The body is no JSON: {str(error)[:200]}") from error


def parse_members(text: bytes) -> Any:
    """The JSON of a text, objects as their members; raises ValueError for what is none."""
    try:
        orjson.loads(text)  # stricter: UTF-8, no NaN, no half of a character
        return json.loads(text, object_pairs_hook=Members)
    except RecursionError as error:
        raise ValueError(f"more than {MOST_NESTED} lists and objects are nested") from error


def json_text(value: Any, most: int) -> str:
    """What was read as members, as JSON again; raises ValueError for more than so many parts."""
    left = iter(range(most))

    def text(value: Any, depth: int) -> str:
        if depth > MOST_NESTED or next(left, None) is None:
            raise ValueError("is nested too deeply, or has too many parts")
        if isinstance(value, Members):
            pairs = (f"{json.dumps(name)}:{text(each, depth + 1)}" for name, each in value.pairs)
            return f"{{{','.join(pairs)}}}"
        if isinstance(value, list):
            return f"[{','.join(text(each, depth + 1) for each in value)}]"
        return json.dumps(value)

    return text(value, 0)


def value_text(value: Any) -> str | None:
    """A value of JSON as it is written in an address; None: it cannot stand there."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


def read_json(body: bytes) -> Any:
    """The JSON of a body as plain values.

    Raises Problem 400 for what is no JSON; 422 for members that are there twice, characters that
    no text has, and what is nested too deeply, each with its place.
    """
    errors = FieldErrors()
    value = _plain(read_members(body), (), errors)
    if errors:
        sentences = "; ".join(f"{each.pointer}: {each.message}" for each in errors.told)
        raise errors.problem("invalid-body", sentences.removeprefix(": "))
    return value


def read_model(model: type[Model], body: bytes) -> Model:
    """The JSON of a body as a model; raises Problem 400 or 422 with each thing that is wrong."""
    try:
        return model.model_validate(read_json(body))
    except ValidationError as error:
        found: list[Any] = error.errors(include_url=False)
    errors = FieldErrors()
    for each in found:
        errors.add(partial(_field_error, model, each))
    told = [f"{each.pointer}: {each.message}".removeprefix(": ") for each in errors.told]
    raise errors.problem("invalid-body", "; ".join(told))


def _field_error(model: type[BaseModel], error: Any) -> FieldError:
    place, hint = json_pointer(*error["loc"]), None
    if error["type"] == "extra_forbidden":
        hint = nearest_spelling(str(error["loc"][-1])[:100], model.model_fields)
    message = error["msg"].removeprefix("Value error, ")
    return FieldError(pointer=place, message=message, suggestion=hint)


def _plain(value: Any, at: Steps, errors: FieldErrors) -> Any:
    if len(at) > MOST_NESTED:
        _note(errors, at, "is nested too deeply")
        return None
    if isinstance(value, list):
        return [_plain(each, (*at, place), errors) for place, each in enumerate(value)]
    if isinstance(value, Members):
        return _object(value, at, errors)
    if isinstance(value, str) and "\0" in value:
        _note(errors, at, "has a NUL character: leave it out")
    return value


def _object(value: Members, at: Steps, errors: FieldErrors) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in value.pairs:
        here = (*at, name)
        if "\0" in name:
            _note(errors, here, "has a NUL character")
        if name in found:
            _note(errors, here, "is there twice: keep one")
        found[name] = _plain(each, here, errors)
    return found


def _note(errors: FieldErrors, at: Steps, message: str) -> None:
    errors.add(lambda: FieldError(pointer=json_pointer(*at), message=message))


async def read_all(request: Request, most: int) -> bytes:
    """The body of a request, whatever it is; raises Problem 413 when it is longer than `most`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise too_long(most)
    return bytes(body)


def too_long(most: int) -> Problem:
    """The problem of a file or form that is longer than so many bytes."""
    return Problem(413, "content-too-large", f"This is longer than {most} bytes: split it.")
