"""Resources: a list and its records as two routes, declared once and documented from that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, create_model

from app.core.asking import Listing
from app.core.cards import Fields
from app.core.database import DatabaseDep
from app.core.describing import (
    HOW,
    export_contents,
    export_parameters,
    form_parameter,
    search_body,
)
from app.core.listing import page_of
from app.core.long_requests import answer_search, read_body
from app.core.parameters import AS_OF_RECORD, FIELDS, list_parameters
from app.core.problems import MEDIA_TYPE
from app.core.record_pages import Children, RecordPage
from app.core.replies import answer_list, answer_record
from app.core.turns import in_short_turn, in_turn

ERRORS = {
    400: "The body is no JSON.",
    401: "The key is not valid, or there is none where one is needed.",
    403: "The key does not allow this.",
    404: "There is no such record; the detail names the nearest one.",
    406: "The client accepts no form that there is.",
    409: "Something else stands in the way; the detail says what.",
    412: "The record has changed since it was read; the ETag names its version.",
    411: "The form does not say how long it is.",
    413: "The body is too long.",
    414: "The address is too long.",
    415: "The body is not said to be JSON.",
    422: "A parameter cannot be understood; each is named, with what would be right.",
    428: "If-Match is not there.",
    429: "Too often: go on after the seconds in Retry-After.",
    502: "A service that was asked answers what makes no sense; the detail says which.",
    503: "The database is missing, locked, busy or not migrated: try again.",
}


@dataclass(frozen=True)
class Resource:
    """A list, what a record's page takes in beside its card, and a record to show as example."""

    listing: Listing
    about: str
    example: str
    children: tuple[Children, ...] = ()
    more: Any = None
    more_fields: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def page_model(self) -> type[BaseModel]:
        """The record's page: the card and what it takes in."""
        card = self.listing.kind.card
        inside: dict[str, Any] = {
            child.name: (page_of(child.listing.kind.card, inside=True), ...)
            for child in self.children
        }
        inside.update({name: (kind, ...) for name, kind in self.more_fields})
        name = card.__name__.removesuffix("Card") + "Page"
        return create_model(name, __base__=card, __doc__=card.__doc__, **inside)

    @cached_property
    def page(self) -> RecordPage:
        """How a record's page is read."""
        return RecordPage(
            self.listing.kind, self.page_model, self.children, self.more, self.listing.forms
        )


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these errors."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDetail"}}
    return {
        status: {"description": ERRORS[status], "content": {MEDIA_TYPE: schema}}
        for status in statuses
    }


def shown(answer: Any) -> dict[int | str, dict[str, Any]]:
    """An answer as the example of an operation."""
    return {200: {"content": {"application/json": {"example": answer}}}}


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has this already (If-None-Match)."}
}


def router(resource: Resource) -> APIRouter:
    """The list and the record of a resource."""
    routes = APIRouter(tags=[resource.listing.kind.path])
    add_list(routes, resource)
    add_search(routes, resource)
    add_record(routes, resource)
    return routes


def add_list(routes: APIRouter, resource: Resource) -> None:
    """The route of the list."""
    listing = resource.listing

    @in_turn
    def get_list(request: Request, database: DatabaseDep) -> Response:
        return answer_list(request, database, listing)

    plural = listing.kind.path.replace("-", "_")
    routes.get(
        f"/{listing.kind.path}",
        operation_id=f"list_{plural}",
        summary=f"List {listing.kind.path.replace('-', ' ')}",
        description=resource.about + HOW,
        response_model=page_of(listing.kind.card),
        responses={**_forms(resource), **NOT_MODIFIED, **errors(406, 414, 422, 503)},
        openapi_extra={"parameters": every_parameter(resource)},
    )(get_list)


def every_parameter(resource: Resource) -> list[dict[str, Any]]:
    """The documentation of what a list can be asked for, in pages and as exports."""
    forms = resource.listing.forms
    return [*list_parameters(resource.listing), *export_parameters(resource.example, forms)]


def _forms(resource: Resource) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": export_contents(resource.listing, resource.example)}}


def add_search(routes: APIRouter, resource: Resource) -> None:
    """The route of the list for requests that are too long for an address."""
    listing = resource.listing
    path = listing.kind.path

    @in_turn
    def search_list(
        request: Request, database: DatabaseDep, body: Annotated[bytes, Depends(read_body)]
    ) -> Response:
        return answer_search(request, database, listing, body)

    routes.post(
        f"/{path}/search",
        operation_id=f"search_{path.replace('-', '_')}",
        summary=f"List {path.replace('-', ' ')}, asked for by a long request",
        description="The parameters of the list as a JSON object, a repeated one as a list; "
        "the answer is the list's.",
        response_model=page_of(listing.kind.card),
        responses={**_forms(resource), **errors(400, 406, 413, 414, 415, 422, 503)},
        openapi_extra={"requestBody": search_body(every_parameter(resource))},
    )(search_list)


def add_record(routes: APIRouter, resource: Resource) -> None:
    """The route of one record."""
    kind = resource.listing.kind
    model: type[Fields] = resource.page_model  # type: ignore[assignment] # made from a card
    forms = resource.listing.forms

    @in_short_turn
    def get_record(request: Request, database: DatabaseDep) -> Response:
        return answer_record(request, database, resource.page, request.path_params["slug"])

    routes.get(
        f"/{kind.path}/{{slug}}",
        operation_id=f"get_{kind.name}",
        summary=f"Get one {kind.name.replace('_', ' ')}",
        description=f"{(kind.card.__doc__ or '').strip()} The ETag begins with the version.",
        response_model=model,
        responses={**NOT_MODIFIED, **errors(404, 406, 414, 422, 503)},
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
                *([form_parameter(("json", *map(str, forms)))] if forms else []),
            ]
        },
    )(get_record)
