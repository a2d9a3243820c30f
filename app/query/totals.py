"""How many records match, and how sure they are: each is counted for itself, and not to the end.

Every count scans the page index in its order and stops once it is known that there are more than
are counted, so that it takes the same time however many match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection, ScalarSelect, case, select, union_all

from app.db.statements import PreparedStatement, bind_parameters, bind_values
from app.query.criteria import Match, uncertain_criteria
from app.query.filters import MatchDetails
from app.query.ordering import (
    EXACT_UP_TO,
    count_up_to,
    remaining_json,
    total_json,
)
from app.query.plan import Plan
from app.query.request import ListDefinition, ListRequest

OPEN, SOME, ALL = 1, 2, 3  # how sure a record is, as details have it
CERTAINTIES = ("no", "possible", "overlapping", "within")
DETAILED = 50  # records that are asked about at once
ON_PAGE = "on_page"  # the records of a page, where more is asked of them


class PartMatch(BaseModel):
    """How sure a part of a record is: a result of an outcome, a count of an adverse event."""

    match: Literal["within", "overlapping", "possible", "no"] = Field(
        description="Whether all of it is as asked, some of it, perhaps, or none of it."
    )
    missing: list[str] | None = Field(default=None, description="What is left open, if possible.")
    people: Literal["same", "other", "not_told"] | None = Field(
        default=None,
        description="Beside no: whether it is about the people of a part that matches.",
    )


class ResultMatch(PartMatch):
    """How sure a result is."""

    result: int = Field(description="Its place among the results of the outcome, from 0.")


class CountMatch(PartMatch):
    """How sure a count is."""

    count: int = Field(description="Its place among the counts of the adverse event, from 0.")


def counts(connection: Connection, plan: Plan) -> dict[str, ScalarSelect[int]]:
    """How many records match; of those told apart, how many are how sure."""
    if not plan.sized:
        return {"total": _number(connection, plan, None, EXACT_UP_TO)}
    return {
        "definite": _number(connection, plan, Match.DEFINITE, 2 * EXACT_UP_TO),
        "within": _number(connection, plan, Match.WITHIN, EXACT_UP_TO),
        "possible": _number(connection, plan, Match.POSSIBLE, EXACT_UP_TO),
        "everybody": _all_records(connection, plan),
    }


def _all_records(connection: Connection, plan: Plan) -> ScalarSelect[int]:
    """How many records there would be without the criteria that tell how sure they are."""
    most, sure = 3 * EXACT_UP_TO, replace(plan, nested=None)
    if plan.element is not None and plan.element.graded:
        sure = replace(sure, element=None, found=())
    return _number(connection, sure, None, most)


def _number(
    connection: Connection, plan: Plan, match: Match | None, most: int
) -> ScalarSelect[int]:
    """How many records lie on the scans, each counted once; those with words begin from these."""
    scans = plan.scans(match)
    if "q" in plan.list_request.values:
        return count_up_to(plan.ranked_on(scans, match).matches(connection), most)
    if not scans:
        return count_up_to(plan.ids(connection, match), most)
    parts = [plan.some(connection, scan).limit(most + 1) for scan in scans]
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


@dataclass(frozen=True)
class RowCertainty:
    """How sure some records are: as their parts have it, and as a nested question has it."""

    details: dict[int, Any]
    nested: dict[int, int]
    places: dict[int, list[str]]

    def of(self, id_: int, flat: int) -> int:
        """How sure a record is that is so sure by the flat parameters."""
        return min(flat, self.nested.get(id_, ALL))

    def word(self, id_: int) -> str:
        """How sure a fact is, as the API says it."""
        return CERTAINTIES[self.of(id_, self.details[id_].certainty)]

    def missing(self, id_: int, flat: Sequence[str]) -> list[str]:
        """What is left open, beside what the flat parameters leave open."""
        return [*flat, *self.places.get(id_, [])]


@dataclass(frozen=True)
class CertaintyStatements:
    """The statements that say how sure some records are, which are bound when these run."""

    plan: Plan
    details: PreparedStatement | None
    nested: PreparedStatement | None

    @classmethod
    def of(cls, connection: Connection, plan: Plan) -> CertaintyStatements:
        """The statements of a plan."""
        id_ = plan.listing.kind.model.id
        ids = bind_parameters(ON_PAGE, [0] * DETAILED, id_.type)
        details = nested = None
        if plan.details is not None:
            query = plan.details.query(list(plan.found), ids)
            details = PreparedStatement.of(connection, query)
        if plan.nested is not None:
            asked = plan.nested.criterion
            sure = case((asked.all_of_it, ALL), (asked.definite, SOME), else_=OPEN)
            columns = [id_.label("id"), sure.label("sure")]
            for at, part in enumerate(plan.nested.parts):
                open_ = part.criterion.matched(Match.POSSIBLE)
                columns.append(case((open_, 1), else_=0).label(f"open_{at}"))
            nested = PreparedStatement.of(connection, select(*columns).where(id_.in_(ids)))
        return cls(plan.kept(), details, nested)

    def read(self, connection: Connection, ids: Sequence[int], **values: Any) -> RowCertainty:
        """How sure records are, by number; `values` are the terms that were asked for."""
        found, asked = RowCertainty({}, {}, {}), list(self.plan.found)
        for start in range(0, len(ids), DETAILED):
            some = list(ids[start : start + DETAILED])
            some += some[-1:] * (DETAILED - len(some))  # a statement has as many, always
            bound = {**values, **bind_values(ON_PAGE, some)}
            if self.details is not None and self.plan.details is not None:
                rows = self.details.run(connection, **bound).all()
                found.details.update(self.plan.details.read(asked, rows))
            if self.nested is not None:
                for row in self.nested.run(connection, **bound):
                    found.nested[row.id] = row.sure
                    if row.sure == OPEN:
                        found.places[row.id] = self._open_places(row)
        return found

    def _open_places(self, row: Any) -> list[str]:
        """What a row of the nested question leaves open."""
        parts = self.plan.nested.parts if self.plan.nested is not None else ()
        open_ = [part for at, part in enumerate(parts) if getattr(row, f"open_{at}")]
        return [place for part in open_ for place in part.places]


def certainty_json(
    plan: Plan, rows: Sequence[Any], found: dict[str, int], sure: RowCertainty
) -> dict[str, Any]:
    """How sure the matches are, whose people only some are as asked, and what is left open."""
    definite, within, possible = found["definite"], found["within"], found["possible"]
    apart = {"within": total_json(within), "overlapping": remaining_json(definite, within)}
    told = plan.details
    return {
        "definite": apart,
        "possible": total_json(possible),
        "excluded": remaining_json(found["everybody"], definite, possible),
        **(_by_score(plan, rows, sure) if told is None else _by_part(told, rows, sure)),
    }


def _by_score(plan: Plan, rows: Sequence[Any], sure: RowCertainty) -> dict[str, Any]:
    """What is told of each record on the page, as its surest row has it."""
    partly, missing = [], {}
    for row in rows:
        flat, left_open = ALL, []
        if plan.scored and row.score is not None and row.score <= plan.full:
            flat = SOME if row.score == plan.full else OPEN
            left_open = [] if flat == SOME else uncertain_criteria(plan.found, row.score)
        certainty = sure.of(row.id, flat)
        if certainty == SOME:
            partly.append(row.slug)
        elif certainty == OPEN:
            missing[row.slug] = sure.missing(row.id, left_open)
    return {"partly": partly, "missing": missing}


def _by_part(told: MatchDetails, rows: Sequence[Any], sure: RowCertainty) -> dict[str, Any]:
    """What is told of each record on the page, and of each of its parts."""
    found = [(row, sure.details[row.id]) for row in rows if row.id in sure.details]
    certainty = {row.id: sure.of(row.id, each.certainty) for row, each in found}
    return {
        "partly": [row.slug for row, _ in found if certainty[row.id] == SOME],
        "missing": {
            row.slug: sure.missing(row.id, each.missing)
            for row, each in found
            if certainty[row.id] == OPEN
        },
        told.name: {row.slug: parts_json(told, each) for row, each in found},
    }


def parts_json(told: MatchDetails, match: Any) -> list[dict[str, Any]]:
    """How sure each part of a record is."""
    return [_part_json(told, part) for part in match.parts]


def _part_json(told: MatchDetails, part: Any) -> dict[str, Any]:
    found = {told.part: part.position, "match": part.certainty.word}
    return {**found, **({"missing": part.missing} if part.certainty else {"people": part.people})}


def broader_hint(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> dict[str, Any] | None:
    """How many are told of a broader term only, where a term was asked for and nothing found."""
    named, where = listing.parameters(), list_request.where
    asked = [named[name] for name in list_request.values]
    asked += [] if where is None else [each for each, _ in where.named(listing).values()]
    terms = any(each.direct is not None for each in asked)
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
