"""Times of results, in days, as people write them: ..12wk, 4wk..6mo, 1y..

A notation of the API, as that of ages: beside it, so that both are found and tested in one room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DAYS = {"d": 1.0, "wk": 7.0, "mo": 365.25 / 12, "y": 365.25, "h": 1 / 24}
_TIME = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\s*(h|d|wk|mo|y)", re.ASCII)
TIMEPOINTS_HELP = "times are written 12wk, ..12wk, 4wk..6mo or 1y.., with h, d, wk, mo or y"


@dataclass(frozen=True)
class Timepoints:
    """From start to end in days, both included; None: open."""

    start: float | None
    end: float | None


def parse_timepoints(written: str) -> Timepoints:
    """Read a stretch of time; raises ValueError that says how it is written."""
    low, dots, high = (part.strip() for part in written.strip().lower().partition(".."))
    times = Timepoints(_days(low), _days(high) if dots else _days(low))
    if times == Timepoints(None, None):
        raise ValueError(TIMEPOINTS_HELP)
    if times.start is not None and times.end is not None and times.start > times.end:
        raise ValueError("the earlier time is after the later one")
    return times


def _days(time: str) -> float | None:
    if not time:
        return None
    found = _TIME.fullmatch(time)
    if not found:
        raise ValueError(TIMEPOINTS_HELP)
    return float(found[1]) * _DAYS[found[2]]
