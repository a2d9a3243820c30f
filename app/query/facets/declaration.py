"""Facets: for each value of something, how many of the records found have it.

A count is what the list would total if that value were asked for as well: what is asked of a
population, an arm or a result, and the value, meet in one. Where the facet's own filter is asked
for, it only chooses the records. A record that has several values counts for each, and never twice
for one. Where possible matches are listed, a value counts that is certain in a part that may match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import CTE, BigInteger, Text, case, cast, func, literal, null, select

from app.db.statements import Rows
from app.query.criteria import Clause, Criterion

MOST_RECORDS = 250_000  # records that facets are counted over; beyond, `capped` says so
MOST_VALUES = 200  # values of one facet that are given, the most frequent first

STATUS, ALL = "publication_status", "any"  # asks for what rests on retracted work, too

Also = Sequence[Clause]  # what else the row that has the value has to meet
Counted = Callable[[CTE, Also], Iterable[Rows]]  # rows of value, label, count
OfAll = Callable[[Sequence[Clause], Any], Rows]  # the same, given what counts and what does not


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


class ValueForm(Enum):
    """How the values that a record has of a facet are stored beside one another."""

    PLAIN = "plain"  # the one value of a column, or null
    WORDS = "words"  # words, with spaces between
    TERMS = "terms"  # numbers of terms, packed


@dataclass(frozen=True)
class RecordValues:
    """The values of single records: what `counted` counts, as it is read to be stored.

    `query` gives the number of a record (`of`) and a value of it or, where there are `words`, 1 or
    0 for each of these.
    """

    form: ValueForm
    query: Rows
    of: Any
    words: tuple[str, ...] = ()
    terms: Any = None  # the model of the terms


@dataclass(frozen=True)
class StoredFacets:
    """Where the facets of a kind are stored: a row a record, and how many have each value.

    `rows` is a table with a column for each facet, by its name, with the number of a record in
    `record`, and `retracted`; `counts` a table of all kinds. The journal writes both.
    """

    rows: Any
    record: Any
    counts: Any

    def column(self, facet: Facet) -> Any | None:
        """The column with the values of a facet; None: it is not stored."""
        return None if facet.values is None else self.rows.c.get(facet.name)


ALL_RECORDS = ""  # stands for a facet where all records are counted
SOUND, LEFT_OUT = "sound", "left_out"  # those that facets count, and those on retracted work alone


@dataclass(frozen=True)
class Facet:
    """Something that the records of a list can be counted by, named as its filter is."""

    name: str
    meaning: str
    counted: Counted | None
    column: Any = None  # of the records' own table, and `of` its row number: read all at once
    of: Any = None
    values: RecordValues | None = None
    # of all records, read from an index that has no more than that; given what holds of those that
    # stand, and a select of the few that do not
    of_all: OfAll | None = None
    rows: Callable[[list[Criterion]], list[Clause]] = (
        lambda _: []
    )  # to look at, given what is asked
    # all that is asked beside, given what that is, and whether it has to be certain
    meets: Callable[[list[Criterion], bool], list[Clause]] | None = None


def by_column(name: str, column: Any, of: Any, meaning: str) -> Facet:
    """Counts by the value of a column of the records' own table; null: the source does not say."""

    def of_all(where: Sequence[Clause], _apart: Any) -> Rows:
        return select(cast(column, Text), null(), func.count()).where(*where).group_by(column)

    values = RecordValues(ValueForm.PLAIN, select(of, column), of)
    return Facet(name, meaning, None, column, of, values, of_all)


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

    def of_all(_where: Sequence[Clause], apart: Any) -> Rows:
        pairs = select(column, of).where(column.is_not(None), of.not_in(apart)).distinct()
        each = pairs.subquery()
        value = each.c[column.key]
        return select(cast(value, Text), null(), func.count()).group_by(value)

    each: Rows = select(of, cast(column, Text)).where(column.is_not(None)).distinct()
    each = each if through is None else each.join_from(column.class_, of.class_)
    values = RecordValues(ValueForm.WORDS, each, of)
    return Facet(name, meaning, counted, values=values, of_all=of_all if through is None else None)


def by_rule(
    name: str, values: Sequence[Any], rule: Callable[[Any], Clause], of: Any, meaning: str
) -> Facet:
    """Counts of the records for which a rule certainly holds, for each of some values."""
    holds = [
        case((rule(value), 1), else_=0).label(f"holds_{at}") for at, value in enumerate(values)
    ]
    words = tuple(map(str, values))

    def counted(found: CTE, also: Also) -> Iterable[Rows]:
        once: Rows = select(*(func.max(each).label(each.name) for each in holds))
        once = once.join(found, found.c.id == of).where(*also).group_by(of)
        of_each = once.cte(f"{found.name}_{name}").prefix_with("MATERIALIZED")
        for word, each in zip(words, of_each.c, strict=True):
            yield select(literal(word), null(), cast(func.sum(each), BigInteger))

    stored = RecordValues(ValueForm.WORDS, select(of, *holds), of, words)
    return Facet(name, meaning, counted, values=stored)


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

    def of_all(where: Sequence[Clause], _apart: Any) -> Rows:
        number = func.count().label("number")
        own = select(term.label("term"), number).where(term.is_not(None), *where).group_by(term)
        each = own.subquery()
        sums = cast(func.sum(each.c.number), BigInteger)
        rows: Rows = select(terms.slug, terms.name, sums).join(above, above.ancestor_id == terms.id)
        return rows.join(each, each.c.term == above.term_id).group_by(terms.id)

    one = above is not None and of.key == "id"  # a record has one term, and counts for it alone
    every: Rows = select(of, term if above is None else above.ancestor_id).distinct()
    every = every if above is None else every.join_from(of.class_, above, above.term_id == term)
    every = every.where((term if above is None else above.ancestor_id) > 0)
    values = RecordValues(ValueForm.TERMS, every, of, terms=terms)
    return Facet(name, meaning, counted, values=values, of_all=of_all if one else None)
