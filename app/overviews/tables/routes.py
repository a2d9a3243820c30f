"""Flat tables at their own addresses, in JSON a page at a time, as NDJSON and CSV all at once."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.api.concurrency import limit_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses
from app.api.problems import invalid_parameter
from app.api.responses import RequestHead, etag_response
from app.db.database import Database, DatabaseDep
from app.overviews.tables.counts import COUNTS
from app.overviews.tables.definition import NOT_TAKEN, FlatTable
from app.overviews.tables.queries import export_table, fetch_table_page
from app.overviews.tables.results import RESULTS
from app.query.answers import answer_export, page_links, request_hash
from app.query.exports import csv_text
from app.query.formats import ListFormat, negotiate_format
from app.query.openapi import format_parameter, list_parameters
from app.query.request import parse_request
from app.records.studies.fact_filters import require_named_people

TABLES = (RESULTS, COUNTS)
HOW = """

Takes the filters, `match`, `q`, the order and the cursor of {path}; `limit` and `total` count
{records}, which come whole. {parts_are} Lists in a cell are joined by `; `, quotes by ` | `; an
empty cell (in JSON null) is not told. `format=csv` and `format=ndjson` give all of it, streamed,
from one snapshot. Words that a spreadsheet could take for a formula have an apostrophe before them
in CSV."""
routes = APIRouter(prefix="/v1", tags=["tables"])


def answer_table(head: RequestHead, database: Database, table: FlatTable) -> Response:
    """One page of a table or, in the formats that have no pages, all of it; raises Problem."""
    for name in NOT_TAKEN:
        if name in head.query:
            raise invalid_parameter(name, f"/v1/{table.path} does not take it")
    form = negotiate_format(head.query, head.accept)
    query_hash = request_hash(head, form)
    if form is not ListFormat.JSON:
        list_request = parse_request(table.listing, head.query, whole=True)
        require_named_people(table.listing, list_request)

        def chunks(connection: Connection) -> Generator[bytes, None, None]:
            return export_table(connection, table, list_request, ListFormat(str(form)))

        return answer_export(head, database, table.path, form, query_hash, chunks)
    list_request = parse_request(table.listing, head.query)
    require_named_people(table.listing, list_request)
    with database.read() as connection:
        page = fetch_table_page(connection, table, list_request)
    links = page_links(head, page["next"])
    etag = f'W/"{page["scope"]["last_change"]}-{query_hash}"'
    return etag_response(head, orjson.dumps(page), etag, links)


def add_table(table: FlatTable) -> None:
    """The route of a table."""
    path = table.listing.kind.path
    records = path.replace("-", " ")
    every = list_parameters(table.listing)
    parameters = [each for each in every if each["name"] not in NOT_TAKEN]

    @limit_concurrency
    def get_table(request: Request, database: DatabaseDep) -> Response:
        return answer_table(RequestHead.of(request), database, table)

    routes.get(
        f"/{table.path}",
        operation_id=f"get_{table.path}",
        summary=f"Take {records} as a table, one row a number",
        description=table.about
        + HOW.format(path=f"/v1/{path}", records=records, parts_are=table.parts_are),
        response_model=table.page_model,
        responses={
            200: {"content": _contents(table)},
            **NOT_MODIFIED,
            **error_responses(406, 414, 422, 503),
        },
        openapi_extra={"parameters": [*parameters, format_parameter([*ListFormat])]},
    )(get_table)


def _contents(table: FlatTable) -> dict[str, Any]:
    """The documentation of the forms of a table that are not pages."""
    text = {"schema": {"type": "string"}}
    return {
        ListFormat.NDJSON.media_type: text,
        "text/csv": {**text, "example": csv_text([table.names])},
    }


for _table in TABLES:
    add_table(_table)
