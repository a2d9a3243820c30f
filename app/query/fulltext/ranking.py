"""Relevance: matches in the order in which they answer a query best.

The newest matches are ranked, up to a number; where there are more, they follow after these, the
newest first, so that every page costs the same and all pages together are still all matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    Select,
    exists,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from app.api import paging
from app.api.paging import LARGEST_LIMIT
from app.query.criteria import Clause, IndexScan
from app.query.fulltext.engines import EngineQuery, engine_query
from app.query.fulltext.search import (
    MOST_RANKED,
    Also,
    Found,
    Place,
    candidates,
    first_number,
    in_order,
    matching_texts,
    name_matches,
)
from app.query.fulltext.syntax import Query
from app.query.request import RELEVANCE, ListDefinition, ListRequest

ORDER = f"-{RELEVANCE.name}"  # as it stands in a cursor: the best first
ONE: Any = literal_column("1")
UNRANKED = -1.0  # the rank of what follows after the ranked matches; ranks are positive
CAPPED = {
    "ranked": MOST_RANKED,
    "hint": "Only the newest matches are put in order; the others follow on later pages, newest"
    " first. More words or filters find fewer.",
}


@dataclass(frozen=True)
class Ranking:
    """The matches of queries among records of some kinds, and meeting more; the best first."""

    words: EngineQuery
    queries: Sequence[Query]
    kinds: Sequence[str]
    also: Also
    place: Place | None
    limit: int

    def page(self) -> Select[Any]:
        """The rank and the number of each match after the place, in order, and one more."""
        found = self._found().subquery()
        best = (found.c.sort_key.desc(), found.c.number.desc())
        return select(found).order_by(*best).limit(self.limit + 1)

    def _found(self) -> Any:
        if self.place is not None and self.place[0] == UNRANKED:
            return self._rest(self.words.number < self.place[1])
        ranked = in_order(self.words, self._again(_nothing), self.place, self._again)
        if self.limit <= LARGEST_LIMIT:
            return ranked
        rest = self._rest(self.words.number <= self.beyond())  # an export has it all in one
        return union_all(*(select(part.subquery()) for part in (ranked, rest)))

    def _again(self, more: Also) -> Select[Any]:
        def also(number: Any) -> list[Clause]:
            return [*self.also(number), *more(number)]

        return candidates(self.words, self.queries, self.kinds, also)

    def matches(self) -> Select[Any]:
        """All matches by number, the newest first."""
        return matching_texts(self.words, self.queries, self.kinds, self.also)

    def beyond(self) -> ScalarSelect[Any]:
        """The number at which the matches that are not ranked begin; null: all are ranked."""
        return self.matches().limit(1).offset(MOST_RANKED).scalar_subquery()

    def _rest(self, where: Clause) -> Select[Any]:
        """Matches beyond those that are ranked, except for what came first by its name."""
        named = name_matches(self.words, self.queries, self.kinds, self.also)
        barred = [self.words.number.not_in(each) for each in named]
        rows = self.matches().where(where, *barred).limit(self.limit + 1).subquery()
        return select(literal(UNRANKED).label("sort_key"), rows.c.number)

    def goes_on(self, beyond: int | None) -> Place | None:
        """The place from which those go on that are not ranked, once the ranked ones end."""
        if beyond is None or (self.place is not None and self.place[0] == UNRANKED):
            return None
        return UNRANKED, beyond + 1


def _nothing(_number: Any) -> list[Clause]:
    return []


@dataclass(frozen=True)
class ListRanking:
    """The records of one list that match, meet other clauses, and are on some scan if any."""

    listing: ListDefinition
    list_request: ListRequest
    others: Sequence[Clause]
    scans: Sequence[IndexScan]

    def keys(self, connection: Connection) -> Select[Any]:
        """The rank and the record of each match on the page, and one more."""
        found = self._on(connection).page().subquery()
        return select(found.c.sort_key, (found.c.number - self._first).label("id"))

    def matches(self, connection: Connection) -> Select[Any]:
        """All matches by number, the newest first."""
        return self._on(connection).matches()

    def beyond(self, connection: Connection) -> ScalarSelect[Any]:
        """The number at which the matches that are not ranked begin; null: all are ranked."""
        return self._on(connection).beyond()

    def goes_on(self, connection: Connection, beyond: int | None) -> str | None:
        """The cursor after the last ranked match, where others follow."""
        place = self._on(connection).goes_on(beyond)
        return (
            None if place is None else paging.encode_cursor(ORDER, place[0], place[1] - self._first)
        )

    @property
    def _first(self) -> int:
        return first_number(self.listing.kind.name)

    def _on(self, connection: Connection) -> Ranking:
        place = None
        if self.list_request.cursor is not None:
            rank, row = paging.decode_cursor(self.list_request.cursor, ORDER, float)
            place = rank, self._first + min(row, 2**32)
        words = engine_query(connection.dialect.name)
        queries, kinds = self.list_request.values["q"], [self.listing.kind.name]
        return Ranking(words, queries, kinds, self._also, place, self.list_request.limit)

    def _also(self, number: Any) -> list[Clause]:
        """What the full-text index does not hold is asked of the record itself."""
        besides = [each for each in self.others if not isinstance(each, Found)]
        if not besides and not self.scans:
            return []
        kind, row = self.listing.kind, number - self._first
        if self._named is not None:
            matching = [row.in_(select(self._named.c.id))]
            inside = []
        else:
            matching, inside = [], [self._lies_on(scan) for scan in self.scans]
        same = (kind.model.id == row, *kind.where)
        rows = select(ONE).where(*same, *besides, or_(*inside) if inside else true())
        return [exists(rows), *matching]

    @cached_property
    def _named(self) -> Any:
        """The facts on the scans: named once, for SQLite reads no SELECTs nested any deeper.

        So are studies of which a nested question is asked beside.
        """
        if not any(scan.score is None or scan.also is not None for scan in self.scans):
            return None
        parts: list[Any] = [scan.select(scan.id.label("id")) for scan in self.scans]
        both: Any = parts[0] if len(parts) == 1 else union_all(*parts)
        return both.cte()

    def _lies_on(self, scan: IndexScan) -> Clause:
        """The record is on a scan, where it is looked up by the scan's order."""
        return scan.select(ONE).where(*scan.record).exists()  # type: ignore[no-any-return]
