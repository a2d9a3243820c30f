"""A lock for writers, who take turns in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque


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
