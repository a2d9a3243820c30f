"""Effect direction plot: a row for each study, an arrow for what each result means to patients.

After Boon and Thomson, Res Synth Methods 2021;12:29-33: size by number of participants, studies
ordered and shaded by design. Comparisons stand apart from changes in one group, significance is
not drawn, and what the source concluded is told in words.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from app.figures.reading import Cards, Drawn
from app.figures.results import SILENT, concluded, people, sides, when
from app.links import StudyLink
from app.vocabulary import Conclusion, Contrast, Design, Direction, Reporting

COMPARED = (
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


class DirectionMark(BaseModel):
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
            silent.append(_silent(card))
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


def _silent(card: dict[str, Any]) -> Silent:
    return Silent(
        outcome=card["slug"],
        measure=card["measure"]["name"],
        study=card["study"],
        reporting=card["reporting"],
    )


def _drawn(result: dict[str, Any]) -> bool:
    """Whether there is anything to draw: a comparison, a direction or a conclusion."""
    compared = result["contrast"] in COMPARED
    told = result["direction"] or result["conclusion"]
    return bool(told or (compared and result["p"] is not None))


def _section(result: dict[str, Any]) -> str:
    if result["contrast"] in COMPARED:
        return "compared"
    return "before_after" if result["contrast"] == Contrast.FROM_BASELINE else "other"


def _mark(card: dict[str, Any], result: dict[str, Any]) -> DirectionMark:
    return DirectionMark(
        outcome=card["slug"],
        measure=card["measure"]["name"],
        sides=sides(result),
        time=when(result),
        direction=result["direction"],
        conclusion=result["conclusion"],
        concluded=concluded(result),
        people=people(result),
    )
