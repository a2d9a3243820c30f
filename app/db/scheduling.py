"""Who goes first: writers in the order they came, short requests before long ones."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from anyio import CancelScope


class FifoLock:
    """A lock that is handed on in the order in which it was asked for.

    Raises TimeoutError to whoever waits longer than `timeout` seconds.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        turn = threading.Event()
        with self._guard:
            if not self._held:
                self._held = True
                return
            self._waiting.append(turn)
        if not turn.wait(self._timeout):
            self._give_up(turn)

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False

    def _give_up(self, turn: threading.Event) -> None:
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise TimeoutError("another writer holds the database")


NICENESS = 10  # of 19: a tenth of the time of who asks for one record, and all that is left over
Answer = TypeVar("Answer")


class LowPriorityThreads:
    """So many threads, begun when they are needed.

    They are their own because a thread that made way once may not take it back.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Do the work in one; once begun it is waited for, whoever goes away meanwhile."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._most, "making-way", initializer=_make_way)
        inside = partial(copy_context().run, work)
        done = asyncio.get_running_loop().run_in_executor(self._threads, inside)
        with CancelScope(shield=True):
            await asyncio.wait([done])
        return done.result()

    def close(self) -> None:
        """Wait for the work to end, and let the threads go."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown()


def _make_way() -> None:
    if sys.platform == "linux":  # where a thread has a priority of its own; POSIX has one for all
        thread = threading.get_native_id()
        with suppress(OSError):  # forbidden in a sandbox: there, nobody makes way
            most = max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
            os.setpriority(os.PRIO_PROCESS, thread, most)
