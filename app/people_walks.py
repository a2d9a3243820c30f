"""Where the matching populations lie in the page index: its stretches, in the order of the list."""

from __future__ import annotations

from sqlalchemy import and_, exists, not_, select, true
from sqlalchemy.sql.util import ClauseAdapter

from app.core.criteria import (
    Asked,
    Clause,
    Criterion,
    Match,
    Walk,
    all_definite,
    all_whole,
    scored,
)
from app.core.orders import ONE
from app.models import ANY_TERM, NO_TERM, StudyConditionPage

People = StudyConditionPage


def _conditions(found: list[Criterion]) -> list[Criterion]:
    return [each for each in found if each.name == "condition"]


def whatever(found: list[Criterion]) -> list[Clause]:
    """Without a condition, each population is looked at once, whatever its conditions."""
    return [] if _conditions(found) else [People.term_id == ANY_TERM]


def walks(found: list[Criterion], asked: Asked) -> list[Walk]:
    """The stretches of the page index in which matching studies lie."""
    score, full = scored(found)
    sure = asked.match is Match.DEFINITE
    rows = [each.definite if sure else each.maybe for each in found if each.name != "condition"]
    only = [] if asked.match is not Match.POSSIBLE else _never_surely(found)
    whole = all_whole(found)
    return [
        Walk(People.year_key, People.study_id, [stretch, *rows, *only], score, full, whole)
        for stretch in _stretches(found, sure=sure)
    ]


def _stretches(found: list[Criterion], *, sure: bool) -> list[Clause]:
    """Each condition is a stretch of the index; rows that tell none are another."""
    asked_for = _conditions(found)
    if not asked_for:
        return whatever(found)
    unknown = [] if sure else [People.term_id == NO_TERM]
    return [*asked_for[0].each, *unknown]


def _never_surely(found: list[Criterion]) -> list[Clause]:
    """This row, which is asked first, does not match for certain, nor any of the same study."""
    other = People.__table__.alias("other")
    rows = ClauseAdapter(other).traverse(and_(all_definite(found), *whatever(found)))
    same = (other.c.year_key == People.year_key, other.c.study_id == People.study_id)
    some = exists(select(ONE).select_from(other).where(rows, *same))
    return [all_definite(found).is_not(true()), not_(some)]
