"""Streams: replies that are written while they are sent, and let go of what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog
from anyio import CancelScope, fail_after, to_thread
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

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
