"""What the database says of itself: vocabularies, changes, health."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from app.core import schema
from app.core.asking import read_limit
from app.core.database import DatabaseDep
from app.core.folding import nearest
from app.core.listing import LAST_CHANGE
from app.core.parameters import parameter
from app.core.problems import Problem, refused
from app.core.replies import must_accept_json, reply, tag
from app.core.resources import NOT_MODIFIED, errors, shown
from app.models import Change
from app.vocabulary import VOCABULARIES, ChangeAction

routes = APIRouter(tags=["about"])
probes = APIRouter(tags=["about"])


class ValueCard(BaseModel):
    """One controlled value."""

    value: str = Field(description="As it is stored and asked for.")
    label: str = Field(description="As people read it.")
    definition: str = Field(description="What it means.")


class VocabularyCard(BaseModel):
    """A closed list of values."""

    name: str = Field(description="Name of the list.")
    about: str = Field(description="What it is about, and where the values come from.")
    values: list[ValueCard]


class Vocabularies(BaseModel):
    """Every closed list of values."""

    items: list[VocabularyCard]


class ChangeCard(BaseModel):
    """One transaction that altered records."""

    id: int = Field(description="Number of the change; later changes have larger ones.")
    at: str = Field(description="When, ISO 8601 in UTC.")
    actor: str = Field(description="Who.")
    action: ChangeAction = Field(description="What it did.")
    reason: str = Field(description="Why.")


class Changes(BaseModel):
    """Changes in the order in which they were made."""

    items: list[ChangeCard]
    next: int | None = Field(description="Give this as `since` to go on; null: no more for now.")


class Health(BaseModel):
    """Whether the server is there."""

    status: str = Field(description="alive, or ready to answer.")


def vocabularies() -> list[dict[str, Any]]:
    """Every controlled value, as it is served."""
    return [
        {
            "name": name,
            "about": (vocabulary.__doc__ or "").strip(),
            "values": [
                {"value": each.value, "label": each.label, "definition": each.definition}
                for each in vocabulary
            ],
        }
        for name, vocabulary in VOCABULARIES.items()
    ]


def _no_parameters(request: Request) -> None:
    for name in request.query_params:
        raise refused(name[:100], "there are no parameters here")


EXAMPLE = {
    "name": "Direction",
    "about": "What a result means for the patient.",
    "values": [
        {"value": "better", "label": "better", "definition": "The patient fares better."},
    ],
}


@routes.get(
    "/vocabularies",
    operation_id="list_vocabularies",
    summary="List controlled values",
    response_model=Vocabularies,
    responses={**shown({"items": [EXAMPLE]}), **NOT_MODIFIED, **errors(406, 414, 422)},
)
def list_vocabularies(request: Request) -> Response:
    """Every controlled value, with its label and definition."""
    must_accept_json(request)
    _no_parameters(request)
    body = orjson.dumps({"items": vocabularies()})
    return reply(request, body, f'"{tag(body)}"')


@routes.get(
    "/vocabularies/{name}",
    operation_id="get_vocabulary",
    summary="Get one list of controlled values",
    response_model=VocabularyCard,
    responses={**NOT_MODIFIED, **errors(404, 406, 414, 422)},
    openapi_extra={
        "parameters": [
            {
                "name": "name",
                "in": "path",
                "required": True,
                "description": "Name of the list.",
                "schema": {"type": "string"},
                "examples": {"example": {"value": "Masking"}},
            }
        ]
    },
)
def get_vocabulary(request: Request) -> Response:
    """One list of controlled values."""
    name: str = request.path_params["name"]
    must_accept_json(request)
    _no_parameters(request)
    if name not in VOCABULARIES:
        hint = nearest(name[:100], VOCABULARIES)
        raise Problem(404, "not-found", f"There is no vocabulary {name[:100]!r}. Perhaps {hint!r}?")
    body = orjson.dumps(next(each for each in vocabularies() if each["name"] == name))
    return reply(request, body, f'"{tag(body)}"')


@routes.get(
    "/changes",
    operation_id="list_changes",
    summary="List changes",
    response_model=Changes,
    responses={**NOT_MODIFIED, **errors(406, 414, 422, 503)},
    openapi_extra={
        "parameters": [
            parameter(
                "since", "Number of the last change seen.", {"type": "integer", "minimum": 0}, 0
            ),
            parameter(
                "limit", "Changes on a page.", {"type": "integer", "minimum": 1, "maximum": 200}
            ),
        ]
    },
)
def list_changes(request: Request, database: DatabaseDep) -> Response:
    """What was changed, by whom and why, in order."""
    must_accept_json(request)
    for name in request.query_params:
        if name not in {"since", "limit"}:
            raise refused(
                name[:100], "there is no such parameter", nearest(name[:100], ["since", "limit"])
            )
        if len(request.query_params.getlist(name)) > 1:
            raise refused(name, "give it once")
    since = request.query_params.get("since", "0")
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise refused("since", "is the number of a change, as in `id`")
    limit = read_limit(request.query_params.get("limit"))
    with database.read() as connection:
        rows = _changes(connection, int(since), limit + 1)
        newest = connection.execute(select(LAST_CHANGE)).scalar_one()
    next_ = rows[limit - 1]["id"] if len(rows) > limit else None
    body = orjson.dumps({"items": rows[:limit], "next": next_})
    return reply(request, body, f'W/"{newest}-{tag(request.url.query.encode())}"')


def _changes(connection: Connection, since: int, limit: int) -> list[dict[str, Any]]:
    columns = select(Change.id, Change.at, Change.actor, Change.action, Change.reason)
    query = columns.where(Change.id > since).order_by(Change.id).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


@probes.get(
    "/health",
    operation_id="health",
    summary="Is the server there?",
    response_model=Health,
    responses={**shown({"status": "alive"}), **errors(414)},
)
def health() -> Response:
    """Answer without asking the database."""
    return Response(b'{"status":"alive"}', media_type="application/json")


@probes.get(
    "/ready",
    operation_id="ready",
    summary="Can the server answer?",
    response_model=Health,
    responses={**shown({"status": "ready"}), **errors(414, 503)},
)
def ready(database: DatabaseDep) -> Response:
    """Answer whether the database can be reached and has the schema that this program needs."""
    with database.read() as connection:
        has, needs = schema.current(connection), schema.newest()
    if has != needs:
        detail = f"The database is at schema {has}, this program needs {needs}: run `migrate`."
        raise Problem(503, "not-migrated", detail, headers={"Retry-After": "5"})
    return Response(b'{"status":"ready"}', media_type="application/json")
