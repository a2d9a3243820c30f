"""The addresses at which records of a kind are written, declared once for every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response, Security

from app.access import Actor
from app.access.permissions import BEARER, RequiresScope
from app.api.bodies import read_bytes, read_json
from app.api.problems import Problem
from app.curation.writing import openapi
from app.curation.writing.changes import Writer
from app.curation.writing.draft_parsing import json_object, restored_version
from app.curation.writing.idempotency import StoredResponse
from app.curation.writing.requests import (
    WriteOptions,
    draft_response,
    expected_version,
    record_response,
    withdrawn_response,
    write_response,
)
from app.db.database import DatabaseDep
from app.records.drafting import Editor
from app.vocabulary import ChangeAction, Scope

MERGE_PATCH = "application/merge-patch+json"
PROPOSAL_HINT = " It does allow to propose the change: POST /v1/proposals."
Edit = Callable[..., Any]  # Writer.replace or Writer.patch


class RequiresCurator(RequiresScope):
    """Lets curators pass, and tells contributors what they may do instead."""

    def __init__(self) -> None:
        super().__init__(Scope.CURATOR)

    async def __call__(self, request: Request, held: Annotated[Any, Security(BEARER)]) -> Actor:
        """Let pass whose key allows to write; raises Problem 401 or 403."""
        try:
            return await super().__call__(request, held)
        except Problem as problem:
            actor: Actor | None = request.state.actor
            if actor is not None and actor.scope.covers(Scope.CONTRIBUTOR):
                detail = problem.detail + PROPOSAL_HINT
                raise Problem(problem.status, problem.code, detail) from problem
            raise


async def json_body(request: Request) -> bytes:
    """The body of a request that has JSON: of a PATCH, a JSON merge patch (RFC 7396)."""
    most = request.app.state.max_body_bytes
    if request.method == "PATCH":
        return await read_bytes(request, most, (MERGE_PATCH,))
    return await read_bytes(request, most)


async def optional_body(request: Request) -> bytes:
    """The body of a request that has JSON, or none."""
    if request.headers.get("content-length", "0") == "0" and "content-type" not in request.headers:
        return b""
    return await json_body(request)


WriteAccessDep = Annotated[Actor, Security(RequiresCurator(), scopes=[Scope.CURATOR.value])]
JsonBody = Annotated[bytes, Depends(json_body)]
OptionalBody = Annotated[bytes, Depends(optional_body)]


def router(editor: Editor, example: str) -> APIRouter:
    """Everything that can be written of one kind; `example` is the slug of a record of it."""
    routes = APIRouter(prefix="/v1", tags=[editor.kind.path])
    for add in (_draft, _create, _replace, _patch, _withdraw, _restore):
        add(routes, editor, openapi.OperationDocs(editor, example))
    return routes


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _draft(routes: APIRouter, editor: Editor, about: openapi.OperationDocs) -> None:
    def get_draft(request: Request, database: DatabaseDep) -> Response:
        return draft_response(request, database, editor, _slug(request))

    routes.get(f"/{editor.kind.path}/{{slug}}/draft", **about.draft())(get_draft)


def _create(routes: APIRouter, editor: Editor, about: openapi.OperationDocs) -> None:
    def create(
        request: Request, actor: WriteAccessDep, body: JsonBody, database: DatabaseDep
    ) -> Response:
        data = read_json(body)

        def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
            return record_response(writer.written(writer.create(editor, data)), asked, created=True)

        return write_response(request, database, actor, do, body=body)

    routes.post(f"/{editor.kind.path}", **about.create())(create)


def _edit(
    routes: APIRouter, editor: Editor, about: openapi.OperationDocs, method: str, edit: Edit
) -> None:
    """An address at which a record is edited: as a whole (PUT), or by a merge patch (PATCH)."""

    def edit_record(
        request: Request, actor: WriteAccessDep, body: JsonBody, database: DatabaseDep
    ) -> Response:
        data, expected, slug = read_json(body), expected_version(request), _slug(request)

        def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
            record = edit(writer, editor, slug, data, expected=expected)
            return record_response(writer.written(record), asked)

        return write_response(request, database, actor, do)

    said = about.replace() if method == "PUT" else about.patch()
    routes.add_api_route(f"/{editor.kind.path}/{{slug}}", edit_record, methods=[method], **said)


def _replace(routes: APIRouter, editor: Editor, about: openapi.OperationDocs) -> None:
    _edit(routes, editor, about, "PUT", Writer.replace)


def _patch(routes: APIRouter, editor: Editor, about: openapi.OperationDocs) -> None:
    _edit(routes, editor, about, "PATCH", Writer.patch)


def _withdraw(routes: APIRouter, editor: Editor, about: openapi.OperationDocs) -> None:
    kind = editor.kind

    def withdraw(request: Request, actor: WriteAccessDep, database: DatabaseDep) -> Response:
        expected, slug = expected_version(request), _slug(request)

        def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
            record, along = writer.withdraw(
                kind, slug, expected=expected, dependents=asked.dependents
            )
            return withdrawn_response(writer.written(record), along, asked)

        known = ("reason", "dry_run", "dependents")
        action = ChangeAction.WITHDRAW
        return write_response(request, database, actor, do, action=action, known=known)

    routes.post(f"/{kind.path}/{{slug}}/withdraw", **about.withdraw())(withdraw)


def _restore(routes: APIRouter, editor: Editor, about: openapi.OperationDocs) -> None:
    kind = editor.kind

    def restore(
        request: Request, actor: WriteAccessDep, body: OptionalBody, database: DatabaseDep
    ) -> Response:
        expected, slug = expected_version(request), _slug(request)
        version = restored_version(json_object(read_json(body))) if body else None

        def do(writer: Writer, asked: WriteOptions) -> StoredResponse:
            record = writer.restore(kind, slug, expected=expected, version=version)
            return record_response(writer.written(record), asked)

        return write_response(request, database, actor, do, action=ChangeAction.RESTORE, body=body)

    routes.post(f"/{kind.path}/{{slug}}/restore", **about.restore())(restore)
