"""The addresses of keys: for admins."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from app.access import accounts
from app.access.permissions import AdminDep
from app.access.schemas import KeyCard, KeyDraft, Keys, NewKeyCard, keys_query
from app.api.bodies import read_bytes, read_model
from app.api.openapi import error_responses, example_response
from app.api.paging import (
    PAGING,
    page_of_rows,
    path_parameter,
    private_response,
    refuse_other_parameters,
)
from app.api.responses import must_accept_json
from app.db.database import DatabaseDep
from app.models import ApiKey

routes = APIRouter(prefix="/v1", tags=["access"])
MOST_BYTES = 10_000
DRAFT = KeyDraft.model_json_schema(ref_template="#/components/schemas/{model}")
DRAFT.pop("$defs")  # they stand there already
CARD = {
    "prefix": "evb_ab12cd34",
    "account": "ada",
    "scope": "curator",
    "created_at": "2026-01-31T08:00:00.000000Z",
    "created_by": "command line",
    "expires_at": "2026-05-01T08:00:00.000000Z",
    "revoked_at": None,
    "revoked_by": None,
    "disabled_at": None,
    "last_used_at": None,
}


@routes.get(
    "/keys",
    operation_id="list_keys",
    summary="List keys",
    response_model=Keys,
    responses={
        **example_response({"items": [CARD], "next": None}),
        **error_responses(406, 414, 422, 503),
    },
    openapi_extra={"parameters": PAGING},
)
def list_keys(request: Request, database: DatabaseDep, _: AdminDep) -> Response:
    """Every key, the newest first: whose it is, what it allows, since and until when."""
    return page_of_rows(request, database, keys_query(), ApiKey.id, KeyCard)


async def _body(request: Request) -> bytes:
    return await read_bytes(request, MOST_BYTES)


@routes.post(
    "/keys",
    operation_id="create_key",
    summary="Make a key",
    status_code=201,
    response_model=NewKeyCard,
    responses={
        201: {
            "content": {
                "application/json": {
                    "example": {**CARD, "key": "evb_ab12cd34_the-43-characters-that-are-the-secret"}
                }
            }
        },
        **error_responses(400, 406, 409, 413, 414, 415, 422, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": DRAFT,
                    "example": {"account": "ada", "scope": "curator", "expires_at": "90d"},
                }
            },
        }
    },
)
def create_key(
    request: Request,
    database: DatabaseDep,
    actor: AdminDep,
    body: Annotated[bytes, Depends(_body)],
) -> Response:
    """The reply has the key itself, this once: only its hash is kept."""
    must_accept_json(request)
    refuse_other_parameters(request)
    draft = read_model(KeyDraft, body)
    with database.write() as session:
        row, key = accounts.create_key(
            session, draft.account, draft.scope, expires_at=draft.expires_at, by=actor.name
        )
        session.flush()
        card = _key(session, row.prefix)
    return private_response({**card, "key": key}, 201)


def _key(session: Session, prefix: str) -> dict[str, Any]:
    row = session.connection().execute(keys_query().where(ApiKey.prefix == prefix)).mappings().one()
    return KeyCard.model_validate(dict(row)).model_dump(mode="json")


@routes.post(
    "/keys/{prefix}/revoke",
    operation_id="revoke_key",
    summary="Revoke a key",
    response_model=KeyCard,
    responses={**example_response(CARD), **error_responses(404, 406, 409, 414, 422, 503)},
    openapi_extra={
        "parameters": [path_parameter("prefix", "What the key begins with.", "evb_ab12cd34")]
    },
)
def revoke_key(request: Request, database: DatabaseDep, actor: AdminDep) -> Response:
    """Shut out a key, for good. A second time changes nothing."""
    must_accept_json(request)
    refuse_other_parameters(request)
    with database.write() as session:
        prefix = accounts.revoke_key(session, request.path_params["prefix"], by=actor.name)
        session.flush()
        card = _key(session, prefix)
    return private_response(card)
