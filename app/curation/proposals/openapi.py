"""Describing: how proposals stand in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from app.api.paging import number_parameter
from app.curation.proposals.schemas import Decision, ProposalDraft
from app.curation.writing.openapi import DRY_RUN, KEY, REF, parameter
from app.vocabulary import ProposalState

NUMBER = number_parameter("id", "The proposal's number.")
STATE = {
    **parameter("state", "query", "What became of it.", "open"),
    "schema": {"type": "string", "enum": [each.value for each in ProposalState]},
}
LIST_EXTRA = {
    "parameters": [
        STATE,
        parameter("kind", "query", "The kind of record.", "citation"),
        parameter("author", "query", "Who proposed it.", "grace"),
        {
            **parameter("limit", "query", "How many at most.", 20),
            "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
        },
        {
            **parameter("cursor", "query", "Where the page begins: `next` of the one before.", "9"),
            "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"},
        },
    ]
}
DECISION_EXTRA = {"parameters": [NUMBER]}
ACCEPT_EXTRA = {"parameters": [NUMBER, DRY_RUN]}
EXAMPLE = {
    "kind": "citation",
    "slug": "bredlau-2013",
    "base_version": 1,
    "patch": {"issue": "1"},
    "reason": "The journal's page says so.",
}


def body_of(model: str, example: Any, *, required: bool = False) -> dict[str, Any]:
    """A body of one of the models here."""
    content = {"schema": {"$ref": REF.format(model=model)}, "example": example}
    return {"required": required, "content": {"application/json": content}}


PROPOSE_EXTRA = {
    "parameters": [KEY, DRY_RUN],
    "requestBody": body_of("ProposalDraft", EXAMPLE, required=True),
}


def components() -> dict[str, Any]:
    """What is sent, as schemas of the OpenAPI document."""
    return {
        model.__name__: model.model_json_schema(ref_template=REF)
        for model in (ProposalDraft, Decision)
    }
