"""Bars of the people affected by each harm, group beside group of the same study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from app.overviews.figures.data import Cards, Drawn, drawn_notes
from app.overviews.figures.drawing import WIDTH, Drawing
from app.records.links import StudyLink
from app.values.confidence_intervals import exact_interval

LEFT, RIGHT = 160, 470
LEVEL = 95.0


class AffectedGroup(BaseModel):
    """How many of a group were affected."""

    slug: str = Field(description="The adverse event.")
    group: str = Field(description="The group, as the source calls it.")
    asked_for: bool = Field(description="Whether the list has it, or it is a control beside.")
    affected: int | None = Field(description="People affected; null: not given.")
    at_risk: int | None = Field(description="People at risk; null: not given.")
    percent: float | None = Field(description="As reported; null: not reported.")
    share: float | None = Field(description="affected of at_risk, in percent.")
    ci_low: float | None = Field(description="Exact 95 % interval of share, in percent.")
    ci_high: float | None = Field(description="Its upper end.")


class AffectedRow(BaseModel):
    """One harm in one study, with all groups it was counted in."""

    term: str = Field(description="The harm in the source's words.")
    adverse_effect: str | None = Field(description="Slug of the term; null: none is linked.")
    study: StudyLink = Field(description="Where it was counted.")
    groups: list[AffectedGroup] = Field(description="Those asked for, and those beside them.")


class Affected(BaseModel):
    """People affected by harms, never added up over groups or studies."""

    items: list[AffectedRow] = Field(description="A harm of a study each.")
    drawn: Drawn = Field(description="How much of the list is here.")


def affected(found: Cards) -> Affected:
    """The rows of the figure: a harm of a study once, however many of its groups were asked for."""
    rows: dict[frozenset[str], AffectedRow] = {}
    slugs = {card["slug"] for card in found.cards}
    for card in found.cards:
        sides = [card, *card["others"]]
        key = frozenset(side["slug"] for side in sides)
        if key not in rows:
            groups = [_group(side, slugs) for side in sides]
            term = card["adverse_effect"]
            rows[key] = AffectedRow(
                term=card["term_verbatim"],
                adverse_effect=term and term["slug"],
                study=card["study"],
                groups=groups,
            )
    return Affected(items=list(rows.values()), drawn=found.drawn)


def _group(card: dict[str, Any], slugs: set[str]) -> AffectedGroup:
    counts = card["affected"], card["at_risk"]
    whole = None not in counts and 0 <= counts[0] <= counts[1] and counts[1] > 0
    low, high = exact_interval(*counts) if whole else (None, None)
    return AffectedGroup(
        slug=card["slug"],
        group=card["group"]["title"],
        asked_for=card["slug"] in slugs,
        affected=counts[0],
        at_risk=counts[1],
        percent=card["percent"],
        share=100 * counts[0] / counts[1] if whole else None,
        ci_low=None if low is None else 100 * low,
        ci_high=None if high is None else 100 * high,
    )


def _share_text(group: AffectedGroup) -> str:
    """A group's numbers in words: the count before the percentage, and what was not given."""
    if group.share is not None and group.ci_low is not None and group.ci_high is not None:
        interval = f"{group.ci_low:.1f} to {group.ci_high:.1f}"
        return f"{group.affected} of {group.at_risk}: {group.share:.1f} % ({interval})"
    if group.percent is not None:
        return f"{group.percent:g} %, counts not given"
    if group.affected is not None:
        return f"{group.affected}, of how many is not said"
    return "number not given"


def draw(figure: Affected) -> bytes:
    """The figure as SVG."""
    drawing = Drawing("People affected by adverse effects", " ".join(_sentences(figure)))
    drawing.text((0, 22), "People affected, per cent of those at risk", "head")
    drawing.text((0, 44), "The line is the exact 95 % interval. Dashed: counts not given.", _NOTE)
    drawing.text((0, 62), "Groups of different studies are never added up.", _NOTE)
    drawing.y = 78
    for row in figure.items:
        _draw_row(drawing, row)
    if not figure.items:
        drawing.text((0, drawing.y + 18), "Nothing here was counted: not the same as no harm.")
        drawing.y += 30
    for note in drawn_notes(figure.drawn):
        drawing.text((0, drawing.y + 16), note, _NOTE)
        drawing.y += 20
    return drawing.bytes()


_NOTE = "small muted"


def _sentences(figure: Affected) -> Iterator[str]:
    for row in figure.items:
        groups = "; ".join(f"{group.group}: {_share_text(group)}" for group in row.groups)
        yield f"{row.term} in {row.study.label}: {groups}."
    if not figure.items:
        yield "Nothing here was counted: not the same as no harm."


def _draw_row(drawing: Drawing, row: AffectedRow) -> None:
    drawing.line("line", (0, drawing.y), (WIDTH, drawing.y))
    drawing.text((0, drawing.y + 20), row.term, "strong", 340)
    year = f", {row.study.year}" if row.study.year else ""
    drawing.text((WIDTH, drawing.y + 20), f"{row.study.label}{year}", "small muted end", 360)
    drawing.y += 30
    for group in row.groups:
        _draw_group(drawing, group)
    drawing.y += 8


def _draw_group(drawing: Drawing, group: AffectedGroup) -> None:
    top = drawing.y
    middle = top + 10
    drawing.text((LEFT - 10, top + 15), group.group, "small end", LEFT - 14)
    for percent in (0, 25, 50, 75, 100):
        drawing.line("line", (_x(percent), top), (_x(percent), top + 20))
    share = group.percent if group.share is None else group.share
    if share is not None:
        style = "open" if group.share is None else "bar" if group.asked_for else "control"
        drawing.add("rect", style, x=LEFT, y=top + 2, width=_x(share) - LEFT, height=16)
    if group.ci_low is not None and group.ci_high is not None:
        low, high = _x(group.ci_low), _x(group.ci_high)
        drawing.line("ci", (low, middle), (high, middle))
        for end in (low, high):
            drawing.line("ci", (end, middle - 5), (end, middle + 5))
    drawing.text((RIGHT + 8, top + 15), _share_text(group), "small", WIDTH - RIGHT - 8)
    drawing.y += 26


def _x(percent: float) -> float:
    return LEFT + (RIGHT - LEFT) * percent / 100
