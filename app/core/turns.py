"""Turns: questions over many records take turns, so that somebody is left for all others.

Else a few slow ones would hold every connection and every thread, and who wants one record, or
writes one, would wait for them to end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from anyio import CapacityLimiter, fail_after, to_thread
from anyio.lowlevel import RunVar
from fastapi import Response

from app.core.database import Database

LEFT = 2  # connections that such questions never hold
Answer = Callable[..., Response]
TURNS: RunVar[dict[int, CapacityLimiter]] = RunVar("turns")  # of an event loop, by their number


def in_turn(answer: Answer) -> Callable[..., Awaitable[Response]]:
    """An operation that waits for its turn; with whoever waits too long it ends in a 503.

    Its database has to be named `database`. Who waits holds neither a thread nor a connection.
    """

    @wraps(answer)
    async def waiting(**given: Any) -> Response:
        database: Database = given["database"]
        turns, mine = _turns(max(1, database.pool_size - LEFT)), object()
        with fail_after(database.busy_timeout):
            await turns.acquire_on_behalf_of(mine)
        try:
            return await to_thread.run_sync(partial(answer, **given))
        finally:
            turns.release_on_behalf_of(mine)

    return waiting


def _turns(number: int) -> CapacityLimiter:
    every = TURNS.get(None)
    if every is None:
        TURNS.set(every := {})
    return every.setdefault(number, CapacityLimiter(number))
