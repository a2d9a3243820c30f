"""How much one request may ask for: what is more is refused before the database sees it."""

from __future__ import annotations

from typing import Any

from app.core.filters import Filter
from app.core.problems import refused

MOST_VALUES = 500  # of one parameter: words are one comparison
MOST_RANGES = 100  # of all parameters that compare in other ways, each for itself


def sparing(named: dict[str, Filter], values: dict[str, list[Any]]) -> None:
    """Refuse what no plan bears: raises Problem that names the parameter that is too much."""
    ranges = 0
    for name, given in values.items():
        ranges += 0 if named[name].words else len(given)
        if len(given) > MOST_VALUES:
            raise refused(name, f"takes at most {MOST_VALUES} values")
        if ranges > MOST_RANGES:
            raise refused(name, f"a request takes at most {MOST_RANGES} ranges and the like")
