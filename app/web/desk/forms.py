"""What a form sent: its fields as text, its files as bytes, within limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.core.problems import Problem

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
ROOM = 100_000  # bytes of a form beside the file in it
MOST_FIELDS = 2000


@dataclass(frozen=True)
class Fields:
    """The fields of a form as they were typed, line ends as LF; and its files, but empty ones."""

    values: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed into a field, without spaces around it; empty when it is not there."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """What was typed into a field, as it is."""
        return self.values.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be there several times."""
        return self.values.get(name, [])


async def read_form(request: Request) -> Fields:
    """The form that a request sent; raises Problem 400, 411, 413 or 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FORMS:
        raise Problem(415, "unsupported-media-type", "The desk takes forms only.")
    most = request.app.state.max_upload_bytes + ROOM
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Problem(411, "length-required", "A form has to say its Content-Length.")
    if int(length) > most:
        raise Problem(413, "content-too-large", f"The form is longer than {most} bytes.")
    found = Fields()
    try:
        async with request.form(max_fields=MOST_FIELDS, max_part_size=most) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if data := await value.read():
                        found.files[name] = ((value.filename or "")[:255], data)
                else:
                    found.values.setdefault(name, []).append(_plain(value))
    except HTTPException as error:
        raise Problem(400, "invalid-form", f"The form cannot be read: {error.detail}") from error
    return found


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def counted(written: str) -> int | None:
    """A number as it stands in an address; None for anything else."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None
