"""Forest plot: the estimates of studies with their intervals, a panel for each kind of number.

No estimate is pooled, and numbers that mean different things never share an axis.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import ceil, exp, floor, log, log10
from typing import Any

from pydantic import BaseModel, Field

from app.overviews.figures.data import Cards, Drawn, OfPeople, drawn_notes
from app.overviews.figures.drawing import WIDTH, Drawing
from app.overviews.figures.results import groups_text, time_text
from app.records.links import StudyLink
from app.vocabulary import Statistic

RATIOS = (
    Statistic.RISK_RATIO,
    Statistic.ODDS_RATIO,
    Statistic.HAZARD_RATIO,
    Statistic.RATE_RATIO,
    Statistic.RATIO_OF_MEANS,
)
DIFFERENCES = (
    Statistic.MEAN_DIFFERENCE,
    Statistic.STANDARDISED_MEAN_DIFFERENCE,
    Statistic.RISK_DIFFERENCE,
)
LEFT, RIGHT, MARGIN = 250, 490, 14
TITLE = "Estimates by study"


class Estimate(OfPeople):
    """The estimate of one comparison in one study."""

    outcome: str = Field(description="Slug of the outcome.")
    measure: str = Field(description="Name of what was measured.")
    statistic: Statistic = Field(description="What sort of number it is.")
    unit: str | None = Field(description="Its unit; null: not said, or none.")
    study: StudyLink = Field(description="The study.")
    sides: str = Field(description="The groups.")
    time: str = Field(description="The timepoint in the source's words.")
    people: int | None = Field(description="How many it is about; null: not reported.")
    value: float = Field(description="The estimate.")
    ci_level: float | None = Field(description="In per cent; null: not reported.")
    ci_low: float | None = Field(description="Lower end of the interval; null: not reported.")
    ci_high: float | None = Field(description="Upper end of the interval.")


class Estimates(BaseModel):
    """Estimates with their intervals, as reported; nothing is pooled."""

    items: list[Estimate] = Field(description="An estimate each.")
    drawn: Drawn = Field(description="How much of the list is here.")


def estimates(found: Cards) -> Estimates:
    """The rows of the figure: ratios above 0 and differences, by panel, year and study."""
    rows = [
        _estimate(card, result)
        for card in found.cards
        for result in card["results"]
        if result["value"] is not None and _drawable(result)
    ]
    rows.sort(key=lambda row: (*_panel(row), -(row.study.year or 0), row.study.label))
    return Estimates(items=rows, drawn=found.drawn)


def _drawable(result: dict[str, Any]) -> bool:
    bounds = [result[name] for name in ("value", "ci_low", "ci_high") if result[name] is not None]
    if result["statistic"] in RATIOS:
        return all(bound > 0 for bound in bounds)
    return result["statistic"] in DIFFERENCES


def _estimate(card: dict[str, Any], result: dict[str, Any]) -> Estimate:
    copied = ("statistic", "unit", "value", "ci_level", "ci_low", "ci_high")
    return Estimate(
        outcome=card["slug"],
        measure=card["measure"]["name"],
        study=card["study"],
        sides=groups_text(result),
        time=time_text(result),
        people=result["people"],
        match=result.get("match"),
        missing=result.get("missing", []),
        **{name: result[name] for name in copied},
    )


def _panel(row: Estimate) -> tuple[str, str, str]:
    return row.measure, row.statistic.value, row.unit or ""


def draw(figure: Estimates) -> bytes:
    """The figure as SVG."""
    drawing = Drawing(TITLE, " ".join(_sentences(figure)))
    drawing.text((0, 22), TITLE, "head")
    drawing.text((0, 44), "As the sources report them; nothing is pooled.", "small muted")
    drawing.y = 52
    for _, rows in groupby(figure.items, key=_panel):
        _draw_panel(drawing, list(rows))
    if not figure.items:
        drawing.text((0, drawing.y + 20), "No estimate of an effect is reported here.")
        drawing.y += 30
    for note in drawn_notes(figure.drawn):
        drawing.text((0, drawing.y + 16), note, "small muted")
        drawing.y += 20
    return drawing.bytes()


def _estimate_text(row: Estimate) -> str:
    if row.ci_low is None or row.ci_high is None:
        return f"{row.value:g}, interval not reported"
    level = "level not reported" if row.ci_level is None else f"{row.ci_level:g} %"
    return f"{row.value:g} ({row.ci_low:g} to {row.ci_high:g}; {level})"


def _sentences(figure: Estimates) -> Iterator[str]:
    for row in figure.items:
        unit = f" {row.unit}" if row.unit else ""
        yield (
            f"{row.measure}, {row.statistic.label}{unit}, {row.study.label}, {row.sides},"
            f" {row.naming(row.time)}: {_estimate_text(row)}."
        )


def _draw_panel(drawing: Drawing, rows: list[Estimate]) -> None:
    unit = f", {rows[0].unit}" if rows[0].unit else ""
    drawing.text(
        (0, drawing.y + 22), f"{rows[0].measure}: {rows[0].statistic.label}{unit}", "strong"
    )
    axis = _Axis(rows)
    drawing.y += 30
    top = drawing.y
    for row in rows:
        _draw_estimate(drawing, row, axis)
    for tick in axis.ticks():
        drawing.line("axis", (axis.at(tick), drawing.y), (axis.at(tick), drawing.y + 5))
        drawing.text((axis.at(tick), drawing.y + 20), f"{tick:g}", "small muted middle", 60)
    drawing.line("axis", (LEFT, drawing.y), (RIGHT, drawing.y))
    drawing.line("axis", (axis.at(axis.nothing), top), (axis.at(axis.nothing), drawing.y))
    drawing.y += 34


def _draw_estimate(drawing: Drawing, row: Estimate, axis: _Axis) -> None:
    middle = drawing.y + 20
    year = f", {row.study.year}" if row.study.year else ""
    drawing.text((0, drawing.y + 17), f"{row.study.label}{year}", "small", LEFT - 16)
    drawing.text(
        (0, drawing.y + 34), f"{row.sides}; {row.naming(row.time)}", "small muted", LEFT - 16
    )
    if row.ci_low is not None and row.ci_high is not None:
        drawing.line("ci", (axis.at(row.ci_low), middle), (axis.at(row.ci_high), middle))
    drawing.add("rect", "dot", x=axis.at(row.value) - 4, y=middle - 4, width=8, height=8)
    drawing.text((RIGHT + 10, middle + 5), _estimate_text(row), "small", WIDTH - RIGHT - 10)
    drawing.y += 42


class _Axis:
    """From numbers to places; ratios stand on a logarithmic scale."""

    def __init__(self, rows: list[Estimate]) -> None:
        self.ratio = rows[0].statistic in RATIOS
        self.nothing = 1.0 if self.ratio else 0.0
        bounds = [each for row in rows for each in (row.value, row.ci_low, row.ci_high)]
        found = [each for each in bounds if each is not None]
        self.low, self.high = min(*found, self.nothing), max(*found, self.nothing)
        if self.low == self.high:
            self.low, self.high = (0.5, 2.0) if self.ratio else (-1.0, 1.0)

    def at(self, value: float) -> float:
        """Where a number stands."""
        low, high, here = (
            log(each) if self.ratio else each for each in (self.low, self.high, value)
        )
        return LEFT + MARGIN + (RIGHT - LEFT - 2 * MARGIN) * (here - low) / (high - low)

    def ticks(self) -> list[float]:
        """A few round numbers on the axis."""
        if self.ratio:
            return self._powers()
        step = 10 ** floor(log10((self.high - self.low) / 2))
        while (self.high - self.low) / step > 6:
            step *= 2
        first, last = ceil(self.low / step), floor(self.high / step)
        return [round(step * at, 12) for at in range(first, last + 1)]

    def _powers(self) -> list[float]:
        """Powers of a number that makes at most seven of them."""
        width = log(self.high) - log(self.low)
        base = log(2) if width < 6 * log(2) else log(10) * ceil(width / (6 * log(10)))
        first, last = ceil(log(self.low) / base), floor(log(self.high) / base)
        return [float(f"{exp(base * at):.3g}") for at in range(first, last + 1)]
