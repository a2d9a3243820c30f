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
from app.models import Outcome, Result, Study, Term, TermAncestor
from app.naming import narrower
from app.vocabulary import Direction, OutcomeDomain

Rule = Callable[[list[Any]], Clause]


def _came_out(directions: list[Direction]) -> Clause:
    """Some result of the outcome means so for the patient."""
    return exists().where(Result.outcome_id == Outcome.id, Result.direction.in_(directions))


def in_domain(domains: list[OutcomeDomain]) -> Clause:
    """The outcome is about one of these parts of life."""
    return Outcome.measure_id.in_(select(Term.id).where(Term.domain.in_(domains)))


def _any_outcome(joined: Any, on: Clause, meets: Rule) -> Rule:
    """Some outcome of the study meets a rule, whichever outcome is looked at.

    The rule is about rows joined to outcomes: SQLite cannot read selects nested any deeper.
    """
    rows = select(Outcome.study_id).join(joined, on).correlate(None)
    return lambda values: Outcome.study_id.in_(rows.where(meets(values)))


def _leaving_out(filter_: Filter, where: Rule, direct: Rule | None = None) -> Filter:
    """The filter, of which NAME.not leaves out a study any outcome of which meets it."""
    return replace(filter_, whole=replace(filter_, where=where, direct=direct))


MEASURE = terms(
    "outcome",
    "outcome_measure",
    "An outcome measure that the study has an outcome for, or a narrower one.",
    lambda ids: Outcome.measure_id.in_(narrower(ids)),
    Outcome.measure_id.in_,
    "pain",
)
ABOUT = "The part of life that an outcome of the study is about."
CAME_OUT = "What a result of that outcome means for patients."
OUTCOME = Element(
    (
        _leaving_out(
            MEASURE,
            _any_outcome(
                TermAncestor,
                TermAncestor.term_id == Outcome.measure_id,
                TermAncestor.ancestor_id.in_,
            ),
            _any_outcome(Term, Term.id == Outcome.measure_id, Term.id.in_),
        ),
        _leaving_out(
            choice("outcome_domain", OutcomeDomain, in_domain, ABOUT),
            _any_outcome(Term, Term.id == Outcome.measure_id, Term.domain.in_),
        ),
        _leaving_out(
            choice("direction", Direction, _came_out, CAME_OUT),
            _any_outcome(Result, Result.outcome_id == Outcome.id, Result.direction.in_),
        ),
    ),
    one_part(Outcome.study_id, Study.id),
)
