"""How many records match, and how sure they are: each is counted for itself, and not to the end.

Every count scans the page index in its order and stops once it is known that there are more than
are counted, so that it takes the same time however many match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, ScalarSelect, select, union_all

from app.query.criteria import IndexScan, Match, uncertain_criteria
from app.query.ordering import (
    EXACT_UP_TO,
    count,
    count_up_to,
    is_current,
    remaining_json,
    total_json,
)
from app.query.plan import GradedMatch, Plan


def counts(connection: Connection, plan: Plan) -> dict[str, ScalarSelect[int]]:
    """How many records match; of those told apart, how many are how sure."""
    if not plan.sized:
        return {"total": _number(connection, plan, plan.scans(), EXACT_UP_TO)}
    if plan.graded is not None:
        return _counts_of(plan.graded)
    sure = plan.scans(Match.DEFINITE)
    whole = [replace(scan, where=[*scan.where, scan.whole]) for scan in sure]
    return {
        "definite": _number(connection, plan, sure, 2 * EXACT_UP_TO),
        "within": _number(connection, plan, whole, EXACT_UP_TO),
        "possible": _number(connection, plan, plan.scans(Match.POSSIBLE), EXACT_UP_TO),
        "everybody": _all_records(connection, plan),
    }


def _counts_of(graded: GradedMatch) -> dict[str, ScalarSelect[int]]:
    """How many rows belong to something that matches, and how sure that is."""
    sure = graded.scans(Match.DEFINITE)
    whole = [replace(scan, where=[*scan.where, scan.whole]) for scan in sure]
    return {
        "definite": count_up_to(graded.rows(sure), 2 * EXACT_UP_TO),
        "within": count_up_to(graded.rows(whole)),
        "possible": count_up_to(graded.rows(graded.scans(Match.POSSIBLE))),
        "everybody": count_up_to(graded.everybody(), 3 * EXACT_UP_TO),
    }


def _all_records(connection: Connection, plan: Plan) -> ScalarSelect[int]:
    """How many records there would be without the criteria that tell how sure they are."""
    if "q" in plan.list_request.values:
        return count_up_to(plan.ranked_on([]).matches(connection), 3 * EXACT_UP_TO)
    return count(plan.listing, [*is_current(plan.listing), *plan.others], 3 * EXACT_UP_TO)


def _number(
    connection: Connection, plan: Plan, scans: list[IndexScan], most: int
) -> ScalarSelect[int]:
    """How many records lie on the scans, each counted once; those with words begin from these."""
    if "q" in plan.list_request.values and (scans or plan.element is None):
        return count_up_to(plan.ranked_on(scans).matches(connection), most)
    if not scans:
        return count_up_to(plan.ids(), most)
    parts = [plan.some(scan).limit(most + 1) for scan in scans]
    if len(parts) == 1:
        return count_up_to(parts[0], most)
    each = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return count_up_to(select(each.c.id).distinct(), most)


def total(plan: Plan, found: dict[str, int]) -> int:
    """How many of those counted are on the list."""
    if not plan.sized:
        return found["total"]
    match plan.list_request.options.match:
        case Match.DEFINITE:
            return found["definite"]
        case Match.POSSIBLE:
            return found["possible"]
        case _:
            return found["definite"] + found["possible"]


def certainty_json(plan: Plan, rows: Sequence[Any], found: dict[str, int]) -> dict[str, Any]:
    """How sure the matches are, whose people only some are as asked, and what is left open."""
    full = plan.full
    definite, within, possible = found["definite"], found["within"], found["possible"]
    apart = {"within": total_json(within), "overlapping": remaining_json(definite, within)}
    left_open = {
        row.slug: uncertain_criteria(plan.criteria, row.score)
        for row in rows
        if row.score is not None and row.score < full
    }
    return {
        "definite": apart,
        "possible": total_json(possible),
        "excluded": remaining_json(found["everybody"], definite, possible),
        "partly": [row.slug for row in rows if row.score == full],
        "missing": left_open,
    }
