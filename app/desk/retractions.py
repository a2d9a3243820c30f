"""Retractions, doubts and corrections: what is marked, and notices to mark more."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select

from app.api.problems import Problem
from app.curation.retractions.notices import Notices, read_notices
from app.curation.retractions.status_marks import mark_citations
from app.db.database import Database, DatabaseDep
from app.desk.recognition import reference
from app.desk.records import read_reason, require_curator
from app.desk.session import SenderDep, Visitor, VisitorDep, desk_page, parse_number
from app.models import Citation
from app.vocabulary import PublicationStatus, RecordStatus
from app.web.addresses import query

routes = APIRouter()
CITATIONS_SHOWN = 200


@routes.get("/retractions")
def get_retractions(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The citations that are not ordinary."""
    return _retractions_page(request, visitor, database)


@routes.post("/retractions")
def post_notices(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Try what a file of notices would mark, or mark it."""
    dry_run = visitor.fields.text("do") != "save"
    try:
        if not dry_run:
            require_curator(visitor)
        text, notices = _read_notices(visitor)
        reason = read_reason(visitor) or "notices handed in at the desk"
        marked = mark_citations(
            database, notices.found, actor=visitor.actor.name, reason=reason, dry_run=dry_run
        )
    except Problem as problem:
        return _retractions_page(request, visitor, database, {"problem": problem})
    # What was tried stays in the form, so that it can be marked; what was marked does not.
    outcome = {"marked": marked, "notices": notices, "dry_run": dry_run}
    return _retractions_page(
        request, visitor, database, {**outcome, "paste": text if dry_run else ""}
    )


def _read_notices(visitor: Visitor) -> tuple[str, Notices]:
    _, data = visitor.fields.upload("choose a file of notices, or paste it")
    return data.decode("utf-8-sig", errors="replace"), read_notices(data)


def _retractions_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    outcome: dict[str, Any] | None = None,
) -> Response:
    usual = {"problem": None, "marked": None, "notices": None, "dry_run": False}
    before = parse_number(request.query_params.get("cursor", ""))
    with database.read() as connection:
        cards, last = _marked_citations(connection, before)
    context = {
        "onward": query("/desk/retractions", cursor=last) if last else None,
        "cards": [{**each, "reference": reference(each)} for each in cards],
        "statuses": {each.value: each.label for each in PublicationStatus},
        "reason": visitor.fields.raw("reason"),
        "paste": visitor.fields.raw("paste"),
        **usual,
        **(outcome or {}),
    }
    return desk_page(request, visitor, "retractions.html", context)


def _marked_citations(
    connection: Connection, before: int | None
) -> tuple[list[dict[str, Any]], int | None]:
    """Cards of a page of marked citations, the newest first; and where it goes on, if it does."""
    notices = select(Citation.card, Citation.id).where(
        Citation.publication_status != PublicationStatus.ORDINARY,
        Citation.status == RecordStatus.CURRENT,
    )
    if before:
        notices = notices.where(Citation.id < before)
    rows = connection.execute(notices.order_by(Citation.id.desc()).limit(CITATIONS_SHOWN + 1)).all()
    cards = [orjson.loads(row.card) for row in rows[:CITATIONS_SHOWN]]
    return cards, rows[CITATIONS_SHOWN - 1].id if rows[CITATIONS_SHOWN:] else None
