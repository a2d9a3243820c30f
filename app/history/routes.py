"""The addresses of the past: revisions, versions and differences of every kind, and the feed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from app.api.concurrency import limit_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses, example_response, parameter
from app.api.paging import read_limit
from app.api.responses import UNCACHED, etag_matches, etag_of, etag_response, must_accept_json
from app.db.database import Database, DatabaseDep
from app.history.feed import FeedPosition, read_feed
from app.history.schemas import ChangeList, Comparison, RevisionList
from app.history.versions import (
    answer_difference,
    answer_revisions,
    answer_version,
    read_parameters,
)
from app.query.cards import Kind
from app.query.ordering import LAST_CHANGE
from app.query.request import read_flag
from app.query.routes import Resource
from app.records.catalogue import RESOURCES

routes = APIRouter(prefix="/v1")
WHOLE: dict[str, Any] = {"type": "integer", "minimum": 1}
REFUSED = {**NOT_MODIFIED, **error_responses(404, 406, 414, 422, 503)}


def _path(name: str, about: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """The documentation of a part of the path."""
    of_query = parameter(name, about, schema, example)
    return {**of_query, "in": "path", "required": True}


def _slug(resource: Resource) -> dict[str, Any]:
    about = "The record's slug; one that was withdrawn has a past, too."
    return _path("slug", about, {"type": "string"}, resource.example)


@dataclass(frozen=True)
class PastRoute:
    """One address of every record's past; `{}` in a text is the name of the kind."""

    path: str
    operation: str
    summary: str
    description: str
    model: type[BaseModel] | None  # None: the card of the kind
    parameters: tuple[dict[str, Any], ...]
    answer: Callable[[Request, Database, Kind], Response]


PAST_ROUTES = (
    PastRoute(
        "revisions",
        "list_{}_revisions",
        "List the revisions of one {}",
        "Each card that the record has had, newest first, the current one included:"
        " who made it, when and why. A link that was renamed makes a new card of the same"
        " version.",
        RevisionList,
        (
            parameter("limit", "Revisions on a page.", {**WHOLE, "maximum": 200}, 10),
            parameter("cursor", "`next` of the page before.", {"type": "string"}),
        ),
        answer_revisions,
    ),
    PastRoute(
        "revisions/{version}",
        "get_{}_revision",
        "Get one version of one {}",
        "The card of the version. Where it has several, because links in it were"
        " renamed meanwhile, the last; `as_of` on the record gives the others.",
        None,
        (_path("version", "Number of the version, from 1.", WHOLE, 1),),
        answer_version,
    ),
    PastRoute(
        "difference",
        "compare_{}_versions",
        "Compare two versions of one {}",
        "What differs, member by member. Parts of a list that have a name (a key, a"
        " slug, a code) are compared with the part of that name, the others in order.",
        Comparison,
        (
            parameter("from", "The older version; unless said, the one before.", WHOLE, 1),
            parameter("to", "The newer version; unless said, the current one.", WHOLE, 1),
        ),
        answer_difference,
    ),
)


def add_past(resource: Resource, past: PastRoute) -> None:
    """Add one address of the past of a kind."""
    kind = resource.listing.kind

    @limit_concurrency
    def answer(request: Request, database: DatabaseDep) -> Response:
        return past.answer(request, database, kind)

    routes.get(
        f"/{kind.path}/{{slug}}/{past.path}",
        operation_id=past.operation.format(kind.name),
        summary=past.summary.format(kind.name.replace("_", " ")),
        description=past.description,
        response_model=past.model or kind.card,
        responses=REFUSED,
        tags=[kind.path],
        openapi_extra={"parameters": [_slug(resource), *past.parameters]},
    )(answer)


for each in RESOURCES:
    for past_route in PAST_ROUTES:
        add_past(each, past_route)

EXAMPLE = {
    "items": [
        {
            "id": 7,
            "at": "2026-01-01T09:30:00.000000Z",
            "actor": "ada",
            "action": "edit",
            "reason": "typo",
            "records": [
                {
                    "kind": "study",
                    "slug": "adults-crps-12-weeks",
                    "version": 2,
                    "status": "current",
                    "effect": "edited",
                    "url": "/v1/studies/adults-crps-12-weeks",
                }
            ],
            "complete": True,
        }
    ],
    "next": "7",
    "more": False,
}


@routes.get(
    "/changes",
    operation_id="list_changes",
    summary="List changes: the feed that a mirror follows",
    description="Changes in the order in which they were made, with every record whose card they"
    " altered, be it through a link only; what is not `current` any more is a tombstone. A page"
    " has at most 500 records; a change with more goes on on the next page. To mirror: read the"
    " release with its `last_change` (or begin with 0), then ask with `since`, apply what comes,"
    " keep `next`; while `more`, ask again at once, else later: If-None-Match makes that cheap.",
    response_model=ChangeList,
    responses={**example_response(EXAMPLE), **NOT_MODIFIED, **error_responses(406, 414, 422, 503)},
    tags=["about"],
    openapi_extra={
        "parameters": [
            parameter(
                "since",
                "`next` of the page before, or the number of the last change seen.",
                {"type": "string"},
                "0",
            ),
            parameter("limit", "Changes on a page.", {**WHOLE, "maximum": 200}, 10),
            parameter(
                "cards",
                "Whether each record comes with its card as the change left it.",
                {"type": "string", "enum": ["true", "false"], "default": "false"},
                "true",
            ),
        ]
    },
)
@limit_concurrency
def list_changes(request: Request, database: DatabaseDep) -> Response:
    """What was changed, by whom and why, in order."""
    must_accept_json(request)
    given = read_parameters(request, ("since", "limit", "cards"))
    since, limit = FeedPosition.read(given.get("since", "0")), read_limit(given.get("limit"))
    cards = "cards" in given and read_flag("cards", given["cards"])
    with database.read() as connection:
        newest = connection.execute(select(LAST_CHANGE)).scalar_one()
        etag = f'W/"{newest}-{etag_of(request.url.query.encode())}"'
        if etag_matches(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers={"ETag": etag, **UNCACHED})
        page = read_feed(connection, since, limit, cards=cards)
    return etag_response(request, orjson.dumps(page), etag)
