"""Plans: how the matching records of a list are found, how surely, page by page, in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import ge, le
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.sql.util import ClauseAdapter

from app.db.statements import Rows, bind_parameters
from app.query.criteria import Clause, Criterion, IndexScan, Match, all_definite
from app.query.filters import ABOVE, FilterGroup, MatchDetails, Values, criteria
from app.query.fulltext.ranking import ListRanking
from app.query.ordering import (
    ONE,
    after_cursor,
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
    return {**found, **_broader(connection, listing, list_request, found)}


def _broader(
    connection: Connection,
    listing: ListDefinition,
    list_request: ListRequest,
    found: dict[str, list[int]],
) -> dict[str, list[int]]:
    """Broader terms of those asked for, where they leave something open or are wanted."""
    named = listing.parameters()
    wanted = {
        name: terms
        for name, terms in found.items()
        if (list_request.options.broader and named[name].direct is not None)
        or named[name].only_broader is not None
    }
    if listing.broader is None or not wanted:
        return {}
    pairs = listing.broader(connection, {term for terms in wanted.values() for term in terms})
    above = {
        name + ABOVE: sorted({up for term, up in pairs if term in terms and up not in terms})
        for name, terms in wanted.items()
    }
    return {name: terms for name, terms in above.items() if terms}


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
        )

    @cached_property
    def sized(self) -> bool:
        """Whether matches are told apart by how sure they are."""
        return self.detailed or any(scan.full > 1 for scan in self.scans())

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
        return self.scans()[0].full

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

    def score(self) -> Any:
        """How sure the record of a row is, where it was not read off an index on the way."""
        scans = self.scans()
        return best_score(scans, *scans[0].record)

    def keys(self, connection: Connection) -> Rows:
        """The order's column and the number of each record on the page, and one more."""
        scans = self.scans()
        if self.list_request.sort is RELEVANCE:
            return self._ranked(connection)
        if not scans or not self.in_order:
            sort = self.list_request.sort
            own = (*sort.columns, self.listing.kind.model.id)
            base = select(*sort_keys(own), NO_SCORE, *self._told()).where(*self._rows_where())
            base = base if sort.joined is None else base.join(*sort.joined)
            return after_cursor(connection, base, own, self.list_request)
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
        own = (*scan.keys, scan.id)
        if scan.score is None and connection.dialect.name != "sqlite":
            return self._study_by_study(connection, scan)
        rows = scan.select(*sort_keys(own)).where(*self.also(scan))
        if scan.score is None:  # DISTINCT comes in the order of the index; GROUP BY sorts them all
            rows = rows.distinct()
        else:
            rows = rows.add_columns(func.max(scan.score).label("score")).group_by(*own)
        return after_cursor(connection, rows, own, self.list_request)

    def _study_by_study(self, connection: Connection, scan: IndexScan) -> Rows:
        """The same where DISTINCT waits for all rows: what the index leads to, a key at a time."""
        walk = scan.keys[0].expression.table.alias("walk")
        keys = [walk.c[key.key] for key in scan.keys]
        leads = select(*keys).where(ClauseAdapter(walk).traverse(scan.where[0]))
        if self.list_request.cursor is not None:  # a row is not compared beyond a join
            place = list(cursor_values(self.list_request).items())[: len(keys)]
            values = [bindparam(name, value, keys[0].type) for name, value in place]
            beyond = ge if not self.list_request.descending else le
            leads = leads.where(beyond(tuple_(*keys), tuple_(*values)))
        order = [key.desc() if self.list_request.descending else key for key in keys]
        found = leads.group_by(*keys).order_by(*order).subquery("found")
        same = [column == found.c[column.key] for column in scan.keys]
        rows = scan.select(scan.id.label("id")).where(*same, *self.also(scan)).distinct()
        record = rows.lateral("record")
        own = (*(found.c[key.key] for key in scan.keys), record.c.id)
        query: Rows = select(*sort_keys(own)).select_from(found.join(record, true()))
        return after_cursor(connection, query, own, self.list_request)

    def also(self, scan: IndexScan) -> list[Clause]:
        """What the scan's index does not hold is asked of the record itself."""
        current = is_current(self.listing) if scan.score is None else []
        if not self.others and not current:
            return []
        model = self.listing.kind.model
        return [exists(select(ONE).where(model.id == scan.id, *current, *self.others))]

    def _joined(self, parts: list[Rows]) -> Rows:
        """The records of several scans, each once, in order."""
        each = union_all(*(select(part.subquery()) for part in parts)).subquery()
        order = keys_of(each, self.list_request.sort)
        if "score" not in each.c:
            return order_rows(select(each).distinct(), order, self.list_request)
        both = select(*order, func.max(each.c.score).label("score"))
        return order_rows(both.group_by(*order), order, self.list_request)

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
        query: Rows = scan.select(scan.id.label("id")).where(*self.also(scan))
        return query.distinct() if scan.score is None else query.group_by(*scan.keys, scan.id)


def _scanned_group(
    listing: ListDefinition, list_request: ListRequest, values: dict[str, list[Any]]
) -> tuple[FilterGroup | None, list[Criterion]]:
    """The first element that is asked for and can be found by scanning an index."""
    for each in listing.scanned_groups:
        found = each.criteria(values, list_request.options)
        if found and each.scans is not None and each.scans(found, list_request.options):
            return each, found
    return None, []
