"""Figures at their own addresses, each beside the rows that it is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from app.api.about import refuse_parameters
from app.api.concurrency import limit_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses
from app.api.responses import etag_of, etag_response, must_accept_json
from app.db.database import Database, DatabaseDep
from app.overviews.evidence_map import queries as evidence_map
from app.overviews.evidence_map.routes import PARAMETERS as MAP_PARAMETERS
from app.overviews.evidence_map.schemas import EvidenceMap
from app.overviews.figures import affected, directions, forest, map_plot, timeline
from app.overviews.figures.data import UNUSED_PARAMETERS, Cards, Drawn, read_cards
from app.query.answers import find_record
from app.query.openapi import list_parameters
from app.query.request import ListDefinition
from app.records.adverse_events.filters import ADVERSE_EVENTS
from app.records.case_reports.card import CASE_REPORT
from app.records.outcomes.filters import OUTCOMES

SVG = "image/svg+xml"
# An SVG that is opened by itself may have its own style, and nothing else.
ALONE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
EXAMPLE = '<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>...</title></svg>'
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {SVG: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}
routes = APIRouter(prefix="/v1", tags=["figures"])


@dataclass(frozen=True)
class Figure:
    """A figure of a list: what it is drawn from, and how."""

    path: str
    listing: ListDefinition
    about: str
    rows: Callable[[Cards], BaseModel]
    model: type[BaseModel]
    draw: Callable[[Any], bytes]


FIGURES = (
    Figure(
        "effect-directions",
        OUTCOMES,
        "What each result means to patients, a row for each study; nothing is pooled or counted.",
        directions.directions,
        directions.Directions,
        directions.draw,
    ),
    Figure(
        "estimates",
        OUTCOMES,
        "Estimates with their intervals, as reported; nothing is pooled.",
        forest.estimates,
        forest.Estimates,
        forest.draw,
    ),
    Figure(
        "affected",
        ADVERSE_EVENTS,
        "People affected by each harm, group beside group, with exact 95 % intervals.",
        affected.affected,
        affected.Affected,
        affected.draw,
    ),
)


def _rows(request: Request, database: Database, figure: Figure) -> tuple[BaseModel, str]:
    """The rows of a figure, and the weak ETag of all that is made of them."""
    with database.read() as connection:
        rows = figure.rows(read_cards(connection, figure.listing, request.query_params))
    drawn: Drawn = rows.drawn  # type: ignore[attr-defined] # every figure has it
    return rows, _weak_etag(request, drawn.scope.last_change)


def _weak_etag(request: Request, change: int) -> str:
    """The ETag of rows and picture alike: the same request at the same change."""
    return f'W/"{change}-{etag_of(str(request.url).encode())}"'


def _picture(request: Request, drawn: bytes, etag: str) -> Response:
    """An SVG, or 304 when the client has it."""
    return etag_response(request, drawn, etag, ALONE, SVG)


def _picture_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {**PICTURE, **NOT_MODIFIED, **error_responses(*statuses)}


def add_figure(figure: Figure) -> None:
    """The routes of a figure: its rows as JSON, and its picture."""
    name = figure.path.replace("-", "_")
    every = list_parameters(figure.listing)
    parameters = [each for each in every if each["name"] not in UNUSED_PARAMETERS]

    @limit_concurrency
    def get_rows(request: Request, database: DatabaseDep) -> Response:
        must_accept_json(request)
        rows, etag = _rows(request, database, figure)
        return etag_response(request, orjson.dumps(rows.model_dump(mode="json")), etag)

    @limit_concurrency
    def get_picture(request: Request, database: DatabaseDep) -> Response:
        rows, etag = _rows(request, database, figure)
        return _picture(request, figure.draw(rows), etag)

    extra = {"parameters": parameters}
    routes.get(
        f"/{figure.path}",
        operation_id=f"get_{name}",
        summary=f"Get the rows of the figure {figure.path}",
        description=f"{figure.about} Takes the parameters of {figure.listing.kind.path}.",
        response_model=figure.model,
        responses={**NOT_MODIFIED, **error_responses(406, 414, 422, 503)},
        openapi_extra=extra,
    )(get_rows)
    routes.get(
        f"/{figure.path}/figure.svg",
        operation_id=f"draw_{name}",
        summary=f"Draw the figure {figure.path}",
        description=f"{figure.about} /v1/{figure.path} has the same as rows.",
        response_class=Response,
        responses=_picture_responses(414, 422, 503),
        openapi_extra=extra,
    )(get_picture)


for _figure in FIGURES:
    add_figure(_figure)


@routes.get(
    "/evidence-map/figure.svg",
    operation_id="draw_evidence_map",
    summary="Draw the evidence map",
    description="Studies by treatment, domain and design; /v1/evidence-map has the same as rows.",
    response_class=Response,
    responses=_picture_responses(414, 422, 503),
    openapi_extra={"parameters": MAP_PARAMETERS},
)
@limit_concurrency
def draw_evidence_map(request: Request, database: DatabaseDep) -> Response:
    """The evidence map."""
    list_request = evidence_map.parse_map_request(request.query_params)
    with database.read() as connection:
        found = EvidenceMap.model_validate(evidence_map.evidence_map(connection, list_request))
    etag = _weak_etag(request, found.scope.last_change)
    return _picture(request, map_plot.draw(found), etag)


CASE = "foot-pain-after-coma-and-boosters"


@routes.get(
    "/case-reports/{slug}/figure.svg",
    operation_id="draw_case_report",
    summary="Draw the timeline of a case report",
    description="What happened in order; the events of the case report's card are its table.",
    response_class=Response,
    responses=_picture_responses(404, 414, 422, 503),
)
@limit_concurrency
def draw_case_report(
    slug: Annotated[
        str,
        Path(description="The record's slug.", openapi_examples={"example": {"value": CASE}}),
    ],
    request: Request,
    database: DatabaseDep,
) -> Response:
    """The timeline of a case report."""
    refuse_parameters(request, "this figure takes no parameter")
    with database.read() as connection:
        row = find_record(connection, CASE_REPORT, slug)
    drawn = timeline.draw(orjson.loads(row.card))
    return _picture(request, drawn, f'"v{row.version}-{etag_of(drawn)}"')
