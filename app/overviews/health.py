"""Whether the server is there, and whether it can answer: what load balancers ask for.

A module of its own: what an operator looks for has to be found at once.
"""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.api.concurrency import answer_soon
from app.api.openapi import error_responses, example_response
from app.api.problems import Problem
from app.db import schema
from app.db.database import DatabaseDep
from app.journal import card_formats, search_texts
from app.journal.pages import indexes as page_indexes

routes = APIRouter(tags=["about"])
AGAIN = {"Retry-After": "5"}


class Health(BaseModel):
    """Whether the server is there."""

    status: str = Field(description="alive, or ready to answer.")


class Readiness(Health):
    """Whether the server can answer, and whether it can write."""

    writes: str = Field(description="possible, or what stands against writing; reading goes on.")


@routes.get(
    "/health",
    operation_id="health",
    summary="Is the server there?",
    response_model=Health,
    responses={**example_response({"status": "alive"}), **error_responses(414)},
)
async def health() -> Response:
    """Answer without asking the database."""
    return Response(b'{"status":"alive"}', media_type="application/json")


@routes.get(
    "/ready",
    operation_id="ready",
    summary="Can the server answer?",
    response_model=Readiness,
    responses={
        **example_response({"status": "ready", "writes": "possible"}),
        **error_responses(414, 503),
    },
)
@answer_soon
def ready(
    request: Request,  # noqa: ARG001 # whose work it is
    database: DatabaseDep,
) -> Response:
    """Answer whether the database can be reached and has the schema that this program needs."""
    with database.read() as connection:
        hindrance = database.writing_hindrance(connection)
        has, needs = schema.current_revision(connection), schema.newest_revision()
        if has != needs:
            detail = f"The database is at schema {has}, this program needs {needs}: run `migrate`."
            raise Problem(503, "not-migrated", detail, headers=AGAIN)
        if outdated := card_formats.outdated(connection):
            raise Problem(503, "cards-outdated", card_formats.sentence(outdated), headers=AGAIN)
        if not page_indexes.are_complete(connection):
            detail = "Studies are not indexed by their people yet: run `evidence migrate`."
            raise Problem(503, "pages-outdated", detail, headers=AGAIN)
        if not search_texts.are_complete(connection):
            detail = "Records are not indexed for full text yet: run `evidence migrate`."
            raise Problem(503, "texts-outdated", detail, headers=AGAIN)
    answer = {"status": "ready", "writes": hindrance or "possible"}
    return Response(orjson.dumps(answer), media_type="application/json")
