"""How many records match, and how sure they are, counted on one way through the page index.

The way ends once it is known that there are more on the list than are counted, so that it takes
the same time however many match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection, case, select

from app.db.statements import PreparedStatement, Rows, bind_parameters, bind_values
from app.query.criteria import ALL, OPEN, SOME, Match, uncertain_criteria
from app.query.filters import MatchDetails
from app.query.fulltext.ranking import COUNTED
from app.query.grading import MOST, MOST_OPEN
from app.query.ordering import (
    EXACT_UP_TO,
    LAST_CHANGE,
    count_up_to,
    remaining_json,
    total_json,
)
from app.query.plan import Plan
from app.query.request import RELEVANCE, ListDefinition, ListRequest

CERTAINTIES = ("no", "possible", "overlapping", "within")
# A walk ends after so many studies where that is enough; of those never certain it looks at fewer,
# and of facts, of which a study has several. Else it is walked again, and further.
FIRST_WALK, FIRST_OPEN, FIRST_STUDIES, FURTHER, LONGEST_WALK = 1_500, 500, 1_300, 5, 2**40
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


@dataclass(frozen=True)
class Counts:
    """How many records match, and how surely; what is not `complete` is at least that."""

    listed: int
    definite: int = 0
    within: int = 0
    possible: int = 0
    everybody: int | None = None  # without what tells how sure they are; None: too many
    complete: bool = True
    beyond: int | None = None  # of a query: where those begin that are not put in order
    last_change: int = 0  # the newest that they take in

    @classmethod
    def of_words(cls, match: Match, row: Sequence[Any]) -> Counts:
        """The counts of a query, as COUNTED names them, and the last change."""
        listed, beyond, definite, within, possible, everybody, change = row
        return cls(
            listed,
            listed if match is Match.DEFINITE else definite,
            listed if match is Match.WITHIN else within,
            listed if match is Match.POSSIBLE else possible,
            everybody,
            everybody is not None and beyond is None,
            beyond,
            change,
        )

    def json(self, number: int) -> dict[str, Any]:
        """One of the counts as it stands in a page."""
        found = total_json(number)
        return found if self.complete else {**found, "relation": "gte"}

    def excluded_json(self) -> dict[str, Any]:
        """How many do not match."""
        if self.everybody is None:
            return {"value": 0, "relation": "gte"}
        return remaining_json(self.everybody, self.definite, self.possible)


@dataclass(frozen=True)
class CountStatements:
    """The statements that count what matches.

    Where records are told apart by how sure they are, one walk through the page index grades each
    of them, the newest first. It ends early where there are more on the list than are counted.
    """

    plan: Plan
    counted: PreparedStatement
    walked: bool  # and not counted otherwise

    @classmethod
    def of(cls, connection: Connection, plan: Plan) -> CountStatements:
        """The statements of a plan."""
        if plan.by_words and (plan.sized or plan.list_request.sort is RELEVANCE):
            return cls._of(connection, plan, plan.ranking.counts(connection))
        if plan.sized:
            counted = plan.grading().counts(connection, plan.everybody(connection))
            return cls._of(connection, plan, counted, walked=True)
        number = count_up_to(plan.matches(connection, EXACT_UP_TO + 1))
        return cls._of(connection, plan, select(number, LAST_CHANGE))

    @classmethod
    def _of(
        cls, connection: Connection, plan: Plan, counted: Rows, *, walked: bool = False
    ) -> CountStatements:
        return cls(plan.kept(), PreparedStatement.of(connection, counted), walked)

    def read(self, connection: Connection, page: Sequence[Any], **values: Any) -> Counts:
        """Count them, with these terms; rows of a page may have been counted along the way."""
        match = self.plan.list_request.options.match
        if page and hasattr(page[0], COUNTED[0]):
            names = (*COUNTED, "last_change")
            return Counts.of_words(match, [getattr(page[0], name) for name in names])
        if not self.walked:
            row: list[Any] = list(self.counted.run(connection, **values).one())
            if len(row) == len(("total", "last_change")):
                return Counts(row[0], last_change=row[1])
            return Counts.of_words(match, row)
        sure = match in {Match.DEFINITE, Match.WITHIN}
        most = FIRST_STUDIES if self.plan.detailed else FIRST_WALK
        found = self._walk(connection, most, FIRST_OPEN if sure else most, values)
        while not found.complete and found.listed <= EXACT_UP_TO and most < LONGEST_WALK:
            most *= FURTHER
            found = self._walk(connection, most, most, values)
        return found

    def _walk(
        self, connection: Connection, most: int, most_open: int, values: dict[str, Any]
    ) -> Counts:
        bound = {**values, MOST: most, MOST_OPEN: most_open}
        row: list[Any] = list(self.counted.run(connection, **bound).one())
        definite, within, possible, everybody, complete, change = row
        listed = {Match.DEFINITE: definite, Match.WITHIN: within, Match.POSSIBLE: possible}
        number = listed.get(self.plan.list_request.options.match, definite + possible)
        told = (definite, within, possible, everybody)
        return Counts(number, *told, complete=bool(complete), last_change=change)


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
    plan: Plan, rows: Sequence[Any], found: Counts, sure: RowCertainty
) -> dict[str, Any]:
    """How sure the matches are, whose people only some are as asked, and what is left open."""
    told, some = plan.details, found.definite - found.within
    return {
        "definite": {"within": found.json(found.within), "overlapping": found.json(some)},
        "possible": found.json(found.possible),
        "excluded": found.excluded_json(),
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
    number = CountStatements.of(connection, plan).read(connection, ()).listed
    return {"parameter": "broader", "value": "true", "total": number} if number else None
