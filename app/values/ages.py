"""Ages as half-open stretches of days: "8 to 22 years" is [8 y, 23 y)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.vocabulary import AgeGroup

NO_LIMIT = 2_147_483_647  # stands for "no upper limit", which is not the same as not stated
_DAYS = {"y": 365.25, "mo": 365.25 / 12, "wk": 7.0, "d": 1.0}
_NAMES = {"y": "year", "mo": "month", "wk": "week", "d": "day"}
_AGE = re.compile(r"(\d{1,3})\s*(y|mo|wk|d)?", re.ASCII)
AGES_HELP = "ages are written 6..12 (years), 6mo..2y, 18.., ..65, 40 or 65..none (no upper limit)"


@dataclass(frozen=True)
class Ages:
    """From `start` up to, not including, `end`, in days; None: not stated."""

    start: int | None
    end: int | None

    @property
    def min_days(self) -> int | None:
        """The youngest age in days."""
        return self.start

    @property
    def max_days(self) -> int | None:
        """The first age that is too old; None when there is no such age, or it is not stated."""
        return None if self.end == NO_LIMIT else self.end

    @property
    def min(self) -> str | None:
        """The youngest age in words."""
        return age_text(self.start)

    @property
    def max(self) -> str | None:
        """The first age that is too old in words, or no limit."""
        return age_text(self.end)


# What a label such as "children" says by itself. Adults may be old: their upper end is open.
GROUP_AGES = {
    AgeGroup.CHILD: Ages(0, int(18 * 365.25)),
    AgeGroup.ADULT: Ages(int(18 * 365.25), None),
    AgeGroup.OLDER_ADULT: Ages(int(65 * 365.25), NO_LIMIT),
}

# What a standard age group asks for. Source: ClinicalTrials.gov v2 StandardAge.
ASKED_GROUPS = {
    AgeGroup.CHILD: Ages(0, int(18 * 365.25)),
    AgeGroup.ADULT: Ages(int(18 * 365.25), int(65 * 365.25)),
    AgeGroup.OLDER_ADULT: Ages(int(65 * 365.25), None),
}


def parse_ages(written: str) -> Ages:
    """Read ages as people write them; raises ValueError that says how they are written."""
    low, dots, high = (part.strip() for part in written.strip().lower().partition(".."))
    if not dots:
        high = low
    if not low and not high:
        raise ValueError(AGES_HELP)
    unit = _unit(high) or _unit(low) or "y"
    ages = Ages(_days(low, unit, 0), NO_LIMIT if high == "none" else _days(high, unit, 1))
    if ages.start is not None and ages.end is not None and ages.start >= ages.end:
        raise ValueError("the lower age is above the upper one")
    return ages


def _unit(age: str) -> str | None:
    found = _AGE.fullmatch(age)
    return found.group(2) if found else None


def _days(age: str, unit: str, added: int) -> int | None:
    """Days to the start of an age, or (added = 1) to the start of the next one."""
    if not age:
        return None
    found = _AGE.fullmatch(age)
    if not found:
        raise ValueError(AGES_HELP)
    return int((int(found.group(1)) + added) * _DAYS[found.group(2) or unit])


def age_text(days: int | None) -> str | None:
    """An age as people say it, in the largest unit that fits; None when not stated."""
    if days is None or days == NO_LIMIT:
        return None if days is None else "no limit"
    for unit, length in _DAYS.items():
        count = -int(-days // length)  # round up: 6574 days are 18 years
        if count and int(count * length) == days:
            return f"{count} {_NAMES[unit]}{'' if count == 1 else 's'}"
    return "0 days"
