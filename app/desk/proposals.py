"""The review queue: what is proposed, beside what is there; accepted, accepted in part, or not."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select

from app.api.paging import read_limit
from app.api.problems import Problem
from app.curation.proposals.decisions import accept, no_proposal, reject, retract
from app.curation.proposals.schemas import Decision, ProposalPage
from app.curation.proposals.views import proposal_list as listed
from app.curation.proposals.views import proposal_page
from app.db.database import DatabaseDep
from app.desk.history import difference_rows, field_label
from app.desk.records import desk_path, require_curator
from app.desk.session import (
    SenderDep,
    Visitor,
    VisitorDep,
    desk_page,
    parse_number,
    redirect_after_post,
)
from app.models import Proposal
from app.records.catalogue import KIND_NAMED
from app.vocabulary import ProposalState
from app.web.addresses import query

routes = APIRouter()
MESSAGES = {
    "proposed": "Proposed. Somebody else will decide; public pages do not show it until then.",
    "accepted": "Accepted: it is a change of its author now.",
    "rejected": "Sent back, with your reason.",
    "retracted": "Taken back.",
}


@routes.get("/review")
def get_queue(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Proposals by what became of them, the newest first."""
    state = request.query_params.get("state", ProposalState.OPEN.value)
    state = state if state in set(ProposalState) else ProposalState.OPEN.value
    below = parse_number(request.query_params.get("cursor", ""))
    with database.read() as connection:
        found = listed(connection, {"state": state}, read_limit(None), below)
    onward_to = query("/desk/review", state=state, cursor=found.next) if found.next else None
    context = {"items": found.items, "state": state, "states": list(ProposalState)}
    return desk_page(request, visitor, "queue.html", {**context, "onward": onward_to})


@routes.get("/review/{number}")
def get_proposal(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """One proposal, field by field."""
    return _proposal_page(request, visitor, database)


@routes.post("/review/{number}")
def post_decision(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Accept all of it or some fields, send it back, or take one's own back."""
    number, do = _proposal_number(request), visitor.fields.text("do")
    try:
        _decide(visitor, database, number, do)
    except Problem as problem:
        return _proposal_page(request, visitor, database, problem)
    done = {"accept": "accepted", "some": "accepted", "reject": "rejected"}.get(do, "retracted")
    return redirect_after_post(query(f"/desk/review/{number}", done=done))


def _decide(visitor: Visitor, database: Any, number: int, do: str) -> None:
    why = visitor.fields.text("say")[:1000] or None
    name = visitor.actor.name
    if do in {"accept", "some"}:
        require_curator(visitor)
        fields = visitor.fields.all("field") if do == "some" else None
        if fields == []:
            raise Problem(422, "nothing-chosen", "Tick the fields that are to be accepted.")
        accept(database, name, number, Decision(reason=why, fields=fields), dry_run=False)
        return
    if do == "reject":
        require_curator(visitor)
    with database.write() as session:
        (reject if do == "reject" else retract)(session, name, number, why)


def _proposal_number(request: Request) -> int:
    number = parse_number(request.path_params["number"])
    if number is None:
        raise Problem(404, "not-found", "A proposal is named by its number.")
    return number


def _proposal_page(
    request: Request, visitor: Visitor, database: Any, problem: Problem | None = None
) -> Response:
    with database.read() as connection:
        found = _proposal(connection, _proposal_number(request))
        queue = listed(connection, {"state": ProposalState.OPEN.value}, 12, None)
    kind = KIND_NAMED[found.kind]
    there = found.base_version is not None or found.state == ProposalState.ACCEPTED
    context = {
        "proposal": found,
        "kind": kind,
        "record": desk_path(kind, found.slug) if there else None,
        "rows": difference_rows(found.difference),
        "since": difference_rows(found.moved_on.difference) if found.moved_on else [],
        "names": {name: field_label(f"/{name}") for name in found.patch},
        "queue": queue.items,
        "own": found.author == visitor.actor.name,
        "problem": problem,
        "say": visitor.fields.raw("say"),
        "done": MESSAGES.get(request.query_params.get("done", "")),
    }
    return desk_page(request, visitor, "proposal.html", context)


def _proposal(connection: Connection, number: int) -> ProposalPage:
    query_ = select(Proposal.__table__).where(Proposal.id == number)
    row = connection.execute(query_).one_or_none()
    if row is None:
        raise no_proposal(number)
    return proposal_page(connection, row)
