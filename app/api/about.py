"""What the database says of itself: its vocabularies."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.api.openapi import NOT_MODIFIED, error_responses, example_response
from app.api.problems import Problem, invalid_parameter
from app.api.responses import etag_of, etag_response, must_accept_json
from app.values.text import nearest_spelling
from app.vocabulary import VOCABULARIES

routes = APIRouter(prefix="/v1", tags=["about"])


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


def refuse_parameters(request: Request, why: str = "there are no parameters here") -> None:
    """Refuse a request with parameters; raises Problem 422 that says why."""
    for name in request.query_params:
        raise invalid_parameter(name[:100], why)


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
    responses={
        **example_response({"items": [EXAMPLE]}),
        **NOT_MODIFIED,
        **error_responses(406, 414, 422),
    },
)
def list_vocabularies(request: Request) -> Response:
    """Every controlled value, with its label and definition."""
    must_accept_json(request)
    refuse_parameters(request)
    body = orjson.dumps({"items": vocabularies()})
    return etag_response(request, body, f'"{etag_of(body)}"')


@routes.get(
    "/vocabularies/{name}",
    operation_id="get_vocabulary",
    summary="Get one list of controlled values",
    response_model=VocabularyCard,
    responses={**NOT_MODIFIED, **error_responses(404, 406, 414, 422)},
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
    refuse_parameters(request)
    if name not in VOCABULARIES:
        hint = nearest_spelling(name[:100], VOCABULARIES)
        raise Problem(404, "not-found", f"There is no vocabulary {name[:100]!r}. Perhaps {hint!r}?")
    body = orjson.dumps(next(each for each in vocabularies() if each["name"] == name))
    return etag_response(request, body, f'"{etag_of(body)}"')
