"""The address of lookups."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.access import ContributorDep
from app.api.openapi import error_responses, example_response
from app.api.paging import private_response, refuse_other_parameters
from app.api.problems import FieldError, Problem
from app.api.responses import must_accept_json
from app.db.database import DatabaseDep
from app.ingest.lookup.lookups import SCHEMES, Lookups
from app.ingest.lookup.schemas import LookupCard
from app.values.identifiers import identifier_example

routes = APIRouter(prefix="/v1", tags=["citations"])
NAMES = tuple(each.value for each in SCHEMES)
EXAMPLE = {
    "draft": {
        "type": "article_journal",
        "title": "Ketamine produces effective and long-term pain relief",
        "container_title": "Pain",
        "year": 2009,
        "volume": "145",
        "issue": "3",
        "pages": "304-311",
        "authors": [{"family": "Sigtermans", "given": "Marnix J"}],
        "identifiers": [{"scheme": "doi", "value": "10.1016/j.pain.2009.06.023"}],
    },
    "reference": "Sigtermans MJ. Ketamine produces effective and long-term pain relief. Pain"
    " 2009;145(3):304-11. doi:10.1016/j.pain.2009.06.023.",
    "source": "crossref",
    "address": "https://api.crossref.org/works/10.1016%2Fj.pain.2009.06.023",
    "retrieved_at": "2026-01-31T08:00:00.000000Z",
    "answer": "same",
    "matches": [
        {
            "slug": "sigtermans-2009",
            "position": None,
            "answer": "same",
            "score": 1.0,
            "reasons": ["the DOI is the same"],
        }
    ],
    "related": [],
    "problems": [],
}


def _parameter(name: str, about: str, like: str) -> dict[str, Any]:
    """A parameter with an example that is not asked for by itself: it leads out of the house."""
    schema = {"type": "string", "examples": [like]}
    return {"name": name, "in": "query", "description": about, "schema": schema}


async def lookups(request: Request) -> Lookups:
    """The services of the application."""
    found: Lookups = request.app.state.lookups
    return found


@routes.get(
    "/citations/lookup",
    operation_id="look_up_citation",
    summary="Look a citation up by its DOI, PubMed, PubMed Central or trial number",
    description="Asks Crossref, PubMed or ClinicalTrials.gov, and saves nothing: the draft can be"
    " sent to POST /v1/citations as it is, once one has seen what is here already. Give exactly"
    " one identifier.",
    response_model=LookupCard,
    responses={
        **example_response(EXAMPLE),
        **error_responses(401, 403, 404, 406, 414, 422, 429, 502, 503),
    },
    openapi_extra={
        "parameters": [
            _parameter(each.value, f"{each.definition}", identifier_example(each))
            for each in SCHEMES
        ]
    },
)
def look_up_citation(
    request: Request,
    _: ContributorDep,
    services: Annotated[Lookups, Depends(lookups)],
    database: DatabaseDep,
) -> Response:
    """What a public service says of one identifier."""
    must_accept_json(request)
    refuse_other_parameters(request, NAMES)
    asked = [each for each in SCHEMES if each.value in request.query_params]
    if len(asked) != 1:
        message = f"exactly one of {', '.join(NAMES)} has to be given"
        given = [each.value for each in asked] or NAMES[:1]
        found = [FieldError(parameter=name, message=message) for name in given]
        raise Problem(422, "invalid-parameter", f"{message}, as ?doi=10.1000/x", found)
    [scheme] = asked
    card = services.look_up(database, scheme, request.query_params[scheme.value])
    return private_response(card.model_dump(mode="json"))
