"""Requests as bytes: what uvicorn itself would refuse gets a problem document, too."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.core.problems import MEDIA_TYPE

LONGEST_ADDRESS = 60_000  # bytes; the parser of addresses gives up beyond 65,535


class HttpProtocol(HttpToolsProtocol):
    """Hands addresses of any length to the gate, which refuses them, without keeping all of one."""

    def on_url(self, url: bytes) -> None:
        """Keep so much of an address that the gate sees it is too long."""
        self.url = (self.url + url)[:LONGEST_ADDRESS]

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP at all."""
        name = uuid.uuid4().hex
        problem: dict[str, Any] = {
            "type": "urn:evidence:problem:bad-request",
            "title": "Bad request",
            "status": 400,
            "detail": f"{msg} Send an HTTP/1.1 request.",
            "request_id": name,
            "errors": [],
        }
        body = orjson.dumps(problem)
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\nx-request-id: {name}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
