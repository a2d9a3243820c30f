"""Ages as half-open stretches of days, and as people say them: "8 to 22 years" is [8 y, 23 y)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from app.vocabulary import AgeGroup

NO_LIMIT = 2_147_483_647  # stands for "no upper limit", which is not the same as not stated
YEARS, MONTHS, WEEKS, DAYS = "year", "month", "week", "day"
_LENGTHS = {YEARS: 365.25, MONTHS: 365.25 / 12, WEEKS: 7.0, DAYS: 1.0}  # the largest first
_UNITS = {"y": YEARS, "mo": MONTHS, "w": WEEKS, "d": DAYS}  # by how their spellings begin
_MOST = 999  # years, months or weeks: beyond that, ages are said in days
AGES_HELP = (
    "ages are written 10..18 (years), 6mo..2y, 18.., ..65, 40 or 65..none (no upper limit), or as"
    " people say them: 10 to 18 years, 18 years and older, up to 12 weeks, under 2 years"
)


@dataclass(frozen=True)
class Ages:
    """From `start` up to, not including, `end`, in days; None: not stated."""

    start: int | None
    end: int | None

    @property
    def min_days(self) -> int | None:
        """The youngest age in days; 0: from birth."""
        return self.start

    @property
    def end_days(self) -> int | None:
        """The first day that is too old; None when there is no such day, or it is not stated."""
        return None if self.end == NO_LIMIT else self.end

    @property
    def stretch(self) -> tuple[int, int]:
        """From and up to which day, where what is not stated is open."""
        return self.start or 0, NO_LIMIT if self.end is None else self.end

    def contains(self, other: Ages) -> bool:
        """Whether all of other ages lie in these, where what is not stated is open."""
        (start, end), (first, last) = self.stretch, other.stretch
        return start <= first and last <= end

    @property
    def min(self) -> str | None:
        """The youngest age as people say it, as 10 years; birth: no lower limit."""
        if not self.start:
            return None if self.start is None else "birth"
        return _said(*self._units[0])

    @property
    def max(self) -> str | None:
        """The last age included as people say it, as 18 years; or no limit."""
        if self.end is None or self.end == NO_LIMIT:
            return None if self.end is None else "no limit"
        return _said(*self._units[1])

    @property
    def text(self) -> str | None:
        """The ages as people say them; `parse_ages` reads them back. None: not stated."""
        if self.end is None:
            return f"from {self.min}, upper limit not stated" if self.min else None
        if self.end == NO_LIMIT:
            open_end = {None: "no upper limit, lower limit not stated", 0: "all ages"}
            return open_end.get(self.start) or f"{self.min} or older"
        if not self.start:
            years = _counts(self.end).get(YEARS)
            below = f"under {_said(years, YEARS)}" if years else f"up to {self.max}"
            return below + ("" if self.start == 0 else ", lower limit not stated")
        (first, unit), (last, other) = self._units
        if unit != other:
            return f"{self.min} to {self.max}"
        return str(self.max) if first == last else f"{first} to {self.max}"

    @cached_property
    def _units(self) -> tuple[tuple[int, str], tuple[int, str]]:
        """The youngest and the last age, each as a number and a unit; what is not named as days."""
        starts, ends = _counts(self.start or 0), _counts(self.end_days or 0)
        first = next(iter(starts))
        last = _last_unit(ends, starts if self.start else {})
        if self.start and self.end_days is not None and last != YEARS and last in starts:
            first = last  # 12 to 17 months, not 1 year to 17 months
        return (starts[first], first), (ends[last] - 1, last)


def _last_unit(ends: dict[str, int], starts: dict[str, int]) -> str:
    """The unit in which people would say the last age, beside a youngest age.

    The last age of 12 weeks ends on the day that the last age of 2 months does, and that of 1 year
    on that of 23 months. A last age of 1 year is said in months, unless the youngest is in years:
    it would be read as the first birthday.
    """
    first = next(iter(starts), None)
    if ends.get(YEARS, 0) > (1 if YEARS in starts else 2):
        return YEARS
    if first in ends and first not in {YEARS, DAYS} and ends[first] > 1:
        return str(first)
    if first is None and 1 < ends.get(WEEKS, _MOST) <= 13:
        return WEEKS  # babies are told in weeks
    return next((unit for unit in (MONTHS, WEEKS) if ends.get(unit, 0) > 1), DAYS)


def _counts(days: int) -> dict[str, int]:
    """Every unit of which a number makes these days, with the number; the largest unit first."""
    found = {}
    for unit, length in _LENGTHS.items():
        count = -int(-days // length)  # round up: 6574 days are 18 years
        if int(count * length) == days and (0 < count <= _MOST or unit == DAYS):
            found[unit] = count
    return found


def _said(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


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


def joined_ages(spans: Iterable[Ages]) -> list[Ages]:
    """The same ages, in stretches that neither overlap nor touch; an open end is without limit."""
    found: list[Ages] = []
    for span in sorted(spans, key=lambda each: each.start or 0):
        last = found[-1] if found else None
        if last is None or (last.end is not None and last.end < (span.start or 0)):
            found.append(span)
        elif last.end is not None:
            end = None if span.end is None else max(last.end, span.end)
            found[-1] = Ages(last.start, end)
    return found


_UNIT = r"years?|yrs?|y|months?|mos?|weeks?|wks?|days?|d"
_AGE = re.compile(rf"(?:(\d{{1,10}})\s*({_UNIT})?|birth)", re.ASCII)
_ANY_AGE = rf"(?:\d{{1,10}}\s*(?:{_UNIT})?|birth)"
_LOW, _LAST, _END = rf"(?P<low>{_ANY_AGE})", rf"(?P<last>{_ANY_AGE})", rf"(?P<end>{_ANY_AGE})"
_NOT_STATED = "(?P<open>, (?:upper|lower) limit not stated)"
# Beside the ages that are named: what an end that is not named means.
_FORMS: tuple[tuple[re.Pattern[str], int | None, int | None], ...] = tuple(
    (re.compile(form, re.ASCII), start, end)
    for form, start, end in (
        (rf"{_LOW}", None, None),
        (rf"{_LOW} ?\.\. ?{_LAST}", None, None),
        (rf"{_LOW} ?\.\.", None, None),
        (rf"\.\. ?{_LAST}", None, None),
        (rf"{_LOW} ?\.\. ?none", None, NO_LIMIT),
        (r"\.\. ?none|no upper limit, lower limit not stated", None, NO_LIMIT),
        (rf"(?:from )?{_LOW} ?(?:to|-|through) ?{_LAST}", None, None),
        (rf"between {_LOW} and {_LAST}", None, None),
        (rf"{_LOW} ?(?:\+|(?:and|or) (?:older|over|above|more|up))", None, NO_LIMIT),
        (rf"(?:at least|>=|≥) ?{_LOW}", None, NO_LIMIT),
        (rf"from {_LOW}{_NOT_STATED}", None, None),
        (rf"(?:up to|at most|<=|≤) ?{_LAST}{_NOT_STATED}?", 0, None),
        (rf"{_LAST} (?:and|or) (?:younger|under|below|less)", 0, None),
        (rf"(?:under|below|younger than|less than|<) ?{_END}{_NOT_STATED}?", 0, None),
        (r"all ages|any age", 0, NO_LIMIT),
    )
)


def parse_ages(written: str) -> Ages:
    """Read ages as people write them; raises ValueError that says how they are written.

    An age without a unit has that of the other one, else it is in years. What is named last is
    included: whoever is 18 has not turned 19.
    """
    text = " ".join(written.lower().replace("–", "-").replace("—", "-").split())
    text = re.sub(r"^(?:aged?|ages)\b:? ", "", re.sub(r" (?:old|of age)\b", "", text))
    found = ((form.fullmatch(text), start, end) for form, start, end in _FORMS)
    match, start, end = next((each for each in found if each[0]), (None, None, None))
    if match is None:
        raise ValueError(AGES_HELP)
    named = {name: age for name, age in match.groupdict().items() if age}
    if "open" in named:
        start = None
    units = [unit for age in reversed(named.values()) if (unit := _unit(age))]
    unit = units[0] if units else YEARS
    if match.re is _FORMS[0][0]:
        named["last"] = named["low"]
    low = _days(named["low"], unit, 0) if "low" in named else start
    high = _days(named["last"], unit, 1) if "last" in named else end
    high = _days(named["end"], unit, 0) if "end" in named else high
    if low is not None and high is not None and low >= high:
        raise ValueError("the lower age is above the upper one")
    return Ages(low, high)


def _unit(age: str) -> str | None:
    """The unit that an age is written with."""
    found = _AGE.fullmatch(age)
    written = found and found.group(2)
    spelled = (_UNITS[each] for each in _UNITS if written and written.startswith(each))
    return next(spelled, None)


def _days(age: str, unit: str, added: int) -> int:
    """Days to the start of an age, or (added = 1) to the start of the next one."""
    if age == "birth":
        return added
    found = re.match(r"\d+", age)
    count, unit = int(found[0]) if found else 0, _unit(age) or unit
    if count > (NO_LIMIT - 1 - added if unit == DAYS else _MOST):
        raise ValueError(AGES_HELP)
    return int((count + added) * _LENGTHS[unit])
