"""What every request passes: a name, a limit on its address, one line in the logs when it ends."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import Problem, problem_response

log = structlog.get_logger()
REQUEST_ID = "x-request-id"


class RequestMiddleware:
    """Names each request, refuses addresses that are too long, and logs how it ended."""

    def __init__(self, app: ASGIApp, max_query_bytes: int, secret: re.Pattern[str]) -> None:
        self.app = app
        self.max_query_bytes = max_query_bytes
        self.secret = secret  # what of a path no log may have

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # whatever can be got can be looked at: RFC 9110, 9.3.2
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        name = _name(Headers(scope=scope).get(REQUEST_ID))
        scope.setdefault("state", {})["request_id"] = name
        started, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = name
            await send(message)

        try:
            await self._answer(scope, receive, sending)
        finally:
            took = round(1000 * (time.perf_counter() - started), 2)
            path = self.secret.sub("...", scope["path"][:500])
            log.info("request", id=name, method=scope["method"], path=path, status=status, ms=took)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            len(scope.get("query_string", b"")) + len(scope.get("raw_path") or b"")
            > self.max_query_bytes
        ):
            limit = (
                f"The address is longer than {self.max_query_bytes} bytes: ask for less at once."
            )
            answer = problem_response(Request(scope), Problem(414, "address-too-long", limit))
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    """Send what a GET would send, but for the body."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sending


def _name(given: str | None) -> str:
    """The client's name for the request when it is a harmless one, else a new one."""
    usable = given and len(given) <= 64 and given.replace("-", "").isalnum() and given.isascii()
    return given if usable and given else uuid.uuid4().hex
