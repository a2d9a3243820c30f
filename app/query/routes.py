"""The routes of a list and its records, declared once; a long search comes in the body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, create_model
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.bodies import Members, json_text, read_bytes, read_members, value_text
from app.api.concurrency import limit_concurrency, limit_record_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses
from app.api.problems import FieldError, Problem, json_pointer
from app.api.responses import UNCACHED, RequestHead, etag_matches
from app.db.database import Database, DatabaseDep
from app.query.answers import read_whole_record
from app.query.cards import Fields
from app.query.lists import page_of
from app.query.nested.question import JOINTS, ONE_VALUE, WHERE, sentences
from app.query.openapi import (
    AS_OF_RECORD,
    FIELDS,
    HOW,
    NESTED,
    export_contents,
    export_parameters,
    format_parameter,
    list_parameters,
    search_body,
)
from app.query.record_page import RecordPage, RelatedList
from app.query.request import MOST_NAMES, BodyParameters, ListDefinition, refuse_many

MOST_BYTES = 250_000  # 500 slugs of several parameters, and more
MOST_PARTS = 2_000  # values, objects and lists of a nested question: more than it may have


@dataclass(frozen=True)
class Answers:
    """What the routes of lists and of records answer with; both raise Problem.

    The routes stand below history, which answers requests with `as_of`; whoever adds the routes
    to the application gives them the answers.
    """

    list: Callable[[RequestHead, Database, ListDefinition], Response]
    record: Callable[[RequestHead, Database, RecordPage, str], Response]


async def read_body(request: Request) -> bytes:
    """The JSON of a request; raises Problem 415 for another media type, 413 when it is too long."""
    return await read_bytes(request, MOST_BYTES)


def answer_search(
    answers: Answers, request: Request, database: Database, listing: ListDefinition, body: bytes
) -> Response:
    """What the list answers to the same parameters in its address; problems point into the body."""
    for name in request.query_params:
        error = FieldError(parameter=name[:100], message="give it in the body")
        raise Problem(422, "invalid-parameter", f"{error.parameter}: {error.message}", [error])
    head = replace(
        RequestHead.of(request), query=BodyParameters.of(list(_parameters(listing, body)))
    )
    try:
        return answers.list(head, database, listing)
    except Problem as problem:
        nested = any(error.pointer is not None for error in problem.errors)
        errors = [_with_pointer(error) for error in problem.errors]
        detail = sentences(errors) if nested else problem.detail
        raise Problem(
            problem.status, problem.code, detail, errors, problem.headers, problem.more_errors
        ) from problem


def _parameters(listing: ListDefinition, body: bytes) -> Iterator[tuple[str, str, str]]:
    """The members of a JSON object as parameters and where they stand, a list as one repeated.

    Those that join others, and elements, are the nested question.
    """
    seen, nested, of_nested = set(), [], {*JOINTS, *listing.element_names}
    for name, value in _members(body):
        if name in seen:
            raise _invalid_body(json_pointer(name), "is there twice: give a list")
        seen.add(name)
        if name == WHERE:
            raise _invalid_body(json_pointer(name), "give what it holds in the body itself")
        if name in of_nested:
            nested.append((name, value))
            continue
        many = isinstance(value, list)
        if many and not value:  # else who asks for nothing would be given everything
            raise _invalid_body(json_pointer(name), "is an empty list: give a value")
        for at, each in enumerate(value if many else [value]):
            place = json_pointer(name, *([at] if many else []))
            yield name, _parameter_text(each, place), place
    if nested:
        try:
            yield WHERE, json_text(Members(nested), MOST_PARTS), ""
        except ValueError as error:
            raise _invalid_body(json_pointer(nested[0][0]), str(error)) from error


def _members(body: bytes) -> list[tuple[str, Any]]:
    """The members of the object, in order and as often as they are there; raises Problem."""
    found = read_members(body)
    if not isinstance(found, Members):
        raise _invalid_body("", "the body is an object of parameters")
    refuse_many(len(found.pairs), MOST_NAMES, "parameters")
    return found.pairs


def _parameter_text(value: Any, place: str) -> str:
    """A value as it is written in an address; raises Problem for what cannot stand there."""
    text = value_text(value)
    if text is None:
        raise _invalid_body(place, ONE_VALUE)
    return text


def _with_pointer(error: FieldError) -> FieldError:
    place = error.pointer
    if place is None and error.parameter is not None:
        place = "" if error.parameter == WHERE else json_pointer(error.parameter)
    return error.model_copy(update={"parameter": None, "pointer": place})


def _invalid_body(place: str, message: str) -> Problem:
    error = FieldError(pointer=place, message=message)
    return Problem(422, "invalid-parameter", f"{place}: {message}".lstrip(": "), [error])


@dataclass(frozen=True)
class Resource:
    """A list, what a record's page takes in beside its card, and a record to show as example.

    `extra_members` reads, from a connection and the record's row, what the page has that is no
    list of records; `extra_fields` are their names and types.
    """

    listing: ListDefinition
    description: str
    example: str
    related: tuple[RelatedList, ...] = ()
    extra_members: Any = None
    extra_fields: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def page_model(self) -> type[BaseModel]:
        """The record's page: the card and what it takes in."""
        card = self.listing.kind.card
        inside: dict[str, Any] = {
            child.name: (page_of(child.listing.kind.card, inside=True), ...)
            for child in self.related
        }
        inside.update({name: (kind, ...) for name, kind in self.extra_fields})
        name = card.__name__.removesuffix("Card") + "Page"
        return create_model(name, __base__=card, __doc__=card.__doc__, **inside)

    @cached_property
    def page(self) -> RecordPage:
        """How a record's page is read."""
        return RecordPage(
            self.listing.kind,
            self.page_model,
            self.related,
            self.extra_members,
            self.listing.formats,
        )


def router(resource: Resource, answers: Answers) -> APIRouter:
    """The list and the record of a resource."""
    routes = APIRouter(prefix="/v1", tags=[resource.listing.kind.path])
    add_list(routes, resource, answers)
    add_search(routes, resource, answers)
    add_record(routes, resource, answers)
    return routes


def add_list(routes: APIRouter, resource: Resource, answers: Answers) -> None:
    """The route of the list."""
    listing = resource.listing

    @limit_concurrency
    def get_list(request: Request, database: DatabaseDep) -> Response:
        return answers.list(RequestHead.of(request), database, listing)

    plural = listing.kind.path.replace("-", "_")
    routes.get(
        f"/{listing.kind.path}",
        operation_id=f"list_{plural}",
        summary=f"List {listing.kind.path.replace('-', ' ')}",
        description=resource.description + HOW,
        response_model=page_of(listing.kind.card),
        responses={
            **_format_responses(resource),
            **NOT_MODIFIED,
            **error_responses(406, 414, 422, 503),
        },
        openapi_extra={"parameters": every_parameter(resource)},
    )(get_list)


def every_parameter(resource: Resource) -> list[dict[str, Any]]:
    """The documentation of what a list can be asked for, in pages and as exports."""
    forms = resource.listing.formats
    return [*list_parameters(resource.listing), *export_parameters(resource.example, forms)]


def _format_responses(resource: Resource) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": export_contents(resource.listing, resource.example)}}


def add_search(routes: APIRouter, resource: Resource, answers: Answers) -> None:
    """The route of the list for requests that are too long for an address."""
    listing = resource.listing
    path = listing.kind.path

    @limit_concurrency
    def search_list(
        request: Request, database: DatabaseDep, body: Annotated[bytes, Depends(read_body)]
    ) -> Response:
        return answer_search(answers, request, database, listing, body)

    routes.post(
        f"/{path}/search",
        operation_id=f"search_{path.replace('-', '_')}",
        summary=f"List {path.replace('-', ' ')}, asked for by a long request",
        description="The parameters of the list as a JSON object, a repeated one as a list; "
        f"the answer is the list's. {NESTED}",
        response_model=page_of(listing.kind.card),
        responses={
            **_format_responses(resource),
            **error_responses(400, 406, 413, 414, 415, 422, 503),
        },
        openapi_extra={"requestBody": search_body(listing, every_parameter(resource))},
    )(search_list)


def add_record(routes: APIRouter, resource: Resource, answers: Answers) -> None:
    """The route of one record."""
    kind = resource.listing.kind
    model: type[Fields] = resource.page_model  # type: ignore[assignment] # made from a card
    forms = resource.listing.formats

    @limit_record_concurrency
    def get_record(request: Request, database: DatabaseDep) -> Response:
        slug = request.path_params["slug"]
        return answers.record(RequestHead.of(request), database, resource.page, slug)

    routes.get(
        f"/{kind.path}/{{slug}}",
        operation_id=f"get_{kind.name}",
        summary=f"Get one {kind.name.replace('_', ' ')}",
        description=f"{(kind.card.__doc__ or '').strip()} The ETag begins with the version.",
        response_model=model,
        responses={**NOT_MODIFIED, **error_responses(404, 406, 414, 422, 503)},
        openapi_extra={
            "parameters": [
                {
                    "name": "slug",
                    "in": "path",
                    "required": True,
                    "description": "The record's slug.",
                    "schema": {"type": "string"},
                    "examples": {"example": {"value": resource.example}},
                },
                FIELDS,
                AS_OF_RECORD,
                *([format_parameter(("json", *map(str, forms)))] if forms else []),
            ]
        },
    )(get_record)
    if resource.extra_members is None:
        route: Any = routes.routes[-1]
        route.app = WholeRecord(resource.page, route.app)


PLAIN_JSON = {None, b"*/*", b"application/json"}  # what a client accepts that takes any JSON
RECORD_HEADERS = [
    (b"content-type", b"application/json"),
    *((name.lower().encode(), value.encode()) for name, value in UNCACHED.items()),
]


class WholeRecord:
    """A whole record as it is now, of SQLite: what is asked most, answered with the least work.

    Everything else - parts, other forms, the past, what is not there, PostgreSQL - is answered by
    the operation, `otherwise`; what both answer is the same, byte for byte.
    """

    def __init__(self, page: RecordPage, otherwise: ASGIApp) -> None:
        self.page, self.otherwise = page, otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        database: Database = scope["app"].state.database
        given = dict(scope["headers"])
        found = None
        plain = not scope["query_string"] and given.get(b"accept") in PLAIN_JSON
        if plain and database.sqlite and scope["method"] == "GET":
            state, slug = scope["state"], scope["path_params"]["slug"]
            found = await database.record_threads.run(
                partial(read_whole_record, database, self.page, slug), state.get("owner", "")
            )
        if found is None:
            await self.otherwise(scope, receive, send)
            return
        body, etag = found
        held = given.get(b"if-none-match")
        unchanged = held is not None and etag_matches(held.decode("latin-1"), etag)
        headers = [*RECORD_HEADERS, (b"etag", etag.encode())]
        if not unchanged:
            headers.append((b"content-length", b"%d" % len(body)))
        status = 304 if unchanged else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if unchanged else body})
