"""Relevance: matches in the order in which they answer a query best.

The newest matches of a kind are ranked, up to a number; where there are more, they follow after
these, the newest first, so that every page costs the same and all pages together are still all
matches.
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
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from app.api import paging
from app.api.paging import LARGEST_LIMIT
from app.models.search_text import SEARCHED_KINDS, first_number
from app.query.criteria import Clause, IndexScan
from app.query.fulltext.engines import EngineQuery, engine_query
from app.query.fulltext.search import (
    MOST_RANKED,
    Also,
    Found,
    Place,
    candidates,
    in_order,
    matching_texts,
    name_matches,
    union_of,
)
from app.query.fulltext.syntax import Query
from app.query.request import RELEVANCE, ListDefinition, ListRequest

ORDER = f"-{RELEVANCE.name}"  # as it stands in a cursor: the best first
ONE: Any = literal_column("1")
UNRANKED = -1.0  # the rank of what follows after the ranked matches; ranks are positive
CAPPED = {
    "ranked": MOST_RANKED,
    "hint": "Only the newest matches of a kind are put in order; the others follow on later pages,"
    " newest first. More words or filters find fewer.",
}


@dataclass(frozen=True)
class Ranking:
    """The matches of queries among records of some kinds, and meeting more; the best first.

    Each kind has its newest matches ranked in its own index, so that a word counts as much as it
    is rare in that kind, and all come into one order. No kind named means all. `bound`: words are
    bound by name on SQLite (`fts5_values`).
    """

    dialect: str
    queries: Sequence[Query]
    kinds: Sequence[str]
    also: Also
    place: Place | None
    limit: int
    bound: bool = False

    def page(self) -> Select[Any]:
        """The rank and the number of each match after the place, in order, and one more."""
        found = self._found().subquery()
        best = (found.c.sort_key.desc(), found.c.number.desc())
        return select(found).order_by(*best).limit(self.limit + 1)

    def _found(self) -> Any:
        if self.place is not None and self.place[0] == UNRANKED:
            return self._rest(self.place[1])
        best = candidates(self._engines(), self.queries, self.also)
        ranked = in_order(best, self.place, self._own())
        if self.limit <= LARGEST_LIMIT:
            return ranked
        return union_of([ranked, self._rest(None)])  # an export has it all in one

    def _engines(self) -> list[EngineQuery]:
        """How each kind is asked, those with the highest numbers first."""
        names = sorted(self.kinds or SEARCHED_KINDS, key=first_number, reverse=True)
        return [engine_query(self.dialect, each, bound=self.bound) for each in dict.fromkeys(names)]

    def _own(self) -> Select[Any] | None:
        """The row of the place, where its rank may have shifted meanwhile."""
        if self.place is None or self.dialect != "sqlite":
            return None
        number = self.place[1]

        def also(found: Any) -> list[Clause]:
            return [*self.also(found), found == number]

        of_place = [each for each in self._engines() if first_number(each.kind) < number]
        return candidates(of_place[:1], self.queries, also) if of_place else None

    def matches(self) -> Select[Any]:
        """All matches by number, the newest first."""
        parts = [matching_texts(each, self.queries, self.also) for each in self._engines()]
        rows = union_of(parts)
        return rows if len(parts) == 1 else rows.order_by(rows.selected_columns[0].desc())

    def beyond(self) -> ScalarSelect[Any]:
        """The number at which the matches that are not ranked begin; null: all are ranked."""
        parts = [self._beyond(each) for each in self._engines()]
        if len(parts) == 1:
            return parts[0].scalar_subquery()
        return select(func.max(union_of(parts).subquery().c.number)).scalar_subquery()

    def _beyond(self, words: EngineQuery) -> Select[Any]:
        return matching_texts(words, self.queries, self.also).limit(1).offset(MOST_RANKED)

    def _rest(self, before: int | None) -> Select[Any]:
        """Matches that are not ranked, below a number, but for what came first by its name."""
        engines, parts = self._engines(), []
        for each in engines:
            if before is not None and first_number(each.kind) >= before:
                continue  # all of that kind was on earlier pages
            where = [] if before is None else [each.number < before]
            if before is None or len(engines) > 1:
                where.append(each.number <= self._beyond(each).scalar_subquery())
            named = name_matches(each, self.queries, self.also)
            barred = [each.number.not_in(some) for some in named]
            rows = matching_texts(each, self.queries, self.also).where(*where, *barred)
            parts.append(rows.limit(self.limit + 1))
        numbers = union_of(parts or [self.matches().where(false())]).subquery()
        return select(literal(UNRANKED).label("sort_key"), numbers.c.number)

    def goes_on(self, beyond: int | None) -> Place | None:
        """The place from which those go on that are not ranked, once the ranked ones end."""
        if beyond is None or (self.place is not None and self.place[0] == UNRANKED):
            return None
        return UNRANKED, beyond + 1


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
        queries, kinds = self.list_request.values["q"], [self.listing.kind.name]
        name = connection.dialect.name
        return Ranking(name, queries, kinds, self._also, place, self.list_request.limit)

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
