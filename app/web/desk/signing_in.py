"""Signing in with a key, and out again."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.access import Actor, sessions
from app.access.rates import Rates
from app.core.database import Database, DatabaseDep
from app.core.problems import Problem
from app.vocabulary import Scope
from app.web.desk.entering import (
    COOKIE,
    DESK,
    NOBODYS,
    SIGN_IN,
    TOKEN,
    SenderDep,
    desk_page,
    inside,
    onward,
    secure,
    source,
)
from app.web.desk.forms import read_form

routes = APIRouter()
WRONG = (
    "This key is not valid: it is mistyped, expired or revoked, or its account is disabled. A key"
    " begins with evb_."
)
READS = "This key only reads. The desk needs a key of scope contributor or more."
OLD = "The form was too old, or came from another page: send it again."


@routes.get("/sign-in")
def get_sign_in(request: Request) -> Response:
    """The page that takes a key."""
    return _asked(request, inside(request.query_params.get("to", DESK)))


def _asked(request: Request, to: str, wrong: str | None = None, status: int = 200) -> Response:
    """Ask for a key, with a token that only the holder of the cookie beside it can send."""
    held = request.cookies.get(NOBODYS) or secrets.token_urlsafe(32)
    context = {"to": to, "wrong": wrong, "token": sessions.form_token(held)}
    answer = desk_page(request, None, "sign_in.html", context, status)
    _give(request, answer, NOBODYS, held)
    return answer


def _give(request: Request, answer: Response, name: str, value: str) -> None:
    """Set a cookie that only the desk gets, and no script."""
    answer.set_cookie(name, value, path=DESK, httponly=True, samesite="lax", secure=secure(request))


@routes.post("/sign-in")
async def sign_in(request: Request, database: DatabaseDep) -> Response:
    """Exchange a key for a session; whoever guesses is slowed down like anybody with keys."""
    sent = await read_form(request)
    to = inside(sent.text("to"))
    held = request.cookies.get(NOBODYS, "")
    if not held or not sessions.holds_token(held, sent.text(TOKEN)):
        return _asked(request, to, OLD, 403)
    rates: Rates = request.app.state.rates
    rates.refusals.check(source(request))
    try:
        actor, cookie = await run_in_threadpool(_begun, database, sent.text("key"))
    except Problem:
        rates.refusals.spend(source(request))
        return _asked(request, to, WRONG, 401)
    if not actor.scope.covers(Scope.CONTRIBUTOR):
        return _asked(request, to, READS, 403)
    answer = onward(to)
    _give(request, answer, COOKIE, cookie)
    answer.delete_cookie(NOBODYS, path=DESK)
    return answer


def _begun(database: Database, key: str) -> tuple[Actor, str]:
    with database.write() as session:
        return sessions.begin(session, key)


@routes.post("/sign-out")
def sign_out(visitor: SenderDep, database: DatabaseDep) -> Response:
    """End the session, here and wherever its cookie may have got to."""
    with database.write() as session:
        sessions.end(session, visitor.cookie)
    answer = onward(SIGN_IN)
    answer.delete_cookie(COOKIE, path=DESK)
    return answer
