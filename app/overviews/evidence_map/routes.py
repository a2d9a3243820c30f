"""The route of the evidence map, apart from what the first page and the picture read, too."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response

from app.api.concurrency import limit_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses
from app.api.responses import etag_of, etag_response, must_accept_json
from app.db.database import DatabaseDep
from app.overviews.evidence_map.queries import EXCLUDED_PARAMETERS, evidence_map, parse_map_request
from app.overviews.evidence_map.schemas import EvidenceMap
from app.query.openapi import list_parameters
from app.records.study_list import STUDIES

routes = APIRouter(prefix="/v1", tags=["studies"])
PARAMETERS = [each for each in list_parameters(STUDIES) if each["name"] not in EXCLUDED_PARAMETERS]


@routes.get(
    "/evidence-map",
    operation_id="get_evidence_map",
    summary="Count studies by treatment, domain of outcome and design",
    response_model=EvidenceMap,
    responses={**NOT_MODIFIED, **error_responses(406, 414, 422, 503)},
    openapi_extra={"parameters": PARAMETERS},
)
@limit_concurrency
def get_evidence_map(request: Request, database: DatabaseDep) -> Response:
    """Where there are studies and where there are none, with the filters of studies.

    Counts studies, each once in a cell, and says nothing of what they found. Rows are not to be
    added up: a study of a treatment is in the rows of its broader treatments, too.
    """
    must_accept_json(request)
    list_request = parse_map_request(request.query_params)
    with database.read() as connection:
        found = evidence_map(connection, list_request)
    change = found["scope"]["last_change"]
    etag = f'W/"{change}-{etag_of(request.url.query.encode())}"'
    return etag_response(request, orjson.dumps(found), etag)
