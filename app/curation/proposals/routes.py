"""The addresses of proposals; whoever may propose sees them, nobody else does."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlalchemy import select

from app.access import Actor, ContributorDep, CuratorDep
from app.api.bodies import read_json
from app.api.openapi import error_responses
from app.api.paging import number_in_path, number_in_query, read_limit, refuse_other_parameters
from app.api.problems import invalid_parameter
from app.api.responses import etag_of, etag_response, must_accept_json
from app.curation.proposals.decisions import accept, no_proposal, reject, retract, validate_proposal
from app.curation.proposals.openapi import (
    ACCEPT_EXTRA,
    DECISION_EXTRA,
    LIST_EXTRA,
    NUMBER,
    PROPOSE_EXTRA,
    body_of,
)
from app.curation.proposals.schemas import Decision, ProposalDraft, ProposalList, ProposalPage
from app.curation.proposals.views import proposal_list, proposal_page
from app.curation.writing import refusals
from app.curation.writing.changes import Writer, open_writer
from app.curation.writing.draft_parsing import json_object
from app.curation.writing.idempotency import StoredResponse, idempotent_request
from app.curation.writing.requests import DRY_RUN, WriteOptions, read_options
from app.curation.writing.routes import JsonBody, OptionalBody
from app.curation.writing.validation import validation_errors
from app.db.database import Database, DatabaseDep
from app.models import Proposal
from app.records.drafting import Draft
from app.vocabulary import ProposalState

routes = APIRouter(prefix="/v1/proposals", tags=["proposals"])
Read = TypeVar("Read", bound=Draft)
FILTERS = ("state", "kind", "author")
LARGEST = 200
WRITING = (400, 404, 406, 409, 413, 414, 415, 422, 503)


def _parse(draft: type[Read], body: bytes) -> Read:
    data = json_object(read_json(body)) if body else {}
    try:
        return draft.model_validate(data)
    except ValidationError as error:
        raise refusals.invalid_record(list(validation_errors(draft, error))) from error


def _number(request: Request) -> int:
    return number_in_path(request, "id", "proposal")


def _proposal_response(database: Database, number: int) -> StoredResponse:
    """A proposal as it is by now; its tag changes when its record does."""
    with database.read() as connection:
        query = select(Proposal.__table__).where(Proposal.id == number)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise no_proposal(number)
        body = proposal_page(connection, row).model_dump_json().encode()
    return StoredResponse(200, body, {"ETag": f'"{etag_of(body)}"'})


@routes.post(
    "",
    operation_id="propose_change",
    summary="Propose a change",
    description="A new record or a patch of one, tried as if it were written, and kept until a"
    " curator decides.",
    status_code=201,
    response_model=ProposalPage,
    responses={
        200: {"description": "With dry_run.", "model": ProposalPage},
        **error_responses(*WRITING),
    },
    openapi_extra=PROPOSE_EXTRA,
)
def propose_change(
    request: Request, actor: ContributorDep, body: JsonBody, database: DatabaseDep
) -> Response:
    """Keep a proposal."""
    must_accept_json(request)
    asked = read_options(request, ("dry_run",))
    retry = None if asked.dry_run else idempotent_request(request, actor.name, body)
    if retry:
        with database.write() as session:
            if answer := retry.stored_response(session):
                return answer.response()
    row = validate_proposal(database, actor.name, _parse(ProposalDraft, body))
    with open_writer(database, actor=actor.name, dry_run=asked.dry_run) as writer:
        answer = (retry.stored_response(writer.session) if retry else None) or _store(
            writer, row, asked
        )
        if retry and retry.stored_response(writer.session) is None:
            retry.store(writer.session, answer)
    return answer.response()


def _store(writer: Writer, row: Proposal, asked: WriteOptions) -> StoredResponse:
    writer.session.add(row)
    writer.session.flush()
    body = proposal_page(writer.session, row).model_dump_json().encode()
    headers = {"ETag": f'"{etag_of(body)}"'}
    if asked.dry_run:
        return StoredResponse(200, body, {**headers, **DRY_RUN})
    return StoredResponse(201, body, {**headers, "Location": f"/v1/proposals/{row.id}"})


@routes.get(
    "",
    operation_id="list_proposals",
    summary="List proposals",
    description="The newest first.",
    response_model=ProposalList,
    responses=error_responses(406, 414, 422, 503),
    openapi_extra=LIST_EXTRA,
)
def list_proposals(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """One page of proposals."""
    must_accept_json(request)
    query = request.query_params
    refuse_other_parameters(request, (*FILTERS, "limit", "cursor"))
    for name in query:
        if "\0" in query[name] or len(query[name]) > LARGEST:
            raise invalid_parameter(name, "is too long, or has a NUL character")
    if query.get("state", "open") not in {each.value for each in ProposalState}:
        raise invalid_parameter("state", f"is one of {', '.join(ProposalState)}")
    filters = {name: query[name] for name in FILTERS if name in query}
    limit, below = read_limit(query.get("limit")), number_in_query(request, "cursor")
    with database.read() as connection:
        body = proposal_list(connection, filters, limit, below).model_dump_json().encode()
    return etag_response(request, body, f'W/"{etag_of(body)}"')


@routes.get(
    "/{id}",
    operation_id="get_proposal",
    summary="Get one proposal",
    description="What it changes, field by field, and what happened to its record since.",
    response_model=ProposalPage,
    responses=error_responses(404, 406, 414, 422, 503),
    openapi_extra={"parameters": [NUMBER]},
)
def get_proposal(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """One proposal."""
    must_accept_json(request)
    read_options(request, ())
    answer = _proposal_response(database, _number(request))
    return etag_response(request, answer.body, answer.headers["ETag"])


def _decision_route(
    summary: str, about: str, *, body: Any, said: Any = DECISION_EXTRA
) -> dict[str, Any]:
    return {
        "operation_id": summary.lower().replace(" a ", " ").replace(" ", "_"),
        "summary": summary,
        "description": about,
        "response_model": ProposalPage,
        "responses": error_responses(*WRITING),
        "openapi_extra": {**said, "requestBody": body_of("Decision", body)},
    }


@routes.post(
    "/{id}/accept",
    **_decision_route(
        "Accept a proposal",
        "It becomes a change in its author's name; of some fields only, where these are named.",
        body={"fields": ["title"], "reason": "Checked."},
        said=ACCEPT_EXTRA,
    ),
)
def accept_proposal(
    request: Request, actor: CuratorDep, body: OptionalBody, database: DatabaseDep
) -> Response:
    """Make it a change."""
    asked, number = read_options(request, ("dry_run",)), _number(request)
    decision = _parse(Decision, body)
    accept(database, actor.name, number, decision, dry_run=asked.dry_run)
    return _proposal_response(database, number).response()


@routes.post(
    "/{id}/reject",
    **_decision_route(
        "Reject a proposal", "Turned down, with a reason.", body={"reason": "The title is right."}
    ),
)
def reject_proposal(
    request: Request, actor: CuratorDep, body: OptionalBody, database: DatabaseDep
) -> Response:
    """Turn it down."""
    return _decision_response(request, database, actor, _parse(Decision, body), reject)


@routes.post(
    "/{id}/withdraw",
    **_decision_route(
        "Withdraw a proposal", "Taken back by its author.", body={"reason": "My mistake."}
    ),
)
def withdraw_proposal(
    request: Request, actor: ContributorDep, body: OptionalBody, database: DatabaseDep
) -> Response:
    """Take it back."""
    return _decision_response(request, database, actor, _parse(Decision, body), retract)


def _decision_response(
    request: Request, database: Database, actor: Actor, decision: Decision, decide: Any
) -> Response:
    read_options(request, ())
    number = _number(request)
    with database.write() as session:
        decide(session, actor.name, number, decision.reason)
    return _proposal_response(database, number).response()
