"""Questions: the statements that answer a request to a list, kept for all requests of its shape."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.core import facets
from app.core.asking import RELEVANCE, Ask, Listing
from app.core.cards import Rows
from app.core.counts import counts
from app.core.kept import answer_once
from app.core.orders import LAST_CHANGE, ordered, place_of
from app.core.plans import Plan, numbers
from app.core.prepared import Prepared, given
from app.core.resuming import resumed


@dataclass(frozen=True)
class Statements:
    """What is asked of the database: the page's rows, all counts, and the facets if any."""

    plan: Plan
    page: Prepared
    names: tuple[str, ...]
    counts: Prepared
    facets: Prepared | None

    @classmethod
    def of(cls, connection: Connection, plan: Plan) -> Statements:
        """The statements of a plan."""
        found: dict[str, Any] = counts(connection, plan)
        if plan.ask.sort is RELEVANCE:
            found["beyond"] = plan.ranking.beyond(connection)
        return cls(
            plan,
            Prepared.of(connection, _page(connection, plan)),
            (*found, "last_change"),
            Prepared.of(connection, select(*found.values(), LAST_CHANGE)),
            Prepared.of(connection, facets.counting(connection, plan)) if plan.ask.facets else None,
        )


@dataclass(frozen=True)
class Question:
    """The statements for one request, and the values to run them with."""

    statements: Statements
    values: dict[str, Any]
    counted: tuple[Hashable, ...]  # all that its counts depend on, whichever page is asked for

    @classmethod
    def of(cls, connection: Connection, listing: Listing, ask: Ask) -> Question:
        """Find the terms, and the statements; raises Problem for what cannot be understood."""
        ask = resumed(connection, listing, ask)
        terms = numbers(connection, listing, ask)
        bound = [given(name, ids) for name, ids in terms.items()]
        values = {key: id_ for each in bound for key, id_ in each.items()}

        def make() -> Statements:
            return Statements.of(connection, Plan.with_terms(listing, ask, terms))

        counted = (listing.kept, ask.sort is RELEVANCE, ask.facets, ask.others, *ask.meant)
        if ask.sort is RELEVANCE and ask.cursor is not None:  # each place is asked for anew
            return cls(make(), values, counted)
        place = place_of(ask)
        key = (connection.dialect.name, bool(place), *_shape(ask, terms))
        return cls(listing.kept.get(key, make), {**values, **place}, counted)

    def page(self, connection: Connection) -> list[Any]:
        """The rows of the page in order, and one more."""
        return list(self.statements.page.run(connection, **self.values))

    def counts(self, connection: Connection, change: int | None) -> dict[str, int]:
        """How many there are in all, and the last change that this takes in.

        Where that is known already, whoever asked last has counted for all until the next.
        """

        def count() -> dict[str, int]:
            row = self.statements.counts.run(connection, **self.values).one()
            return dict(zip(self.statements.names, row, strict=True))

        if change is None:
            return count()
        found: dict[str, int] = answer_once(connection, ("counts", change, *self.counted), count)
        return found

    def facets(self, connection: Connection, change: int) -> dict[str, Any] | None:
        """The counts of every facet that was asked for."""
        counting = self.statements.facets
        if counting is None:
            return None

        def count() -> dict[str, Any]:
            return facets.grouped(list(counting.run(connection, **self.values)))

        found: dict[str, Any] = answer_once(connection, ("facets", change, *self.counted), count)
        return found


def _shape(ask: Ask, terms: dict[str, list[int]]) -> tuple[Hashable, ...]:
    """All that the statements depend on: of terms, only how many there are."""
    values = tuple((n, tuple(each)) for n, each in ask.values.items() if n not in terms)
    found = tuple((name, len(ids)) for name, ids in terms.items())
    return ask.order, ask.limit, ask.asked, ask.facets, ask.others, values, found


def _page(connection: Connection, plan: Plan) -> Rows:
    """The statement that gives the cards of one page in order, and one more."""
    table = plan.listing.kind.table
    keys = plan.keys(connection).subquery("keys")
    columns = list(keys.c)
    if plan.sized and (plan.graded is not None or not plan.in_order):
        columns = [each for each in columns if each.name != "score"]
        columns.append(plan.score().correlate(table).label("score"))
    change = LAST_CHANGE.label("last_change")
    cards = select(table.c.card, table.c.slug, *columns, change).join(keys, keys.c.id == table.c.id)
    return ordered(cards, (keys.c.sort_key, keys.c.id), plan.ask)
