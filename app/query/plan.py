"""Plans: how the matching records of a list are found, how surely, page by page, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from app.db.statements import Rows, bind_parameters
from app.query.criteria import Clause, Criterion, IndexScan, Match, MatchOptions, all_definite
from app.query.filters import ABOVE, FilterGroup, MatchDetails, Values, criteria
from app.query.fulltext.ranking import ListRanking
from app.query.grading import Grading, beside_index
from app.query.nested.criterion import NestedCriterion, nested_criterion
from app.query.nested.terms import resolve_names
from app.query.ordering import (
    EXACT_UP_TO,
    after_cursor,
    count_up_to,
    cursor_values,
    is_current,
    keys_of,
    order_rows,
    sort_keys,
    with_cursor,
)
from app.query.request import RELEVANCE, ListDefinition, ListRequest


def best_score(scans: list[IndexScan], *same: Clause) -> Any:
    """The score of the surest row of the scans that is the same."""
    anywhere = or_(*(and_(*scan.where) for scan in scans))
    return select(func.max(scans[0].score)).where(*same, anywhere).scalar_subquery()


NO_SCORE: Any = literal_column("0").label("score")


@dataclass(frozen=True)
class OrderingClause:
    """What is asked of the row that a list is ordered by: looked up, or where it is joined."""

    looked_up: Clause
    joined: Clause

    @classmethod
    def of(
        cls, groups: list[FilterGroup], values: Values, options: MatchOptions
    ) -> Iterator[OrderingClause]:
        """What the groups of filters on that row ask."""
        for group in groups:
            if found := group.criteria(values, options):
                yield cls(group.wrap(found, options), all_definite(found))


@dataclass(frozen=True)
class Plan:
    """How one request's records are found: by scanning a page index, or row by row."""

    listing: ListDefinition
    list_request: ListRequest
    rest: tuple[Clause, ...]  # asked of the record itself
    of_ordering: tuple[OrderingClause, ...]  # asked of the row that the list is ordered by
    found: tuple[Criterion, ...]
    element: FilterGroup | None
    own_scans: tuple[IndexScan, ...]  # the stretches of the element's index, as surely as asked
    in_order: bool
    narrow: Clause | None = None
    values: Values = field(default_factory=dict)
    nested: NestedCriterion | None = None  # what a source may leave open of a nested question

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
        element, found, scans = _scanned_group(listing, list_request, values)
        rest = [each for each in listing.filters if each is not element]
        of_ordering = [each for each in rest if isinstance(each, FilterGroup) and each.ordering]
        own = [each for each in rest if each not in of_ordering]
        others = [each.definite for each in criteria(own, values, list_request.options)]
        in_order = list_request.order.removeprefix("-") == listing.default.removeprefix("-")
        in_order = in_order and not list_request.options.broader
        nested, where = None, list_request.where
        if where is not None:
            nested = nested_criterion(where, listing, terms, list_request.options)
            if not nested.parts:
                others.append(nested.criterion.definite)
                nested = None
        if list_request.options.match is Match.POSSIBLE and not (
            nested is not None or (element is not None and element.graded)
        ):  # no source can leave open what is asked
            others.append(false())
        return cls(
            listing,
            list_request,
            tuple(others),
            tuple(OrderingClause.of(of_ordering, values, list_request.options)),
            tuple(found),
            element,
            tuple(scans),
            in_order,
            _narrow(listing, list_request, values, terms) if list_request.options.broader else None,
            values,
            nested,
        )

    def kept(self) -> Plan:
        """The same without what only its statements are made of, which takes megabytes."""
        nested, narrow = self.nested and self.nested.kept(), None if self.narrow is None else true()
        return replace(self, rest=(), of_ordering=(), nested=nested, narrow=narrow)

    def grading(self) -> Grading:
        """What tells how surely each record matches."""
        scans = tuple(self.flat_scans(Match.ANY))
        return Grading(self.listing, scans, tuple(self.others), self.nested)

    @property
    def by_words(self) -> bool:
        """Whether records are found by words."""
        return "q" in self.list_request.values

    def everybody(self, connection: Connection) -> ScalarSelect[int] | None:
        """How many there are without what tells how sure they are, where something does."""
        if not self.sized:
            return None
        most = 3 * EXACT_UP_TO
        return count_up_to(self.ungraded().matches(connection, most + 1), most)

    def ungraded(self) -> Plan:
        """The plan without what tells how sure records are."""
        everybody = replace(self, nested=None)
        if self.element is None or not self.element.graded:
            return everybody
        return replace(everybody, element=None, found=(), own_scans=())

    @property
    def others(self) -> tuple[Clause, ...]:
        """What is asked of a record beside the element, wherever it is told."""
        return *self.rest, *(each.looked_up for each in self.of_ordering)

    @cached_property
    def sized(self) -> bool:
        """Whether matches are told apart by how sure they are."""
        return self.nested is not None or self.detailed or self.scored

    @cached_property
    def scored(self) -> bool:
        """Whether a row of an index says how sure its record is."""
        return any(scan.full > 1 for scan in self.flat_scans())

    @property
    def details(self) -> MatchDetails | None:
        """How it is told how sure records are, where that hangs on several rows of an index."""
        return None if self.element is None else self.element.details

    @property
    def detailed(self) -> bool:
        """Whether how sure a record is hangs on several rows, which are looked at for a page."""
        return self.details is not None

    @cached_property
    def full(self) -> int:
        """The score of a row of which every criterion is certain."""
        return self.flat_scans()[0].full

    def _options(self, match: Match | None) -> MatchOptions:
        options = self.list_request.options
        return options if match is None else replace(options, match=match)

    def flat_scans(self, match: Match | None = None) -> list[IndexScan]:
        """The stretches of a page index in which lies what the flat parameters ask, if any."""
        if self.element is None or self.element.scans is None:
            return []
        if match is None:
            return list(self.own_scans)
        return self.element.scans(list(self.found), self._options(match))

    def scans(self) -> list[IndexScan]:
        """The same for all that is asked, as surely as it is.

        Where both the flat parameters and the nested question may be left open, what is possible is
        what the first leave open, and what only the second does.
        """
        if self.nested is None:
            return self.flat_scans()
        match, asked = self.list_request.options.match, self.nested.criterion
        if match is not Match.POSSIBLE or self.element is None or not self.element.graded:
            return self._meeting(match, asked.matched(match))
        return [
            *self._meeting(match, asked.possible),
            *self._meeting(Match.DEFINITE, asked.matched(match)),
        ]

    def _meeting(self, match: Match, clause: Clause) -> list[IndexScan]:
        """The stretches for the flat parameters alone, where the record meets a clause as well."""
        return [replace(scan, also=clause) for scan in self.flat_scans(match)]

    def score(self) -> Any:
        """How sure the record of a row is, where it was not read off an index on the way."""
        scans = self.scans() if self.nested is None else self.flat_scans(Match.ANY)
        return best_score(scans, *scans[0].record)

    def keys(self, connection: Connection, *, scored: bool = True) -> Rows:
        """The order's column and the number of each record on the page, and one more.

        `scored`: with how sure each is, where an index says so on the way.
        """
        scans = self.scans()
        if self.list_request.sort is RELEVANCE:
            return self._ranked(connection)
        if not scans or not self.in_order:
            sort = self.list_request.sort
            own = (*sort.columns, self.listing.kind.model.id)
            others = self.others
            if sort.joined is not None:
                others = (*self.rest, *(each.joined for each in self.of_ordering))
            where = [*is_current(self.listing), *others, *self._as_sure(None)]
            base = select(*sort_keys(own), NO_SCORE, *self._told()).where(*where)
            base = base if sort.joined is None else base.join(*sort.joined)
            return after_cursor(connection, base, own, self.list_request)
        parts = [self._part(connection, scan, scored=scored) for scan in scans]
        return parts[0] if len(parts) == 1 else self._joined(parts)

    @property
    def ranking(self) -> ListRanking:
        """The matches of a query, by relevance."""
        scans = self.scans()
        sure = [] if scans else self._as_sure(None)
        grading = replace(self.grading(), others=()) if self.sized else None
        return ListRanking(self.listing, self.list_request, self.others, scans, sure, grading)

    def _ranked(self, connection: Connection) -> Rows:
        """The records of a page by relevance."""
        rows = self.ranking.keys(connection).subquery()
        query = select(rows, NO_SCORE, *self._told())
        if self.narrow is not None:
            query = query.join(self.listing.kind.table, self.listing.kind.model.id == rows.c.id)
        return order_rows(query, (rows.c.sort_key, rows.c.id), self.list_request)

    def _told(self) -> list[Any]:
        """Whether a row is told of a broader term only, where such rows are wanted."""
        return [] if self.narrow is None else [case((self.narrow, 0), else_=1).label("broader")]

    def _as_sure(self, match: Match | None) -> list[Clause]:
        """The record meets the element and the nested question as surely as is asked."""
        match = match or self.list_request.options.match
        if match is Match.POSSIBLE and self.nested is not None and self.element is not None:
            sure = and_(*self._as_sure(Match.DEFINITE))
            return [*self._as_sure(Match.ANY), sure.is_not(true())]
        nested = [] if self.nested is None else [self.nested.criterion.matched(match)]
        if self.element is None:
            return nested
        return [self.element.wrap(list(self.found), self._options(match)), *nested]

    def _part(self, connection: Connection, scan: IndexScan, *, scored: bool) -> Rows:
        own = (*scan.keys, scan.id)
        if _needs_keys(connection, scan):
            found, record = self._key_by_key(scan, from_cursor=True)
            own = (*(found.c[key.key] for key in scan.keys), record.c.id)
            query = select(*sort_keys(own)).select_from(found.join(record, true()))
            return after_cursor(connection, query, own, self.list_request)
        rows = scan.select(*sort_keys(own)).where(*self.also(scan))
        if scan.score is None:  # DISTINCT comes in the order of the index; GROUP BY sorts them all
            rows = rows.distinct()
        else:
            score = [func.max(scan.score).label("score")] if scored else []
            rows = rows.add_columns(*score).group_by(*own)
        return after_cursor(connection, rows, own, self.list_request)

    def _key_by_key(self, scan: IndexScan, *, from_cursor: bool) -> tuple[Any, Any]:
        """The keys of a scan in the order asked for, and the records of one key."""
        cursor: list[Any] = []
        if from_cursor and self.list_request.cursor is not None:
            place = list(cursor_values(self.list_request).items())[: len(scan.keys)]
            cursor = [bindparam(name, value, scan.keys[0].type) for name, value in place]
        return scan.key_by_key(
            self.also(scan), descending=self.list_request.descending, cursor=cursor
        )

    def also(self, scan: IndexScan) -> list[Clause]:
        """What the scan's index does not hold is asked of the record itself."""
        return beside_index(self.listing, scan, self.others)

    def _joined(self, parts: list[Rows]) -> Rows:
        """The records of several scans, each once, in order."""
        each = union_all(*(select(part.subquery()) for part in parts)).subquery()
        order = keys_of(each, self.list_request.sort)
        if "score" not in each.c:
            return order_rows(select(each).distinct(), order, self.list_request)
        both = select(*order, func.max(each.c.score).label("score"))
        return order_rows(both.group_by(*order), order, self.list_request)

    def ids(self, connection: Connection, most: int | None = None) -> Rows:
        """The numbers of matching records: of all, or `most` of each stretch of an index."""
        scans, model = self.scans(), self.listing.kind.model
        if not scans:
            return select(model.id).where(
                *is_current(self.listing), *self.others, *self._as_sure(None)
            )
        parts = [self.some(connection, scan).limit(most) for scan in scans]
        if len(parts) == 1:
            return parts[0]
        each = union_all(*(select(part.subquery()) for part in parts)).subquery()
        return select(each.c.id).distinct()

    def matches(self, connection: Connection, most: int) -> Rows:
        """So many matching records or, where there are fewer, all of them."""
        if self.by_words:
            return self.ranking.matches(connection)
        return self.ids(connection, most)

    def some(self, connection: Connection, scan: IndexScan) -> Rows:
        """The numbers of the records of one scan, each once, in its order."""
        if _needs_keys(connection, scan):
            found, record = self._key_by_key(scan, from_cursor=False)
            return select(record.c.id).select_from(found.join(record, true()))
        query: Rows = scan.select(scan.id.label("id")).where(*self.also(scan))
        return query.distinct() if scan.score is None else query.group_by(*scan.keys, scan.id)


def _needs_keys(connection: Connection, scan: IndexScan) -> bool:
    """Whether the engine has to be told to look at what is joined a key at a time."""
    return scan.score is None and connection.dialect.name != "sqlite"


def _scanned_group(
    listing: ListDefinition, list_request: ListRequest, values: dict[str, list[Any]]
) -> tuple[FilterGroup | None, list[Criterion], list[IndexScan]]:
    """The first element that is asked for and can be found by scanning an index, and how."""
    for each in listing.scanned_groups:
        found = each.criteria(values, list_request.options)
        scans = each.scans(found, list_request.options) if found and each.scans else []
        if scans:
            return each, found, scans
    return None, [], []


def _narrow(
    listing: ListDefinition, list_request: ListRequest, values: Values, terms: dict[str, list[int]]
) -> Clause:
    """Where a record is found without broader terms, which do not even leave it open."""
    options = replace(list_request.options, broader=False)
    values = {name: each for name, each in values.items() if not name.endswith(ABOVE)}
    narrow = all_definite(criteria(listing.filters, values, options))
    if list_request.where is None:
        return narrow
    nested = nested_criterion(list_request.where, listing, terms, options)
    return and_(narrow, nested.criterion.matched(options.match))
