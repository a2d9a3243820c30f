"""What may be asked of the patient of a case report: condition, age, sex; who fits, who might.

A patient is met by the same questions as the people of a study are. What the report does not say
leaves it open, and so does a broader condition than the one asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, not_, or_, select, true
from sqlalchemy.sql.util import ClauseAdapter

from app.models import CaseReport, case_report_conditions
from app.query.cards import CURRENT
from app.query.criteria import (
    Clause,
    Criterion,
    IndexScan,
    Match,
    MatchOptions,
    all_definite,
    all_within,
    certainty_score,
    graded,
)
from app.query.filters import (
    Filter,
    FilterGroup,
    bind_ranges,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.records.names import narrower_terms
from app.values.ages import ASKED_GROUPS, GROUP_AGES, Ages, joined_ages, parse_ages
from app.vocabulary import AgeBasis, AgeGroup, Sex

LABELLED = CaseReport.age_basis == AgeBasis.DERIVED_FROM_LABEL
AGE_TOLD = and_(not_(LABELLED), CaseReport.age_min.is_not(None), CaseReport.age_max.is_not(None))
CONDITION_OF = case_report_conditions.c


def _of_age(wanted: Ages) -> Clause:
    """The age is told and, as exactly as it is, is one of those asked for."""
    start, end = wanted.stretch
    told = and_(AGE_TOLD, CaseReport.age_max > start, CaseReport.age_min < end)
    return or_(told, _labelled_inside(wanted))


def _inside(wanted: Ages) -> Clause:
    """However exactly the age is told, it is one of those asked for."""
    start, end = wanted.stretch
    told = and_(AGE_TOLD, CaseReport.age_min >= start, CaseReport.age_max <= end)
    return or_(told, _labelled_inside(wanted))


def _labelled_inside(wanted: Ages) -> Clause:
    """The label names a group all of whom are of the ages asked for."""
    groups = [group for group, ages in GROUP_AGES.items() if wanted.contains(ages)]
    return and_(LABELLED, CaseReport.age_group.in_(groups))


def _may_be(wanted: Ages) -> Clause:
    """No bound that is known keeps the age apart; a label has the bounds of its group."""
    start, end = wanted.stretch
    return and_(
        or_(CaseReport.age_min.is_(None), CaseReport.age_min < end),
        or_(CaseReport.age_max.is_(None), CaseReport.age_max > start),
    )


def _named(group: AgeGroup) -> Clause:
    return and_(LABELLED, CaseReport.age_group == group)


def _any(rule: Callable[[Any], Clause]) -> Callable[[list[Any]], Clause]:
    """Any of several values meets a rule."""
    return lambda values: or_(*map(rule, values))


def _any_joined(rule: Callable[[Ages], Clause]) -> Callable[[list[Ages]], Clause]:
    """Any of several stretches meets a rule; those that touch are one."""
    return lambda spans: or_(*map(rule, joined_ages(spans)))


def _inside_groups(groups: list[AgeGroup]) -> Clause:
    """The patient is of one of the groups, whichever it is."""
    ages = joined_ages([ASKED_GROUPS[group] for group in groups])
    return or_(*map(_named, groups), *map(_inside, ages))


def _has_condition(ids: Any) -> Clause:
    told = select(CONDITION_OF.case_report_id).where(CONDITION_OF.condition_id.in_(ids))
    return CaseReport.id.in_(told)


def _has_other_condition(ids: Any) -> Clause:
    told = select(CONDITION_OF.case_report_id).where(CONDITION_OF.condition_id.not_in(ids))
    return CaseReport.id.in_(told)


NO_CONDITION = CaseReport.id.not_in(select(CONDITION_OF.case_report_id))
FILTERS = (
    replace(
        term_filter(
            "condition",
            "condition",
            "A condition of the patient, or a narrower one; where the report names only a broader"
            " one, that is left open.",
            lambda ids: _has_condition(narrower_terms(ids)),
            _has_condition,
            "crps",
            unknown=NO_CONDITION,
        ),
        only_broader=lambda ids: and_(_has_condition(ids), not_(_has_other_condition(ids))),
    ),
    Filter(
        "age",
        "Ages of the patient, as 40..50; one told less exactly is found where it overlaps them.",
        _any_joined(_of_age),
        parse_ages,
        example="40..50",
        unknown=not_(or_(AGE_TOLD, LABELLED)),
        possible=_any_joined(_may_be),
        within=_any_joined(_inside),
    ),
    Filter(
        "age.within",
        "Ages that the patient's age lies in, however exactly it is told.",
        _any_joined(_inside),
        parse_ages,
        example="0..17",
        possible=_any_joined(_may_be),
    ),
    replace(
        vocabulary_filter(
            "age_group",
            AgeGroup,
            _any(lambda group: or_(_named(group), _of_age(ASKED_GROUPS[group]))),
            "Standard age group that the report names, or that the patient's age falls into.",
        ),
        unknown=not_(or_(AGE_TOLD, LABELLED)),
        possible=_any(lambda group: or_(_named(group), _may_be(ASKED_GROUPS[group]))),
        within=_inside_groups,
    ),
    replace(
        vocabulary_filter("sex", Sex, CaseReport.sex, "Sex of the patient."),
        example="female",
        where=lambda sexes: CaseReport.sex.in_([*sexes, Sex.ALL]),
        within=CaseReport.sex.in_,
    ),
    Filter(
        "n",
        "How many patients are told of together; one, unless the report says so.",
        lambda spans: or_(*(each.of(func.coalesce(CaseReport.patients, 1)) for each in spans)),
        read_range,
        example="1",
        bind=bind_ranges,
    ),
)


def _wrap(found: list[Criterion], options: MatchOptions) -> Clause:
    """The patient is as asked, as surely as it is asked."""
    sure, perhaps = all_definite(found), and_(true(), *(each.possible for each in found))
    match options.match:
        case Match.DEFINITE:
            return sure
        case Match.WITHIN:
            return and_(sure, all_within(found))
        case Match.POSSIBLE:
            return and_(perhaps, sure.is_not(true()))
        case _:
            return perhaps


def _scans(found: list[Criterion], options: MatchOptions) -> list[IndexScan]:
    """The reports themselves, in their order, read as an index of their patients."""
    read = CaseReport.__table__.alias("patient")
    score, full = certainty_score(found, all_within(found))
    of_row = ClauseAdapter(read).traverse
    where = [read.c.status == CURRENT, of_row(_wrap(found, options))]
    same = (read.c.id == CaseReport.id,)
    may = [each.possible for each in found]
    grade = of_row(graded([each.definite for each in found], all_within(found), may))
    return [IndexScan((read.c.id,), read.c.id, where, same, of_row(score), full, grade=grade)]


PATIENT = FilterGroup(FILTERS, _wrap, _scans, graded=True)
