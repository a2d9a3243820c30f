"""Grades: how surely each record matches, found out in one walk through the page index.

A record counts as the surest of its rows. It has one grade, whichever of its criteria are certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Connection,
    ScalarSelect,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.db.statements import Rows
from app.query.criteria import ALL, OPEN, SOME, Clause, IndexScan
from app.query.nested.criterion import NestedCriterion
from app.query.ordering import EXACT_UP_TO, LAST_CHANGE, ONE, is_current
from app.query.request import ListDefinition


class least_of(FunctionElement[int]):  # noqa: N801 # read in a query as functions are
    """The least of several numbers, none of them empty."""

    name = "least_of"
    inherit_cache = True
    type = BigInteger()


@compiles(least_of)
def _least(element: least_of, compiler: SQLCompiler, **options: Any) -> str:
    name = "min" if compiler.dialect.name == "sqlite" else "least"
    return f"{name}({compiler.process(element.clauses, **options)})"


def coalesced(grade: Any) -> Any:
    """A grade that is selected; 0 where there is no such record."""
    return func.coalesce(grade.scalar_subquery(), 0)


MOST, MOST_OPEN = "most", "most_open"  # how far walks go: those through rows never certain, too


def beside_index(
    listing: ListDefinition, scan: IndexScan, others: Sequence[Clause]
) -> list[Clause]:
    """What the scan's index does not hold is asked of the record itself."""
    current = is_current(listing) if scan.score is None else []
    if not others and not current:
        return []
    return [exists(select(ONE).where(listing.kind.model.id == scan.id, *current, *others))]


def grade_counts(grade: Any) -> list[Any]:
    """How many records are certain, wholly certain and possible, of a column of grades."""
    of = ((grade >= SOME), (grade >= ALL), (grade == OPEN))
    return [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in of]


@dataclass(frozen=True)
class Grading:
    """What grades the records of one request.

    `scans` are the stretches of a page index in which possible matches lie, too; `others` is what
    has to hold of a record beside, `nested` what a source may leave open of a nested question.
    """

    listing: ListDefinition
    scans: tuple[IndexScan, ...]
    others: tuple[Clause, ...]
    nested: NestedCriterion | None

    def counts(self, connection: Connection, everybody: Any) -> Rows:
        """The counts of each grade, whether these are all, and the newest change.

        Where all are counted, and few, `everybody` is counted as well: without what grades them.
        """
        parts = self._parts(lateral=connection.dialect.name != "sqlite")
        found = _surest(parts).subquery()
        numbers = grade_counts(found.c.grade)
        complete = and_(*(_walked(keys) < _most(open_) for keys, _, open_ in parts))
        known = and_(complete, *(number <= EXACT_UP_TO for number in numbers))
        return select(*numbers, case((known, everybody)), complete, LAST_CHANGE)

    def _parts(self, *, lateral: bool) -> list[tuple[CTE, CTE, bool]]:
        """By walk: its keys, its rows with their grades, and whether these are never certain."""
        if not self.scans:
            id_, most = self.listing.kind.model.id, _most(open_=False)
            rows: Rows = select(id_.label("key"), id_.label("id"), self._of_record().label("grade"))
            rows = rows.where(*is_current(self.listing)).order_by(id_.desc()).limit(most)
            own = rows.cte().prefix_with("MATERIALIZED")
            return [(own, own, False)]
        parts = []
        for scan in self.scans:
            grade = self._of_row(scan)
            keys, rows_ = scan.newest(grade, _most(scan.open), lateral=lateral)
            parts.append((keys, rows_, scan.open))
        return parts

    @cached_property
    def facts(self) -> CTE | None:
        """Records whose grade hangs on several tables, each once: to be joined, not looked up."""
        if not any(scan.score is None for scan in self.scans):
            return None
        rows = [
            scan.select(scan.id.label("id"), self._of_row(scan).label("grade"))
            for scan in self.scans
        ]
        each = union_all(*rows).subquery() if len(rows) > 1 else rows[0].subquery()
        best = select(each.c.id, func.max(each.c.grade).label("grade")).group_by(each.c.id)
        return best.cte().prefix_with("MATERIALIZED")

    def of_number(self, number: Any) -> Any:
        """The grade of the record with a number: by the rows that it has in the index."""
        if self.facts is not None:
            return self.facts.c.grade
        id_ = self.listing.kind.model.id
        record = select(self._of_record()).where(id_ == number, *is_current(self.listing))
        if not self.scans:
            return record.scalar_subquery()
        flat = self._of_rows(number)
        return flat if self.nested is None else least_of(flat, coalesced(record))

    def _of_rows(self, number: Any) -> Any:
        if len(self.scans) == 1:
            [scan] = self.scans
            return scan.of_record(number, func.max(self._flat(scan))).scalar_subquery()
        rows = [(scan.where[0], self._flat(scan)) for scan in self.scans]
        best, anywhere = func.max(case(*rows, else_=0)), or_(*(where for where, _ in rows))
        return select(best).where(self.scans[0].id == number, anywhere).scalar_subquery()

    def _of_row(self, scan: IndexScan) -> Any:
        """The grade of a row of a stretch, as all that is asked has it."""
        flat = self._flat(scan)
        also = [] if self.nested else beside_index(self.listing, scan, self.others)
        if self.nested is not None:
            record = select(self._of_record(scan)).where(*scan.record)
            flat = least_of(flat, coalesced(record))
        if self.nested is None and not also:
            return flat
        return case((and_(true(), *scan.where[1:], *also), flat), else_=0)  # what is near, first

    def _flat(self, scan: IndexScan) -> Any:
        """The grade of a row of a stretch, by the flat parameters alone."""
        if not scan.open and scan.grade is not None:
            return scan.grade
        may = and_(true(), *scan.where[1:])
        return case((may, OPEN if scan.open else ALL), else_=0)

    def _of_record(self, scan: IndexScan | None = None) -> Any:
        """How surely a record of the list's own table meets what is asked beside its rows."""
        current = [] if scan is None or scan.score is not None else is_current(self.listing)
        rest = and_(true(), *current, *self.others)
        if self.nested is None:
            return case((rest, ALL), else_=0)
        asked = self.nested.criterion
        sure = case((asked.all_of_it, ALL), (asked.definite, SOME), (asked.possible, OPEN), else_=0)
        return case((rest, sure), else_=0)


def _surest(parts: Sequence[tuple[CTE, CTE, bool]]) -> Rows:
    """Each record once, with the grade of its surest row."""
    if len(parts) == 1:
        [(_, rows, _)] = parts
        return select(rows.c.id, rows.c.grade)
    ends = [_end(keys) for keys, _, open_ in parts if not open_]
    each = union_all(
        *(
            select(rows.c.id, rows.c.grade).where(*(rows.c.key >= end for end in ends))
            for _, rows, _ in parts
        )
    ).subquery()
    return select(each.c.id, func.max(each.c.grade).label("grade")).group_by(each.c.id)


def _end(keys: CTE) -> ScalarSelect[int]:
    """Where a walk ended, if it did: a record beyond may be surer there than it is elsewhere."""
    ended = case((func.count() >= _most(open_=False), func.min(keys.c.key)), else_=0)
    return select(ended).select_from(keys).scalar_subquery()


def _walked(keys: CTE) -> ScalarSelect[int]:
    return select(func.count()).select_from(keys).scalar_subquery()


def _most(open_: bool) -> Any:  # noqa: FBT001 # read off a scan
    return bindparam(MOST_OPEN if open_ else MOST, 0, BigInteger)
