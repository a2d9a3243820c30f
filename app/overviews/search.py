"""One box over all kinds of record: label, synonym, verbatim wording, author, identifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Select, literal, select, union_all
from starlette.datastructures import QueryParams

from app.api import paging
from app.api.concurrency import limit_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses, parameter
from app.api.paging import CursorPage, read_limit
from app.api.problems import invalid_parameter
from app.api.responses import etag_of, etag_response, must_accept_json
from app.db.database import DatabaseDep
from app.db.statements import BoundedCache, PreparedStatement
from app.models import SearchText
from app.query.filters import UnknownValue
from app.query.fulltext.engines import bind_queries
from app.query.fulltext.ranking import CAPPED, COUNTED, ORDER, Ranking, goes_on
from app.query.fulltext.search import Place
from app.query.fulltext.snippets import snippet_texts, snippets
from app.query.fulltext.syntax import HOW, Query, read_query
from app.query.lists import NOTE, Capped, ScopeCard, Total
from app.query.ordering import LAST_CHANGE, total_json
from app.records.catalogue import KIND_NAMED
from app.values.text import LONGEST_VALUE, nearest_spelling, storable_text

PARAMETERS = ("q", "kind", "limit", "cursor")
_STATEMENTS = BoundedCache[tuple[PreparedStatement, PreparedStatement]](50)


class Find(BaseModel):
    """A record that was found."""

    kind: str = Field(description="The kind of record.")
    slug: str = Field(description="The record's slug.")
    title: str = Field(description="How the record is called.")
    url: str = Field(description="Where the record is.")
    snippet: str = Field(
        description="Where it has the words, each match between ** and **; plain text, to be"
        " escaped as any other. An asterisk of the record is written ∗."
    )


class Finds(CursorPage[Find]):
    """One page of what was found."""

    total: Total
    scope: ScopeCard
    snippets: dict[str, str] = Field(
        description="The snippets of the items by slug; where two share one, the first item's."
    )
    capped: Capped | None = Field(
        description="Where more records match than are put in order; null: all are."
    )


routes = APIRouter(prefix="/v1", tags=["search"])


@routes.get(
    "/search",
    operation_id="search",
    summary="Search every kind of record",
    response_model=Finds,
    responses={**NOT_MODIFIED, **error_responses(406, 414, 422, 503)},
    openapi_extra={
        "parameters": [
            {
                **parameter(
                    "q",
                    f"{HOW}. The last word may go on.",
                    {"type": "string", "maxLength": LONGEST_VALUE},
                    "rigidity",
                ),
                "required": True,
            },
            parameter(
                "kind",
                "Kinds of record to look through; without it, all.",
                {"type": "string", "enum": sorted(KIND_NAMED)},
                "claim",
                many=True,
            ),
            parameter(
                "limit", "Finds on a page.", {"type": "integer", "minimum": 1, "maximum": 200}
            ),
            parameter("cursor", "`next` of the page before.", {"type": "string"}),
        ]
    },
)
@limit_concurrency
def search(request: Request, database: DatabaseDep) -> Response:
    """Find records by their own words, the best first: what is called so, then what fits best."""
    must_accept_json(request)
    with database.read() as connection:
        body = find_records(connection, request.query_params)
    change = body["scope"]["last_change"]
    return etag_response(
        request, orjson.dumps(body), f'W/"{change}-{etag_of(request.url.query.encode())}"'
    )


def find_records(connection: Connection, parameters: QueryParams) -> dict[str, Any]:
    """A page of what was found; raises Problem for what cannot be understood."""
    query, kinds = _parse(parameters)
    limit, cursor = read_limit(parameters.get("limit")), parameters.get("cursor")
    place = paging.decode_cursor(cursor, ORDER, float) if cursor else None
    rows, counted = _found(connection, query, kinds, place, limit)
    total, beyond, change = counted.listed, counted.beyond, counted.last_change
    shown = snippets([query], _search_texts(connection, rows[:limit]).items())
    last = rows[limit - 1] if len(rows) > limit else None
    following = (last.sort_key, last.id) if last is not None else goes_on(place, beyond)
    items = [_item(row, shown) for row in rows[:limit]]
    return {
        "items": items,
        "next": paging.encode_cursor(ORDER, *following) if following else None,
        "total": total_json(total),
        "scope": {"last_change": change, "note": NOTE},
        "snippets": {item["slug"]: item["snippet"] for item in reversed(items)},
        "capped": CAPPED if beyond is not None else None,
    }


def _parse(parameters: QueryParams) -> tuple[Query, list[str]]:
    for name in parameters:
        if name not in PARAMETERS:
            raise invalid_parameter(
                name[:100], "there is no such parameter", nearest_spelling(name[:100], PARAMETERS)
            )
    for name in ("q", "limit", "cursor"):
        if len(parameters.getlist(name)) > 1:
            raise invalid_parameter(name, "give it once")
    try:
        query = read_query(storable_text(parameters.get("q", ""))).typing()
    except ValueError as error:
        raise invalid_parameter("q", str(error)) from error
    kinds = parameters.getlist("kind")
    for kind in kinds:
        if kind not in KIND_NAMED:
            unknown = UnknownValue(kind, sorted(KIND_NAMED))
            raise invalid_parameter("kind", str(unknown), unknown.suggestion)
    return query, kinds


def _found(
    connection: Connection, query: Query, kinds: list[str], place: Place | None, limit: int
) -> tuple[list[Any], Any]:
    """The rows of a page, and a row that has the counts of all.

    Statements over all kinds take longer to write than to run: those of a first page are kept.
    """
    name = connection.dialect.name
    binding = None if place is not None else bind_queries("q", [query], name)
    queries = [query] if binding is None else binding.values
    ranking = Ranking(name, queries, kinds, lambda _number: [], place, limit)

    def make() -> tuple[PreparedStatement, PreparedStatement]:
        page, counts = _rows_with_titles(ranking), ranking.counts()
        return PreparedStatement.of(connection, page), PreparedStatement.of(connection, counts)

    key = binding and (name, *kinds, binding.shape, limit)
    page, counts = make() if key is None else _STATEMENTS.get(key, make)
    values = {} if binding is None else binding.bound
    rows = list(page.run(connection, **values))
    if rows and hasattr(rows[0], COUNTED[0]):
        return rows, rows[0]
    return rows, counts.run(connection, **values).one()


def _rows_with_titles(ranking: Ranking) -> Select[Any]:
    """The matches of a page in order, as they are called."""
    keys = ranking.page().subquery("keys")
    columns = (SearchText.id, SearchText.kind, SearchText.record_id, SearchText.slug)
    counts = [keys.c[name] for name in COUNTED if name in keys.c]
    rows = select(
        *columns, SearchText.title, keys.c.sort_key, *counts, LAST_CHANGE.label("last_change")
    )
    rows = rows.join(keys, keys.c.number == SearchText.id)
    return rows.order_by(keys.c.sort_key.desc(), keys.c.number.desc())


def _search_texts(connection: Connection, rows: Sequence[Any]) -> dict[str, Iterator[str]]:
    """By address, what full text found each by; one statement."""
    parts: list[Select[Any]] = []
    for name in sorted({row.kind for row in rows}):
        table = KIND_NAMED[name].table
        ids = [row.record_id for row in rows if row.kind == name]
        kind: Any = literal(name).label("kind")
        parts.append(select(kind, table.c.slug, table.c.card).where(table.c.id.in_(ids)))
    found = list(connection.execute(union_all(*parts))) if parts else []
    return {_url(row): snippet_texts(KIND_NAMED[row.kind], row.card) for row in found}


def _url(row: Any) -> str:
    return f"/v1/{KIND_NAMED[row.kind].path}/{row.slug}"


def _item(row: Any, shown: dict[str, str]) -> dict[str, str]:
    url = _url(row)
    item = {"kind": row.kind, "slug": row.slug, "title": row.title, "url": url}
    return {**item, "snippet": shown[url]}
