"""Requests as they go over the wire, and what every reply to a bad one has to be."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from starlette.types import ASGIApp, Message

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "rfc9457-problem.schema.json").read_text())
FORMATS = FormatChecker()
_REFERENCE = re.compile(r"(%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=])*")


@FORMATS.checks("uri-reference")
def is_reference(value: object) -> bool:
    """Only characters that RFC 3986 lets stand in an address."""
    return not isinstance(value, str) or _REFERENCE.fullmatch(value) is not None


PROBLEM = Draft202012Validator(SCHEMA, format_checker=FORMATS)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


def ask(
    app: ASGIApp,
    path: str,
    query: bytes = b"",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> Reply:
    """Ask an application without a client in between that would tidy the address."""
    sent: list[Message] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query,
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in (headers or {}).items()],
        "server": ("test", 80),
        "client": ("test", 1),
        "state": {},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def call() -> None:
        await app(scope, receive, send)

    asyncio.run(call())
    fields = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Reply(sent[0]["status"], fields, b"".join(part.get("body", b"") for part in sent[1:]))


def read_reply(connection: socket.socket) -> Reply:
    """All that comes through a socket until the server ends the connection."""
    received = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    return Reply(int(first.split()[1]), headers, body)


def check_problem(reply: Any, status: int) -> dict[str, Any]:
    """Assert that a reply is a problem document of this status, and give it."""
    code = reply.status if isinstance(reply, Reply) else reply.status_code
    headers = {name.lower(): value for name, value in reply.headers.items()}
    assert code == status, (code, reply.body if isinstance(reply, Reply) else reply.text)
    assert headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = reply.json()
    PROBLEM.validate(problem)
    assert problem["status"] == status
    assert problem["type"].startswith("urn:evidence:problem:")
    assert len(problem["detail"]) > 10, "it says what to do"
    assert problem["request_id"] == headers["x-request-id"]
    assert all(error["message"] for error in problem["errors"])
    return problem
