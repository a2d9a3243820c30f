"""Responses: bytes with an ETag, 304 when the client has them, and streams."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import structlog
from anyio import CancelScope, fail_after, to_thread
from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.api.problems import Problem

JSON = "application/json"
UNCACHED = {"Cache-Control": "no-cache", "Vary": "Accept"}


def etag_of(body: bytes) -> str:
    """A short name for some bytes."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def etag_response(
    request: Request,
    body: bytes,
    etag: str,
    headers: dict[str, str] | None = None,
    media_type: str = JSON,
) -> Response:
    """The body, or 304 when the client says that it has it."""
    found = {"ETag": etag, **UNCACHED, **(headers or {})}
    held = request.headers.get("if-none-match")
    if request.method == "GET" and held and etag_matches(held, etag):
        return Response(status_code=304, headers=found)
    return Response(body, media_type=media_type, headers=found)


def etag_matches(held: str, etag: str) -> bool:
    """Weak comparison, as If-None-Match asks for (RFC 9110, 13.1.2)."""
    tags = {each.strip().removeprefix("W/") for each in held.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def must_accept_json(request: Request) -> None:
    """Refuse a request for a form that there is not; raises Problem 406."""
    accept = request.headers.get("accept", "")
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",") if part.strip()]
    if kinds and not {"*/*", "application/*", JSON, "text/html"} & set(kinds):
        raise Problem(406, "not-acceptable", f"This is served as {JSON} only.")


log = structlog.get_logger()
STALLED = 60  # seconds that a client may take for one chunk


class Streamed(StreamingResponse):
    """A reply in chunks; `close` is called when it ends, the client is gone, or takes nothing."""

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

        async def sending(message: Message) -> None:
            with fail_after(STALLED):
                await send(message)

        try:
            await super().__call__(scope, receive, sending)
        except TimeoutError:
            log.warning("stalled", path=scope["path"][:500])
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self.close)
