"""In which threads an operation is answered: questions over many records leave room for others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from fastapi import Request, Response

from app.api.error_handlers import error_response
from app.db.database import Database
from app.db.scheduling import ClientGoneError, WorkQueue

Answer = Callable[..., Response]


def limit_concurrency(answer: Answer) -> Callable[..., Awaitable[Response]]:
    """An operation on many records, which waits for a thread; who waits too long gets a 503.

    Its request and database have to be named `request` and `database`. Who waits holds neither a
    thread nor a connection, and who is answered makes way for those who want one record.
    """
    return _queued(answer, lambda database: database.list_threads)


def limit_record_concurrency(answer: Answer) -> Callable[..., Awaitable[Response]]:
    """The same for one record, which PostgreSQL is only waited for.

    On SQLite whole records are read in a thread of their own, which nothing else may hold up: what
    is left - parts, the past, and the nearest of twenty thousand names - waits with the lists.
    """
    return _queued(
        answer,
        lambda database: database.list_threads if database.sqlite else database.record_threads,
    )


def answer_soon(answer: Answer) -> Callable[..., Awaitable[Response]]:
    """An operation that takes next to nothing, and has to be answered whatever else is asked."""
    return _queued(answer, lambda database: database.record_threads)


def _queued(
    answer: Answer, threads: Callable[[Database], WorkQueue]
) -> Callable[..., Awaitable[Response]]:
    @wraps(answer)
    async def queued(**given: Any) -> Response:
        request: Request = given["request"]
        work = partial(_answered, answer, given)
        return await threads(given["database"]).run(work, owner_of(request), gone_of(request))

    return queued


def _answered(answer: Answer, given: dict[str, Any]) -> Response:
    """The answer, or the one to the error: made here, as the event loop has to wait for nothing."""
    try:
        return answer(**given)
    except ClientGoneError:
        raise
    except Exception as error:  # each has a handler
        return error_response(given["request"], error)


def owner_of(request: Request) -> str:
    """Whom work is done for: the holder of a key, or an address."""
    state = request.state
    return getattr(state, "owner", "")


def gone_of(request: Request) -> Callable[[], bool]:
    """Tells whether the client has gone away, as far as the server knows."""
    gone: Callable[[], bool] = getattr(request.state, "gone", lambda: False)
    return gone
