"""How writing requests are carried out and answered, whatever the kind of record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import Request, Response
from sqlalchemy import select

from app.access import Actor
from app.core.cards import CURRENT
from app.core.database import Database
from app.core.replies import must_accept_json, reply, tag
from app.drafts import Editor
from app.vocabulary import ChangeAction
from app.writing import refusals
from app.writing.asking import Asked, read_query
from app.writing.changes import Writer, writing
from app.writing.editable import draft_of
from app.writing.resting import Rest
from app.writing.retries import Answer, retry_of
from app.writing.written import Written

DRY_RUN = {"Dry-Run": "true"}
Do = Callable[[Writer, Asked], Answer]


def carry_out(
    request: Request,
    database: Database,
    actor: Actor,
    do: Do,
    *,
    action: ChangeAction = ChangeAction.EDIT,
    body: bytes = b"",
    known: tuple[str, ...] = ("reason", "dry_run"),
) -> Response:
    """Do it in one change, or only try it; a retry of what was done is answered as it was then."""
    must_accept_json(request)
    asked = read_query(request, known)
    posted = request.method == "POST" and not asked.dry_run
    retry = retry_of(request, actor.name, body) if posted else None
    with writing(
        database, actor=actor.name, reason=asked.reason, action=action, dry_run=asked.dry_run
    ) as writer:
        answer = retry.answered(writer.session) if retry else None
        if answer is None:
            answer = do(writer, asked)
            if retry:
                retry.keep(writer.session, answer)
    return answer.response()


def shown(record: Written, asked: Asked, *, created: bool = False) -> Answer:
    """The card of a record, with its version as ETag."""
    body = record.card.encode()
    headers = {"ETag": f'"v{record.version}-{tag(body)}"'}
    if asked.dry_run:
        return Answer(200, body, {**headers, **DRY_RUN})
    if created:
        return Answer(201, body, {**headers, "Location": record.address})
    return Answer(200, body, headers)


def told(record: Written, along: list[Rest], asked: Asked) -> Answer:
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
    return Answer(200, orjson.dumps(body), {**headers, **(DRY_RUN if asked.dry_run else {})})


def answer_draft(request: Request, database: Database, editor: Editor, slug: str) -> Response:
    """The editable form of a record, with its version as ETag; raises Problem 404."""
    must_accept_json(request)
    read_query(request, ())
    kind, table = editor.kind, editor.kind.table
    where = (*kind.where, kind.model.slug == slug, kind.model.status == CURRENT)
    query = select(table.c.id, table.c.version, table.c.card).where(*where)
    with database.read() as connection:
        row = connection.execute(query).one_or_none() if "\0" not in slug else None
        if row is None:
            raise refusals.not_found(connection, kind, slug)
        body = orjson.dumps(draft_of(connection, editor, row.id, row.card))
    return reply(request, body, f'"v{row.version}-{tag(body)}"')
