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
from app.query.criteria import all_definite
from app.query.exports import CHUNK, csv_text, row_chunks, scalar
from app.query.filters import filters_by_parameter
from app.query.formats import ListFormat
from app.query.fulltext.ranking import CAPPED
from app.query.lists import NOTE, PageRows
from app.query.ordering import total_json
from app.query.plan import Plan
from app.query.request import ListRequest
from app.query.totals import CertaintyStatements, broader_hint
from app.records.studies.fact_matches import AS_ASKED, Certainty, FactMatch

RECORDS = "records"  # those whose rows are read, as they are bound
Row = dict[str, Any]


def fetch_table_page(
    connection: Connection, table: FlatTable, list_request: ListRequest
) -> dict[str, Any]:
    """One page of a table, as JSON has it; raises Problem for what cannot be understood."""
    found = PageRows.of(connection, table.listing, list_request)
    ids = [row.id for row in found.rows]
    page: dict[str, Any] = {
        "items": list(read_rows(connection, table, list_request, ids, found.certainty.details)),
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
        details = statements.read(connection, ids).details
        yield _written(read_rows(connection, table, list_request, ids, details), form)


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
    details: dict[int, FactMatch],
) -> Iterator[Row]:
    """The rows of some records, in the order of these; `details` say how sure these are."""
    statement = _statement(connection, table, list_request)
    wanted = AS_ASKED[list_request.options.match]
    for start in range(0, len(ids), CHUNK):
        some = list(ids[start : start + CHUNK])
        bound = bind_values(RECORDS, some + some[-1:] * (CHUNK - len(some)))
        rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in statement.run(connection, **bound):
            rows[row[0]].append(tuple(row[1:]))
        for id_ in some:
            sure = _RecordMatch(table, wanted, details.get(id_))
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


class _RecordMatch:
    """How sure the rows of a record are."""

    def __init__(self, table: FlatTable, wanted: set[Certainty], found: FactMatch | None) -> None:
        self._all_parts, self._wanted, self._found = table.all_parts, wanted, found
        self._parts = {} if found is None else {each.position: each for each in found.parts}

    def of_row(self, part: int | None, group: int | None, *, meets: bool) -> str | None:
        """The word for a row; empty where nothing tells rows apart, None where it is left out."""
        if self._found is None:
            beside = Certainty.NO.word if self._all_parts else None
            return "" if meets or part is None else beside
        if part is None:
            return self._found.certainty.word
        found = self._parts[part]
        if found.certainty not in self._wanted and not self._all_parts:
            return None
        return found.sides[group or NO_GROUP].word


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
