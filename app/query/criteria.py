"""Criteria: what is asked of a row, where it certainly holds and where it may hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import ge, le
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import replacement_traverse

Clause = ColumnElement[bool]
NOT, MISSING = ".not", ".missing"  # what is asked of a filter, after its name
OPEN, SOME, ALL = 1, 2, 3  # how sure a record is: it may be as asked, some of it is, all of it
POPULATION_TOLD = "population"  # what is missing where nobody is told of


class Match(StrEnum):
    """Which rows a filter keeps, where a source may not say."""

    DEFINITE = "definite"
    WITHIN = "within"
    POSSIBLE = "possible"
    ANY = "any"


@dataclass(frozen=True)
class MatchOptions:
    """How values are to be taken; `graded`: what is not stated is a possible match."""

    descendants: bool = True
    match: Match = Match.DEFINITE
    broader: bool = False
    graded: bool = False


@dataclass(frozen=True)
class Criterion:
    """One thing asked of a row: where it certainly holds, and where it may hold.

    `within` is where it holds of all that the row stands for (None: wherever it is certain), and
    `beyond` where it certainly does not (None: where it cannot hold). `alternatives` are the parts
    of `definite`, `open_alternatives` those of what else may hold, where an index has a stretch
    for each. `barred`: what a negated criterion leaves out. `anywhere` is the same criterion where
    a row of an index is not looked at for it. `open_where` holds of every row that leaves it open,
    where that is found out faster.
    """

    name: str
    definite: Clause
    possible: Clause
    within: Clause | None = None
    alternatives: tuple[Clause, ...] = ()
    open_alternatives: tuple[Clause, ...] = ()
    beyond: Clause | None = None
    barred: Clause | None = None
    anywhere: Criterion | None = None
    open_where: Clause | None = None

    @property
    def of_any_row(self) -> Criterion:
        """The same, of a record whichever of its rows in an index is looked at."""
        return self.anywhere or self

    def negated(self, *, graded: bool) -> Criterion:
        """The opposite. What no source states is kept: as possible where answers are graded.

        Elsewhere there is no possible, and what is not stated is not what is left out.
        """
        no = self.definite.is_not(true())
        sure = self.possible.is_not(true()) if graded else no
        return Criterion(
            self.name + NOT, sure, no, barred=self.definite, open_where=self.open_where
        )

    def or_definite(self, told: Clause, apart: tuple[Clause, ...]) -> Criterion:
        """The same, certain also where something else is told; `apart` are its parts."""
        return replace(
            self,
            definite=or_(self.definite, told),
            possible=or_(self.possible, told),
            within=None if self.within is None else or_(self.within, told),
            alternatives=(*self.alternatives, *apart),
            open_where=None,
        )

    def or_open(self, told: Clause, apart: tuple[Clause, ...]) -> Criterion:
        """The same, left open also where something else is told; `apart` are its parts."""
        return replace(
            self,
            possible=or_(self.possible, told),
            open_alternatives=(*self.open_alternatives, *apart),
            open_where=None,
        )

    @property
    def uncertain(self) -> Clause:
        """Where it does not hold for certain, of what may hold."""
        never = self.definite.is_not(true())
        return never if self.open_where is None else and_(self.open_where, never)

    @property
    def all_of_it(self) -> Clause:
        """Where it holds of all that the row stands for."""
        return self.definite if self.within is None else self.within

    def matched(self, match: Match) -> Clause:
        """Where it holds as surely as is asked."""
        if match is Match.DEFINITE:
            return self.definite
        if match is Match.WITHIN:
            return self.all_of_it
        if match is Match.ANY:
            return self.possible
        return and_(self.possible, self.definite.is_not(true()))

    @property
    def not_all(self) -> Clause:
        """Where it certainly does not hold of all that the row stands for."""
        return self.possible.is_not(true()) if self.beyond is None else self.beyond


Wrap = Callable[[list[Criterion], MatchOptions], Clause]
IndexScans = Callable[[list[Criterion], MatchOptions], "list[IndexScan]"]


@dataclass(frozen=True)
class IndexScan:
    """Rows of a page index, in the order of the list; several rows may stand for one record.

    `keys` order the records, and `record` says which row of the list's own table one is. `source`
    is what is joined, where that is more than the table of the keys.
    `score` is the same for all scans of a request: `full` or more where every criterion is
    certain, one more than `full` where it holds for the whole row. Where it is None, how sure a
    record is hangs on several of its rows. `also` is what the record has to meet beside.
    `grade` says how surely a row matches: ALL, SOME, OPEN or 0; of several rows of one record, the
    surest counts. Rows of a stretch that is `open` are never certain. `looked_up`, where there is
    one, is a table with the same rows, to be looked up by record.
    """

    keys: tuple[Any, ...]
    id: Any
    where: list[Clause]
    record: tuple[Clause, ...]
    score: ColumnElement[int] | None = None
    full: int = 1
    source: Any = None
    also: Clause | None = None
    grade: ColumnElement[int] | None = None
    open: bool = False
    looked_up: Any = None

    def select(self, *columns: Any) -> Any:
        """Columns of the rows of the scan."""
        query = select(*columns)
        query = query if self.source is None else query.select_from(self.source)
        query = query.where(*self.where)
        if self.also is None:
            return query
        return query.where(exists(select(literal_column("1")).where(*self.record, self.also)))

    def key_by_key(
        self, also: Sequence[Clause], *, descending: bool, cursor: Sequence[Any]
    ) -> tuple[Any, Any]:
        """Each key that the index leads to, from a cursor on, and the records of one: for joins.

        PostgreSQL's DISTINCT waits for all rows, and its planner takes what is joined on two
        columns for a single row: it went through all counts of harms for each population.
        """
        walk = self.keys[0].expression.table.alias("walk")
        keys = [walk.c[key.key] for key in self.keys]
        leads = select(*keys).where(ClauseAdapter(walk).traverse(self.where[0]))
        if cursor:  # a row is not compared beyond a join
            leads = leads.where((le if descending else ge)(tuple_(*keys), tuple_(*cursor)))
        order = [key.desc() if descending else key for key in keys]
        found = leads.group_by(*keys).order_by(*order).subquery("found")
        same = [column == found.c[column.key] for column in self.keys]
        records = self.select(self.id.label("id")).where(*same, *also).distinct()
        return found, records.lateral("record")

    def of_record(self, number: Any, *columns: Any, where: Sequence[Clause] = ()) -> Any:
        """Columns of the rows of one record that meet clauses, whatever they tell of it."""
        if self.looked_up is None:
            return select(*columns).where(self.id == number, self.where[0], *where)
        own, other = self.id.expression.table, self.looked_up

        def there(element: Any, **_: Any) -> Any:
            return other.c[element.key] if getattr(element, "table", None) is own else None

        query = select(*(replacement_traverse(each, {}, there) for each in columns))
        meets = (replacement_traverse(each, {}, there) for each in where)
        return query.where(other.c[self.id.key] == number, *meets)

    def newest(self, grade: ColumnElement[int], most: Any, *, lateral: bool) -> tuple[CTE, CTE]:
        """The keys that the newest rows of the stretch have, and the grade of each of their rows.

        Rows have `key`, which orders them, `id` and `grade`; the keys are at most so many. The
        index is read in its own order, and no further; what is joined is joined to these alone,
        on engines that have to be told so (`lateral`) key by key.
        """
        key, stretch = packed(self.keys, self.id), self.where[0]
        if self.source is None:
            rows = select(key.label("key"), self.id.label("id"), func.max(grade).label("grade"))
            own = (*self.keys, self.id)
            rows = rows.where(stretch).group_by(*own).order_by(*(each.desc() for each in own))
            walked = rows.limit(most).cte().prefix_with("MATERIALIZED")
            return walked, walked
        walk = self.keys[0].expression.table.alias("walk")
        keys = [walk.c[each.key] for each in self.keys]
        leads = select(packed(keys, None).label("key"), *keys)
        leads = leads.where(ClauseAdapter(walk).traverse(stretch)).group_by(*keys)
        leads = leads.order_by(*(each.desc() for each in keys)).limit(most)
        found = leads.cte().prefix_with("MATERIALIZED")
        same = and_(*(column == found.c[column.key] for column in self.keys))
        best = [self.id.label("id"), func.max(grade).label("grade")]
        if lateral:
            of_key = select(*best).select_from(self.source).where(same, stretch).group_by(self.id)
            each = of_key.lateral("record")
            rows = select(found.c.key, each.c.id, each.c.grade).join(each, true())
        else:
            rows = select(found.c.key, *best).select_from(found.join(self.source, same))
            rows = rows.where(stretch).group_by(found.c.key, self.id)
        return found, rows.cte().prefix_with("MATERIALIZED")


def packed(keys: Sequence[Any], id_: Any) -> ColumnElement[int]:
    """Keys of an order as one number: a year, and the number of a study below 2^32."""
    year, study = keys if id_ is None or len(keys) > 1 else (*keys, id_)
    key: ColumnElement[int] = cast(year, BigInteger) * 2**32 + study
    return key


def all_definite(found: Sequence[Criterion]) -> Clause:
    """Every criterion holds for certain."""
    return and_(true(), *(each.definite for each in found))


def all_within(found: Sequence[Criterion]) -> Clause:
    """Every criterion holds for all that the row stands for."""
    return and_(true(), *(each.all_of_it for each in found))


def matching_records(
    found: list[Criterion], options: MatchOptions, ids: Callable[[Clause], Any], of: Any
) -> Clause:
    """The records `of` which some row matches as asked; `ids` selects records of matching rows."""
    definite = of.in_(ids(all_definite(found)))
    if options.match is Match.DEFINITE:
        return definite  # type: ignore[no-any-return] # a column compares to a clause
    maybe = of.in_(ids(and_(true(), *(each.possible for each in found))))
    return maybe if options.match is Match.ANY else and_(maybe, not_(definite))


MOST_CRITERIA = 20  # of one row: bits below CERTAIN; the lowest says that all holds for all of it
CERTAIN = 2 ** (MOST_CRITERIA + 1)  # what each certain criterion adds, beside a bit of its own


def certainty_score(found: Sequence[Criterion], whole: Clause) -> tuple[ColumnElement[int], int]:
    """How sure a row is, as one number, and that number where every criterion is certain.

    The surest row has the largest score, and the score tells which criteria are certain; it is
    one more where `whole` says that they hold for all that the row stands for.
    """
    score: Any = literal_column("0")
    for at, each in enumerate(found):
        score = score + case((each.definite, CERTAIN + 2 ** (at + 1)), else_=0)
    full = sum(CERTAIN + 2 ** (at + 1) for at in range(len(found)))
    return score + case((whole, 1), else_=0), full


def graded(
    definite: Sequence[Clause], whole: Clause, possible: Sequence[Clause]
) -> ColumnElement[int]:
    """How surely a row matches, from 0; most that may match are certain, so that is asked first."""
    sure = case((whole, ALL), else_=SOME)
    return case((and_(true(), *definite), sure), (and_(true(), *possible), OPEN), else_=0)


def uncertain_criteria(found: Sequence[Criterion], score: int) -> list[str]:
    """The criteria that are not certain in a row of this score, by name.

    Where nobody is told of, everything is open, and that alone is said.
    """
    missing = [each.name for at, each in enumerate(found) if not score % CERTAIN & 2 ** (at + 1)]
    return [POPULATION_TOLD] if POPULATION_TOLD in missing else missing


def same_row(column: Any, of: Any) -> Wrap:
    """Criteria that all meet, for certain, in one row; `column` of it names the record `of`."""

    def wrap(found: list[Criterion], _asked: MatchOptions) -> Clause:
        return of.in_(select(column).where(all_definite(found)))  # type: ignore[no-any-return]

    return wrap


def one_part(column: Any, of: Any, rows: Clause | None = None) -> Wrap:
    """Criteria that all meet, for certain, in one part of the record `of`.

    A record without parts has none to be left out, and is kept. `rows` are the parts that are
    looked at where nothing is asked that a part has, but only what it has not or does not say.
    """
    parts = [] if rows is None else [rows]

    def wrap(found: list[Criterion], _asked: MatchOptions) -> Clause:
        if not all(each.name.endswith((NOT, MISSING)) for each in found):
            return of.in_(select(column).where(all_definite(found)))  # type: ignore[no-any-return]
        meets = of.in_(select(column).where(all_definite(found), *parts))
        left_out = all(each.name.endswith(NOT) for each in found)
        return or_(meets, of.not_in(select(column).where(*parts))) if left_out else meets

    return wrap
