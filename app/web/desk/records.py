"""The desk itself, and the page of one record: what it says, and what can be done with it."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, func, select

from app.core.database import DatabaseDep
from app.duplicates.schemas import duplicates_query
from app.models import Change, Citation, Import, Proposal
from app.vocabulary import ImportState, ProposalState, PublicationStatus, RecordStatus
from app.web.desk.entering import VisitorDep, desk_page
from app.web.desk.held import became, held, kind_of

routes = APIRouter()
DONE = {
    "added": "Saved as a new citation.",
    "saved": "Saved.",
    "complete": "It has all of this already: nothing was changed.",
    "linked": "Linked.",
    "tied": "The row of the import is this citation.",
    "restored": "Restored, as a new version.",
    "withdrawn": "Withdrawn. It can be restored from its history.",
    "merged": "Merged. This can be undone.",
    "undone": "The merge was undone.",
    "unchanged": "Nothing was changed: the record says so already.",
}
LATEST = 10


@routes.get("")
def get_desk(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """What waits, and what was done last."""
    with database.read() as connection:
        context = {"waiting": _waiting(connection), "changes": _changes(connection)}
    return desk_page(request, visitor, "desk.html", context)


def _waiting(connection: Connection) -> dict[str, int]:
    def count(query: object) -> int:
        return int(connection.execute(select(func.count()).select_from(query)).scalar_one())  # type: ignore[arg-type] # any selectable

    proposals = select(Proposal.id).where(Proposal.state == ProposalState.OPEN)
    imports = select(Import.id).where(Import.state == ImportState.PREVIEWED)
    marked = select(Citation.id).where(
        Citation.publication_status != PublicationStatus.ORDINARY,
        Citation.status == RecordStatus.CURRENT,
    )
    queries = {"proposals": proposals, "imports": imports, "marked": marked}
    queries["duplicates"] = duplicates_query("open")
    return {name: count(query.subquery()) for name, query in queries.items()}


def _changes(connection: Connection) -> list[dict[str, object]]:
    query = select(Change.__table__).order_by(Change.id.desc()).limit(LATEST)
    return [dict(row) for row in connection.execute(query).mappings()]


@routes.get("/{path}/{slug}")
def get_record(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """One record, whatever became of it."""
    kind = kind_of(request)
    with database.read() as connection:
        now = held(connection, kind, request.path_params["slug"])
        context = {
            "now": now,
            "text": json.dumps(now.card, indent=2, ensure_ascii=False),
            "became": became(connection, now) if now.status == RecordStatus.MERGED else None,
            "proposals": _proposals(connection, kind.name, now.slug),
            "done": DONE.get(request.query_params.get("done", "")),
        }
    return desk_page(request, visitor, "record.html", context)


def _proposals(connection: Connection, kind: str, slug: str) -> list[dict[str, object]]:
    """The open proposals about a record."""
    query = select(Proposal.id, Proposal.author, Proposal.reason).where(
        Proposal.kind == kind, Proposal.slug == slug, Proposal.state == ProposalState.OPEN
    )
    return [dict(row) for row in connection.execute(query.order_by(Proposal.id)).mappings()]
