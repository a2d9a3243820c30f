"""Relevance: matches in the order in which they answer a query best.

The newest matches of a kind are ranked, up to a number; where there are more, they follow after
these, the newest first, so that every page costs the same and all pages together are still all
matches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    case,
    exists,
    false,
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
from app.db.statements import BoundInteger, BoundNumber
from app.models.search_text import SEARCHED_KINDS, first_number
from app.query.criteria import Clause, IndexScan
from app.query.fulltext.engines import EngineQuery, engine_query
from app.query.fulltext.search import (
    MOST_RANKED,
    Also,
    Candidates,
    Found,
    Place,
    candidates,
    in_order,
    matching_texts,
    name_matches,
    union_of,
)
from app.query.fulltext.syntax import Query
from app.query.grading import Grading, grade_counts
from app.query.ordering import LAST_CHANGE
from app.query.request import RELEVANCE, ListDefinition, ListRequest

COUNTED = ("listed", "beyond", "definite", "within", "possible", "everybody")
MOST_GRADED = 500  # matches, the newest, of which it is told how surely they are as asked
ORDER = f"-{RELEVANCE.name}"  # as it stands in a cursor: the best first
ONE: Any = literal_column("1")
RANK_AFTER, NUMBER_AFTER = "rank_after", "number_after"  # the place of a page, as it is bound
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
    is rare in that kind, and all come into one order. No kind named means all.
    With `grading`, of one kind, `beside` is what they meet apart from it.
    """

    dialect: str
    queries: Sequence[Query]
    kinds: Sequence[str]
    also: Also
    place: Place | None
    limit: int
    grading: Grading | None = None
    beside: Also | None = None

    def page(self) -> Select[Any]:
        """The rank and the number of each match after the place, in order, and one more.

        Each row also has the counts of all matches, as `counts` selects them.
        """
        if self.place is not None and self.place[0] == UNRANKED:
            rows, counts = self._rest(self.place[1], {}), []
        else:
            ranked = self._candidates()
            best = union_of([each.best for each in ranked.values()])
            rows, counts = in_order(best, self.place, self._own()), self._counts(ranked)
            if self.limit > LARGEST_LIMIT:  # an export has it all in one
                rows = union_of([rows, self._rest(None, ranked)])
        found = rows.subquery()
        order = (found.c.sort_key.desc(), found.c.number.desc())
        return select(found, *counts).order_by(*order).limit(self.limit + 1)

    def counts(self) -> Select[Any]:
        """How many match and, of the newest, how surely; and where the ranked ones end."""
        ranked = self._candidates()
        return select(*self._counts(ranked), LAST_CHANGE.label("last_change"))

    def _candidates(self) -> dict[str, Candidates]:
        return {each.kind: candidates(each, self.queries, self.also) for each in self._engines()}

    def _counts(self, ranked: Mapping[str, Candidates]) -> list[Any]:
        rows = union_of([select(each.newest.c.number) for each in ranked.values()]).subquery()
        listed: Any = select(func.count()).select_from(rows).scalar_subquery()
        beyond = _highest([each.beyond for each in ranked.values()])
        graded: list[Any] = [*[literal_column("0")] * 3, null()]
        if self.grading is not None:
            graded = self._graded(self.grading)
        columns = zip((listed, beyond, *graded), COUNTED, strict=True)
        return [each.label(name) for each, name in columns]

    def _graded(self, grading: Grading) -> list[Any]:
        """How surely the newest matches are as asked, and how many these are if they are all."""
        [words] = self._engines()
        beside, number = self.beside or self.also, words.number - first_number(words.kind)
        rows = select(grading.of_number(number).label("grade"))
        if grading.facts is not None:
            index, facts = words.number.table, grading.facts
            rows = rows.select_from(index.outerjoin(facts, facts.c.id == number))
        rows = rows.where(words.holds(self.queries), *beside(words.number))
        rows = rows.order_by(words.number.desc()).limit(MOST_GRADED + 1)
        newest = rows.cte().prefix_with("MATERIALIZED")
        every = case((func.count() <= MOST_GRADED, func.count()))
        numbers = (*grade_counts(newest.c.grade), every)
        return [select(each).select_from(newest).scalar_subquery() for each in numbers]

    def _engines(self) -> list[EngineQuery]:
        """How each kind is asked, those with the highest numbers first."""
        names = sorted(self.kinds or SEARCHED_KINDS, key=first_number, reverse=True)
        return [engine_query(self.dialect, name) for name in dict.fromkeys(names)]

    def _own(self) -> Select[Any] | None:
        """The row of the place, where its rank may have shifted meanwhile."""
        if self.place is None or self.dialect != "sqlite":
            return None
        number = self.place[1]

        def also(found: Any) -> list[Clause]:
            return [*self.also(found), found == number]

        of_place = [each for each in self._engines() if first_number(each.kind) < number]
        return candidates(of_place[0], self.queries, also).best if of_place else None

    def matches(self) -> Select[Any]:
        """All matches by number, the newest first."""
        parts = [matching_texts(each, self.queries, self.also) for each in self._engines()]
        rows = union_of(parts)
        return rows if len(parts) == 1 else rows.order_by(rows.selected_columns[0].desc())

    def _rest(self, before: int | None, ranked: Mapping[str, Candidates]) -> Select[Any]:
        """Matches that are not ranked, below a number, but for what came first by its name."""
        engines, parts = self._engines(), []
        for each in engines:
            if before is not None and first_number(each.kind) >= before:
                continue  # all of that kind was on earlier pages
            rows = matching_texts(each, self.queries, self.also)
            where = [] if before is None else [each.number < before]
            if before is None:
                where.append(each.number <= ranked[each.kind].beyond)
            elif len(engines) > 1:
                where.append(each.number <= rows.limit(1).offset(MOST_RANKED).scalar_subquery())
            named = name_matches(each, self.queries, self.also)
            barred = [each.number.not_in(some) for some in named]
            parts.append(rows.where(*where, *barred).limit(self.limit + 1))
        numbers = union_of(parts or [self.matches().where(false())]).subquery()
        return select(literal(UNRANKED).label("sort_key"), numbers.c.number)


def goes_on(place: Place | None, beyond: int | None) -> Place | None:
    """The place from which those go on that are not ranked, once the ranked ones end."""
    if beyond is None or (place is not None and place[0] == UNRANKED):
        return None
    return UNRANKED, beyond + 1


def _highest(numbers: Sequence[Any]) -> Any:
    """The highest of some numbers; null where none is told."""
    if len(numbers) == 1:
        return numbers[0]
    each = union_of([select(number.label("number")) for number in numbers]).subquery()
    return select(func.max(each.c.number)).scalar_subquery()


def place_of(listing: ListDefinition, list_request: ListRequest) -> Place | None:
    """The place where a page of matches begins, if it is a later one; raises Problem."""
    if list_request.cursor is None or list_request.sort is not RELEVANCE:
        return None
    rank, row = paging.decode_cursor(list_request.cursor, ORDER, float)
    return rank, first_number(listing.kind.name) + max(1, min(row, 2**32))


@dataclass(frozen=True)
class ListRanking:
    """The records of one list that match, meet other clauses, and are on some scan if any."""

    listing: ListDefinition
    list_request: ListRequest
    others: Sequence[Clause]
    scans: Sequence[IndexScan]
    sure: Sequence[Clause] = ()  # as surely as is asked, where no scan says so
    grading: Grading | None = None

    def keys(self, connection: Connection) -> Select[Any]:
        """The rank and the record of each match on the page, and one more, with all counts."""
        found = self._on(connection).page().subquery()
        counts = [found.c[name] for name in COUNTED if name in found.c]
        return select(found.c.sort_key, (found.c.number - self._first).label("id"), *counts)

    def matches(self, connection: Connection) -> Select[Any]:
        """All matches by number, the newest first."""
        return self._on(connection).matches()

    def counts(self, connection: Connection) -> Select[Any]:
        """How many match, certainly, of all of it and perhaps, and where the ranked ones end."""
        return self._on(connection).counts()

    def goes_on(self, connection: Connection, beyond: int | None) -> str | None:
        """The cursor after the last ranked match, where others follow."""
        place = goes_on(self._on(connection).place, beyond)
        return (
            None if place is None else paging.encode_cursor(ORDER, place[0], place[1] - self._first)
        )

    @property
    def _first(self) -> int:
        return first_number(self.listing.kind.name)

    def _on(self, connection: Connection) -> Ranking:
        place = place_of(self.listing, self.list_request)
        if place is not None:
            rank, number = place
            place = BoundNumber(RANK_AFTER, rank), BoundInteger(NUMBER_AFTER, number)
        return Ranking(
            connection.dialect.name,
            self.list_request.values["q"],
            [self.listing.kind.name],
            self._also,
            place,
            self.list_request.limit,
            self.grading,
            self._beside,
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
            rows = (scan.of_record(row, ONE, where=scan.where[1:]) for scan in self.scans)
            matching.append(or_(*(each.exists() for each in rows)))
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
