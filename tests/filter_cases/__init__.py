"""For every filter of every list, a row that matches and one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.factories import Evidence

Make = Callable[[Evidence], str]


@dataclass(frozen=True)
class Case:
    """What is asked of a filter, and how to make a record that answers and one that does not."""

    filter: str
    asked: str
    hit: Make
    miss: Make
