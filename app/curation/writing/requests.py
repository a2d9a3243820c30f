"""A request that writes: why, in earnest or not, of which version; and its answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response
from sqlalchemy import select

from app.access import Actor
from app.api.problems import FieldError, Problem, invalid_parameter
from app.api.responses import etag_of, etag_response, must_accept_json
from app.curation.writing import refusals
from app.curation.writing.changes import Writer, WrittenRecord, open_writer
from app.curation.writing.dependents import Dependent
from app.curation.writing.editable_form import editable_form
from app.curation.writing.idempotency import StoredResponse, idempotent_request
from app.db.database import Database
from app.query.cards import CURRENT
from app.records.drafting import Editor
from app.values.text import nearest_spelling
from app.vocabulary import ChangeAction

LONGEST_REASON = 1000
BOOLEANS = {"true": True, "false": False}
_TAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]+)?"')
NO_VERSION = 0  # what no record is at


@dataclass(frozen=True)
class WriteOptions:
    """Why a change is made, whether it is only tried, and whether dependents go with a record."""

    reason: str
    dry_run: bool
    dependents: bool


def read_options(request: Request, known: tuple[str, ...]) -> WriteOptions:
    """The parameters of a writing request; raises Problem for any other."""
    query = request.query_params
    for name in query:
        if name not in known:
            hint = nearest_spelling(name[:100], known)
            raise invalid_parameter(
                name[:100], f"there is no such parameter; there are {known}", hint
            )
        if len(query.getlist(name)) > 1:
            raise invalid_parameter(name, "give it once")
    reason = query.get("reason", "").strip()
    if "\0" in reason or len(reason) > LONGEST_REASON:
        raise invalid_parameter(
            "reason", f"is at most {LONGEST_REASON} characters, none of them NUL"
        )
    if (tried := query.get("dry_run", "false").lower()) not in BOOLEANS:
        raise invalid_parameter(
            "dry_run", "is true or false", nearest_spelling(tried[:100], BOOLEANS)
        )
    if query.get("dependents", "withdraw") != "withdraw":
        raise invalid_parameter("dependents", "is withdraw, or left out", "withdraw")
    return WriteOptions(reason, BOOLEANS[tried], "dependents" in query)


def expected_version(request: Request) -> int | None:
    """The version that If-Match names, None for `*`; raises Problem 428 when there is none.

    Only the version counts: links that were renamed since do not stand in the way of an edit.
    """
    given = request.headers.get("if-match")
    if given is None:
        what = "send the ETag that you read, so that nobody's change is overwritten unseen"
        error = FieldError(parameter="If-Match", message=what)
        raise Problem(428, "precondition-required", f"If-Match: {what}.", [error])
    if given.strip() == "*":
        return None
    found = _TAG.fullmatch(given.strip())
    return int(found[1]) if found else NO_VERSION


DRY_RUN = {"Dry-Run": "true"}
WriteAction = Callable[[Writer, WriteOptions], StoredResponse]


def write_response(
    request: Request,
    database: Database,
    actor: Actor,
    do: WriteAction,
    *,
    action: ChangeAction = ChangeAction.EDIT,
    body: bytes = b"",
    known: tuple[str, ...] = ("reason", "dry_run"),
) -> Response:
    """Do it in one change, or only try it; a retry of what was done is answered as it was then."""
    must_accept_json(request)
    asked = read_options(request, known)
    posted = request.method == "POST" and not asked.dry_run
    retry = idempotent_request(request, actor.name, body) if posted else None
    with open_writer(
        database, actor=actor.name, reason=asked.reason, action=action, dry_run=asked.dry_run
    ) as writer:
        answer = retry.stored_response(writer.session) if retry else None
        if answer is None:
            answer = do(writer, asked)
            if retry:
                retry.store(writer.session, answer)
    return answer.response()


def record_response(
    record: WrittenRecord, asked: WriteOptions, *, created: bool = False
) -> StoredResponse:
    """The card of a record, with its version as ETag."""
    body = record.card.encode()
    headers = {"ETag": f'"v{record.version}-{etag_of(body)}"'}
    if asked.dry_run:
        return StoredResponse(200, body, {**headers, **DRY_RUN})
    if created:
        return StoredResponse(201, body, {**headers, "Location": record.address})
    return StoredResponse(200, body, headers)


def withdrawn_response(
    record: WrittenRecord, along: list[Dependent], asked: WriteOptions
) -> StoredResponse:
    """What was withdrawn: the record, and those that went with it."""
    body: dict[str, Any] = {
        "kind": record.kind.name,
        "slug": record.slug,
        "status": record.status,
        "version": record.version,
        "dependents": [
            {"kind": each.kind.name, "slug": each.slug, "how": each.how} for each in along
        ],
    }
    headers = {"ETag": f'"v{record.version}"'}
    return StoredResponse(
        200, orjson.dumps(body), {**headers, **(DRY_RUN if asked.dry_run else {})}
    )


def draft_response(request: Request, database: Database, editor: Editor, slug: str) -> Response:
    """The editable form of a record, with its version as ETag; raises Problem 404."""
    must_accept_json(request)
    read_options(request, ())
    kind, table = editor.kind, editor.kind.table
    where = (*kind.where, kind.model.slug == slug, kind.model.status == CURRENT)
    query = select(table.c.id, table.c.version, table.c.card).where(*where)
    with database.read() as connection:
        row = connection.execute(query).one_or_none() if "\0" not in slug else None
        if row is None:
            raise refusals.not_found(connection, kind, slug)
        body = orjson.dumps(editable_form(connection, editor, row.id, row.card))
    return etag_response(request, body, f'"v{row.version}-{etag_of(body)}"')
