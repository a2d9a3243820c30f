"""Lists: the statements of a request's shape, the cards of a page, one envelope around them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, Field, create_model
from sqlalchemy import Connection, select

from app.api.paging import CursorPage
from app.db.statements import (
    PreparedStatement,
    Rows,
    bind_values,
)
from app.query.facets import Facets, FacetStatements
from app.query.filters import Binding
from app.query.fulltext.ranking import CAPPED, NUMBER_AFTER, RANK_AFTER, UNRANKED, place_of
from app.query.fulltext.snippets import page_snippets
from app.query.nested.criterion import Terms
from app.query.nested.terms import resolve_names
from app.query.ordering import (
    LAST_CHANGE,
    cursor_after,
    cursor_values,
    keys_of,
    order_rows,
    total_json,
    with_cursor,
)
from app.query.plan import Plan
from app.query.request import ListDefinition, ListRequest
from app.query.totals import (
    CertaintyStatements,
    CountMatch,
    Counts,
    CountStatements,
    ResultMatch,
    RowCertainty,
    broader_hint,
    certainty_json,
)


@dataclass(frozen=True)
class PageStatements:
    """What is asked of the database: the page's rows, all counts, and the facets if any."""

    plan: Plan
    page: PreparedStatement
    counts: CountStatements
    facets: FacetStatements | None
    certainty: CertaintyStatements

    @classmethod
    def of(cls, connection: Connection, plan: Plan) -> PageStatements:
        """The statements of a plan."""
        return cls(
            plan.kept(),
            PreparedStatement.of(connection, _page(connection, plan)),
            CountStatements.of(connection, plan),
            FacetStatements.of(connection, plan) if plan.list_request.facets else None,
            CertaintyStatements.of(connection, plan),
        )


@dataclass(frozen=True)
class BoundStatements:
    """The statements for one request, and the values to run them with."""

    statements: PageStatements
    values: dict[str, Any]

    @classmethod
    def of(
        cls, connection: Connection, listing: ListDefinition, list_request: ListRequest
    ) -> BoundStatements:
        """Find the terms, and the statements; raises Problem for what cannot be understood."""
        list_request = with_cursor(connection, listing, list_request)
        terms = resolve_names(connection, listing, list_request)
        bound = [bind_values(name, ids) for name, ids in terms.items()]
        values = {key: id_ for each in bound for key, id_ in each.items()}

        bindings = _bindings(connection, listing, list_request, terms)

        def make() -> PageStatements:
            made = {name: each.values for name, each in bindings.items()}
            asked = replace(list_request, values={**list_request.values, **made})
            return PageStatements.of(connection, Plan.with_terms(listing, asked, terms))

        for each in bindings.values():
            values |= each.bound
        place = place_of(listing, list_request)
        if place is None:
            begins, after = list_request.cursor is not None, cursor_values(list_request)
        else:
            begins, after = place[0] == UNRANKED, {RANK_AFTER: place[0], NUMBER_AFTER: place[1]}
        shape = _shape(listing, list_request, terms, bindings)
        key = connection.dialect.name, place is None, begins, shape
        return cls(listing.statements.get(key, make), {**values, **after})

    def page(self, connection: Connection) -> list[Any]:
        """The rows of the page in order, and one more."""
        return list(self.statements.page.run(connection, **self.values))

    def certainty(self, connection: Connection, rows: Sequence[Any]) -> RowCertainty:
        """How sure each record of a page is, and its parts, where that is told of parts."""
        ids = [row.id for row in rows]
        return self.statements.certainty.read(connection, ids, **self.values)

    def counts(self, connection: Connection, rows: Sequence[Any]) -> Counts:
        """How many there are in all, given the rows of the page."""
        return self.statements.counts.read(connection, rows, **self.values)

    def facets(self, connection: Connection) -> dict[str, Any] | None:
        """The counts of every facet that was asked for."""
        counting = self.statements.facets
        if counting is None:
            return None
        return counting.run(connection, **self.values)


def _bindings(
    connection: Connection, listing: ListDefinition, list_request: ListRequest, terms: Terms
) -> dict[str, Binding]:
    """By parameter, the values that are bound anew for each request."""
    named, found = listing.parameters(), {}
    for name, values in list_request.values.items():
        bind = named[name].bind
        binding = (
            None if bind is None or name in terms else bind(name, values, connection.dialect.name)
        )
        if binding is not None:
            found[name] = binding
    return found


def _shape(
    listing: ListDefinition,
    list_request: ListRequest,
    terms: Terms,
    bindings: Mapping[str, Binding],
) -> Hashable:
    """All that the statements depend on: of terms, only how many there are."""
    values = tuple(
        (name, bindings[name].shape if name in bindings else tuple(each))
        for name, each in list_request.values.items()
        if name not in terms
    )
    found = tuple((name, len(ids)) for name, ids in terms.items())
    return (
        list_request.order,
        list_request.limit,
        list_request.options,
        list_request.facets,
        list_request.all_facet_values,
        values,
        found,
        list_request.where and list_request.where.shape(listing),
    )


def _page(connection: Connection, plan: Plan) -> Rows:
    """The statement that gives the cards of one page in order, and one more."""
    table = plan.listing.kind.table
    keys = plan.keys(connection).subquery("keys")
    columns = list(keys.c)
    if plan.scored and not plan.detailed and not plan.in_order:
        columns = [each for each in columns if each.name != "score"]
        columns.append(plan.score().correlate(table).label("score"))
    change = LAST_CHANGE.label("last_change")
    cards = select(table.c.card, table.c.slug, *columns, change).join(keys, keys.c.id == table.c.id)
    return order_rows(cards, keys_of(keys, plan.list_request.sort), plan.list_request)


@dataclass(frozen=True)
class PageRows:
    """The rows of one page, how many there are in all, and where the next page begins.

    `certainty` says how sure they and their parts are, where that is told.
    """

    question: BoundStatements
    rows: list[Any]
    next: str | None
    counts: Counts
    certainty: RowCertainty

    @classmethod
    def of(
        cls, connection: Connection, listing: ListDefinition, list_request: ListRequest
    ) -> PageRows:
        """Read them; raises Problem for what cannot be understood."""
        question = BoundStatements.of(connection, listing, list_request)
        rows = question.page(connection)
        found = question.counts(connection, rows)
        shown, next_ = rows[: list_request.limit], next_cursor(rows, list_request)
        if found.beyond is not None and not next_:
            next_ = question.statements.plan.ranking.goes_on(connection, found.beyond)
        return cls(question, shown, next_, found, question.certainty(connection, shown))

    @property
    def total(self) -> int:
        """How many records are on the list, as far as they are counted."""
        return self.counts.listed

    @property
    def last_change(self) -> int:
        """The newest change that the page takes in."""
        return self.counts.last_change

    @property
    def capped(self) -> bool:
        """Whether more match a query than are put in order."""
        return self.counts.beyond is not None


CardType = TypeVar("CardType", bound=BaseModel)
NOTE = "What is not here was not found in the sources searched; it is not shown to be absent."


class Total(BaseModel):
    """How many match."""

    value: int = Field(description="How many match, counted up to 1000.")
    relation: str = Field(description="eq: exactly; gte: at least.", pattern="^(eq|gte)$")


class ScopeCard(BaseModel):
    """What an answer rests on."""

    last_change: int = Field(description="The newest change that the answer takes in.")
    note: str = Field(description="What no rows mean.")


class Definite(BaseModel):
    """Matches that are certain."""

    within: Total = Field(description="All of the population is as asked.")
    overlapping: Total = Field(description="Some of the population is as asked.")


class Matches(BaseModel):
    """How sure the matches of a population are."""

    definite: Definite
    possible: Total = Field(description="The source leaves open whether they match.")
    excluded: Total = Field(description="They do not match.")
    partly: list[str] = Field(
        description="Slugs of the certain matches on the page of which only some are as asked."
    )
    missing: dict[str, list[str]] = Field(
        description="By slug, what each possible match on the page leaves open: criteria by name,"
        " those of a nested question by place, as /not/age_group."
    )
    results: dict[str, list[ResultMatch]] | None = Field(
        default=None, description="Of outcomes, by slug: how sure each result is."
    )
    counts: dict[str, list[CountMatch]] | None = Field(
        default=None, description="Of adverse events, by slug: how sure each count is."
    )


class Capped(BaseModel):
    """How far the order by relevance goes."""

    ranked: int = Field(description="So many matches, the newest, come in order, the best first.")
    hint: str = Field(description="What about the others.")


class Hint(BaseModel):
    """What would find something, where nothing was found."""

    parameter: str = Field(description="The parameter to give.")
    value: str = Field(description="With this value.")
    total: int = Field(description="What that finds; 1001: more than 1000.")


class Page(CursorPage[CardType], Generic[CardType]):
    """One page of a list."""

    total: Total
    scope: ScopeCard
    matches: Matches | None = Field(
        default=None, description="How sure the matches are, where a population was asked for."
    )
    facets: Facets | None = Field(default=None, description="Counts, where they were asked for.")
    snippets: dict[str, str] | None = Field(
        default=None,
        description="With q, by slug: where the record has the words, each match between ** and **;"
        " plain text, to be escaped as any other. An asterisk of the record is written ∗.",
    )
    capped: Capped | None = Field(
        default=None, description="Where more records match a query than are put in order."
    )
    broader: list[str] | None = Field(
        default=None, description="With broader=true: which items are told of a broader term only."
    )
    hint: Hint | None = Field(default=None, description="Where nothing was found: what would.")


class ChildPage(BaseModel, Generic[CardType]):
    """Records inside another: at most 200, then how many there are and where they go on."""

    items: list[CardType]
    next: str | None = Field(description="Address where they go on; null: these are all.")
    total: Total


@cache
def page_of(card: type[BaseModel], *, inside: bool = False) -> type[BaseModel]:
    """A page of these cards, in the OpenAPI StudyList, or StudyChildren."""
    page: Any = ChildPage if inside else Page
    name = card.__name__.removesuffix("Card") + ("Children" if inside else "List")
    return create_model(name, __base__=page[card], __doc__=page.__doc__)


@dataclass(frozen=True)
class CardPage:
    """The cards of one page, as bytes would join them, and where the next page begins."""

    cards: list[str]
    next: str | None
    total: int
    last_change: int
    matches: dict[str, Any] | None = None
    facets: dict[str, Any] | None = None
    broader: list[str] | None = None
    snippets: dict[str, str] | None = None
    capped: bool = False
    hint: dict[str, Any] | None = None


def fetch_page(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> CardPage:
    """The page that was asked for: one statement for its terms (if any), its cards, its counts."""
    found = PageRows.of(connection, listing, list_request)
    question, rows = found.question, found.rows
    plan, change = question.statements.plan, found.last_change
    return CardPage(
        [row.card for row in rows],
        found.next,
        found.total,
        change,
        certainty_json(plan, rows, found.counts, found.certainty) if plan.sized else None,
        question.facets(connection),
        None if plan.narrow is None else [row.slug for row in rows if row.broader],
        page_snippets(listing.kind, list_request.values.get("q"), rows),
        found.capped,
        None if found.total else broader_hint(connection, listing, list_request),
    )


def cards_and_cursor(rows: Sequence[Any], page: ListRequest) -> tuple[list[str], str | None]:
    """The cards of a page, and the cursor after it when there was one row more."""
    return [row.card for row in rows[: page.limit]], next_cursor(rows, page)


def next_cursor(rows: Sequence[Any], page: ListRequest) -> str | None:
    """The cursor after a page, when there was one row more."""
    return cursor_after(rows[page.limit - 1], page) if len(rows) > page.limit else None


def envelope(part: CardPage, fields: Sequence[str]) -> bytes:
    """The page as JSON; the cards go in as the bytes they are stored as."""
    cards = (select_fields(card, fields) for card in part.cards) if fields else part.cards
    rest: dict[str, Any] = {
        "next": part.next,
        "total": total_json(part.total),
        "scope": {"last_change": part.last_change, "note": NOTE},
    }
    if part.matches is not None:
        rest["matches"] = part.matches
    if part.facets is not None:
        rest["facets"] = part.facets
    if part.snippets is not None:
        rest["snippets"] = part.snippets
    if part.capped:
        rest["capped"] = CAPPED
    if part.broader is not None:
        rest["broader"] = part.broader
    if part.hint is not None:
        rest["hint"] = part.hint
    return b'{"items":[' + ",".join(cards).encode() + b"]," + orjson.dumps(rest)[1:]


def select_fields(card: str, fields: Sequence[str]) -> str:
    """A card with only some of its members, in the order of the card."""
    members = orjson.loads(card)
    return orjson.dumps({name: members[name] for name in members if name in fields}).decode()
