"""Effect direction plot: a row for each study, an arrow for what a result means."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from pydantic import BaseModel, Field

from app.overviews.figures.data import Cards, Drawn, OfPeople, drawn_notes
from app.overviews.figures.drawing import WIDTH, Drawing, number
from app.overviews.figures.results import (
    SILENT,
    conclusion_text,
    groups_text,
    time_text,
)
from app.records.links import StudyLink
from app.vocabulary import Conclusion, Contrast, Design, Direction, Reporting

COMPARISONS = (
    Contrast.BETWEEN_GROUPS,
    Contrast.BETWEEN_SUBGROUPS,
    Contrast.INTERACTION,
    Contrast.DOSE_TREND,
)
SECTIONS = {
    "compared": "Compared with another group",
    "before_after": "Before and after, in one group",
    "other": "In one group, or the comparison is not stated",
}


class DirectionMark(OfPeople):
    """One result: what it means to patients, and what the source concluded."""

    outcome: str = Field(description="Slug of the outcome.")
    measure: str = Field(description="Name of what was measured.")
    sides: str = Field(description="The groups.")
    time: str = Field(description="The timepoint in the source's words.")
    direction: Direction | None = Field(description="Null: the source says none.")
    conclusion: Conclusion | None = Field(description="Null: the source drew none.")
    concluded: str = Field(description="The conclusion in words.")
    people: int | None = Field(description="How many it is about; null: not reported.")


class DirectionRow(BaseModel):
    """A study in one section of the figure."""

    section: str = Field(description="compared, before_after or other.")
    study: StudyLink = Field(description="The study.")
    design: Design = Field(description="What its data can compare.")
    marks: list[DirectionMark] = Field(description="Its results.")


class Silent(BaseModel):
    """An outcome of which no result is reported."""

    outcome: str = Field(description="Slug of the outcome.")
    measure: str = Field(description="Name of what was to be measured.")
    study: StudyLink = Field(description="The study.")
    reporting: Reporting = Field(description="How far it was reported.")


class Directions(BaseModel):
    """Effect directions by study; nothing is pooled or counted for or against."""

    items: list[DirectionRow] = Field(description="A study in a section each.")
    silent: list[Silent] = Field(description="Outcomes without a reported result.")
    single: int = Field(description="Results of one group that say no direction: not drawn.")
    drawn: Drawn = Field(description="How much of the list is here.")


def directions(found: Cards) -> Directions:
    """The rows of the figure, by section, design, year (newest first) and label."""
    rows: dict[tuple[str, str], DirectionRow] = {}
    silent, single = [], 0
    for card in found.cards:
        if card["reporting"] in SILENT:
            silent.append(_silent_outcome(card))
        for result in card["results"]:
            if not _drawn(result):
                single += 1
                continue
            key = (_section(result), card["study"]["slug"])
            design = found.designs[key[1]]
            row = DirectionRow(section=key[0], study=card["study"], design=design, marks=[])
            rows.setdefault(key, row).marks.append(_mark(card, result))
    ordered = sorted(rows.values(), key=_order)
    return Directions(items=ordered, silent=silent, single=single, drawn=found.drawn)


def _order(row: DirectionRow) -> tuple[int, int, int, str]:
    designs, sections = list(Design), list(SECTIONS)
    newest = -(row.study.year or 0)
    return sections.index(row.section), designs.index(row.design), newest, row.study.label


def _silent_outcome(card: dict[str, Any]) -> Silent:
    return Silent(
        outcome=card["slug"],
        measure=card["measure"]["name"],
        study=card["study"],
        reporting=card["reporting"],
    )


def _drawn(result: dict[str, Any]) -> bool:
    """Whether there is anything to draw: a comparison, a direction or a conclusion."""
    compared = result["contrast"] in COMPARISONS
    meaning = result["direction"] or result["conclusion"]
    return bool(meaning or (compared and result["p"] is not None))


def _section(result: dict[str, Any]) -> str:
    if result["contrast"] in COMPARISONS:
        return "compared"
    return "before_after" if result["contrast"] == Contrast.FROM_BASELINE else "other"


def _mark(card: dict[str, Any], result: dict[str, Any]) -> DirectionMark:
    return DirectionMark(
        outcome=card["slug"],
        measure=card["measure"]["name"],
        sides=groups_text(result),
        time=time_text(result),
        direction=result["direction"],
        conclusion=result["conclusion"],
        concluded=conclusion_text(result),
        people=result["people"],
        match=result.get("match"),
        missing=result.get("missing", []),
    )


TITLE = "Effect directions by study"
SHADES = {Design.RANDOMIZED: 1.0, Design.OTHER_CONTROLLED: 0.6, Design.UNCONTROLLED: 0.25}
STYLES = {Direction.BETTER: "benefit", Direction.WORSE: "harm", Direction.MIXED: "unsure"}
WORDS = {
    Direction.BETTER: "better",
    Direction.WORSE: "worse",
    Direction.MIXED: "mixed",
    Direction.NONE: "the same",
    Direction.UNCLEAR: "unclear",
    None: "no direction said",
}
MARK, TEXT, EACH = 350, 380, 44
SMALL, MEDIUM, LARGE = 8.0, 11.0, 14.0  # below 50, up to 300, more: Boon and Thomson 2021
LEGEND = (
    "Arrow up: better for the patient; down: worse; sideways: mixed. Ring: none, or p only.",
    "Size: under 50, up to 300, more people. Dashed ring: unclear. Shaded by design.",
    "Significance is not drawn, nothing is pooled. In italics: what the source concluded.",
)


def draw(figure: Directions) -> bytes:
    """The figure as SVG."""
    drawing = Drawing(TITLE, " ".join(_sentences(figure)))
    drawing.text((0, 22), TITLE, "head")
    drawing.y = 34
    for section, rows in groupby(figure.items, key=lambda row: row.section):
        drawing.text((0, drawing.y + 22), SECTIONS[section], "strong")
        drawing.y += 32
        for row in rows:
            _draw_row(drawing, row)
    for line in _notes_below(figure):
        drawing.text((0, drawing.y + 18), line, "small muted")
        drawing.y += 19
    return drawing.bytes()


def _draw_row(drawing: Drawing, row: DirectionRow) -> None:
    top, height = drawing.y, EACH * len(row.marks) + 6
    shade = SHADES.get(row.design, 0.0)
    if shade:
        drawing.add("rect", "band", y=top, width=WIDTH, height=height, fill_opacity=shade)
    drawing.line("line", (0, top), (WIDTH, top))
    drawing.text((6, top + 19), row.study.label, "", MARK - 30)
    year = f", {row.study.year}" if row.study.year else ""
    drawing.text((6, top + 37), f"{row.design.label}{year}", "small muted", MARK - 30)
    for at, mark in enumerate(row.marks):
        _draw_mark(drawing, mark, top + 3 + EACH * at)
    drawing.y = top + height


def _draw_mark(drawing: Drawing, mark: DirectionMark, top: float) -> None:
    _draw_sign(drawing, mark, top + 20)
    n = "n not reported" if mark.people is None else f"n {mark.people}"
    drawing.text((TEXT, top + 17), f"{mark.measure}, {mark.time}", "small", WIDTH - TEXT - 4)
    drawing.text((TEXT, top + 35), n, "small muted", 130)
    words = "; ".join(each for each in (mark.certainty, mark.concluded) if each)
    drawing.text((TEXT + 140, top + 35), words, "small words", WIDTH - TEXT - 144)


def _draw_sign(drawing: Drawing, mark: DirectionMark, y: float) -> None:
    size = _size(mark.people)
    if mark.direction in STYLES:
        path = _sideways(size, y) if mark.direction == Direction.MIXED else _arrow(size, y, mark)
        drawing.add("path", STYLES[mark.direction], d=path)
    else:
        style = "ring gap" if mark.direction == Direction.UNCLEAR else "ring"
        drawing.add("circle", style, cx=MARK, cy=y, r=size * 0.6)


def _size(people: int | None) -> float:
    if people is None or people < 50:
        return SMALL
    return MEDIUM if people <= 300 else LARGE


def _arrow(size: float, y: float, mark: DirectionMark) -> str:
    """An arrow up, or down for worse."""
    way = -1 if mark.direction == Direction.BETTER else 1
    points = [(0, 1), (0.8, 0), (0.3, 0), (0.3, -0.9), (-0.3, -0.9), (-0.3, 0), (-0.8, 0)]
    return _path((MARK + size * x, y + way * size * along) for x, along in points)


def _sideways(size: float, y: float) -> str:
    """An arrow with a head at either side."""
    half = [(1.2, 0), (0.5, 0.7), (0.5, 0.25), (-0.5, 0.25), (-0.5, 0.7)]
    points = [*half, *((-x, -across) for x, across in half)]
    return _path((MARK + size * x, y + size * across) for x, across in points)


def _path(points: Iterator[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def _sentences(figure: Directions) -> Iterator[str]:
    for row in figure.items:
        marks = "; ".join(_mark_text(mark) for mark in row.marks)
        yield f"{SECTIONS[row.section]}, {row.study.label} ({row.design.label}): {marks}."
    yield from _notes_below(figure)


def _mark_text(mark: DirectionMark) -> str:
    n = "number of people not reported" if mark.people is None else f"{mark.people} people"
    source = f"; the source concludes: {mark.concluded}" if mark.concluded else ""
    return f"{mark.measure}, {mark.time}, {mark.naming(n)}: {WORDS[mark.direction]}{source}"


def _notes_below(figure: Directions) -> Iterator[str]:
    """What stands under the figure: what it does not show, and how it is read."""
    if not figure.items:
        yield "No direction is reported here: not the same as no effect."
    for silent in figure.silent:
        yield f"{silent.measure} in {silent.study.label}: {silent.reporting.label}."
    if figure.single:
        yield f"Results of one group that say no direction, not drawn: {figure.single}."
    yield from drawn_notes(figure.drawn)
    if figure.items:
        yield from LEGEND
