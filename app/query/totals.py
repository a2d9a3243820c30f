"""How many records match, and how sure they are: each is counted for itself, and not to the end.

Every count scans the page index in its order and stops once it is known that there are more than
are counted, so that it takes the same time however many match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, ScalarSelect, select, union_all

from app.db.statements import PreparedStatement, Rows, bind_parameters, bind_values
from app.query.criteria import IndexScan, Match, uncertain_criteria
from app.query.filters import MatchDetails
from app.query.ordering import (
    EXACT_UP_TO,
    count,
    count_up_to,
    is_current,
    remaining_json,
    total_json,
)
from app.query.plan import Plan
from app.query.request import ListDefinition, ListRequest

OPEN, SOME = 1, 2  # how sure a record is, as details have it
DETAILED = 50  # records that are asked about at once
ON_PAGE = "on_page"  # the records of a page, where more is asked of them


def counts(connection: Connection, plan: Plan) -> dict[str, ScalarSelect[int]]:
    """How many records match; of those told apart, how many are how sure."""
    if not plan.sized:
        return {"total": _number(connection, plan, plan.scans(), EXACT_UP_TO)}
    return {
        "definite": _number(connection, plan, plan.scans(Match.DEFINITE), 2 * EXACT_UP_TO),
        "within": _number(connection, plan, plan.scans(Match.WITHIN), EXACT_UP_TO),
        "possible": _number(connection, plan, plan.scans(Match.POSSIBLE), EXACT_UP_TO),
        "everybody": _all_records(connection, plan),
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
        case Match.WITHIN:
            return found["within"]
        case Match.POSSIBLE:
            return found["possible"]
        case _:
            return found["definite"] + found["possible"]


def certainty_json(
    plan: Plan, rows: Sequence[Any], found: dict[str, int], details: dict[int, Any]
) -> dict[str, Any]:
    """How sure the matches are, whose people only some are as asked, and what is left open."""
    definite, within, possible = found["definite"], found["within"], found["possible"]
    apart = {"within": total_json(within), "overlapping": remaining_json(definite, within)}
    return {
        "definite": apart,
        "possible": total_json(possible),
        "excluded": remaining_json(found["everybody"], definite, possible),
        **(
            _by_score(plan, rows) if plan.details is None else _by_part(plan.details, rows, details)
        ),
    }


def _by_score(plan: Plan, rows: Sequence[Any]) -> dict[str, Any]:
    """What is told of each record on the page, as its surest row has it."""
    full = plan.full
    missing = {
        row.slug: uncertain_criteria(plan.found, row.score)
        for row in rows
        if row.score is not None and row.score < full
    }
    return {"partly": [row.slug for row in rows if row.score == full], "missing": missing}


def _by_part(told: MatchDetails, rows: Sequence[Any], details: dict[int, Any]) -> dict[str, Any]:
    """What is told of each record on the page, and of each of its parts."""
    found = [(row.slug, details[row.id]) for row in rows if row.id in details]
    return {
        "partly": [slug for slug, each in found if each.certainty == SOME],
        "missing": {slug: each.missing for slug, each in found if each.certainty == OPEN},
        told.name: {slug: [_part_json(told, part) for part in each.parts] for slug, each in found},
    }


def _part_json(told: MatchDetails, part: Any) -> dict[str, Any]:
    found = {told.part: part.position, "match": part.certainty.word}
    return {**found, **({"missing": part.missing} if part.certainty else {"people": part.people})}


def details_query(plan: Plan) -> Rows:
    """The rows that say how sure some records are, which are bound when it is run."""
    assert plan.details is not None  # noqa: S101 # asked before
    ids = bind_parameters(ON_PAGE, [0] * DETAILED, plan.listing.kind.model.id.type)
    return plan.details.query(list(plan.found), ids)  # type: ignore[no-any-return]


def read_details(
    connection: Connection,
    plan: Plan,
    statement: PreparedStatement,
    ids: Sequence[int],
    **values: Any,
) -> dict[int, Any]:
    """How sure records are, by number; `values` are the terms that were asked for."""
    assert plan.details is not None  # noqa: S101 # asked before
    found: dict[int, Any] = {}
    for start in range(0, len(ids), DETAILED):
        some = list(ids[start : start + DETAILED])
        some += some[-1:] * (DETAILED - len(some))  # a statement has as many, always
        rows = statement.run(connection, **values, **bind_values(ON_PAGE, some)).all()
        found.update(plan.details.read(list(plan.found), rows))
    return found


def broader_hint(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> dict[str, Any] | None:
    """How many are told of a broader term only, where a term was asked for and nothing found."""
    named = listing.parameters()
    terms = any(named[name].direct is not None for name in list_request.values)
    if not terms or listing.broader is None or list_request.options.broader:
        return None
    options = replace(list_request.options, broader=True)
    wider = replace(list_request, options=options, cursor=None, after=None, facets=())
    plan = Plan.of(connection, listing, wider)
    found = dict(
        zip(
            names := counts(connection, plan),
            connection.execute(select(*names.values())).one(),
            strict=True,
        )
    )
    number = total(plan, found)
    return {"parameter": "broader", "value": "true", "total": number} if number else None
