"""What is kept in memory because it takes long to make, and never more than so much of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

ANSWERS = "answers"  # what a connection knows those by that are kept
MOST_KEPT = 500  # shapes of requests to one list
Made = TypeVar("Made")


class Kept(Generic[Made]):
    """Things that take long to make, by what they were made for; the oldest make room."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._made: dict[Hashable, Made] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The thing, made now if there is none; two may make it at once, which does no harm."""
        found = self._made.get(key)
        if found is None:
            found = make()
            with self._guard:
                self._made[key] = found
                while len(self._made) > self._most:
                    del self._made[next(iter(self._made))]
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._made.clear()


def answer_once(connection: Connection, question: Hashable, answer: Callable[[], Any]) -> Any:
    """An answer, given again without asking; the question has to say of which change it is."""
    answers = connection.info.get(ANSWERS)
    return answer() if answers is None else answers.get(question, answer)
