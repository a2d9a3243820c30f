"""Filters: each is declared once: its name, its sentence, how it is read, its meaning in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.core.folding import nearest

Clause = ColumnElement[bool]
LARGEST = 2**53  # JSON numbers are exact up to here


@dataclass(frozen=True)
class Filter:
    """One query parameter of a list; repeated, it means any of its values.

    `read` turns one written value into what `where` takes a list of; it raises ValueError that
    says what would be right. With `term`, values name terms of that kind and `where` takes ids.
    """

    name: str
    meaning: str
    where: Callable[[list[Any]], Clause]
    read: Callable[[str], Any] = str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    example: Any = None
    term: str | None = None
    direct: Callable[[list[Any]], Clause] | None = None


@dataclass(frozen=True)
class Element:
    """Filters whose criteria all meet in one row of something, as one population of a study."""

    filters: tuple[Filter | Element, ...]
    wrap: Callable[[list[Clause], set[str]], Clause]

    def names(self) -> set[str]:
        """The names of all filters inside."""
        return {each.name for each in flat(self.filters)}


def flat(filters: Sequence[Filter | Element]) -> list[Filter]:
    """The filters, those inside elements included."""
    found: list[Filter] = []
    for each in filters:
        found.extend(flat(each.filters) if isinstance(each, Element) else [each])
    return found


def clauses(
    filters: Sequence[Filter | Element], values: dict[str, list[Any]], *, descendants: bool
) -> list[Clause]:
    """What the values mean in SQL, all of which has to hold."""
    found = []
    for each in filters:
        if isinstance(each, Element):
            inner = clauses(each.filters, values, descendants=descendants)
            if inner:
                found.append(each.wrap(inner, each.names() & values.keys()))
        elif each.name in values:
            where = each.where if descendants or each.direct is None else each.direct
            found.append(where(values[each.name]))
    return found


def choice(
    name: str,
    vocabulary: type[StrEnum],
    where: Callable[[list[Any]], Clause],
    meaning: str,
) -> Filter:
    """A filter by the values of a vocabulary."""
    words = [member.value for member in vocabulary]

    def read(written: str) -> StrEnum:
        try:
            return vocabulary(written)
        except ValueError as error:
            raise NotOneOf(written, words) from error

    schema = {"type": "string", "enum": words}
    return Filter(name, meaning, where, read, schema, example=words[0])


class NotOneOf(ValueError):  # noqa: N818 # it says what is the matter
    """A value is none of those allowed."""

    def __init__(self, written: str, words: Sequence[str]) -> None:
        super().__init__(f"{written[:100]!r} is not one of {', '.join(words)}")
        self.suggestion = nearest(written, words)


@dataclass(frozen=True)
class Span:
    """From low to high, both included; None: open."""

    low: float | None
    high: float | None

    def of(self, column: Any) -> Clause:
        """The column holds a value inside; a row without a value never does."""
        bounds = [column.is_not(None)]
        if self.low is not None:
            bounds.append(column >= self.low)
        if self.high is not None:
            bounds.append(column <= self.high)
        return and_(*bounds)


_NUMBER = r"(-?\d{1,16}(?:\.\d{1,9})?)?"
_SPAN = re.compile(rf"{_NUMBER}(\.\.)?{_NUMBER}", re.ASCII)


def read_span(written: str) -> Span:
    """Read 5, 5..10, 5.. or ..10; raises ValueError that says so."""
    found = _SPAN.fullmatch(written.strip())
    if not found or not (found[1] or found[3]) or (found[3] and not found[2]):
        raise ValueError("ranges are written 5, 5..10, 5.. or ..10")
    low = float(found[1]) if found[1] else None
    high = float(found[3]) if found[3] else None
    if any(bound is not None and abs(bound) > LARGEST for bound in (low, high)):
        raise ValueError("the number is too large")
    if low is not None and high is not None and low > high:
        raise ValueError("the lower bound is above the upper one")
    return Span(low, high if found[2] else low)


def span(name: str, column: Any, meaning: str, example: str = "10..") -> Filter:
    """A filter by a range of numbers in a column."""
    return Filter(
        name,
        meaning,
        lambda spans: or_(*(each.of(column) for each in spans)),
        read_span,
        {"type": "string", "pattern": f"^{_NUMBER}(\\.\\.)?{_NUMBER}$"},
        example,
    )


def yes_no(name: str, where: Callable[[bool], Clause], meaning: str) -> Filter:
    """A filter that is yes or no."""

    def read(written: str) -> bool:
        if written not in {"yes", "no"}:
            raise NotOneOf(written, ["yes", "no"])
        return written == "yes"

    schema = {"type": "string", "enum": ["yes", "no"]}
    return Filter(
        name, meaning, lambda answers: or_(*map(where, answers)), read, schema, example="yes"
    )


def terms(
    name: str,
    kind: str,
    meaning: str,
    where: Callable[[list[int]], Clause],
    direct: Callable[[list[int]], Clause],
    example: str,
) -> Filter:
    """A filter by terms given by slug, any label or a code; narrower ones included, or not."""
    return Filter(name, meaning, where, example=example, term=kind, direct=direct)
