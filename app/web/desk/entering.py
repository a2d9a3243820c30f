"""Who comes to the desk: a session's cookie, and with every form its token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from app.access import Actor, sessions
from app.access.rates import Rates, neighbourhood
from app.core.database import Database, DatabaseDep
from app.vocabulary import Scope
from app.web.addresses import query
from app.web.desk.forms import Fields, read_form
from app.web.rendering import page

DESK = "/desk"
SIGN_IN = "/desk/sign-in"
COOKIE, NOBODYS = "evidence_desk", "evidence_desk_form"
TOKEN = "token"  # noqa: S105 # the name of a field
UNTOLD = {TOKEN, "key"}  # what no page shows again


class Turned(Exception):  # noqa: N818 # no error: the request is answered with another page
    """Ends a request with a page of its own."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def install(app: FastAPI) -> None:
    """Let the application answer with the pages that requests were turned to."""

    def answer(_: Request, turned: Any) -> Response:
        response: Response = turned.response
        return response

    app.add_exception_handler(Turned, answer)


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in; with what they sent, when it was a form."""

    actor: Actor
    cookie: str
    sent: Fields = field(default_factory=Fields)

    @property
    def may_write(self) -> bool:
        """Whether changes are saved at once; otherwise they are proposed."""
        return self.actor.scope.covers(Scope.CURATOR)

    @property
    def token(self) -> str:
        """What the next form has to bring back."""
        return sessions.form_token(self.cookie)


def desk_page(
    request: Request, visitor: Visitor | None, template: str, context: Any, status: int = 200
) -> Response:
    """A page of the desk: for one person, so that nobody keeps it."""
    shown = {"json": None, "visitor": visitor, **context}
    return page(request, f"desk/{template}", shown, status, {"Cache-Control": "no-store"})


def onward(address: str) -> Response:
    """After a form was carried out: the page to look at, which can be loaded again safely."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def inside(address: str) -> str:
    """An address of the desk; for anything else, the desk itself."""
    parts = urlsplit(address) if address.isprintable() and "\\" not in address else None
    ours = parts and not parts.scheme and not parts.netloc
    return address if ours and f"{address}/".startswith(f"{DESK}/") else DESK


def secure(request: Request) -> bool:
    """Whether the browser reaches us by TLS, by our own address or as a trusted proxy says."""
    return request.url.scheme == "https"


def source(request: Request) -> str:
    """Where a request comes from, as rates count it."""
    return neighbourhood(request.client.host) if request.client else ""


async def visit(request: Request, database: DatabaseDep) -> Visitor:
    """Whoever is signed in; turns everybody else to the sign-in page."""
    cookie = request.cookies.get(COOKIE, "")
    actor = await run_in_threadpool(_known, request, database, cookie)
    if actor is None:
        asked = query(request.url.path, request.query_params.multi_items())
        raise Turned(onward(query(SIGN_IN, to=asked)))
    rates: Rates = request.app.state.rates
    rates.reads.spend(f"key {actor.key_id}")
    return Visitor(actor, cookie)


async def send(request: Request, database: DatabaseDep) -> Visitor:
    """Whoever sent a form of their own session, with what they typed.

    Turns everybody else to a page that shows what was typed, so that nothing is lost.
    """
    sent = await read_form(request)
    cookie = request.cookies.get(COOKIE, "")
    actor = await run_in_threadpool(_known, request, database, cookie)
    if actor is None or not sessions.holds_token(cookie, sent.text(TOKEN)):
        raise Turned(_kept(request, Visitor(actor, cookie) if actor else None, sent))
    rates: Rates = request.app.state.rates
    rates.writes.spend(f"key {actor.key_id}")
    return Visitor(actor, cookie, sent)


def _known(request: Request, database: Database, cookie: str) -> Actor | None:
    if not cookie:
        return None
    with database.read() as connection:
        actor = sessions.actor_of(connection, cookie)
    if actor is None or not actor.scope.covers(Scope.CONTRIBUTOR):
        return None
    request.app.state.last_uses.note(database, actor)
    return actor


def _kept(request: Request, visitor: Visitor | None, sent: Fields) -> Response:
    """Nothing was done, and nothing is lost: what was typed, to be sent again or copied.

    It can be sent again only where the browser itself says that it came from one of our pages.
    """
    origin = request.headers.get("origin", "")
    ours = origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
    typed = {name: values for name, values in sent.values.items() if name not in UNTOLD}
    context = {"typed": typed, "again": ours and visitor is not None and not sent.files}
    return desk_page(request, visitor, "kept.html", context, 403)


VisitorDep = Annotated[Visitor, Depends(visit)]
SenderDep = Annotated[Visitor, Depends(send)]
