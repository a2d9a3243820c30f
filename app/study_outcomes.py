"""Criteria of an outcome, all of which meet in one outcome of a study.

A study that found less pain and worse mood is none with worse pain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, select

from app.core.criteria import Clause, one_part
from app.core.filters import Element, Filter, choice, terms
from app.models import Outcome, Result, Study, Term
from app.naming import narrower
from app.vocabulary import Direction, OutcomeDomain

Rule = Callable[[list[Any]], Clause]


def _came_out(directions: list[Direction]) -> Clause:
    """Some result of the outcome means so for the patient."""
    return exists().where(Result.outcome_id == Outcome.id, Result.direction.in_(directions))


def in_domain(domains: list[OutcomeDomain]) -> Clause:
    """The outcome is about one of these parts of life."""
    return Outcome.measure_id.in_(select(Term.id).where(Term.domain.in_(domains)))


def _in_any_outcome(rule: Rule) -> Rule:
    """Some outcome of the study meets a rule, whichever outcome is looked at."""
    rows = select(Outcome.study_id).correlate(None)
    return lambda values: Outcome.study_id.in_(rows.where(rule(values)))


def _leaving_out(filter_: Filter) -> Filter:
    """The filter, of which NAME.not leaves out a study any outcome of which meets it."""
    direct = None if filter_.direct is None else _in_any_outcome(filter_.direct)
    whole = replace(filter_, where=_in_any_outcome(filter_.where), direct=direct)
    return replace(filter_, whole=whole)


CRITERIA = (
    terms(
        "outcome",
        "outcome_measure",
        "An outcome measure that the study has an outcome for, or a narrower one.",
        lambda ids: Outcome.measure_id.in_(narrower(ids)),
        Outcome.measure_id.in_,
        "pain",
    ),
    choice(
        "outcome_domain",
        OutcomeDomain,
        in_domain,
        "The part of life that an outcome of the study is about.",
    ),
    choice("direction", Direction, _came_out, "What a result of that outcome means for patients."),
)
OUTCOME = Element(tuple(map(_leaving_out, CRITERIA)), one_part(Outcome.study_id, Study.id))
