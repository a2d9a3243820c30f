"""What parameters are called where people read of them: on pages and under figures."""

from __future__ import annotations

from collections.abc import Iterable

from app.query.criteria import MISSING, NOT, POPULATION_TOLD
from app.query.nested.question import WHERE

TITLES = {
    "q": "words",
    "age_group": "age group",
    "study_type": "type",
    "outcome_domain": "outcome",
    "publication_status": "publications",
    "n": "people",
    WHERE: "and",
}
OPEN = {POPULATION_TOLD: "who they are", "n": "how many they are"}  # what a source may leave open


def parameter_title(name: str) -> str:
    """A parameter as people call it."""
    plain = name.removesuffix(NOT).removesuffix(MISSING)
    title = TITLES.get(plain, plain.replace("_", " "))
    return f"not {title}" if name.endswith(NOT) else title


def left_open(names: Iterable[str]) -> str:
    """What a source leaves open, in words: parameters by name, or by place in a question."""
    plain = [name.rpartition("/")[2] for name in names]
    return ", ".join(dict.fromkeys(OPEN.get(each) or parameter_title(each) for each in plain))
