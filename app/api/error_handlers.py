"""Every error of the application as a problem document, or as a page where one is wanted."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
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
from starlette.routing import Match, Mount

from app.api.database_errors import database_problem, is_of_the_database
from app.api.problems import FieldError, Problem, Shown, problem_response
from app.db.database import error_code
from app.db.sqlite import DatabaseFileError

log = structlog.get_logger()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH")


def install_handlers(app: FastAPI, page: Shown | None = None) -> None:
    """Make every error of the application a problem document, or a page where one is wanted."""
    app.state.problem_page = page
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unavailable in (OperationalError, InterfaceError, DatabaseError, DatabaseFileError):
        app.add_exception_handler(unavailable, _database)
    app.add_exception_handler(sqlite3.DatabaseError, _database)  # of RawConnection
    for mistaken in (DataError, IntegrityError, NotSupportedError):
        app.add_exception_handler(mistaken, _unexpected)
    app.add_exception_handler(ProgrammingError, _statement)
    app.add_exception_handler(InternalError, _statement)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(TimeoutError, _database)
    app.add_exception_handler(Exception, _unexpected)


def error_response(request: Request, error: Exception) -> Response:
    """The reply to an error where no route is under way, as in a middleware."""
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
        headers = {**(headers or {}), "Allow": ", ".join(allowed_methods(request))}
    return problem_response(request, Problem(error.status_code, code, detail, headers=headers))


def allowed_methods(request: Request) -> list[str]:
    """Every method that some route takes at the address of a request.

    Where an address is that of a route without parameters, those with parameters are not meant:
    /v1/citations/import is no citation.
    """
    scope = {**request.scope, "root_path": request.scope.get("app_root_path", "")}
    found: dict[int, set[str]] = {}
    for route in request.app.router.routes:
        for method in ("GET",) if isinstance(route, Mount) else METHODS:  # files are only read
            match, inside = route.matches({**scope, "method": method, "path_params": {}})
            if match is Match.FULL:
                found.setdefault(len(inside.get("path_params", ())), set()).add(method)
    methods = found[min(found)] if found else set()
    if "GET" in methods:
        methods.add("HEAD")  # whatever can be got can be looked at
    return [method for method in METHODS if method in methods]


def _explained(request: Request, status: int) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return "Nothing is at this address; /openapi.json lists every address, /docs explains them."
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} is not possible here; the Allow header says what is."
    return HTTPStatus(status).phrase


def _database(request: Request, error: Any) -> Response:
    cause = str(getattr(error, "orig", None) or error).strip()
    log.warning("database_unavailable", cause=cause, code=error_code(error))
    return problem_response(request, database_problem(error))


def _statement(request: Request, error: Any) -> Response:
    """No table means an unmigrated PostgreSQL, others a standby or timeouts; the rest is ours."""
    return (_database if is_of_the_database(error) else _unexpected)(request, error)


def _unexpected(request: Request, error: Any) -> Response:
    log.error("unexpected", exc_info=error)
    detail = "This is our mistake, not yours. The request_id finds it in the logs."
    return problem_response(request, Problem(500, "internal-error", detail))
