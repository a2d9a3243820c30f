"""The one layer that every request passes: a name, limits, who asks, headers, a log line."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from fastapi import Request
from fastapi.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from app.api.error_handlers import error_response
from app.api.problems import Problem
from app.db.scheduling import ClientGoneError

log = structlog.get_logger()
COMPRESSED = 1000  # bytes; shorter answers are sent as they are
CLIENT_GONE = 499  # in the logs only, as nginx has it: nobody is there to get a status
NAME = re.compile(rb"[A-Za-z0-9-]{1,64}")  # harmless names that a client may give its requests
# What every answer says that does not say otherwise; pages have a policy of their own.
DEFAULT_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"cache-control": b"no-cache",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"same-origin",
}
# The same of errors, and of what somebody signed in is shown: nobody keeps it.
PRIVATE_HEADERS = DEFAULT_HEADERS | {b"cache-control": b"no-store"}
LEAST_ERROR = 400
Authenticate = Callable[[Scope], Awaitable[None]]
Observe = Callable[[Scope, int, float], None]


class RequestMiddleware:
    """Names each request, finds who asks, refuses what is too long, and logs how it ended.

    `cors` are the arguments of Starlette's CORSMiddleware, which is asked only where a browser
    says that another site asks; likewise answers are compressed only where that is asked for.
    `secret` is what of a path no log may have; `observe` is told of each request that ended.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        authenticate: Authenticate,
        cors: Mapping[str, Any],
        max_query_bytes: int,
        secret: re.Pattern[str],
        observe: Observe | None = None,
    ) -> None:
        self.app = app
        self.compressing = CompressMiddleware(app, minimum_size=COMPRESSED)
        self.of_other_sites = CORSMiddleware(self._answer, **cors)
        self.authenticate = authenticate
        self.max_query_bytes = max_query_bytes
        self.secret = secret
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"])
        without_body = scope["method"] == "HEAD"
        if without_body:  # whatever can be got can be looked at: RFC 9110, 9.3.2
            scope = {**scope, "method": "GET"}
        state = scope.setdefault("state", {})
        state["request_id"] = _name(given.get(b"x-request-id"))
        reply = Reply(send, state["request_id"], scope["path"], without_body=without_body)
        started = time.perf_counter()
        answer = self.of_other_sites if b"origin" in given else self._answer
        try:
            await answer(scope, receive, reply.send)
        except (ClientDisconnect, ClientGoneError):
            reply.status = CLIENT_GONE
        finally:
            took = time.perf_counter() - started
            self._log(scope, reply.status, took, "HEAD" if without_body else scope["method"])
            if self.observe is not None:
                self.observe(scope, reply.status, took)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; an error of any kind is its problem document."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            self._check_address(scope)
            await self.authenticate(scope)
            compressed = any(name == b"accept-encoding" for name, _ in scope["headers"])
            await (self.compressing if compressed else self.app)(scope, receive, sending)
        except (ClientDisconnect, ClientGoneError):
            raise
        except Exception as error:
            if scope["state"].get("gone", bool)():  # to write to who is not there fails, too
                raise ClientGoneError from error
            if begun:  # half an answer was sent: the connection has to end, so that it is seen
                self._break_off(scope, error)
                return
            await error_response(Request(scope), error)(scope, receive, send)

    def _break_off(self, scope: Scope, error: Exception) -> None:
        """Say in the log what broke an answer off, and end its connection."""
        cut_off = scope["state"].get("cut_off")
        if cut_off is None:  # under another server
            raise error
        if isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception):
            error = error.__cause__  # around which Starlette says only that an answer had begun
        error_response(Request(scope), error)
        cut_off()

    def _check_address(self, scope: Scope) -> None:
        """Raise Problem 414 for an address that is too long."""
        written = len(scope.get("query_string", b"")) + len(scope.get("raw_path") or b"")
        if written > self.max_query_bytes:
            limit = f"The address is longer than {self.max_query_bytes} bytes"
            raise Problem(414, "address-too-long", f"{limit}: ask for less at once.")

    def _log(self, scope: Scope, status: int, took: float, method: str) -> None:
        state = scope["state"]
        more: dict[str, Any] = {}
        if actor := state.get("actor"):
            more["account"] = actor.name
        if cause := state.get("problem"):
            more["cause"] = cause
        log.info(
            "request",
            id=state["request_id"],
            method=method,
            path=self.secret.sub("...", scope["path"][:500]),
            status=status,
            ms=round(1000 * took, 2),
            **more,
        )


class Reply:
    """What is sent to one request: its headers completed, its status kept, without a body if so."""

    def __init__(self, send: Send, name: str, path: str, *, without_body: bool) -> None:
        self._send, self._name, self._path = send, name, path
        self._without_body = without_body
        self.status = 500

    async def send(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._missing(message)]
        elif self._without_body and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    def _missing(self, message: Message) -> list[tuple[bytes, bytes]]:
        said = {name for name, _ in message.get("headers", ())}
        private = self.status >= LEAST_ERROR or self._path.startswith("/desk")
        wanted = PRIVATE_HEADERS if private else DEFAULT_HEADERS
        missing = [pair for pair in wanted.items() if pair[0] not in said]
        return [*missing, (b"x-request-id", self._name.encode())]


def _name(given: bytes | None) -> str:
    """The client's name for the request when it is a harmless one, else a new one."""
    return given.decode() if given and NAME.fullmatch(given) else secrets.token_hex(16)
