"""Retractions, doubts and corrections: what is marked, and notices to mark more."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select

from app.api.problems import Problem
from app.curation.retractions.marking import mark
from app.curation.retractions.notices import Notices, read_notices
from app.db.database import Database, DatabaseDep
from app.desk.recognition import reference
from app.desk.records import must_write, reason_of
from app.desk.session import SenderDep, Visitor, VisitorDep, counted, desk_page
from app.models import Citation
from app.vocabulary import PublicationStatus, RecordStatus
from app.web.addresses import query

routes = APIRouter()
MOST = 200


@routes.get("/retractions")
def get_retractions(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The citations that are not ordinary."""
    return _shown(request, visitor, database)


@routes.post("/retractions")
def post_notices(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Try what a file of notices would mark, or mark it."""
    trying = visitor.sent.text("do") != "save"
    try:
        if not trying:
            must_write(visitor)
        text, found = _handed_in(visitor)
        reason = reason_of(visitor) or "notices handed in at the desk"
        marked = mark(
            database, found.found, actor=visitor.actor.name, reason=reason, dry_run=trying
        )
    except Problem as problem:
        return _shown(request, visitor, database, {"problem": problem})
    told = {"marked": marked, "read": found, "trying": trying, "paste": text if trying else ""}
    return _shown(request, visitor, database, told)


def _handed_in(visitor: Visitor) -> tuple[str, Notices]:
    _, data = visitor.sent.upload("choose a file of notices, or paste it")
    return data.decode("utf-8-sig", errors="replace"), read_notices(data)


def _shown(
    request: Request,
    visitor: Visitor,
    database: Database,
    told: dict[str, Any] | None = None,
) -> Response:
    usual = {"problem": None, "marked": None, "read": None, "trying": False}
    before = counted(request.query_params.get("cursor", ""))
    with database.read() as connection:
        cards, last = _marked(connection, before)
    context = {
        "onward": query("/desk/retractions", cursor=last) if last else None,
        "cards": [{**each, "reference": reference(each)} for each in cards],
        "statuses": {each.value: each.label for each in PublicationStatus},
        "reason": visitor.sent.raw("reason"),
        "paste": visitor.sent.raw("paste"),
        **usual,
        **(told or {}),
    }
    return desk_page(request, visitor, "retractions.html", context)


def _marked(connection: Connection, before: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """Cards of a page of marked citations, the newest first; and where it goes on, if it does."""
    found = select(Citation.card, Citation.id).where(
        Citation.publication_status != PublicationStatus.ORDINARY,
        Citation.status == RecordStatus.CURRENT,
    )
    if before:
        found = found.where(Citation.id < before)
    rows = connection.execute(found.order_by(Citation.id.desc()).limit(MOST + 1)).all()
    cards = [orjson.loads(row.card) for row in rows[:MOST]]
    return cards, rows[MOST - 1].id if rows[MOST:] else None
