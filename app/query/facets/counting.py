"""Counts by SQL over the records found, and the facets that were asked for, most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Connection,
    Text,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from app.db.statements import Rows
from app.query.cards import CURRENT
from app.query.criteria import MISSING, NOT, Clause, Criterion, Match
from app.query.facets.declaration import ALL, MOST_RECORDS, MOST_VALUES, STATUS, Facet
from app.query.filters import ABOVE, FilterGroup, flatten_filters
from app.query.ordering import is_standing
from app.query.plan import Plan


def _by_columns(some: Sequence[Facet], found: CTE) -> Iterable[Rows]:
    """The records are read once, however many of their columns are counted by."""
    if not some:
        return
    columns = [facet.column for facet in some]
    read = select(*columns, func.count().label("number"))
    each = read.join(found, found.c.id == some[0].of).group_by(*columns).cte(f"{found.name}_read")
    yield from _of_columns(some, each)


def _of_columns(some: Sequence[Facet], each: CTE) -> Iterable[Rows]:
    for facet in some:
        value = each.c[facet.column.key]
        number = cast(func.sum(each.c.number), BigInteger)
        yield _named(facet, select(cast(value, Text), null(), number).group_by(value))


def _named(facet: Facet, rows: Rows) -> Rows:
    """Counts under the name of their facet."""
    label: Any = literal_column(f"'{facet.name}'")
    return select(label.label("facet"), *rows.subquery().c)


def facet_counts_query(connection: Connection, plan: Plan, names: Iterable[str]) -> Any:
    """One statement for the counts of some facets; `group_facet_counts` reads it.

    Its first two rows are how many records there are, and how many are counted.
    """
    everything, whole = counted_over(connection, plan, "found")
    parts: list[Rows] = []
    columns: dict[CTE, list[Facet]] = {}
    known = {facet.name: facet for facet in plan.listing.facets}
    chosen = [known[name] for name in names]
    walked = [facet for facet in chosen if _is_on_the_way(plan, facet)]
    parts += _on_the_way(plan, walked)
    for at, facet in enumerate(each for each in chosen if each not in walked):
        other = counted_plan(connection, plan, facet)
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


def _is_on_the_way(plan: Plan, facet: Facet) -> bool:
    """Whether the rows by which records are found tell, one by one, which values hold."""
    if facet.values is None or not facet.values.words or plan.nested is not None:
        return False
    asked = plan.list_request
    mine = asked.options.match is Match.DEFINITE and not (_own(facet) & plan.values.keys())
    return mine and _group(plan, facet) is plan.element and len(plan.scans()) == 1


def _on_the_way(plan: Plan, facets: Sequence[Facet]) -> Iterable[Rows]:
    """Counts of values that hold in rows of the index that is read to find the records."""
    if not facets:
        return
    [scan] = plan.scans()
    holds = {
        (facet.name, word): column
        for facet in facets
        if facet.values is not None
        for word, column in zip(
            facet.values.words, list(facet.values.query.selected_columns)[1:], strict=True
        )
    }
    best = [func.max(each).label(f"value_{at}") for at, each in enumerate(holds.values())]
    rows = scan.select(*best).where(*plan.also(scan)).group_by(*scan.keys, scan.id)
    if plan.listing.retracted is not None and not counts_all_statuses(plan):
        rows = rows.where(scan.id.not_in(plan.listing.retracted()))
    each = rows.limit(MOST_RECORDS).cte("walked").prefix_with("MATERIALIZED")
    sums = select(*(func.coalesce(func.sum(one), 0).label(one.key) for one in each.c))
    totals = sums.cte("totals").prefix_with("MATERIALIZED")
    for (name, word), total in zip(holds, totals.c, strict=True):
        facet: Any = literal_column(f"'{name}'")
        yield select(facet.label("facet"), literal(word), null(), cast(total, BigInteger))


def all_counts_query(plan: Plan, facets: Sequence[Facet]) -> Any:
    """The same over all records of a list, read from indexes that have no more than is counted.

    The few that rest on retracted work only are counted apart, and come as less than none.
    """
    model, current = plan.listing.kind.model, is_standing(plan.listing)
    gone = or_(model.status < CURRENT, model.status > CURRENT)  # an index has both ends
    apart = select(model.id).where(*plan.listing.kind.where, gone)
    columns = [facet for facet in facets if facet.counted is None]
    others = [facet for facet in facets if facet.counted is not None and facet.of_all is not None]
    values = select(*(each.column for each in columns), func.count().label("number"))
    grouped = values.where(*current).group_by(*(each.column for each in columns)).cte("values")
    retracted = (
        false() if plan.listing.retracted is None else model.id.in_(plan.listing.retracted())
    )
    left_out = select(model.id).where(*current, retracted).cte("left_out")
    number = select(func.count()).select_from(plan.listing.kind.table).where(*current)
    every = number.scalar_subquery()
    fewer = select(func.count()).select_from(left_out).scalar_subquery()
    nothing: Any = literal_column("''")
    parts: list[Rows] = [select(nothing, null(), null(), each) for each in (every, every - fewer)]
    parts += _of_columns(columns, grouped)
    parts += [_named(each, each.of_all(current, apart)) for each in others if each.of_all]
    less: list[Rows] = list(_by_columns(columns, left_out))
    less += [
        _named(each, rows) for each in others if each.counted for rows in each.counted(left_out, [])
    ]
    each_less = (part.subquery() for part in less)
    parts += [select(*list(part.c)[:3], -list(part.c)[3]) for part in each_less]
    return union_all(*parts)


def counted_plan(connection: Connection, plan: Plan, facet: Facet) -> Plan:
    """The plan of the records that a facet is counted over."""
    if not plan.list_request.all_facet_values:
        return plan
    return _without(connection, plan, facet)


def counts_all_statuses(plan: Plan) -> bool:
    """Whether what rests on retracted work is counted like anything else."""
    return plan.listing.retracted is None or ALL in plan.list_request.values.get(STATUS, ())


def counted_over(connection: Connection, plan: Plan, name: str) -> tuple[CTE, CTE]:
    """All records, and those to count: what rests on retracted work only is not, unless asked."""
    every = plan.ids(connection).limit(MOST_RECORDS + 1).cte(f"every_{name}")
    if plan.listing.retracted is None or counts_all_statuses(plan):
        return every, every
    return every, select(every.c.id).where(every.c.id.not_in(plan.listing.retracted())).cte(name)


def _also(plan: Plan, facet: Facet) -> list[Clause]:
    """What is asked of the row that has the value, beside the facet's own filter."""
    group = _group(plan, facet)
    if group is None:
        return facet.rows([])
    found = _beside(plan, facet, group)
    sure = plan.list_request.options.match in {Match.DEFINITE, Match.WITHIN}
    if facet.meets is not None:
        return facet.meets(found, sure)
    possible = group.graded and not sure
    clauses = [one.possible if possible else one.definite for one in found]
    return [*facet.rows(found), *clauses]


def has_to_meet(plan: Plan, facet: Facet) -> bool:
    """Whether anything is asked of the row that has the value, beside the facet's own filter."""
    group = _group(plan, facet)
    return group is not None and bool(_beside(plan, facet, group))


def _group(plan: Plan, facet: Facet) -> FilterGroup | None:
    """The group of filters on one row that the facet's filter belongs to."""
    for each in plan.listing.filters:
        if isinstance(each, FilterGroup) and facet.name in {
            one.name for one in flatten_filters(each.filters)
        }:
            return each
    return None


def _beside(plan: Plan, facet: Facet, group: FilterGroup) -> list[Criterion]:
    """What is asked in a group, beside the facet's own filter."""
    values = {name: each for name, each in plan.values.items() if name not in _own(facet)}
    return group.criteria(values, plan.list_request.options)


def _own(facet: Facet) -> set[str]:
    return {facet.name + end for end in ("", NOT, MISSING, ABOVE)}


def _without(connection: Connection, plan: Plan, facet: Facet) -> Plan:
    """The plan without the facet's own filter, as the menu of that filter needs it."""
    own = _own(facet)
    values = {name: each for name, each in plan.list_request.values.items() if name not in own}
    if len(values) == len(plan.list_request.values):
        return plan
    return Plan.of(connection, plan.listing, replace(plan.list_request, values=values))


Count = tuple[str, str | None, str | None, int]  # facet, value, label, records


def group_facet_counts(counts: Iterable[Count]) -> dict[str, list[dict[str, Any]]]:
    """The counts by facet, the most frequent values first."""
    found: dict[str, list[dict[str, Any]]] = {}
    sums: Counter[tuple[str, str | None, str | None]] = Counter()
    for name, value, label, number in counts:
        sums[name, value, label] += number
    for (name, value, label), number in sums.items():
        if number:
            words = {} if label is None else {"label": label}
            found.setdefault(name, []).append({"value": value, **words, "count": number})
    for values in found.values():
        values.sort(key=lambda each: (-each["count"], each["value"] or ""))
        del values[MOST_VALUES:]
    return found
