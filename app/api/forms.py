"""Forms and files that requests send: read up to a limit, and decoded where nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.api.bodies import read_all, too_long
from app.api.concurrency import gone_of, owner_of
from app.api.problems import Problem, invalid_parameter

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
AROUND = 10_000  # bytes of a form that are not its file
FormFile = tuple[str, bytes]  # its name and content
FormFields = list[tuple[str, str | FormFile]]
Read = TypeVar("Read")


async def read_form(
    request: Request, most: int, most_fields: int, read: Callable[[FormFields], Read]
) -> Read:
    """What is read from the fields of a form as they were sent.

    `most` are bytes, of the whole form. Raises Problem 400, 411, 413 or 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {URLENCODED, MULTIPART}:
        raise Problem(415, "unsupported-media-type", f"Send {URLENCODED} or {MULTIPART}.")
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Problem(411, "length-required", "A form has to say its Content-Length.")
    if int(length) > most:
        raise too_long(most)
    body = await read_all(request, most)
    decode = _multipart if kind == MULTIPART else _urlencoded

    def work() -> Read:
        return read(decode(request.headers, body, most_fields))

    threads = request.app.state.database.list_threads  # what takes long keeps nobody waiting
    try:
        found: Read = await threads.run(work, owner_of(request), gone_of(request))
    except (MultiPartException, ValueError) as error:
        said = getattr(error, "message", "") or str(error)
        detail = f"The form cannot be read: {said} It may have {most_fields} fields."
        raise Problem(400, "invalid-form", detail) from error
    return found


def _urlencoded(_: Headers, body: bytes, most_fields: int) -> FormFields:
    text = body.decode("utf-8", "replace")
    return [*parse_qsl(text, keep_blank_values=True, max_num_fields=most_fields)]


def _multipart(headers: Headers, body: bytes, most_fields: int) -> FormFields:
    """Starlette's parser, in a loop of this thread; what it reads lies in memory already."""

    class InMemory(MultiPartParser):
        spool_max_size = len(body) + 1

    async def chunks() -> AsyncGenerator[bytes, None]:
        yield body

    async def parse() -> FormFields:
        parser = InMemory(
            headers,
            chunks(),
            max_files=most_fields,
            max_fields=most_fields,
            max_part_size=len(body),
        )
        found: FormFields = []
        for name, value in (await parser.parse()).multi_items():
            if isinstance(value, UploadFile):
                found.append((name, (value.filename or "", await value.read())))
                await value.close()
            else:
                found.append((name, value))
        return found

    return asyncio.run(parse())


def file_body(example: str) -> dict[str, Any]:
    """The documentation of a file as the body of a request."""
    binary = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"file": binary}, "required": ["file"]}
    return {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": binary, "example": example},
            MULTIPART: {"schema": form},
        },
    }


class Upload(BaseModel):
    """The bytes of a file, and its name where it has one."""

    data: bytes
    filename: str | None


async def read_upload(request: Request) -> Upload:
    """The file of a request: its body, or the part `file` of a form; raises Problem 413, 422."""
    most = request.app.state.max_upload_bytes
    filename = request.query_params.get("filename")
    if not request.headers.get("content-type", "").startswith(MULTIPART):
        return Upload(data=await read_all(request, most), filename=_named(filename))
    fields = await read_form(request, most + AROUND, 5, list)
    for name, value in fields:
        if name == "file" and not isinstance(value, str):
            own, data = value
            if len(data) > most:
                raise too_long(most)
            return Upload(data=data, filename=_named(filename or own))
    raise invalid_parameter("file", "the form has to have a part of this name, with the file")


def _named(filename: str | None) -> str | None:
    return filename[:255].replace("\0", "") if filename else None
