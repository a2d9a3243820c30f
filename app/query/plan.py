"""Plans: how the matching records of a list are found, how surely, page by page, in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from app.db.statements import Rows, bind_parameters
from app.query.criteria import Clause, Criterion, IndexScan, Match, MatchOptions, all_definite
from app.query.filters import ABOVE, FilterGroup, Values, criteria, filters_by_parameter
from app.query.fulltext.ranking import ListRanking
from app.query.ordering import ONE, after_cursor, is_current, order_rows, with_cursor
from app.query.request import RELEVANCE, ListDefinition, ListRequest


@dataclass(frozen=True)
class GradedMatch:
    """Criteria of which a source may leave open whether they hold of what a row belongs to.

    `record_column` is the row's column that names it; `other_clauses` is all else that is asked
    of the row.
    """

    listing: ListDefinition
    record_column: Any
    element: FilterGroup
    found: tuple[Criterion, ...]
    other_clauses: tuple[Clause, ...]
    options: MatchOptions

    @classmethod
    def inside(
        cls, listing: ListDefinition, values: Values, options: MatchOptions
    ) -> GradedMatch | None:
        """What is asked of the studies of a list's rows; None: nothing that may be left open."""
        for each in listing.filters:
            inner = (
                each.filters
                if isinstance(each, FilterGroup) and each.record_column is not None
                else ()
            )
            for part in inner:
                if isinstance(part, FilterGroup) and part.graded:
                    found = part.criteria(values, options)
                    if found:
                        others = _without(listing, part, values, options)
                        return cls(listing, each.record_column, part, tuple(found), others, options)  # type: ignore[union-attr]
        return None

    def scans(self, match: Match) -> list[IndexScan]:
        """Where in the page index those lie that match so."""
        assert self.element.scans is not None  # noqa: S101 # what is graded has an index
        return self.element.scans(list(self.found), replace(self.options, match=match))

    def rows(self, scans: list[IndexScan]) -> Rows:
        """The numbers of the rows that belong to any of these."""
        theirs = or_(
            *(self.record_column.in_(select(scan.id).where(*scan.where)) for scan in scans)
        )
        return self.everybody().where(theirs)

    def everybody(self) -> Rows:
        """The numbers of all rows, whatever they belong to."""
        query: Rows = select(self.listing.kind.model.id)
        return query.where(*is_current(self.listing), *self.other_clauses)


def best_score(scans: list[IndexScan], *same: Clause) -> Any:
    """The score of the surest row of the scans that is the same."""
    anywhere = or_(*(and_(*scan.where) for scan in scans))
    return select(func.max(scans[0].score)).where(*same, anywhere).scalar_subquery()


def _without(
    listing: ListDefinition, part: FilterGroup, values: Values, options: MatchOptions
) -> tuple[Clause, ...]:
    """What is asked beside the criteria of one part."""
    own = {each + end for each in filters_by_parameter(part.filters) for end in ("", ABOVE)}
    rest = {name: each for name, each in values.items() if name not in own}
    return tuple(each.definite for each in criteria(listing.filters, rest, options))


NO_SCORE: Any = literal_column("0").label("score")


def resolve_names(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> dict[str, list[int]]:
    """The terms and records asked for and, where they are wanted, broader terms; one statement."""
    named = listing.parameters()
    wanted = {
        name: (term, values)
        for name, values in list_request.values.items()
        if (term := named[name].term) is not None
    }
    found = listing.resolve(connection, wanted) if wanted else {}
    above = {}
    if list_request.options.broader and listing.broader:
        above = {
            name + ABOVE: listing.broader(connection, terms)
            for name, terms in found.items()
            if named[name].direct is not None
        }
    return {**found, **above}


@dataclass(frozen=True)
class Plan:
    """How one request's records are found: by scanning a page index, or row by row."""

    listing: ListDefinition
    list_request: ListRequest
    others: tuple[Clause, ...]
    found: tuple[Criterion, ...]
    element: FilterGroup | None
    in_order: bool
    narrow: Clause | None = None
    values: Values = field(default_factory=dict)
    graded: GradedMatch | None = None

    @classmethod
    def of(cls, connection: Connection, listing: ListDefinition, list_request: ListRequest) -> Plan:
        """The plan for a request; raises Problem for terms that are not known."""
        list_request = with_cursor(connection, listing, list_request)
        return cls.with_terms(
            listing, list_request, resolve_names(connection, listing, list_request)
        )

    @classmethod
    def with_terms(
        cls, listing: ListDefinition, list_request: ListRequest, terms: dict[str, list[int]]
    ) -> Plan:
        """The plan for a request whose terms were found, under names to bind others by."""
        kind = listing.kind.model.id.type
        named = {name: bind_parameters(name, ids, kind) for name, ids in terms.items()}
        values = {**list_request.values, **named}
        element, found = _scanned_group(listing, list_request, values)
        rest = [each for each in listing.filters if each is not element]
        others = [each.definite for each in criteria(rest, values, list_request.options)]
        in_order = list_request.order.removeprefix("-") == listing.default.removeprefix("-")
        in_order = in_order and not list_request.options.broader
        graded = None if element else GradedMatch.inside(listing, values, list_request.options)
        narrow = None
        if list_request.options.broader:
            exact = criteria(listing.filters, values, replace(list_request.options, broader=False))
            narrow = all_definite(exact)
        return cls(
            listing,
            list_request,
            tuple(others),
            tuple(found),
            element,
            in_order,
            narrow,
            values,
            graded,
        )

    @cached_property
    def sized(self) -> bool:
        """Whether matches are told apart by how sure they are."""
        if self.graded is not None:
            return True
        return self.element is not None and any(scan.full > 1 for scan in self.scans())

    @cached_property
    def full(self) -> int:
        """The score of a row of which every criterion is certain."""
        scans = self.scans() if self.graded is None else self.graded.scans(Match.DEFINITE)
        return scans[0].full

    def scans(self, match: Match | None = None) -> list[IndexScan]:
        """The stretches of a page index in which the matches lie, if there is one."""
        if self.element is None or self.element.scans is None:
            return []
        options = (
            self.list_request.options
            if match is None
            else replace(self.list_request.options, match=match)
        )
        return self.element.scans(list(self.found), options)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What may be left open, as `score` has it."""
        return self.found if self.graded is None else self.graded.found

    def score(self) -> Any:
        """How sure the record of a row is, where it was not read off an index on the way."""
        if self.graded is not None:
            scans = self.graded.scans(self.list_request.options.match)
            return best_score(scans, scans[0].id == self.graded.record_column)
        scans, model = self.scans(), self.listing.kind.model
        own = next(each.column for each in self.listing.sorts if each.name == self._default)
        return best_score(scans, scans[0].id == model.id, scans[0].key == own)

    @property
    def _default(self) -> str:
        return self.listing.default.removeprefix("-")

    def keys(self, connection: Connection) -> Rows:
        """The order's column and the number of each record on the page, and one more."""
        scans = self.scans()
        if self.list_request.sort is RELEVANCE:
            return self._ranked(connection)
        if not scans or not self.in_order:
            own = (self.list_request.sort.column, self.listing.kind.model.id)
            base = select(own[0].label("sort_key"), own[1].label("id"), NO_SCORE, *self._told())
            return after_cursor(connection, base.where(*self._rows_where()), own, self.list_request)
        parts = [self._part(connection, scan) for scan in scans]
        return parts[0] if len(parts) == 1 else self._joined(parts)

    @property
    def ranking(self) -> ListRanking:
        """The matches of a query by relevance."""
        return self.ranked_on(self.scans())

    def ranked_on(self, scans: list[IndexScan]) -> ListRanking:
        """The matches of a query that lie on some scans, or on none if there are none."""
        return ListRanking(self.listing, self.list_request, self.others, scans)

    def _ranked(self, connection: Connection) -> Rows:
        """The records of a page by relevance."""
        rows = self.ranking.keys(connection).subquery()
        query = select(rows.c.sort_key, rows.c.id, NO_SCORE, *self._told())
        if self.narrow is not None:
            query = query.join(self.listing.kind.table, self.listing.kind.model.id == rows.c.id)
        return order_rows(query, (rows.c.sort_key, rows.c.id), self.list_request)

    def _told(self) -> list[Any]:
        """Whether a row is told of a broader term only, where such rows are wanted."""
        return [] if self.narrow is None else [case((self.narrow, 0), else_=1).label("broader")]

    def _rows_where(self) -> list[Clause]:
        """What has to hold of a record, when the list's own rows are filtered."""
        element, found = self.element, list(self.found)
        inside = [element.wrap(found, self.list_request.options)] if element is not None else []
        return [*is_current(self.listing), *self.others, *inside]

    def _part(self, connection: Connection, scan: IndexScan) -> Rows:
        own = (scan.key, scan.id)
        return after_cursor(connection, self._rows(scan), own, self.list_request)

    def _rows(self, scan: IndexScan) -> Rows:
        """The records of one scan, each once, with the score of its surest row."""
        query = select(
            scan.key.label("sort_key"), scan.id.label("id"), func.max(scan.score).label("score")
        )
        return query.where(*scan.where, *self.also(scan)).group_by(scan.key, scan.id)

    def also(self, scan: IndexScan) -> list[Clause]:
        """What the scan's index does not hold is asked of the record itself."""
        if not self.others:
            return []
        model = self.listing.kind.model
        return [exists(select(ONE).where(model.id == scan.id, *self.others))]

    def _joined(self, parts: list[Rows]) -> Rows:
        """The records of several scans, each once, in order."""
        each = union_all(*(select(part.subquery()) for part in parts)).subquery()
        both = select(each.c.sort_key, each.c.id, func.max(each.c.score).label("score"))
        return order_rows(
            both.group_by(each.c.sort_key, each.c.id),
            (each.c.sort_key, each.c.id),
            self.list_request,
        )

    def ids(self) -> Rows:
        """The numbers of all matching records."""
        scans = self.scans()
        model = self.listing.kind.model
        if not scans:
            return select(model.id).where(*self._rows_where())
        parts = [self.some(scan) for scan in scans]
        if len(parts) == 1:
            return parts[0]
        return select(union_all(*parts).subquery().c.id).distinct()

    def some(self, scan: IndexScan) -> Rows:
        """The numbers of the records of one scan, each once, in its order."""
        query: Rows = select(scan.id.label("id")).where(*scan.where, *self.also(scan))
        return query.group_by(scan.key, scan.id)


def _scanned_group(
    listing: ListDefinition, list_request: ListRequest, values: dict[str, list[Any]]
) -> tuple[FilterGroup | None, list[Criterion]]:
    """The first element that is asked for and can be found by scanning an index."""
    for each in listing.scanned_groups:
        found = each.criteria(values, list_request.options)
        if found and each.scans is not None and each.scans(found, list_request.options):
            return each, found
    return None, []
