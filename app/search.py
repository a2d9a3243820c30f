"""One box over all kinds of record: label, synonym, verbatim wording, author, identifier."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, func, select

from app.core import cursors
from app.core.asking import read_limit
from app.core.cards import Rows
from app.core.database import DatabaseDep
from app.core.filters import NotOneOf
from app.core.folding import nearest
from app.core.listing import LAST_CHANGE, NOTE, ScopeCard, Total
from app.core.plans import EXACT_UP_TO, total_of
from app.core.problems import refused
from app.core.replies import must_accept_json, reply, tag
from app.core.resources import NOT_MODIFIED, errors, parameter
from app.core.search import matches, words_of
from app.kinds import KIND_NAMED
from app.models import SearchText

PARAMETERS = ("q", "kind", "limit", "cursor")


class Find(BaseModel):
    """A record that was found."""

    kind: str = Field(description="The kind of record.")
    slug: str = Field(description="The record's slug.")
    title: str = Field(description="How the record is called.")
    url: str = Field(description="Where the record is.")


class Finds(BaseModel):
    """One page of what was found."""

    items: list[Find]
    next: str | None = Field(description="Cursor of the next page; null: this is the last.")
    total: Total
    scope: ScopeCard


routes = APIRouter(tags=["search"])


@routes.get(
    "/search",
    operation_id="search",
    summary="Search every kind of record",
    response_model=Finds,
    responses={**NOT_MODIFIED, **errors(406, 414, 422, 503)},
    openapi_extra={
        "parameters": [
            {
                **parameter(
                    "q", "Words, all of which begin a word.", {"type": "string"}, "rigidity"
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
def search(request: Request, database: DatabaseDep) -> Response:
    """Find records by their own words; each word begins a word of the record."""
    must_accept_json(request)
    query, kinds = _read(request)
    limit, cursor = (
        read_limit(request.query_params.get("limit")),
        request.query_params.get("cursor"),
    )
    with database.read() as connection:
        found = _found(query, kinds)
        rows = _rows(connection, found, limit, cursor)
        counted = select(func.count()).select_from(found.limit(EXACT_UP_TO + 1).subquery())
        total, change = connection.execute(select(counted.scalar_subquery(), LAST_CHANGE)).one()
    last = rows[limit - 1] if len(rows) > limit else None
    body = {
        "items": [_item(row) for row in rows[:limit]],
        "next": cursors.encode("found", last.title, last.id) if last is not None else None,
        "total": total_of(total),
        "scope": {"last_change": change, "note": NOTE},
    }
    return reply(request, orjson.dumps(body), f'W/"{change}-{tag(request.url.query.encode())}"')


def _read(request: Request) -> tuple[str, list[str]]:
    for name in request.query_params:
        if name not in PARAMETERS:
            raise refused(name[:100], "there is no such parameter", nearest(name[:100], PARAMETERS))
    query = request.query_params.get("q", "")
    if not words_of(query) or len(query) > 1000:
        raise refused("q", "give words of letters or digits to look for, at most 1000 characters")
    kinds = request.query_params.getlist("kind")
    for kind in kinds:
        if kind not in KIND_NAMED:
            error = NotOneOf(kind, sorted(KIND_NAMED))
            raise refused("kind", str(error), error.suggestion)
    return query, kinds


def _found(query: str, kinds: list[str]) -> Rows:
    rows = select(SearchText.id, SearchText.kind, SearchText.slug, SearchText.title)
    rows = rows.where(matches(query))
    return rows.where(SearchText.kind.in_(kinds)) if kinds else rows


def _rows(connection: Connection, found: Rows, limit: int, cursor: str | None) -> list[Any]:
    """One page, by title and one more; search_texts is read through its full-text index only."""
    if cursor:
        title, row = cursors.decode(cursor, "found", str)
        later = (SearchText.title > title) | ((SearchText.title == title) & (SearchText.id > row))
        found = found.where(later)
    ordered = found.order_by(SearchText.title, SearchText.id).limit(limit + 1)
    return list(connection.execute(ordered))


def _item(row: Any) -> dict[str, str]:
    path = KIND_NAMED[row.kind].path
    url = f"/v1/{path}/{row.slug}"
    return {"kind": row.kind, "slug": row.slug, "title": row.title, "url": url}
