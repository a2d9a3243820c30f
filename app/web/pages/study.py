"""The page of a study: who was in it, what was looked at and when, what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.records.adverse_events.distinction import distinctions
from app.web import numbers
from app.web.api_data import Card, record_of, sources_of
from app.web.findings import REPORTING_GAPS, Mark, compared_groups, result_mark

LEFT, RIGHT = 3.0, 97.0  # per cent of the width that the axis takes
WEEK = 7


@dataclass
class People:
    """A population with those inside it."""

    card: Card
    subgroups: list[People] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """What a lane shows at one time: a mark, or a bar up to it, with a few words."""

    x: float
    over: bool
    open_end: bool
    mark: Mark
    words: str
    anchor: str


@dataclass(frozen=True)
class Lane:
    """One outcome on the axis of time."""

    outcome: Card
    points: list[Point]


@dataclass(frozen=True)
class Axis:
    """The axis of time: ticks by place and words, and its lanes."""

    ticks: list[tuple[float, str, str]]
    lanes: list[Lane]
    timeless: list[Card]


def context(connection: Connection, slug: str, _: QueryParams) -> dict[str, Any]:
    """Everything that the page shows."""
    card = record_of(connection, "study", slug)
    outcomes = card["outcomes"]["items"]
    return {
        "card": card,
        "people": population_tree(card["populations"]),
        "axis": time_axis(outcomes),
        "harms": list(harms_by_term(card["adverse_events"]["items"])),
        "unreported": [each for each in outcomes if each["reporting"] in REPORTING_GAPS],
        "gaps": REPORTING_GAPS,
        "sources": sources_of(connection, card),
    }


def population_tree(populations: Iterable[Card]) -> list[People]:
    """Populations under those that they are part of; never added up."""
    found = {each["key"]: People(each) for each in populations}
    roots: list[People] = []
    for each in found.values():
        parent = each.card["parent"]
        above = found.get(parent["key"]) if parent else None
        (roots if above is None or above is each else above.subgroups).append(each)
    return roots


def harms_by_term(events: Iterable[Card]) -> Iterator[tuple[Card, str]]:
    """Counted harms by their words, each with what tells it from the others of these words."""
    ordered = sorted(events, key=lambda each: each["term_verbatim"])
    for _, rows in groupby(ordered, key=lambda each: each["term_verbatim"]):
        same = list(rows)
        yield from zip(same, distinctions(same), strict=True)


def time_axis(outcomes: Iterable[Card]) -> Axis | None:
    """Outcomes on an axis of days since the start; None: no result has a time."""
    outcomes = list(outcomes)
    days = {day for each in outcomes for day in _days(each)}
    if not days:
        return None
    longest = max(days)
    lanes = [Lane(each, _points(each, longest)) for each in outcomes if list(_days(each))]
    ticks = [(LEFT, "0", "mid")]
    last = LEFT
    for day in sorted(days):
        x = _x(day, longest)
        side = "end" if day == longest else "mid"
        if x - last > 6:
            ticks.append((x, _time(day), side))
            last = x
    return Axis(ticks, lanes, [each for each in outcomes if not list(_days(each))])


def _days(outcome: Card) -> Iterator[float]:
    yield from (each["time_days"] for each in outcome["results"] if each["time_days"])


def _x(day: float, longest: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * day / longest, 2)


def _time(day: float) -> str:
    if day >= 365 and day % 365 < 1:
        years = day / 365
        return "1 year" if years == 1 else f"{numbers.format_number(int(years))} years"
    if day % WEEK == 0:
        return f"week {numbers.format_number(day / WEEK)}"
    return f"day {numbers.format_number(day)}"


def _points(outcome: Card, longest: float) -> list[Point]:
    """One point for each time and sort of result; what shares a time shares its words."""
    timed = [each for each in outcome["results"] if each["time_days"]]
    ordered = sorted(timed, key=lambda each: (each["time_days"], str(each["time_relation"])))
    points = []
    for (day, relation), together in groupby(
        ordered, key=lambda each: (each["time_days"], each["time_relation"])
    ):
        results = list(together)
        points.append(
            Point(
                _x(day, longest),
                relation == "over",
                relation == "not_after",
                result_mark(results[0]),
                " / ".join(dict.fromkeys(_point_words(each) for each in results)),
                compared_groups(results[0]),
            )
        )
    return points


def _point_words(result: Card) -> str:
    estimate, p = numbers.estimate(result), numbers.p_value(result)
    mark = result_mark(result)
    if estimate:
        return estimate
    word = "" if mark.shape == "value" else mark.word
    return ", ".join(each for each in (word, f"P {p}" if p else "") if each) or mark.word
