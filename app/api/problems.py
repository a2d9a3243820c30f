"""Errors that people and programs can use: RFC 9457 problem details that say what to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.db.database import error_code

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH")


class FieldError(BaseModel):
    """One thing that is wrong in a request."""

    parameter: str | None = Field(default=None, description="The query parameter or header.")
    pointer: str | None = Field(default=None, description="JSON pointer into the body.")
    message: str = Field(description="What is wrong, and what would be right.")
    suggestion: str | None = Field(default=None, description="What may have been meant.")
    record: str | None = Field(
        default=None, description="Address of the record that stands in the way."
    )


class ProblemDetail(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    type: str = Field(description="Name of the kind of problem, stable.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="HTTP status.")
    detail: str | None = Field(default=None, description="This very problem in words.")
    instance: str | None = Field(default=None, description="What was asked for.")
    request_id: str | None = Field(default=None, description="Name of the request in the logs.")
    errors: list[FieldError] = Field(default=[], description="Each thing that is wrong.")


class Problem(Exception):  # noqa: N818 # the standard calls it a problem
    """Ends a request with a problem document."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), dict(headers or {})


def json_pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step)[:100].replace('~', '~0').replace('/', '~1')}" for step in steps)


Shown = Callable[[Request, ProblemDetail, Mapping[str, str]], Response | None]


def invalid_parameter(parameter: str, message: str, suggestion: str | None = None) -> Problem:
    """The problem of one query parameter that cannot be understood."""
    error = FieldError(parameter=parameter, message=message, suggestion=suggestion)
    return Problem(422, "invalid-parameter", f"{parameter}: {message}", [error])


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as a reply: as a document or, to who reads pages, as the application's page."""
    body = ProblemDetail(
        type=f"urn:evidence:problem:{problem.code}",
        title=problem.code.replace("-", " ").capitalize(),
        status=problem.status,
        detail=problem.detail,
        instance=quote(request.scope["path"][:500]),
        request_id=getattr(request.state, "request_id", None),
        errors=problem.errors,
    )
    page: Shown | None = getattr(request.app.state, "problem_page", None)
    shown = page(request, body, problem.headers) if page else None
    content = orjson.dumps(body.model_dump(exclude_none=True))
    return shown or Response(content, problem.status, problem.headers, MEDIA_TYPE)


def install_handlers(app: FastAPI, page: Shown | None = None) -> None:
    """Make every error of the application a problem document, or a page where one is wanted."""
    app.state.problem_page = page
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unavailable in (OperationalError, InterfaceError, DatabaseError):
        app.add_exception_handler(unavailable, _database)
    for mistaken in (DataError, IntegrityError, InternalError, NotSupportedError):
        app.add_exception_handler(mistaken, _unexpected)
    app.add_exception_handler(ProgrammingError, _statement)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(TimeoutError, _database)
    app.add_exception_handler(Exception, _unexpected)


def error_response(request: Request, error: Exception) -> Response:
    """The reply to an error where no route is under way yet, as in a middleware."""
    handlers = request.app.exception_handlers
    handler = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
    reply: Response = handler(request, error)
    return reply


def _problem(request: Request, error: Any) -> Response:
    return problem_response(request, error)


def _invalid(request: Request, error: Any) -> Response:
    errors = [
        FieldError(parameter=".".join(str(step) for step in each["loc"][1:]), message=each["msg"])
        for each in error.errors()
    ]
    detail = "; ".join(f"{each.parameter}: {each.message}" for each in errors)
    return problem_response(request, Problem(422, "invalid-request", detail, errors))


def _http(request: Request, error: Any) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != phrase else _explained(request, error.status_code)
    code = phrase.lower().replace(" ", "-")
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": ", ".join(_methods(request))}
    return problem_response(request, Problem(error.status_code, code, detail, headers=headers))


def _methods(request: Request) -> Iterator[str]:
    """Every method that some route takes at the address of a request."""
    for method in METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            yield method


def _explained(request: Request, status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "Nothing is at this address; /openapi.json lists every address, /docs explains them."
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} is not possible here; the Allow header says what is."
    return HTTPStatus(status).phrase


# What drivers call the errors that are told apart: SQLite's names, PostgreSQL's SQLSTATEs.
TOO_COMPLEX = {"54001", "SQLITE_TOOBIG"}  # statement_too_complex
TOO_DEEP = ("parser stack overflow", "Expression tree is too large")  # SQLite has no code for them
TOOK_TOO_LONG = {"SQLITE_INTERRUPT", "57014"}  # query_canceled
READ_ONLY = ("SQLITE_READONLY", "25006")  # with its extended codes; read_only_sql_transaction
UNDEFINED_TABLE = "42P01"


def _database(request: Request, error: Any) -> Response:
    cause, code = str(getattr(error, "orig", None) or error).strip(), error_code(error)
    log.warning("database_unavailable", cause=cause, code=code)
    if code in TOO_COMPLEX or (code == "SQLITE_ERROR" and any(map(cause.__contains__, TOO_DEEP))):
        detail = "This asks for too much at once: use fewer filters, or fewer values of each."
        return problem_response(request, Problem(422, "too-complex", detail))
    if code in TOOK_TOO_LONG:
        detail = "This takes too long to answer: ask for less, or add a filter."
        return problem_response(request, Problem(503, "took-too-long", detail))
    if code.startswith(READ_ONLY):
        detail = "The database lies where this server may not write: nothing can be changed."
        return problem_response(request, Problem(503, "read-only", detail))
    detail = "The database is missing, locked, or not migrated. Try again; /ready says more."
    problem = Problem(503, "database-unavailable", detail, headers={"Retry-After": "5"})
    return problem_response(request, problem)


def _statement(request: Request, error: Any) -> Response:
    """A table that is not there means an unmigrated PostgreSQL; any other such error is ours."""
    missing = error_code(error) == UNDEFINED_TABLE
    return (_database if missing else _unexpected)(request, error)


def _unexpected(request: Request, error: Any) -> Response:
    log.error("unexpected", exc_info=error)
    detail = "This is our mistake, not yours. The request_id finds it in the logs."
    return problem_response(request, Problem(500, "internal-error", detail))
