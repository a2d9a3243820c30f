"""The addresses of duplicates and merges: for curators."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.access import CuratorDep
from app.api.bodies import read_model
from app.api.openapi import error_responses, example_response, parameter
from app.api.paging import PAGING, number_in_path, number_parameter, page_of_rows, path_parameter
from app.api.problems import Problem, invalid_parameter
from app.curation.duplicates.merge import merge
from app.curation.duplicates.merge_undo import undo
from app.curation.duplicates.schemas import (
    DecisionDraft,
    DuplicateCard,
    Duplicates,
    MergeCard,
    MergeDraft,
    Merges,
    duplicates_query,
    merges_query,
)
from app.curation.writing.changes import Writer
from app.curation.writing.idempotency import StoredResponse
from app.curation.writing.openapi import DRY_RUN, IF_MATCH, KEY, REASON
from app.curation.writing.requests import DRY_RUN as TRIED
from app.curation.writing.requests import WriteOptions, expected_version, write_response
from app.curation.writing.routes import JsonBody
from app.db.database import DatabaseDep
from app.db.statements import Rows
from app.models import DuplicateCandidate, Merge
from app.values.text import nearest_spelling
from app.vocabulary import ChangeAction, DuplicateAnswer

routes = APIRouter(prefix="/v1", tags=["duplicates"])
STATES = ("open", "decided", "any")
MERGE = {
    "id": 1,
    "kept": "sigtermans-2009",
    "merged": "sigtermans-2009-2",
    "at": "2026-01-31T08:00:00.000000Z",
    "actor": "ada",
    "reason": "One came from Embase.",
    "undone_at": None,
    "undone_by": None,
}
PAIR = {
    "id": 1,
    "first": "sigtermans-2009",
    "first_title": "Ketamine produces effective and long-term pain relief",
    "second": "sigtermans-2009-2",
    "second_title": "Ketamine produces effective and long-term pain relief in patients",
    "score": 0.94,
    "answer": "probable",
    "reasons": ["one title is the other and more", "the authors are the same"],
    "decided_by": None,
}
NUMBER = number_parameter("id", "The number in the list.")
SLUG = path_parameter(
    "slug", "Slug of the citation that becomes part of another.", "sigtermans-2009-2"
)
STATE = parameter(
    "state",
    "Pairs nobody has decided on (open, as without it), decided ones, or any.",
    {"type": "string", "enum": list(STATES)},
    "open",
)
WRITING = (400, 404, 406, 409, 412, 413, 414, 415, 422, 503)


@routes.get(
    "/duplicates",
    operation_id="list_duplicates",
    summary="List pairs that may be one publication",
    response_model=Duplicates,
    responses={
        **example_response({"items": [PAIR], "next": None}),
        **error_responses(406, 414, 422, 503),
    },
    openapi_extra={"parameters": [STATE, *PAGING]},
)
def list_duplicates(request: Request, database: DatabaseDep, _: CuratorDep) -> Response:
    """The stored citations that `evidence duplicates` found alike, with score and reasons."""
    state = request.query_params.get("state", STATES[0])
    if state not in STATES:
        raise invalid_parameter(
            "state", f"is one of {', '.join(STATES)}", nearest_spelling(state[:100], STATES)
        )
    query = duplicates_query(state)
    return page_of_rows(request, database, query, DuplicateCandidate.id, DuplicateCard, ("state",))


@routes.post(
    "/duplicates/{id}",
    operation_id="decide_duplicate",
    summary="Say whether a pair is one publication",
    response_model=DuplicateCard,
    responses={
        **example_response({**PAIR, "answer": "different", "decided_by": "ada"}),
        **error_responses(*WRITING),
    },
    openapi_extra={
        "parameters": [NUMBER, KEY, REASON, DRY_RUN],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": DecisionDraft.model_json_schema(),
                    "example": {"answer": "different"},
                }
            },
        },
    },
)
def decide_duplicate(
    request: Request, database: DatabaseDep, actor: CuratorDep, body: JsonBody
) -> Response:
    """A decided pair is not asked about again. *Same* alone merges nothing: merge does."""
    draft, number = read_model(DecisionDraft, body), number_in_path(request, "id", "pair")

    def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
        row = writer.session.get(DuplicateCandidate, number)
        if row is None:
            raise Problem(404, "not-found", f"There is no pair {number}.")
        row.answer, row.decided_by = DuplicateAnswer(draft.answer), actor.name
        writer.session.flush()
        query = duplicates_query().where(DuplicateCandidate.id == number)
        return _answer(writer.session, query, DuplicateCard, asked)

    return write_response(request, database, actor, do, body=body)


@routes.post(
    "/citations/{slug}/merge",
    operation_id="merge_citation",
    summary="Make a citation part of another",
    response_model=MergeCard,
    responses={**example_response(MERGE), **error_responses(*WRITING, 428)},
    openapi_extra={
        "parameters": [SLUG, IF_MATCH, KEY, REASON, DRY_RUN],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": MergeDraft.model_json_schema(),
                    "example": {"into": "sigtermans-2009"},
                }
            },
        },
    },
)
def merge_citation(
    request: Request, database: DatabaseDep, actor: CuratorDep, body: JsonBody
) -> Response:
    """The other citation keeps every identifier and link of both; this slug leads there (308)."""
    draft, expected = read_model(MergeDraft, body), expected_version(request)

    def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
        made = merge(writer, request.path_params["slug"], draft.into, expected=expected)
        writer.change.finish()
        query = merges_query().where(Merge.id == made.id)
        return _answer(writer.session, query, MergeCard, asked)

    return write_response(request, database, actor, do, action=ChangeAction.MERGE, body=body)


@routes.get(
    "/merges",
    operation_id="list_merges",
    summary="List merges",
    response_model=Merges,
    responses={
        **example_response({"items": [MERGE], "next": None}),
        **error_responses(406, 414, 422, 503),
    },
    openapi_extra={"parameters": PAGING},
)
def list_merges(request: Request, database: DatabaseDep, _: CuratorDep) -> Response:
    """What became part of what, who did it and why, the newest first."""
    return page_of_rows(request, database, merges_query(), Merge.id, MergeCard)


@routes.post(
    "/merges/{id}/undo",
    operation_id="undo_merge",
    summary="Undo a merge",
    response_model=MergeCard,
    responses={**example_response(MERGE), **error_responses(404, 406, 409, 412, 414, 422, 503)},
    openapi_extra={"parameters": [NUMBER, KEY, REASON, DRY_RUN]},
)
def undo_merge(request: Request, database: DatabaseDep, actor: CuratorDep) -> Response:
    """Everything is as before, later edits of other things apart; what was edited since: 409."""
    number = number_in_path(request, "id", "merge")

    def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
        undo(writer, number)
        writer.change.finish()
        return _answer(writer.session, merges_query().where(Merge.id == number), MergeCard, asked)

    return write_response(request, database, actor, do, action=ChangeAction.UNMERGE)


def _answer(
    session: Session, query: Rows, card: type[BaseModel], asked: WriteOptions
) -> StoredResponse:
    row = session.connection().execute(query).mappings().one()
    body = card.model_validate(dict(row)).model_dump(mode="json")
    return StoredResponse(200, orjson.dumps(body), dict(TRIED) if asked.dry_run else {})
