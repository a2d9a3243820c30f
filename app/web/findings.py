"""How a result came out, in a word and a mark: what the source concluded, else the direction.

A mark never stands without its word, and nothing is read from a p value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.vocabulary import ChangeInQuantity, Conclusion, Contrast, Direction
from app.web import numbers
from app.web.labels import label

Card = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """A shape, the colour that goes with it, and the word that says it."""

    shape: str
    tone: str
    word: str


CONCLUSION_MARKS = {
    Conclusion.DIFFERENCE: ("mixed", "unsure"),
    Conclusion.NO_DIFFERENCE: ("same", "none"),
    Conclusion.NO_IMPROVEMENT: ("flat", "none"),
    Conclusion.NO_BENEFIT: ("flat", "none"),
    Conclusion.NOT_SIGNIFICANT: ("mixed", "unsure"),
    Conclusion.EQUIVALENT: ("same", "none"),
    Conclusion.NON_INFERIOR: ("same", "none"),
    Conclusion.INCONCLUSIVE: ("mixed", "unsure"),
}
DIRECTION_MARKS = {
    Direction.BETTER: ("better", "benefit"),
    Direction.WORSE: ("worse", "harm"),
    Direction.NONE: ("same", "none"),
    Direction.MIXED: ("mixed", "unsure"),
    Direction.UNCLEAR: ("gap", "unsure"),
}
REPORTING_GAPS = {
    "analysed_not_reported": "analysed, not reported",
    "measured_not_analysed": "measured, not reported",
    "planned_not_collected": "planned, not collected",
    "not_measured": "not measured",
    "unclear": "reporting unclear",
}


def result_mark(result: Card) -> Mark:
    """What a result says of the patient, as far as the source says it."""
    concluded = result["conclusion"]
    if result["direction"] in DIRECTION_MARKS:
        return Mark(*DIRECTION_MARKS[Direction(result["direction"])], _direction_word(result))
    if concluded in CONCLUSION_MARKS:
        return Mark(*CONCLUSION_MARKS[Conclusion(concluded)], label("Conclusion", concluded))
    if result["change"]:
        return Mark("value", "context", label("ChangeInQuantity", result["change"]))
    alone = result["contrast"] == Contrast.SINGLE_GROUP
    return Mark("value", "context", "one group" if alone else "no direction given")


def _direction_word(result: Card) -> str:
    """The direction in a word: along a comparison, or from before to after."""
    words = {"better": "better", "worse": "worse", "none": "no change"}
    word = words.get(result["direction"], label("Direction", result["direction"]))
    change = result["change"]
    if result["contrast"] == "from_baseline" and change in {
        ChangeInQuantity.INCREASE,
        ChangeInQuantity.DECREASE,
    }:
        return f"{word} ({change})"
    return word


def compared_groups(result: Card) -> str:
    """The groups of a result as it sets them against each other."""
    sides: dict[str, list[str]] = {"index": [], "reference": []}
    for each in result["groups"]:
        sides[each["role"]].append(each["group"]["title"])
    ours, theirs = (", ".join(sides[side]) for side in ("index", "reference"))
    return f"{ours} against {theirs}" if ours and theirs else ours or theirs


def result_time(result: Card) -> str | None:
    """When a result holds, in the source's words."""
    words: str | None = result["time_verbatim"]
    return words


def result_line(outcome: Card, result: Card) -> str:
    """A result in a line: what was measured, when, the number if there is one, how it came out."""
    parts = [outcome["measure"]["name"]]
    if outcome["metric"] in {"duration", "peak"}:
        parts[0] += f", {label('Metric', outcome['metric'])}"
    parts += [each for each in (result_time(result), numbers.estimate(result)) if each]
    mark = result_mark(result)
    return ", ".join(parts) + ("" if mark.shape == "value" else f": {mark.word}")
