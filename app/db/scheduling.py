"""Who goes first: writers in the order they came, short requests before long ones."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from anyio import CancelScope


def _unobserved(_seconds: float) -> None:
    pass


class FifoLock:
    """A lock that is handed on in the order in which it was asked for.

    Raises TimeoutError to whoever waits longer than `timeout` seconds. `observe` is told how long
    each waited.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()
        self.observe: Callable[[float], None] = _unobserved

    def __len__(self) -> int:
        """How many wait."""
        with self._guard:
            return len(self._waiting)

    def __enter__(self) -> None:
        began = time.monotonic()
        try:
            self._wait()
        finally:
            self.observe(time.monotonic() - began)

    def _wait(self) -> None:
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


class ClientGoneError(Exception):
    """Whoever asked is not there any more: nothing was done."""


@dataclass(eq=False)
class Work:
    """What is to be done, for whom, and whether they are still there."""

    do: Callable[[], Any]
    owner: str
    gone: Callable[[], bool]
    done: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        """Do it, unless nobody waits for it any more."""
        if not self.done.set_running_or_notify_cancel():
            return
        if self.gone():
            self.done.set_exception(ClientGoneError())
            return
        try:
            self.done.set_result(self.do())
        except BaseException as error:  # whatever it is, it is raised to who waits
            self.done.set_exception(error)


class WorkQueue:
    """So many threads, begun when they are needed, and what waits for them.

    Owners of waiting work take turns: who asks for a hundred things at once waits for most of
    them, and nobody else waits longer than for one of those. The threads are their own because a
    thread that made way once may not take it back.
    """

    def __init__(
        self, name: str, most: int, patience: float, *, low_priority: bool = False
    ) -> None:
        self.name, self.most = name, most
        self.patience = patience
        self._low_priority = low_priority
        self._guard = threading.Lock()
        self._waiting: OrderedDict[str, deque[Work]] = OrderedDict()
        self._threads: ThreadPoolExecutor | None = None

    async def run(
        self,
        do: Callable[[], Answer],
        owner: str = "",
        gone: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """Do the work in a thread; once begun it is waited for, whoever goes away meanwhile.

        Raises TimeoutError when no thread was free within `patience` seconds, ClientGoneError
        when who asked had gone by then.
        """
        work = Work(partial(copy_context().run, do), owner, gone)
        with self._guard:
            self._waiting.setdefault(owner, deque()).append(work)
            if self._threads is None:
                begin = _make_way if self._low_priority else None
                self._threads = ThreadPoolExecutor(self.most, self.name, initializer=begin)
            self._threads.submit(self._run_next)
        done = asyncio.wrap_future(work.done)
        with CancelScope(shield=True):
            await asyncio.wait([done], timeout=self.patience)
            if not done.done() and work.done.cancel():
                raise TimeoutError(f"{self.name}: no thread was free")
            await asyncio.wait([done])
        answer: Answer = done.result()
        return answer

    def __len__(self) -> int:
        """How much waits."""
        with self._guard:
            return sum(map(len, self._waiting.values()))

    def _run_next(self) -> None:
        """Do what comes next: the first of the owner who has waited longest since the last."""
        with self._guard:
            owner, works = self._waiting.popitem(last=False)
            work = works.popleft()
            if works:
                self._waiting[owner] = works  # behind all others
        work.run()

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
