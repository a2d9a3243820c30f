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

from app.db.database import Database

LEFT = 2  # connections that such questions never hold
Answer = Callable[..., Response]
Share = Callable[[Database], int]  # how many may be answered at once
Work = Callable[[], Response]
Threads = Callable[[Database], Callable[[Work], Awaitable[Response]]]  # in which it is answered
TURNS: RunVar[dict[tuple[str, int], CapacityLimiter]] = RunVar("turns")  # of an event loop


def limit_concurrency(answer: Answer) -> Callable[..., Awaitable[Response]]:
    """An operation on many records that waits for its turn; who waits too long gets a 503.

    Its database has to be named `database`. Who waits holds neither a thread nor a connection, and
    who is answered makes way for those who want one record.
    """
    return _waiting(answer, "many", _most, lambda database: database.low_priority.run)


def limit_record_concurrency(answer: Answer) -> Callable[..., Awaitable[Response]]:
    """The same for one record, which takes less time than threads take to make way for another.

    PostgreSQL is waited for; SQLite works in the thread itself.
    """
    return _waiting(answer, "one", _few, lambda _: to_thread.run_sync)


def _most(database: Database) -> int:
    return max(1, database.pool_size - LEFT)


def _few(database: Database) -> int:
    return 1 if database.sqlite else LEFT


def _waiting(
    answer: Answer, name: str, share: Share, threads: Threads
) -> Callable[..., Awaitable[Response]]:
    @wraps(answer)
    async def waiting(**given: Any) -> Response:
        database: Database = given["database"]
        turns, mine = _turns(name, share(database)), object()
        with fail_after(database.busy_timeout):
            await turns.acquire_on_behalf_of(mine)
        try:
            return await threads(database)(partial(answer, **given))
        finally:
            turns.release_on_behalf_of(mine)

    return waiting


def _turns(name: str, number: int) -> CapacityLimiter:
    every = TURNS.get(None)
    if every is None:
        TURNS.set(every := {})
    found = every.get((name, number))
    if found is None:
        found = every[name, number] = CapacityLimiter(number)
    return found
