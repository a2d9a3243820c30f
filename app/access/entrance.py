"""The entrance: who is it? Asked once of every request, before anything is done for it."""

from __future__ import annotations

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import keys
from app.access.actor import Actor
from app.core import problems
from app.core.database import Database

# What tells nothing of the content, and what has to answer before anybody has a key.
OPEN = {"/", "/health", "/ready", "/docs", "/openapi.json"}


def is_open(path: str) -> bool:
    """Whether a path is for everybody, and keys are not even looked at."""
    return path in OPEN or path.startswith("/static/")


class Entrance:
    """Finds whose key a request carries; refuses keys that are not valid, public reads included."""

    def __init__(self, app: ASGIApp, *, anonymous_reads: bool) -> None:
        self.app = app
        self.anonymous_reads = anonymous_reads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer it."""
        if scope["type"] == "http" and not is_open(scope["path"]):
            try:
                actor = await self._admitted(scope)
            except Exception as error:  # whatever it is, it has its problem document
                answer = problems.answered(Request(scope), error)
                await answer(scope, receive, send)
                return
            scope.setdefault("state", {})["actor"] = actor
        await self.app(scope, receive, send)

    async def _admitted(self, scope: Scope) -> Actor | None:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if given:
            prefix, key = keys.read(given)
            return await run_in_threadpool(_verified, scope["app"].state.database, prefix, key)
        if not self.anonymous_reads:
            raise keys.refused()
        return None


def _verified(database: Database, prefix: str, key: str) -> Actor:
    with database.read() as connection:
        return keys.verify(connection, prefix, key)
