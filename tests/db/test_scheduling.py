"""The queue of questions over many records: who waits, for whom, and how long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest

from app.db.scheduling import ClientGoneError, WorkQueue


@pytest.fixture
def queue() -> Iterator[WorkQueue]:
    """A queue before one thread."""
    made = WorkQueue("questions", 1, patience=30)
    yield made
    made.close()


async def waiting(queue: WorkQueue, count: int) -> None:
    """Until so much waits."""
    while len(queue) < count:
        await asyncio.sleep(0.001)


def test_who_asks_for_much_takes_turns_with_everybody_else(queue: WorkQueue) -> None:
    go_on, order = Event(), list[str]()

    async def ask() -> None:
        first = asyncio.create_task(queue.run(go_on.wait, "first"))
        await asyncio.sleep(0.01)
        many = [
            asyncio.create_task(queue.run(lambda: order.append("many"), "many")) for _ in range(6)
        ]
        await waiting(queue, 6)
        one = asyncio.create_task(queue.run(lambda: order.append("one"), "one"))
        await waiting(queue, 7)
        go_on.set()
        await asyncio.gather(first, *many, one)

    asyncio.run(ask())

    assert order.index("one") <= 1


def test_who_has_gone_is_not_worked_for(queue: WorkQueue) -> None:
    done = list[str]()

    async def ask() -> None:
        await queue.run(lambda: done.append("work"), gone=lambda: True)

    with pytest.raises(ClientGoneError):
        asyncio.run(ask())
    assert done == []


def test_who_waits_too_long_is_told_and_nothing_is_done_later(queue: WorkQueue) -> None:
    begun, go_on, done = Event(), Event(), list[str]()

    def work_on() -> None:
        begun.set()
        go_on.wait()

    async def ask() -> None:
        first = asyncio.create_task(queue.run(work_on))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        queue.patience = 0.01
        try:
            await queue.run(lambda: done.append("work"))
        finally:
            go_on.set()
            await first

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    queue.close()
    assert done == []


def test_what_goes_wrong_in_a_thread_is_raised_to_who_asked(queue: WorkQueue) -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        asyncio.run(queue.run(fail))
