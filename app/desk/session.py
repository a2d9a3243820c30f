"""Who comes to the desk: signing in, a session's cookie, and forms with their token."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from app.access import Actor, sessions
from app.access.rate_limits import RateLimits, client_network
from app.api.concurrency import gone_of, limit_concurrency, owner_of
from app.api.forms import FormFields, read_form
from app.api.problems import Problem, invalid_parameter
from app.db.database import Database, DatabaseDep
from app.vocabulary import Scope
from app.web.addresses import query
from app.web.rendering import html_page

FORM_BYTES = 100_000  # bytes of a form beside the file in it
SIGN_IN_BYTES = 10_000
MOST_FIELDS, MOST_OF_STRANGERS = 2000, 500


@dataclass(frozen=True)
class Fields:
    """The fields of a form as they were typed, line ends as LF; and its files, but empty ones."""

    values: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed into a field, without spaces around it; empty when it is not there."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """What was typed into a field, as it is."""
        return self.values.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be there several times."""
        return self.values.get(name, [])

    def upload(self, wanted: str) -> tuple[str | None, bytes]:
        """The name and content of the file that was sent, or what was pasted in its place.

        Raises Problem that says what is `wanted` when there is neither.
        """
        name, data = self.files.get("file", (None, self.raw("paste").encode()))
        if not data.strip():
            raise invalid_parameter("file", wanted)
        return name, data


async def read_fields(request: Request, most: int, most_fields: int) -> Fields:
    """The fields of the form that a request sent; raises Problem 400, 411, 413 or 415."""
    return await read_form(request, most, most_fields, _fields_of)


def _fields_of(form: FormFields) -> Fields:
    found = Fields()
    for name, value in form:
        if isinstance(value, str):
            found.values.setdefault(name, []).append(_clean_text(value))
        elif value[1]:
            found.files[name] = (value[0][:255], value[1])
    return found


def _clean_text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def parse_number(written: str) -> int | None:
    """A number as it stands in an address; None for anything else."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None


DESK = "/desk"
SIGN_IN = "/desk/sign-in"
COOKIE, SIGN_IN_COOKIE = "evidence_desk", "evidence_desk_form"
TOKEN = "token"  # noqa: S105 # the name of a field
NEVER_SHOWN_AGAIN = {TOKEN, "key"}  # what no page shows again


class RedirectToPage(Exception):  # noqa: N818 # no error: the request is answered with another page
    """Ends a request with a page of its own."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def add_redirects(app: FastAPI) -> None:
    """Let the application answer with the pages that requests were turned to."""

    def answer(_: Request, turned: Any) -> Response:
        response: Response = turned.response
        return response

    app.add_exception_handler(RedirectToPage, answer)


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in; with what they sent, when it was a form."""

    actor: Actor
    cookie: str
    fields: Fields = field(default_factory=Fields)

    @property
    def may_write(self) -> bool:
        """Whether changes are saved at once; otherwise they are proposed."""
        return self.actor.scope.covers(Scope.CURATOR)

    @property
    def token(self) -> str:
        """What the next form has to bring back."""
        return sessions.form_token(self.cookie)


def desk_page(
    request: Request,
    visitor: Visitor | None,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """A page of the desk; `problem`, of the context, gives its status."""
    if problem := context.get("problem"):
        status = problem.status
    shown = {"json": None, "visitor": visitor, **context}
    # What is on it is for one person: nothing between us and them may store it.
    return html_page(request, f"desk/{template}", shown, status, {"Cache-Control": "no-store"})


def redirect_after_post(address: str) -> Response:
    """After a form was carried out: the page to look at, which can be loaded again safely."""
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def desk_address(address: str) -> str:
    """An address of the desk; for anything else, the desk itself."""
    # A link to the sign-in page must not lead, once signed in, to somebody else's copy of it.
    # Browsers read a backslash as a slash: /\host would leave us, too.
    parts = urlsplit(address) if address.isprintable() and "\\" not in address else None
    ours = parts and not parts.scheme and not parts.netloc
    return address if ours and f"{address}/".startswith(f"{DESK}/") else DESK


def is_secure(request: Request) -> bool:
    """Whether the browser reaches us by TLS, by our own address or as a trusted proxy says."""
    return request.url.scheme == "https"


def client_address_group(request: Request) -> str:
    """Where a request comes from, as rates count it."""
    return client_network(request.client.host) if request.client else ""


async def current_visitor(request: Request, database: DatabaseDep) -> Visitor:
    """Whoever is signed in; turns everybody else to the sign-in page."""
    cookie = request.cookies.get(COOKIE, "")
    actor = await _signed_in(request, database, cookie)
    if actor is None:
        address = query(request.url.path, request.query_params.multi_items())
        raise RedirectToPage(redirect_after_post(query(SIGN_IN, to=address)))
    rates: RateLimits = request.app.state.rates
    rates.reads.spend(f"key {actor.key_id}")
    return Visitor(actor, cookie)


async def form_sender(request: Request, database: DatabaseDep) -> Visitor:
    """Whoever sent a form of their own session, with what they typed.

    Turns everybody else to a page that shows what was typed, so that nothing is lost.
    """
    cookie = request.cookies.get(COOKIE, "")
    actor = await _signed_in(request, database, cookie)
    rates: RateLimits = request.app.state.rates
    if actor is not None:  # who is not signed in sends no files: so much is read for nobody
        rates.writes.spend(f"key {actor.key_id}")
    most, most_fields = request.app.state.max_upload_bytes + FORM_BYTES, MOST_FIELDS
    if actor is None:
        most, most_fields = FORM_BYTES, MOST_OF_STRANGERS
    fields = await read_fields(request, most, most_fields)
    # The cookie comes along with a form of any site; only our pages know the token.
    if actor is None or not sessions.token_matches(cookie, fields.text(TOKEN)):
        visitor = Visitor(actor, cookie) if actor else None
        page = partial(_refused_form_page, request, visitor, fields)
        raise RedirectToPage(await _rendered(request, database, page))
    return Visitor(actor, cookie, fields)


async def _rendered(request: Request, database: Database, page: Callable[[], Response]) -> Response:
    """A page for who is not signed in, where its making keeps nobody waiting."""
    return await database.list_threads.run(page, owner_of(request), gone_of(request))


async def _signed_in(request: Request, database: Database, cookie: str) -> Actor | None:
    work = partial(_signed_in_actor, request, database, cookie)
    return await database.record_threads.run(work, owner_of(request)) if cookie else None


def _signed_in_actor(request: Request, database: Database, cookie: str) -> Actor | None:
    with database.read() as connection:
        actor = sessions.session_actor(connection, cookie)
    if actor is None or not actor.scope.covers(Scope.CONTRIBUTOR):
        return None
    request.app.state.last_uses.record_use(database, actor)
    return actor


def _refused_form_page(request: Request, visitor: Visitor | None, fields: Fields) -> Response:
    """Nothing was done, and nothing is lost: what was typed, to be sent again or copied.

    It can be sent again only where the browser itself says that it came from one of our pages.
    """
    origin = request.headers.get("origin", "")
    ours = origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
    values = {
        name: written for name, written in fields.values.items() if name not in NEVER_SHOWN_AGAIN
    }
    context = {"values": values, "again": ours and visitor is not None and not fields.files}
    return desk_page(request, visitor, "refused_form.html", context, 403)


VisitorDep = Annotated[Visitor, Depends(current_visitor)]
SenderDep = Annotated[Visitor, Depends(form_sender)]

routes = APIRouter()
KEY_IS_INVALID = (
    "This key is not valid: it is mistyped, expired or revoked, or its account is disabled. A key"
    " begins with evb_."
)
KEY_ONLY_READS = "This key only reads. The desk needs a key of scope contributor or more."
FORM_IS_OLD = "The form was too old, or came from another page: send it again."


@routes.get("/sign-in")
@limit_concurrency
def get_sign_in(
    request: Request,
    database: DatabaseDep,  # noqa: ARG001 # whose threads
) -> Response:
    """The page that takes a key."""
    return _sign_in_page(request, desk_address(request.query_params.get("to", DESK)))


def _sign_in_page(
    request: Request, to: str, wrong: str | None = None, status: int = 200
) -> Response:
    """Ask for a key, with a token that only the holder of the cookie beside it can send."""
    held = request.cookies.get(SIGN_IN_COOKIE) or secrets.token_urlsafe(32)
    context = {"to": to, "wrong": wrong, "token": sessions.form_token(held)}
    answer = desk_page(request, None, "sign_in.html", context, status)
    _set_cookie(request, answer, SIGN_IN_COOKIE, held)
    return answer


def _set_cookie(request: Request, answer: Response, name: str, value: str) -> None:
    """Set a cookie that only the desk gets, and no script."""
    answer.set_cookie(
        name, value, path=DESK, httponly=True, samesite="lax", secure=is_secure(request)
    )


@routes.post("/sign-in")
async def sign_in(request: Request, database: DatabaseDep) -> Response:
    """Exchange a key for a session; whoever guesses is slowed down like anybody with keys."""
    rates: RateLimits = request.app.state.rates
    rates.refusals.check(client_address_group(request))
    fields = await read_fields(request, SIGN_IN_BYTES, MOST_OF_STRANGERS)
    to = desk_address(fields.text("to"))

    async def again(wrong: str, status: int) -> Response:
        page = partial(_sign_in_page, request, to, wrong, status)
        return await _rendered(request, database, page)

    # Without a token somebody could sign others in under a key of theirs, and read what they do.
    held = request.cookies.get(SIGN_IN_COOKIE, "")
    if not held or not sessions.token_matches(held, fields.text(TOKEN)):
        return await again(FORM_IS_OLD, 403)
    try:
        actor, cookie = await run_in_threadpool(_begin_session, database, fields.text("key"))
    except Problem:
        rates.refusals.spend(client_address_group(request))
        return await again(KEY_IS_INVALID, 401)
    if not actor.scope.covers(Scope.CONTRIBUTOR):
        return await again(KEY_ONLY_READS, 403)
    answer = redirect_after_post(to)
    _set_cookie(request, answer, COOKIE, cookie)
    answer.delete_cookie(SIGN_IN_COOKIE, path=DESK)
    return answer


def _begin_session(database: Database, key: str) -> tuple[Actor, str]:
    with database.read() as connection:  # nobody waits for a writer for a key that is none
        sessions.verify_key(connection, key)
    with database.write() as session:
        return sessions.create_session(session, key)


@routes.post("/sign-out")
def sign_out(visitor: SenderDep, database: DatabaseDep) -> Response:
    """End the session, here and wherever its cookie may have got to."""
    with database.write() as session:
        sessions.delete_session(session, visitor.cookie)
    answer = redirect_after_post(SIGN_IN)
    answer.delete_cookie(COOKIE, path=DESK)
    return answer
