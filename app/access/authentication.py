"""The entrance: who is it, and how often? Asked before anything is done for a request."""

from __future__ import annotations

from functools import partial

from starlette.types import Scope

from app.access import keys
from app.access.actor import Actor
from app.access.last_uses import LastUses
from app.access.rate_limits import RateLimits, client_network
from app.api.problems import Problem
from app.db.database import Database

# What tells nothing of the content, and what has to answer before anybody has a key.
PUBLIC_PATHS = {"/", "/health", "/ready", "/docs", "/openapi.json", "/metrics"}


def is_public(path: str) -> bool:
    """Whether a path is for everybody, and keys are not even looked at."""
    return path in PUBLIC_PATHS or f"{path}/".startswith(("/static/", "/desk/"))


class Authentication:
    """Finds whose key a request carries; refuses keys that are not valid, public reads included."""

    def __init__(self, *, anonymous_reads: bool, rates: RateLimits, last_uses: LastUses) -> None:
        self.anonymous_reads = anonymous_reads
        self.rates, self.last_uses = rates, last_uses

    async def __call__(self, scope: Scope) -> None:
        """Note who asks: `actor`, None for anybody, and `owner`, whom work is done for.

        Raises Problem 401 or 429.
        """
        client = scope.get("client")
        address = client_network(client[0]) if client else ""
        state = scope["state"]
        state["owner"] = address
        if is_public(scope["path"]):
            return
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if given:
            actor = await self._actor_of_key(scope, given, address)
            state["actor"], state["owner"] = actor, f"key {actor.key_id}"
            self.rates.reads.spend(state["owner"])
            return
        self.rates.reads.spend(address)
        if not self.anonymous_reads:
            raise keys.invalid_key()
        state["actor"] = None

    async def _actor_of_key(self, scope: Scope, given: list[bytes], address: str) -> Actor:
        """Whose key it is; whoever guesses is slowed down, before a key is even looked at."""
        self.rates.refusals.check(address)
        database: Database = scope["app"].state.database
        try:
            prefix, key = keys.read_authorization(given)
            return await database.record_threads.run(
                partial(self._verify, database, prefix, key), address
            )
        except Problem:
            self.rates.refusals.spend(address)
            raise

    def _verify(self, database: Database, prefix: str, key: str) -> Actor:
        with database.read() as connection:
            actor = keys.verify_key(connection, prefix, key)
        self.last_uses.record_use(database, actor)
        return actor
