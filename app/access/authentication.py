"""The entrance: who is it, and how often? Asked before anything is done for a request."""

from __future__ import annotations

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import keys
from app.access.actor import Actor
from app.access.last_uses import LastUses
from app.access.rate_limits import RateLimits, client_network
from app.api import problems
from app.api.problems import Problem
from app.db.database import Database

# What tells nothing of the content, and what has to answer before anybody has a key.
PUBLIC_PATHS = {"/", "/health", "/ready", "/docs", "/openapi.json"}


def is_public(path: str) -> bool:
    """Whether a path is for everybody, and keys are not even looked at."""
    return path in PUBLIC_PATHS or f"{path}/".startswith(("/static/", "/desk/"))


class AuthenticationMiddleware:
    """Finds whose key a request carries; refuses keys that are not valid, public reads included."""

    def __init__(
        self, app: ASGIApp, *, anonymous_reads: bool, rates: RateLimits, last_uses: LastUses
    ) -> None:
        self.app = app
        self.anonymous_reads = anonymous_reads
        self.rates, self.last_uses = rates, last_uses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer it."""
        if scope["type"] == "http" and not is_public(scope["path"]):
            try:
                actor = await self._authenticate(scope)
            except Exception as error:  # whatever it is, it has its problem document
                answer = problems.error_response(Request(scope), error)
                await answer(scope, receive, send)
                return
            scope.setdefault("state", {})["actor"] = actor
        await self.app(scope, receive, send)

    async def _authenticate(self, scope: Scope) -> Actor | None:
        """Who asks, None for anybody; raises Problem 401 or 429."""
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        client = scope.get("client")
        address = client_network(client[0]) if client else ""
        if given:
            actor = await self._actor_of_key(scope, given, address)
            self.rates.reads.spend(f"key {actor.key_id}")
            return actor
        self.rates.reads.spend(address)
        if not self.anonymous_reads:
            raise keys.invalid_key()
        return None

    async def _actor_of_key(self, scope: Scope, given: list[bytes], address: str) -> Actor:
        """Whose key it is; whoever guesses is slowed down, before a key is even looked at."""
        self.rates.refusals.check(address)
        try:
            prefix, key = keys.read_authorization(given)
            return await run_in_threadpool(self._verify, scope["app"].state.database, prefix, key)
        except Problem:
            self.rates.refusals.spend(address)
            raise

    def _verify(self, database: Database, prefix: str, key: str) -> Actor:
        with database.read() as connection:
            actor = keys.verify_key(connection, prefix, key)
        self.last_uses.record_use(database, actor)
        return actor
