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
from app.query.ordering import ONE, after_cursor, is_current, ordered, with_cursor
from app.query.request import RELEVANCE, ListDefinition, ListRequest


@dataclass(frozen=True)
class GradedMatch:
    """Criteria of which a source may leave open whether they hold of what a row belongs to.

    `of` is the row's column that names it; `others` is all else that is asked of the row.
    """

    listing: ListDefinition
    of: Any
    element: FilterGroup
    found: tuple[Criterion, ...]
    others: tuple[Clause, ...]
    asked: MatchOptions

    @classmethod
    def inside(
        cls, listing: ListDefinition, values: Values, asked: MatchOptions
    ) -> GradedMatch | None:
        """What is asked of the studies of a list's rows; None: nothing that may be left open."""
        for each in listing.filters:
            inner = each.filters if isinstance(each, FilterGroup) and each.of is not None else ()
            for part in inner:
                if isinstance(part, FilterGroup) and part.graded:
                    found = part.criteria(values, asked)
                    if found:
                        others = _without(listing, part, values, asked)
                        return cls(listing, each.of, part, tuple(found), others, asked)  # type: ignore[union-attr]
        return None

    def walks(self, match: Match) -> list[IndexScan]:
        """Where in the page index those lie that match so."""
        assert self.element.walks is not None  # noqa: S101 # what is graded has an index
        return self.element.walks(list(self.found), replace(self.asked, match=match))

    def rows(self, walks: list[IndexScan]) -> Rows:
        """The numbers of the rows that belong to any of these."""
        theirs = or_(*(self.of.in_(select(walk.id).where(*walk.where)) for walk in walks))
        return self.everybody().where(theirs)

    def everybody(self) -> Rows:
        """The numbers of all rows, whatever they belong to."""
        query: Rows = select(self.listing.kind.model.id)
        return query.where(*is_current(self.listing), *self.others)


def best(walks: list[IndexScan], *same: Clause) -> Any:
    """The score of the surest row of the walks that is the same."""
    anywhere = or_(*(and_(*walk.where) for walk in walks))
    return select(func.max(walks[0].score)).where(*same, anywhere).scalar_subquery()


def _without(
    listing: ListDefinition, part: FilterGroup, values: Values, asked: MatchOptions
) -> tuple[Clause, ...]:
    """What is asked beside the criteria of one part."""
    own = {each + end for each in filters_by_parameter(part.filters) for end in ("", ABOVE)}
    rest = {name: each for name, each in values.items() if name not in own}
    return tuple(each.definite for each in criteria(listing.filters, rest, asked))


NO_SCORE: Any = literal_column("0").label("score")


def resolve_names(
    connection: Connection, listing: ListDefinition, ask: ListRequest
) -> dict[str, list[int]]:
    """The terms and records asked for and, where they are wanted, broader terms; one statement."""
    named = listing.named()
    wanted = {
        name: (term, values)
        for name, values in ask.values.items()
        if (term := named[name].term) is not None
    }
    found = listing.resolve(connection, wanted) if wanted else {}
    above = {}
    if ask.asked.broader and listing.above:
        above = {
            name + ABOVE: listing.above(connection, terms)
            for name, terms in found.items()
            if named[name].direct is not None
        }
    return {**found, **above}


@dataclass(frozen=True)
class Plan:
    """How one request's records are found: by walks through a page index, or row by row."""

    listing: ListDefinition
    ask: ListRequest
    others: tuple[Clause, ...]
    found: tuple[Criterion, ...]
    element: FilterGroup | None
    in_order: bool
    narrow: Clause | None = None
    values: Values = field(default_factory=dict)
    graded: GradedMatch | None = None

    @classmethod
    def of(cls, connection: Connection, listing: ListDefinition, ask: ListRequest) -> Plan:
        """The plan for a request; raises Problem for terms that are not known."""
        ask = with_cursor(connection, listing, ask)
        return cls.with_terms(listing, ask, resolve_names(connection, listing, ask))

    @classmethod
    def with_terms(
        cls, listing: ListDefinition, ask: ListRequest, terms: dict[str, list[int]]
    ) -> Plan:
        """The plan for a request whose terms were found, under names to bind others by."""
        kind = listing.kind.model.id.type
        named = {name: bind_parameters(name, ids, kind) for name, ids in terms.items()}
        values = {**ask.values, **named}
        element, found = _walked(listing, ask, values)
        rest = [each for each in listing.filters if each is not element]
        others = [each.definite for each in criteria(rest, values, ask.asked)]
        in_order = ask.order.removeprefix("-") == listing.default.removeprefix("-")
        in_order = in_order and not ask.asked.broader
        graded = None if element else GradedMatch.inside(listing, values, ask.asked)
        narrow = None
        if ask.asked.broader:
            exact = criteria(listing.filters, values, replace(ask.asked, broader=False))
            narrow = all_definite(exact)
        return cls(
            listing, ask, tuple(others), tuple(found), element, in_order, narrow, values, graded
        )

    @cached_property
    def sized(self) -> bool:
        """Whether matches are told apart by how sure they are."""
        if self.graded is not None:
            return True
        return self.element is not None and any(walk.full > 1 for walk in self.walks())

    @cached_property
    def full(self) -> int:
        """The score of a row of which every criterion is certain."""
        walks = self.walks() if self.graded is None else self.graded.walks(Match.DEFINITE)
        return walks[0].full

    def walks(self, match: Match | None = None) -> list[IndexScan]:
        """The stretches of a page index in which the matches lie, if there is one."""
        if self.element is None or self.element.walks is None:
            return []
        asked = self.ask.asked if match is None else replace(self.ask.asked, match=match)
        return self.element.walks(list(self.found), asked)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What may be left open, as `score` has it."""
        return self.found if self.graded is None else self.graded.found

    def score(self) -> Any:
        """How sure the record of a row is, where it was not read off an index on the way."""
        if self.graded is not None:
            walks = self.graded.walks(self.ask.asked.match)
            return best(walks, walks[0].id == self.graded.of)
        walks, model = self.walks(), self.listing.kind.model
        own = next(each.column for each in self.listing.sorts if each.name == self._default)
        return best(walks, walks[0].id == model.id, walks[0].key == own)

    @property
    def _default(self) -> str:
        return self.listing.default.removeprefix("-")

    def keys(self, connection: Connection) -> Rows:
        """The order's column and the number of each record on the page, and one more."""
        walks = self.walks()
        if self.ask.sort is RELEVANCE:
            return self._ranked(connection)
        if not walks or not self.in_order:
            own = (self.ask.sort.column, self.listing.kind.model.id)
            base = select(own[0].label("sort_key"), own[1].label("id"), NO_SCORE, *self._told())
            return after_cursor(connection, base.where(*self._rows_where()), own, self.ask)
        parts = [self._part(connection, walk) for walk in walks]
        return parts[0] if len(parts) == 1 else self._joined(parts)

    @property
    def ranking(self) -> ListRanking:
        """The matches of a query by relevance."""
        return self.ranked_on(self.walks())

    def ranked_on(self, walks: list[IndexScan]) -> ListRanking:
        """The matches of a query that lie on some walks, or on none if there are none."""
        return ListRanking(self.listing, self.ask, self.others, walks)

    def _ranked(self, connection: Connection) -> Rows:
        """The records of a page by relevance."""
        rows = self.ranking.keys(connection).subquery()
        query = select(rows.c.sort_key, rows.c.id, NO_SCORE, *self._told())
        if self.narrow is not None:
            query = query.join(self.listing.kind.table, self.listing.kind.model.id == rows.c.id)
        return ordered(query, (rows.c.sort_key, rows.c.id), self.ask)

    def _told(self) -> list[Any]:
        """Whether a row is told of a broader term only, where such rows are wanted."""
        return [] if self.narrow is None else [case((self.narrow, 0), else_=1).label("broader")]

    def _rows_where(self) -> list[Clause]:
        """What has to hold of a record, when the list's own rows are filtered."""
        element, found = self.element, list(self.found)
        inside = [element.wrap(found, self.ask.asked)] if element is not None else []
        return [*is_current(self.listing), *self.others, *inside]

    def _part(self, connection: Connection, walk: IndexScan) -> Rows:
        own = (walk.key, walk.id)
        return after_cursor(connection, self._rows(walk), own, self.ask)

    def _rows(self, walk: IndexScan) -> Rows:
        """The records of one walk, each once, with the score of its surest row."""
        query = select(
            walk.key.label("sort_key"), walk.id.label("id"), func.max(walk.score).label("score")
        )
        return query.where(*walk.where, *self.also(walk)).group_by(walk.key, walk.id)

    def also(self, walk: IndexScan) -> list[Clause]:
        """What the walk's index does not hold is asked of the record itself."""
        if not self.others:
            return []
        model = self.listing.kind.model
        return [exists(select(ONE).where(model.id == walk.id, *self.others))]

    def _joined(self, parts: list[Rows]) -> Rows:
        """The records of several walks, each once, in order."""
        each = union_all(*(select(part.subquery()) for part in parts)).subquery()
        both = select(each.c.sort_key, each.c.id, func.max(each.c.score).label("score"))
        return ordered(
            both.group_by(each.c.sort_key, each.c.id), (each.c.sort_key, each.c.id), self.ask
        )

    def ids(self) -> Rows:
        """The numbers of all matching records."""
        walks = self.walks()
        model = self.listing.kind.model
        if not walks:
            return select(model.id).where(*self._rows_where())
        parts = [self.some(walk) for walk in walks]
        if len(parts) == 1:
            return parts[0]
        return select(union_all(*parts).subquery().c.id).distinct()

    def some(self, walk: IndexScan) -> Rows:
        """The numbers of the records of one walk, each once, in its order."""
        query: Rows = select(walk.id.label("id")).where(*walk.where, *self.also(walk))
        return query.group_by(walk.key, walk.id)


def _walked(
    listing: ListDefinition, ask: ListRequest, values: dict[str, list[Any]]
) -> tuple[FilterGroup | None, list[Criterion]]:
    """The first element that is asked for and can be walked through an index."""
    for each in listing.walked:
        found = each.criteria(values, ask.asked)
        if found and each.walks is not None and each.walks(found, ask.asked):
            return each, found
    return None, []
