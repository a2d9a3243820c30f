"""Responses: bytes with an ETag, 304 when the client has them, and streams."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from anyio import CancelScope, to_thread
from fastapi import Request, Response
from starlette.datastructures import QueryParams
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.problems import Problem

JSON = "application/json"
UNCACHED = {"Cache-Control": "no-cache", "Vary": "Accept"}


def etag_of(body: bytes) -> str:
    """A short name for some bytes."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


@dataclass(frozen=True)
class RequestHead:
    """What an answer depends on beside what is asked: all that lists and records need of HTTP."""

    method: str
    path: str
    query: QueryParams
    accept: str
    if_none_match: str

    @classmethod
    def of(cls, request: Request) -> RequestHead:
        """The head of a request, with the parameters of its address."""
        headers = request.headers
        return cls(
            method=request.method,
            path=request.url.path,
            query=request.query_params,
            accept=headers.get("accept", ""),
            if_none_match=headers.get("if-none-match", ""),
        )

    def has(self, etag: str) -> bool:
        """Whether the client holds what has this ETag already, so that 304 will do."""
        held = self.if_none_match
        return self.method == "GET" and bool(held) and etag_matches(held, etag)


def etag_response(
    request: Request | RequestHead,
    body: bytes,
    etag: str,
    headers: dict[str, str] | None = None,
    media_type: str = JSON,
) -> Response:
    """The body, or 304 when the client says that it has it."""
    head = request if isinstance(request, RequestHead) else RequestHead.of(request)
    found = {"ETag": etag, **UNCACHED, **(headers or {})}
    if head.has(etag):
        return Response(status_code=304, headers=found)
    return Response(body, media_type=media_type, headers=found)


def etag_matches(held: str, etag: str) -> bool:
    """Weak comparison, as If-None-Match asks for (RFC 9110, 13.1.2)."""
    tags = {each.strip().removeprefix("W/") for each in held.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def must_accept_json(request: Request | RequestHead) -> None:
    """Refuse a request for a form that there is not; raises Problem 406."""
    head = request if isinstance(request, RequestHead) else RequestHead.of(request)
    accept = head.accept
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",") if part.strip()]
    if kinds and not {"*/*", "application/*", JSON, "text/html"} & set(kinds):
        raise Problem(406, "not-acceptable", f"This is served as {JSON} only.")


class Streamed(StreamingResponse):
    """A reply in chunks; `close` is called when it ends or the client is gone."""

    def __init__(
        self,
        chunks: Iterator[bytes],
        close: Callable[[], object],
        media_type: str,
        headers: dict[str, str],
    ) -> None:
        super().__init__(chunks, headers={**headers, "Content-Type": media_type})
        self.close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it all, or as much as the client takes; an unfinished reply is seen as such."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self.close)
