"""Bars of the people affected by each harm, group beside group of the same study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from app.overviews.figures.data import Cards, Drawn, OfPeople, drawn_notes
from app.overviews.figures.drawing import WIDTH, Drawing
from app.records.adverse_events.distinction import distinctions
from app.records.links import StudyLink
from app.values.confidence_intervals import exact_interval

LEFT, RIGHT = 160, 470
LEVEL = 95.0


class AffectedGroup(OfPeople):
    """How many of a group were affected."""

    group: str = Field(description="The group, as the source calls it.")
    asked_for: bool = Field(description="Whether it is as asked, or a control beside.")
    affected: int | None = Field(description="People affected; null: not given.")
    at_risk: int | None = Field(description="People at risk; null: not given.")
    percent: float | None = Field(description="As reported; null: not reported.")
    share: float | None = Field(description="affected of at_risk, in percent.")
    ci_low: float | None = Field(description="Exact 95 % interval of share, in percent.")
    ci_high: float | None = Field(description="Its upper end.")


class AffectedRow(BaseModel):
    """A row of a table of harms, with all groups it was counted in."""

    slug: str = Field(description="The adverse event.")
    term: str = Field(description="The harm in the source's words.")
    apart: str | None = Field(
        description="What tells it from the study's other rows of these words, as not serious,"
        " mild; null: there is no other, or no difference."
    )
    adverse_effect: str | None = Field(description="Slug of the term; null: none is linked.")
    study: StudyLink = Field(description="Where it was counted.")
    groups: list[AffectedGroup] = Field(description="Its counts, in the order of the source.")


class Affected(BaseModel):
    """People affected by harms, never added up over groups or studies."""

    items: list[AffectedRow] = Field(description="A row of a study each.")
    drawn: Drawn = Field(description="How much of the list is here.")


def affected(found: Cards) -> Affected:
    """The rows of the figure: each adverse event with its counts side by side."""
    apart = _told_apart(found.cards)
    rows = [
        AffectedRow(
            slug=card["slug"],
            term=card["term_verbatim"],
            apart=apart[card["slug"]],
            adverse_effect=card["adverse_effect"] and card["adverse_effect"]["slug"],
            study=card["study"],
            groups=[
                _group(count, asked_for=at not in found.beside.get(card["slug"], ()))
                for at, count in enumerate(card["counts"])
            ],
        )
        for card in found.cards
    ]
    return Affected(items=rows, drawn=found.drawn)


def _told_apart(cards: list[dict[str, Any]]) -> dict[str, str | None]:
    """What tells each row from those of the same words and study."""
    same: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for card in cards:
        same.setdefault((card["study"]["slug"], card["term_verbatim"]), []).append(card)
    return {
        card["slug"]: words or None
        for rows in same.values()
        for card, words in zip(rows, distinctions(rows), strict=True)
    }


def _group(count: dict[str, Any], *, asked_for: bool) -> AffectedGroup:
    counts = count["affected"], count["at_risk"]
    whole = None not in counts
    low, high = exact_interval(*counts) if whole else (None, None)
    return AffectedGroup(
        group=count["group"]["title"],
        asked_for=asked_for,
        match=count.get("match"),
        missing=count.get("missing", []),
        affected=counts[0],
        at_risk=counts[1],
        percent=count["percent"],
        share=100 * counts[0] / counts[1] if whole else None,
        ci_low=None if low is None else 100 * low,
        ci_high=None if high is None else 100 * high,
    )


def _name(row: AffectedRow) -> str:
    return row.term if row.apart is None else f"{row.term} ({row.apart})"


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
        groups = "; ".join(
            f"{group.naming(group.group)}: {_share_text(group)}" for group in row.groups
        )
        yield f"{_name(row)} in {row.study.label}: {groups}."
    if not figure.items:
        yield "Nothing here was counted: not the same as no harm."


def _draw_row(drawing: Drawing, row: AffectedRow) -> None:
    drawing.line("line", (0, drawing.y), (WIDTH, drawing.y))
    drawing.text((0, drawing.y + 20), row.term, "strong", 340)
    year = f", {row.study.year}" if row.study.year else ""
    drawing.text((WIDTH, drawing.y + 20), f"{row.study.label}{year}", "small muted end", 360)
    drawing.y += 30
    if row.apart is not None:
        drawing.text((0, drawing.y + 8), row.apart, "small")
        drawing.y += 18
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
    if group.certainty:
        drawing.text((RIGHT + 8, drawing.y + 4), group.certainty, "small muted", WIDTH - RIGHT - 8)
        drawing.y += 14


def _x(percent: float) -> float:
    return LEFT + (RIGHT - LEFT) * percent / 100
