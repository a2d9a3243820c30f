"""Files in requests: the body itself, or the part `file` of a form, up to a limit."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from app.core.problems import Problem, refused

MULTIPART = "multipart/form-data"
AROUND = 10_000  # bytes of a form that are not its file


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
    _declared(request, most)
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise refused("file", "the form has to have a part of this name, with the file")
            return Upload(
                data=await part.read(most + 1), filename=_named(filename or part.filename)
            )
    except MultiPartException as error:
        raise Problem(400, "invalid-form", f"The form cannot be read: {error.message}") from error


async def read_all(request: Request, most: int) -> bytes:
    """The body of a request, whatever it is; raises Problem 413 when it is longer than `most`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_long(most)
    return bytes(body)


def _declared(request: Request, most: int) -> None:
    """Refuse a form that is too long before it is kept anywhere: forms have to say their length."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Problem(411, "length-required", "A form has to have a Content-Length.")
    if int(length) > most + AROUND:
        raise _too_long(most)


def _too_long(most: int) -> Problem:
    return Problem(413, "content-too-large", f"The file is longer than {most} bytes: split it.")


def _named(filename: str | None) -> str | None:
    return filename[:255].replace("\0", "") if filename else None
