"""The addresses of accounts and of what was done about them and their keys: for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from app.access import accounts
from app.access.actor import Actor
from app.access.permissions import AdminDep
from app.access.schemas import AccessEventCard, AccessEvents, AccountCard, events_query
from app.api.openapi import error_responses, example_response
from app.api.paging import (
    PAGING,
    page_of_rows,
    path_parameter,
    private_response,
    refuse_other_parameters,
)
from app.api.responses import must_accept_json
from app.db.database import Database, DatabaseDep
from app.models import AccessEvent, Account

routes = APIRouter(prefix="/v1", tags=["access"])
AT = "2026-01-31T08:00:00.000000Z"
ACCOUNT = {"name": "ada", "created_at": AT, "disabled_at": None}
EVENT = {
    "at": AT,
    "actor": "command line",
    "action": "create_key",
    "account": "ada",
    "prefix": "evb_ab12cd34",
}
AccountChange = Callable[..., Account]


@routes.get(
    "/access-events",
    operation_id="list_access_events",
    summary="List what was done about keys and accounts",
    response_model=AccessEvents,
    responses={
        **example_response({"items": [EVENT], "next": None}),
        **error_responses(406, 414, 422, 503),
    },
    openapi_extra={"parameters": PAGING},
)
def list_access_events(request: Request, database: DatabaseDep, _: AdminDep) -> Response:
    """Who made or revoked which key, disabled or enabled which account, and when; newest first."""
    return page_of_rows(request, database, events_query(), AccessEvent.id, AccessEventCard)


def _change_account(
    request: Request, database: Database, actor: Actor, step: AccountChange
) -> Response:
    must_accept_json(request)
    refuse_other_parameters(request)
    with database.write() as session:
        account = step(session, request.path_params["name"], by=actor.name)
        card = AccountCard(
            name=account.name, created_at=account.created_at, disabled_at=account.disabled_at
        )
    return private_response(card.model_dump(mode="json"))


ABOUT_ACCOUNT: dict[str, Any] = {
    "response_model": AccountCard,
    "responses": {**example_response(ACCOUNT), **error_responses(404, 406, 409, 414, 422, 503)},
    "openapi_extra": {"parameters": [path_parameter("name", "Name of the account.", "ada")]},
}


@routes.post(
    "/accounts/{name}/disable",
    operation_id="disable_account",
    summary="Disable an account",
    **ABOUT_ACCOUNT,
)
def disable_account(request: Request, database: DatabaseDep, actor: AdminDep) -> Response:
    """Shut out an account with all its keys. A second time changes nothing."""
    return _change_account(request, database, actor, accounts.disable_account)


@routes.post(
    "/accounts/{name}/enable",
    operation_id="enable_account",
    summary="Enable an account",
    **ABOUT_ACCOUNT,
)
def enable_account(request: Request, database: DatabaseDep, actor: AdminDep) -> Response:
    """Let an account in again, with those of its keys that were not revoked."""
    return _change_account(request, database, actor, accounts.enable_account)
