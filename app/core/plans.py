"""Plans: how the matching records of a list are found, page by page, in order.

Where a filter has a page index in the list's own order, the records are walked there, so that a
page costs the same however deep it lies and however many records there are; else the rows of the
list are filtered as they come in the order of their index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    case,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from app.core.asking import RELEVANCE, Ask, Listing
from app.core.cards import Rows
from app.core.criteria import Asked, Clause, Criterion, Match, Walk, all_definite, missing
from app.core.filters import ABOVE, Element, criteria
from app.core.orders import (
    EXACT_UP_TO,
    ONE,
    after_cursor,
    count,
    counted,
    ordered,
    rest_of,
    standing,
    total_of,
)
from app.core.relevance import ListRanking
from app.core.resuming import resumed

NO_SCORE: Any = literal_column("0").label("score")


def resolved(connection: Connection, listing: Listing, ask: Ask) -> dict[str, list[Any]]:
    """The values asked for, terms as their numbers; one statement when there are terms."""
    named = listing.named()
    wanted = {
        name: (term, values)
        for name, values in ask.values.items()
        if (term := named[name].term) is not None
    }
    found = listing.resolve(connection, wanted) if wanted else {}
    above = {}
    if ask.asked.broader and listing.above:
        above = {name + ABOVE: listing.above(connection, terms) for name, terms in found.items()}
    return {**ask.values, **found, **above}


@dataclass(frozen=True)
class Plan:
    """How one request's records are found: by walks through a page index, or row by row."""

    listing: Listing
    ask: Ask
    others: tuple[Clause, ...]
    found: tuple[Criterion, ...]
    element: Element | None
    in_order: bool
    narrow: Clause | None = None

    @classmethod
    def of(cls, connection: Connection, listing: Listing, ask: Ask) -> Plan:
        """The plan for a request; raises Problem for terms that are not known."""
        ask = resumed(connection, listing, ask)
        values = resolved(connection, listing, ask)
        element, found = _walked(listing, ask, values)
        rest = [each for each in listing.filters if each is not element]
        others = [each.definite for each in criteria(rest, values, ask.asked)]
        in_order = ask.order.removeprefix("-") == listing.default.removeprefix("-")
        in_order = in_order and not ask.asked.broader
        narrow = None
        if ask.asked.broader:
            exact = criteria(listing.filters, values, replace(ask.asked, broader=False))
            narrow = all_definite(exact)
        return cls(listing, ask, tuple(others), tuple(found), element, in_order, narrow)

    @property
    def sized(self) -> bool:
        """Whether matches are told apart by how sure they are."""
        return self.element is not None and any(walk.full > 1 for walk in self._walks())

    def _walks(self, asked: Asked | None = None) -> list[Walk]:
        if self.element is None or self.element.walks is None:
            return []
        return self.element.walks(list(self.found), asked or self.ask.asked)

    def keys(self, connection: Connection) -> Rows:
        """The order's column and the number of each record on the page, and one more."""
        walks = self._walks()
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
        return ListRanking(self.listing, self.ask, self.others, self._walks())

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
        return [*standing(self.listing), *self.others, *inside]

    def _part(self, connection: Connection, walk: Walk) -> Rows:
        own = (walk.key, walk.id)
        return after_cursor(connection, self._rows(walk), own, self.ask)

    def _rows(self, walk: Walk) -> Rows:
        """The records of one walk, each once, with the score of its surest row."""
        query = select(
            walk.key.label("sort_key"), walk.id.label("id"), func.max(walk.score).label("score")
        )
        return query.where(*walk.where, *self._also(walk)).group_by(walk.key, walk.id)

    def _also(self, walk: Walk) -> list[Clause]:
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
        walks = self._walks()
        model = self.listing.kind.model
        if not walks:
            return select(model.id).where(*self._rows_where())
        parts = [select(self._rows(walk).subquery().c.id) for walk in walks]
        return select(union_all(*parts).subquery().c.id).distinct()

    def counts(self) -> dict[str, ScalarSelect[int]]:
        """How many records match; of those told apart, how many are how sure."""
        if not self.sized:
            return {"total": counted(self.ids())}
        sure = self._walks(Asked(self.ask.asked.descendants, Match.DEFINITE))
        scored = self._scored(sure)
        full = sure[0].full
        possible = self._walks(Asked(self.ask.asked.descendants, Match.POSSIBLE))
        everybody = [*standing(self.listing), *self.others]
        found = {
            "definite": counted(select(scored.c.id), 2 * EXACT_UP_TO),
            "within": counted(select(scored.c.id).where(scored.c.score > full)),
            "possible": counted(select(self._scored(possible).c.id)),
            "everybody": count(self.listing, everybody, 3 * EXACT_UP_TO),
        }
        return {"total": self._total(found), **found}

    def _total(self, found: dict[str, ScalarSelect[int]]) -> Any:
        match self.ask.asked.match:
            case Match.DEFINITE:
                return found["definite"]
            case Match.POSSIBLE:
                return found["possible"]
            case _:
                return found["definite"] + found["possible"]

    def matches(self, rows: Sequence[Any], found: dict[str, int]) -> dict[str, Any]:
        """How sure the matches are, and what each possible one on the page leaves open."""
        full = self._walks()[0].full
        definite, within, possible = found["definite"], found["within"], found["possible"]
        apart = {"within": total_of(within), "overlapping": rest_of(definite, within)}
        left_open = {
            row.slug: missing(self.found, row.score)
            for row in rows
            if self.in_order and row.score < full
        }
        return {
            "definite": apart,
            "possible": total_of(possible),
            "excluded": rest_of(found["everybody"], definite, possible),
            "missing": left_open,
        }

    def _scored(self, walks: list[Walk]) -> Any:
        parts = [select(self._rows(walk).subquery()) for walk in walks]
        each = union_all(*parts).subquery()
        both = select(each.c.id, func.max(each.c.score).label("score")).group_by(each.c.id)
        return both.subquery()


def _walked(
    listing: Listing, ask: Ask, values: dict[str, list[Any]]
) -> tuple[Element | None, list[Criterion]]:
    """The first element that is asked for and can be walked through an index."""
    for each in listing.walked:
        found = criteria(each.filters, values, ask.asked)
        if found and each.walks is not None and each.walks(found, ask.asked):
            return each, found
    return None, []
