"""Rows of flat tables: the records of a page by the plan of their list, then all rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, case, select

from app.db.statements import PreparedStatement, bind_parameters, bind_values
from app.models import NO_GROUP
from app.overviews.tables.definition import MATCH, FlatTable
from app.query.criteria import Match, all_definite
from app.query.exports import CHUNK, csv_text, row_chunks, scalar
from app.query.filters import filters_by_parameter
from app.query.formats import ListFormat
from app.query.fulltext.ranking import CAPPED
from app.query.lists import NOTE, PageRows
from app.query.ordering import total_json
from app.query.plan import Plan
from app.query.request import ListRequest
from app.query.totals import ALL, CertaintyStatements, RowCertainty, broader_hint
from app.records.studies.fact_matches import Certainty, FactMatch

RECORDS = "records"  # those whose rows are read, as they are bound
Row = dict[str, Any]
AS_ASKED = {
    Match.DEFINITE: {Certainty.OVERLAPPING, Certainty.WITHIN},
    Match.WITHIN: {Certainty.WITHIN},
    Match.POSSIBLE: {Certainty.POSSIBLE},
    Match.ANY: {Certainty.POSSIBLE, Certainty.OVERLAPPING, Certainty.WITHIN},
}


def fetch_table_page(
    connection: Connection, table: FlatTable, list_request: ListRequest
) -> dict[str, Any]:
    """One page of a table, as JSON has it; raises Problem for what cannot be understood."""
    found = PageRows.of(connection, table.listing, list_request)
    ids = [row.id for row in found.rows]
    page: dict[str, Any] = {
        "items": list(read_rows(connection, table, list_request, ids, found.certainty)),
        "next": found.next,
        "total": total_json(found.total),
        "scope": {"last_change": found.last_change, "note": NOTE},
    }
    if found.capped:
        page["capped"] = CAPPED
    hint = None if found.total else broader_hint(connection, table.listing, list_request)
    return page if hint is None else {**page, "hint": hint}


def export_table(
    connection: Connection, table: FlatTable, list_request: ListRequest, form: ListFormat
) -> Generator[bytes, None, None]:
    """All rows of a table, in chunks; raises Problem at the first for what is not understood."""
    plan = Plan.of(connection, table.listing, list_request)
    statements = CertaintyStatements.of(connection, plan)
    keys = plan.keys(connection).limit(list_request.limit)
    if form is ListFormat.CSV:
        yield csv_text([table.names]).encode()
    for part in row_chunks(connection, keys):
        ids = [row.id for row in part]
        sure = statements.read(connection, ids)
        yield _written(read_rows(connection, table, list_request, ids, sure), form)


def _written(rows: Iterator[Row], form: ListFormat) -> bytes:
    """Rows as lines of JSON or of CSV; no cell needs to be taken apart."""
    if form is ListFormat.CSV:
        return csv_text([scalar(value) for value in row.values()] for row in rows).encode()
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def read_rows(
    connection: Connection,
    table: FlatTable,
    list_request: ListRequest,
    ids: Sequence[int],
    certainty: RowCertainty,
) -> Iterator[Row]:
    """The rows of some records, in the order of these; `certainty` says how sure these are."""
    statement = _statement(connection, table, list_request)
    wanted = AS_ASKED[list_request.options.match]
    for start in range(0, len(ids), CHUNK):
        some = list(ids[start : start + CHUNK])
        bound = bind_values(RECORDS, some + some[-1:] * (CHUNK - len(some)))
        rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in statement.run(connection, **bound):
            rows[row[0]].append(tuple(row[1:]))
        for id_ in some:
            sure = _Sureness(table, wanted, certainty, id_)
            for part, group, meets, *cells in rows[id_]:
                match = sure.of_row(part, group, meets=bool(meets))
                if match is not None:
                    yield _row(table, cells, match or None)


def _row(table: FlatTable, cells: Sequence[Any], match: str | None) -> Row:
    there = dict(zip(_read_names(table), cells, strict=True))
    found = {column.name: column.of(there) for column in table.columns}
    return {**found, MATCH.name: match}


def _read_names(table: FlatTable) -> list[str]:
    return [column.name for column in table.columns if column.value is not None]


class _Sureness:
    """How sure the rows of a record are: none is surer than a nested question is of the record."""

    def __init__(
        self, table: FlatTable, wanted: set[Certainty], certainty: RowCertainty, id_: int
    ) -> None:
        self._all_parts, self._wanted = table.all_parts, wanted
        found: FactMatch | None = certainty.details.get(id_)
        self._fact = None if found is None else found.certainty
        self._parts = {} if found is None else {each.position: each for each in found.parts}
        self._most = Certainty(certainty.of(id_, ALL))
        self._asked = found is not None or id_ in certainty.nested

    def of_row(self, part: int | None, group: int | None, *, meets: bool) -> str | None:
        """The word for a row; empty where nothing tells rows apart, None where it is left out."""
        if part is not None and self._fact is not None:
            found = self._parts[part]
            if self._all_parts or min(found.certainty, self._most) in self._wanted:
                return min(found.sides[group or NO_GROUP], self._most).word
            return None
        if part is not None and not meets:
            return Certainty.NO.word if self._all_parts else None
        sure = self._most if self._fact is None else min(self._fact, self._most)
        return sure.word if self._asked else ""


def _statement(
    connection: Connection, table: FlatTable, list_request: ListRequest
) -> PreparedStatement:
    """The rows of as many records as are read at once, by number."""
    asked = filters_by_parameter(table.own.filters).keys() & list_request.values.keys()
    own = {name: list_request.values[name] for name in sorted(asked)}

    def make() -> PreparedStatement:
        meets = all_definite(table.own.criteria(own, list_request.options))
        ids = bind_parameters(RECORDS, [0] * CHUNK, table.fact.type)
        query = select(
            table.fact.label("fact_id"),
            table.part.label("part_position"),
            table.group.label("group_id"),
            case((meets, 1), else_=0).label("meets"),
            *(each.value.label(each.name) for each in table.columns if each.value is not None),
        )
        query = query.select_from(table.source).where(table.fact.in_(ids))
        return PreparedStatement.of(connection, query.order_by(table.fact, *table.order))

    key = (connection.dialect.name, *((name, tuple(each)) for name, each in own.items()))
    return table.statements.get(key, make)
