"""Facets: for each value of something, how many of the records found have it.

A count is what the list would total if that value were asked for as well: what is asked of a
population, an arm or a result, and the value, meet in one. Where the facet's own filter is asked
for, it only chooses the records. A record that has several values counts for each, and never twice
for one. Where possible matches are listed, a value counts that is certain in a part that may match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import (
    CTE,
    BigInteger,
    Connection,
    Text,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from app.db.statements import Rows
from app.query.criteria import MISSING, NOT, Clause, Criterion, Match
from app.query.filters import ABOVE, FilterGroup, flatten_filters
from app.query.plan import Plan

MOST_RECORDS = 250_000  # records that facets are counted over; beyond, `capped` says so
MOST_VALUES = 200  # values of one facet that are given, the most frequent first

STATUS, ALL = "publication_status", "any"  # asks for what rests on retracted work, too

Also = Sequence[Clause]  # what else the row that has the value has to meet
Counted = Callable[[CTE, Also], Iterable[Rows]]  # rows of value, label, count


class FacetValue(BaseModel):
    """One value and how many records have it."""

    value: str | None = Field(description="The value, or a term's slug; null: not said.")
    label: str | None = Field(default=None, description="The term's name.")
    count: int = Field(description="How many records have it.")


class Facets(BaseModel):
    """What was found, counted."""

    counts: dict[str, list[FacetValue]]
    capped: bool = Field(description="There are more records than were counted.")
    left_out: int = Field(
        description="Records not counted, because they rest only on retracted publications."
    )


@dataclass(frozen=True)
class Facet:
    """Something that the records of a list can be counted by, named as its filter is."""

    name: str
    meaning: str
    counted: Counted | None
    column: Any = None  # of the records' own table, and `of` its row number: read all at once
    of: Any = None
    rows: Callable[[list[Criterion]], list[Clause]] = (
        lambda _: []
    )  # to look at, given what is asked
    # all that is asked beside, given what that is, and whether it has to be certain
    meets: Callable[[list[Criterion], bool], list[Clause]] | None = None


def by_column(name: str, column: Any, of: Any, meaning: str) -> Facet:
    """Counts by the value of a column of the records' own table; null: the source does not say."""
    return Facet(name, meaning, None, column, of)


def _by_columns(some: Sequence[Facet], found: CTE) -> Iterable[Rows]:
    """The records are read once, however many of their columns are counted by."""
    if not some:
        return
    columns = [facet.column for facet in some]
    read = select(*columns, func.count().label("number"))
    each = read.join(found, found.c.id == some[0].of).group_by(*columns).cte(f"{found.name}_read")
    for facet in some:
        value = each.c[facet.column.key]
        number = cast(func.sum(each.c.number), BigInteger)
        yield _named(facet, select(cast(value, Text), null(), number).group_by(value))


def _named(facet: Facet, rows: Rows) -> Rows:
    """Counts under the name of their facet."""
    label: Any = literal_column(f"'{facet.name}'")
    return select(label.label("facet"), *rows.subquery().c)


def by_part(name: str, column: Any, of: Any, meaning: str, through: Any = None) -> Facet:
    """Counts by the value of a column of the records' parts, each record once for a value.

    Where `of` is a column of the part that the column's part belongs to, `through` leads there.
    """

    def counted(found: CTE, also: Also) -> Iterable[Rows]:
        query: Rows = select(cast(column, Text), null(), func.count(of.distinct()))
        if through is not None:
            query = query.join(through)
        query = query.join(found, found.c.id == of).where(column.is_not(None), *also)
        yield query.group_by(column)

    return Facet(name, meaning, counted)


def by_rule(
    name: str, values: Sequence[Any], rule: Callable[[Any], Clause], of: Any, meaning: str
) -> Facet:
    """Counts of the records for which a rule certainly holds, for each of some values."""

    def counted(found: CTE, also: Also) -> Iterable[Rows]:
        for value in values:
            query: Rows = select(literal(str(value)), null(), func.count(of.distinct()))
            yield query.join(found, found.c.id == of).where(rule(value), *also)

    return Facet(name, meaning, counted)


def by_term(name: str, term: Any, of: Any, terms: Any, meaning: str, above: Any = None) -> Facet:
    """Counts by term and every broader one.

    `term` of a page index has the broader ones already; for any other column `above` is the table
    of ancestors.
    """

    def counted(found: CTE, also: Also) -> Iterable[Rows]:
        value = term if above is None else above.ancestor_id
        rows: Rows = select(value.label("term"), func.count(of.distinct()).label("number"))
        rows = rows.join(found, found.c.id == of)
        if above is not None:
            rows = rows.join(above, above.term_id == term)
        each = rows.where(value > 0, *also).group_by(value).subquery()
        yield select(terms.slug, terms.name, each.c.number).join(each, each.c.term == terms.id)

    return Facet(name, meaning, counted)


def facet_counts_query(connection: Connection, plan: Plan) -> Any:
    """One statement for the counts of every facet asked for; `group_facet_counts` reads it."""
    everything, whole = counted_over(connection, plan, "found")
    parts: list[Rows] = []
    columns: dict[CTE, list[Facet]] = {}
    known = {facet.name: facet for facet in plan.listing.facets}
    for at, name in enumerate(plan.list_request.facets):
        facet = known[name]
        other = _without(connection, plan, facet) if plan.list_request.all_facet_values else plan
        found = whole if other is plan else counted_over(connection, other, f"found_{at}")[1]
        if facet.counted is None:
            columns.setdefault(found, []).append(facet)
        else:
            parts += [_named(facet, rows) for rows in facet.counted(found, _also(plan, facet))]
    for found, some in columns.items():
        parts += _by_columns(some, found)
    sizes: list[Rows] = [
        select(literal_column("''"), null(), null(), func.count()).select_from(found)
        for found in (everything, whole)
    ]
    return union_all(*sizes, *parts)


def counted_over(connection: Connection, plan: Plan, name: str) -> tuple[CTE, CTE]:
    """All records, and those to count: what rests on retracted work only is not, unless asked."""
    every = plan.ids(connection).limit(MOST_RECORDS + 1).cte(f"every_{name}")
    if plan.listing.retracted is None or ALL in plan.list_request.values.get(STATUS, ()):
        return every, every
    return every, select(every.c.id).where(every.c.id.not_in(plan.listing.retracted())).cte(name)


def _also(plan: Plan, facet: Facet) -> list[Clause]:
    """What is asked of the row that has the value, beside the facet's own filter."""
    values = {name: each for name, each in plan.values.items() if name not in _own(facet)}
    for each in plan.listing.filters:
        if isinstance(each, FilterGroup) and facet.name in {
            one.name for one in flatten_filters(each.filters)
        }:
            found = each.criteria(values, plan.list_request.options)
            sure = plan.list_request.options.match in {Match.DEFINITE, Match.WITHIN}
            if facet.meets is not None:
                return facet.meets(found, sure)
            possible = each.graded and not sure
            clauses = [one.possible if possible else one.definite for one in found]
            return [*facet.rows(found), *clauses]
    return facet.rows([])


def _own(facet: Facet) -> set[str]:
    return {facet.name + end for end in ("", NOT, MISSING, ABOVE)}


def _without(connection: Connection, plan: Plan, facet: Facet) -> Plan:
    """The plan without the facet's own filter, as the menu of that filter needs it."""
    values = {
        name: each for name, each in plan.list_request.values.items() if name not in _own(facet)
    }
    if len(values) == len(plan.list_request.values):
        return plan
    return Plan.of(connection, plan.listing, replace(plan.list_request, values=values))


def group_facet_counts(rows: list[Any]) -> dict[str, Any]:
    """The counts by facet, the most frequent values first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, value, label, number in rows[2:]:
        if number:
            words = {} if label is None else {"label": label}
            found.setdefault(name, []).append({"value": value, **words, "count": number})
    for values in found.values():
        values.sort(key=lambda each: (-each["count"], each["value"] or ""))
        del values[MOST_VALUES:]
    found_records, counted_records = rows[0][3], rows[1][3]
    capped, left_out = found_records > MOST_RECORDS, found_records - counted_records
    return {"counts": found, "capped": capped, "left_out": left_out}
