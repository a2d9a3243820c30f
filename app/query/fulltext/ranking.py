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
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from app.api import paging
from app.api.paging import LARGEST_LIMIT
from app.query.criteria import Clause, IndexScan, Match
from app.query.fulltext.engines import EngineQuery, engine_query
from app.query.fulltext.search import (
    MOST_RANKED,
    Also,
    Candidates,
    Found,
    Grades,
    Place,
    candidates,
    first_number,
    in_order,
    matching_texts,
    name_matches,
)
from app.query.fulltext.syntax import Query
from app.query.grading import Grading, grade_counts, on_list
from app.query.ordering import EXACT_UP_TO, LAST_CHANGE
from app.query.request import RELEVANCE, ListDefinition, ListRequest

COUNTED = ("definite", "within", "possible", "beyond", "everybody")
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
    """The matches of queries among records of some kinds, and meeting more; the best first.

    With `grading`, `beside` is what they meet where their grade says whether they are listed.
    """

    words: EngineQuery
    queries: Sequence[Query]
    kinds: Sequence[str]
    also: Also
    place: Place | None
    limit: int
    grading: Grading | None = None
    beside: Also | None = None
    match: Match = Match.ANY
    everybody: Any = None  # how many match without what grades them

    def page(self) -> Select[Any]:
        """The rank and the number of each match after the place, in order, and one more.

        Each row also has the counts of all matches, as `counts` selects them.
        """
        if self.place is not None and self.place[0] == UNRANKED:
            found, counts = self._rest(self.words.number < self.place[1]).subquery(), []
        else:
            ranked = self._candidates(_nothing)
            rows: Any = in_order(self.words, ranked.best, self.place, self._again)
            if self.limit > LARGEST_LIMIT:  # an export has it all in one
                rest = self._rest(self.words.number <= ranked.beyond)
                rows = union_all(*(select(part.subquery()) for part in (rows, rest)))
            found, counts = rows.subquery(), self._counts(ranked)
        best = (found.c.sort_key.desc(), found.c.number.desc())
        return select(found, *counts).order_by(*best).limit(self.limit + 1)

    def counts(self) -> Select[Any]:
        """How many match, certainly, of all of it and perhaps, and where the ranked ones end."""
        return select(*self._counts(self._candidates(_nothing)), LAST_CHANGE)

    def _counts(self, ranked: Candidates) -> list[Any]:
        rows = ranked.newest
        numbers = [func.count()] if self.grading is None else grade_counts(rows.c.grade)
        found: list[Any] = [select(each).select_from(rows).scalar_subquery() for each in numbers]
        few = and_(ranked.beyond.is_(None), *(each <= EXACT_UP_TO for each in found))
        found += [literal_column("0")] * (len(("definite", "within", "possible")) - len(found))
        everybody = null() if self.everybody is None else case((few, self.everybody))
        columns = zip((*found, ranked.beyond, everybody), COUNTED, strict=True)
        return [each.label(name) for each, name in columns]

    def _candidates(self, more: Also) -> Candidates:
        grades, where = None, self.beside or self.also
        if self.grading is not None:
            grades = Grades(self._grade, self._listed, self.grading.facts)

        def also(number: Any) -> list[Clause]:
            return [*where(number), *more(number)]

        return candidates(self.words, self.queries, self.kinds, also, grades)

    def _grade(self, number: Any) -> Any:
        assert self.grading is not None  # noqa: S101 # asked only then
        return self.grading.of_number(number - first_number(self.kinds[0]))

    def _listed(self, grade: Any) -> Clause:
        return on_list(grade, self.match)

    def _again(self, more: Also) -> Select[Any]:
        return self._candidates(more).best

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
    sure: Sequence[Clause] = ()  # as surely as is asked, where no scan says so
    grading: Grading | None = None

    def keys(self, connection: Connection, everybody: Any) -> Select[Any]:
        """The rank and the record of each match on the page, and one more, with all counts."""
        found = self._on(connection, everybody).page().subquery()
        counts = [found.c[name] for name in COUNTED if name in found.c]
        return select(found.c.sort_key, (found.c.number - self._first).label("id"), *counts)

    def matches(self, connection: Connection) -> Select[Any]:
        """All matches by number, the newest first."""
        return self._on(connection).matches()

    def counts(self, connection: Connection, everybody: Any) -> Select[Any]:
        """How many match, certainly, of all of it and perhaps, and where the ranked ones end."""
        return self._on(connection, everybody).counts()

    def goes_on(self, connection: Connection, beyond: int | None) -> str | None:
        """The cursor after the last ranked match, where others follow."""
        place = self._on(connection).goes_on(beyond)
        return (
            None if place is None else paging.encode_cursor(ORDER, place[0], place[1] - self._first)
        )

    @property
    def _first(self) -> int:
        return first_number(self.listing.kind.name)

    def _on(self, connection: Connection, everybody: Any = None) -> Ranking:
        place = None
        if self.list_request.cursor is not None and self.list_request.sort is RELEVANCE:
            rank, row = paging.decode_cursor(self.list_request.cursor, ORDER, float)
            place = rank, self._first + min(row, 2**32)
        return Ranking(
            engine_query(connection.dialect.name),
            self.list_request.values["q"],
            [self.listing.kind.name],
            self._also,
            place,
            self.list_request.limit,
            self.grading,
            self._beside,
            self.list_request.options.match,
            everybody,
        )

    def _beside(self, number: Any) -> list[Clause]:
        """What neither the full-text index nor the grade of a record tells."""
        return self._also(number) if self.grading is None else self._of_record(number, ())

    def _also(self, number: Any) -> list[Clause]:
        """All that the full-text index does not hold."""
        row, matching = number - self._first, []
        if self._named is not None:
            matching.append(row.in_(select(self._named.c.id)))
        elif self.scans:
            rows = (scan.select(ONE).where(scan.id == row).exists() for scan in self.scans)
            matching.append(or_(*rows))
        return [*matching, *self._of_record(number, self.sure)]

    def _of_record(self, number: Any, sure: Sequence[Clause]) -> list[Clause]:
        """What is asked of the record itself."""
        asked = [*(each for each in self.others if not isinstance(each, Found)), *sure]
        kind = self.listing.kind
        same = (kind.model.id == number - self._first, *kind.where)
        return [exists(select(ONE).where(*same, *asked))] if asked else []

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
