"""What tells rows of one harm apart, in words: serious and not serious never stand unmarked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.vocabulary import AdverseEventScope, Assessment, Basis, Relatedness, Stated

Card = dict[str, Any]
SERIOUS = {
    Stated.YES: "serious",
    Stated.NO: "not serious",
    Stated.NOT_STATED: "seriousness not stated",
}
RELATED = {
    Relatedness.ALL_CAUSES: "whatever the cause",
    Relatedness.RELATED: "held to be caused by the treatment",
    Relatedness.NOT_STATED: "cause not stated",
}
FOUND = {
    Assessment.SYSTEMATIC: "everybody was asked or tested",
    Assessment.NON_SYSTEMATIC: "only what was mentioned",
    Assessment.NOT_STATED: "how it was found not stated",
}
CRITERIA = {
    "results_in_death": "fatal",
    "life_threatening": "life-threatening",
    "hospitalisation": "in hospital",
    "disability": "with lasting disability",
    "congenital_anomaly": "congenital anomaly",
    "medically_important": "medically important",
}
NO_CRITERION = "no criterion of seriousness told"


def _grade(card: Card) -> str:
    low, high = card["grade_low"], card["grade_high"]
    if low is None and high is None:
        return "grade not stated"
    if low == high:
        return f"grade {low}"
    return f"grade {'?' if low is None else low} to {'?' if high is None else high}"


def _groups(card: Card) -> str:
    return "in " + ", ".join(each["group"]["title"] for each in card["counts"])


# In the order in which a reader would look for a difference.
WORDS: tuple[Callable[[Card], str], ...] = (
    lambda card: str(card["term_verbatim"]),
    lambda card: AdverseEventScope(card["scope"]).label,
    lambda card: SERIOUS[Stated(card["serious"])],
    lambda card: card["severity_verbatim"] or "severity not stated",
    _grade,
    lambda card: ", ".join(words for name, words in CRITERIA.items() if card[name]) or NO_CRITERION,
    lambda card: RELATED[Relatedness(card["relatedness"])],
    lambda card: card["time_frame"] or "time not stated",
    lambda card: FOUND[Assessment(card["assessment"])],
    lambda card: Basis(card["basis"]).label,
    _groups,
)


def distinctions(cards: Sequence[Card]) -> list[str]:
    """What each of some rows of one harm of a study has that the others have not.

    As "serious", or "not serious, mild"; empty where there is but one row, or no difference.
    """
    found: list[list[str]] = [[] for _ in cards]
    _tell(cards, list(range(len(cards))), 0, found)
    return [", ".join(words) for words in found]


def _tell(cards: Sequence[Card], rows: list[int], at: int, found: list[list[str]]) -> None:
    """Give words to rows that nothing before told apart."""
    if len(rows) < 2 or at == len(WORDS):
        return
    parts: dict[str, list[int]] = {}
    for row in rows:
        parts.setdefault(WORDS[at](cards[row]), []).append(row)
    for words, part in parts.items():
        if len(parts) > 1:
            for row in part:
                found[row].append(words)
        _tell(cards, part, at + 1, found)
