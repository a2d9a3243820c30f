"""Facets read from what the journal stores: counts of everything, values of the records found.

Without any filter the counts are stored as well. Otherwise the stored values of every record that
was found are counted here, some thousand records at a time, so that others get on in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from sqlalchemy import Connection, func, literal, literal_column, null, select, union_all

from app.db.statements import PreparedStatement, Rows
from app.query.criteria import MatchOptions
from app.query.facets.counting import (
    Count,
    all_counts_query,
    counted_over,
    counted_plan,
    counts_all_statuses,
    facet_counts_query,
    group_facet_counts,
    has_to_meet,
)
from app.query.facets.declaration import (
    ALL_RECORDS,
    LEFT_OUT,
    MOST_RECORDS,
    MOST_VALUES,
    SOUND,
    Facet,
    StoredFacets,
    ValueForm,
)
from app.query.plan import Plan
from app.query.request import ListRequest
from app.values.packed_numbers import unpack_numbers

AT_ONCE = 2_000  # records that are counted before another thread may go on
TERMS_AT_ONCE = 500


def counts_everything(asked: ListRequest) -> bool:
    """Whether every record of the list is meant, so that the stored counts say it all."""
    return not (asked.values or asked.where) and asked.options == MatchOptions()


@dataclass
class RecordCount:
    """How many records were looked at, how many of these are counted, and what they have."""

    found: int = 0
    counted: int = 0
    values: list[Counter[Any]] = field(default_factory=list)


@dataclass(frozen=True)
class StoredRows:
    """The statement that reads the stored values of all records found, and what its columns are.

    `retracted`: what rests on retracted work only is counted as well.
    """

    statement: PreparedStatement
    forms: tuple[ValueForm, ...]
    retracted: bool

    @classmethod
    def of(
        cls,
        connection: Connection,
        plan: Plan,
        stored: StoredFacets,
        columns: Iterable[tuple[Any, ValueForm]],
    ) -> StoredRows:
        """The statement for some columns of the table of stored values."""
        some = list(columns)
        found = counted_over(connection, plan, "found")[0]
        query = select(stored.rows.c.retracted, *(column for column, _ in some))
        query = query.join(found, found.c.id == stored.record)
        forms = tuple(form for _, form in some)
        statement = PreparedStatement.of(connection, query)
        return cls(statement, forms, counts_all_statuses(plan))

    def pieces(self, connection: Connection, **values: Any) -> Iterator[tuple[int, Sequence[Any]]]:
        """Piece by piece, how many records were found, and the rows of those that are counted.

        Of a row the first says whether it rests on retracted work, the others are as asked for.
        """
        rows = self.statement.run(connection, **values)
        while some := rows.fetchmany(AT_ONCE):
            sound = some if self.retracted else [row for row in some if not row[0]]
            yield len(some), sound

    def count(self, connection: Connection, **values: Any) -> RecordCount:
        """Count them; a record that has several values of one column counts for each."""
        found = RecordCount(values=[Counter() for _ in self.forms])
        for number, some in self.pieces(connection, **values):
            found.found += number
            found.counted += len(some)
            _, *columns = zip(*some, strict=True) if some else [()] * (1 + len(self.forms))
            for form, counter, column in zip(self.forms, found.values, columns, strict=True):
                if form is ValueForm.TERMS:
                    counter.update(unpack_numbers(b"".join(column)))
                else:
                    counter.update(column)
        for at, form in enumerate(self.forms):
            if form is ValueForm.WORDS:
                found.values[at] = count_words(found.values[at])
        return found


def count_words(lists: Counter[str]) -> Counter[str]:
    """How often each word is in lists of words, of which each may be there many times."""
    found: Counter[str] = Counter()
    for words, number in lists.items():
        for word in words.split():
            found[word] += number
    return found


def count_rows(connection: Connection, facet: Facet, counter: Counter[Any]) -> Iterator[Count]:
    """The counts of one facet, with the names of the most frequent terms."""
    values = facet.values
    if values is None or values.form is not ValueForm.TERMS:
        for value, number in counter.items():
            yield facet.name, None if value is None else str(value), None, number
        return
    # of those that are as frequent as the last that is shown, names decide
    least = min(nlargest(MOST_VALUES, counter.values()), default=0)
    most = sorted(term for term, number in counter.items() if number >= least)
    terms = values.terms
    for start in range(0, len(most), TERMS_AT_ONCE):
        some = most[start : start + TERMS_AT_ONCE]
        query = select(terms.id, terms.slug, terms.name).where(terms.id.in_(some))
        for id_, slug, name in connection.execute(query):
            yield facet.name, slug, name, counter[id_]


def stored_counts_query(stored: StoredFacets, kind: str, facets: Sequence[Facet]) -> Any:
    """One statement for stored counts: how many records there are, then by facet and value."""
    counts = stored.counts.c
    of = counts.kind == literal(kind)
    number = counts.records

    def size(*words: str) -> Rows:
        chosen = (of, counts.facet == ALL_RECORDS, counts.value.in_(words))
        nothing: Any = literal_column("''")
        return select(nothing, null(), null(), func.coalesce(func.sum(number), 0)).where(*chosen)

    parts = [size(SOUND, LEFT_OUT), size(SOUND)]
    for facet in facets:
        mine = (of, counts.facet == facet.name)
        values = facet.values
        if values is not None and values.form is ValueForm.TERMS:
            terms = values.terms
            named = select(counts.facet, terms.slug, terms.name, number)
            parts.append(named.join(terms, terms.id == counts.term_id).where(*mine))
        else:
            word = func.nullif(counts.value, "")
            parts.append(select(counts.facet, word, null(), number).where(*mine))
    return union_all(*parts)


@dataclass(frozen=True)
class FacetStatements:
    """The statements that count the facets of one shape of request.

    `counted` gives counts, the first two being how many records there are and are counted; None:
    `rows` tells that. `rows` are read and counted, each for some facets.
    """

    counted: PreparedStatement | None
    rows: tuple[tuple[StoredRows, tuple[Facet, ...]], ...] = ()
    exact: bool = False  # however many there are

    @classmethod
    def of(cls, connection: Connection, plan: Plan) -> FacetStatements:
        """The statements for the facets that are asked for."""
        known = {facet.name: facet for facet in plan.listing.facets}
        facets = [known[name] for name in plan.list_request.facets]
        stored = plan.listing.stored_facets
        if stored is None:
            if counts_everything(plan.list_request) and all(facet.of_all for facet in facets):
                return cls(_prepared(connection, all_counts_query(plan, facets)), exact=True)
            names = [facet.name for facet in facets]
            return cls(_prepared(connection, facet_counts_query(connection, plan, names)))
        kept = [facet for facet in facets if stored.column(facet) is not None]
        if counts_everything(plan.list_request) and len(kept) == len(facets):
            kind = plan.listing.kind.name
            query = stored_counts_query(stored, kind, facets)
            return cls(_prepared(connection, query), exact=True)
        return cls._found(connection, plan, stored, facets)

    @classmethod
    def _found(
        cls, connection: Connection, plan: Plan, stored: StoredFacets, facets: Sequence[Facet]
    ) -> FacetStatements:
        """The statements that count over the records found."""
        others: list[str] = []
        apart: list[tuple[Plan, list[Facet]]] = [(plan, [])]  # the first tells how many there are
        for facet in facets:
            over = counted_plan(connection, plan, facet)
            if stored.column(facet) is None or has_to_meet(plan, facet):
                others.append(facet.name)
            elif over is plan:
                apart[0][1].append(facet)
            else:
                apart.append((over, [facet]))
        query = facet_counts_query(connection, plan, others) if others else None
        some = [each for each in apart if each[1] or (each[0] is plan and query is None)]
        rows = tuple(
            (StoredRows.of(connection, over, stored, _columns(stored, each)), tuple(each))
            for over, each in some
        )
        return cls(None if query is None else _prepared(connection, query), rows)

    def run(self, connection: Connection, **values: Any) -> dict[str, Any]:
        """All counts, as they stand in an answer."""
        sizes, counts = None, list[Count]()
        if self.counted is not None:
            read = self.counted.rows(connection, **values)
            sizes = read[0][3], read[1][3]
            counts += [(name, value, label, number) for name, value, label, number in read[2:]]
        for statement, facets in self.rows:
            found = statement.count(connection, **values)
            sizes = sizes or (found.found, found.counted)
            for facet, counter in zip(facets, found.values, strict=True):
                counts += count_rows(connection, facet, counter)
        every, counted = sizes or (0, 0)
        return {
            "counts": group_facet_counts(counts),
            "capped": not self.exact and every > MOST_RECORDS,
            "left_out": every - counted,
        }


def _prepared(connection: Connection, query: Any) -> PreparedStatement:
    return PreparedStatement.of(connection, query)


def _columns(stored: StoredFacets, facets: Iterable[Facet]) -> Iterator[tuple[Any, ValueForm]]:
    for facet in facets:
        if facet.values is not None:
            yield stored.column(facet), facet.values.form
