"""The routes of pages: a list and a record of each kind, at the API's addresses without /v1.

Apart from `kinds`, which the first page and the desk read: only this module knows addresses.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.about import refuse_parameters
from app.api.concurrency import limit_concurrency
from app.db.database import DatabaseDep
from app.query.cards import Kind
from app.records.catalogue import KINDS
from app.web.addresses import api_address, given_parameters, redirect_without_empty
from app.web.kinds import KIND_PAGES
from app.web.pages.explorer import explorer
from app.web.rendering import html_page

pages = APIRouter(include_in_schema=False)


def add_record(kind: Kind) -> None:
    """The page of a record of a kind."""
    shown = KIND_PAGES[kind.name]

    @limit_concurrency
    def get_page(request: Request, database: DatabaseDep) -> Response:
        if not shown.parameters:
            refuse_parameters(request, "the page of a record takes no parameters")
        elif tidy := redirect_without_empty(request):
            return tidy
        with database.read() as connection:
            context = shown.record(
                connection, request.path_params["slug"], given_parameters(request)
            )
        address = api_address(request.url.path)
        context = {**context, "heading": shown.heading, "json": address}
        return html_page(request, shown.template, context)

    pages.get(f"/{kind.path}/{{slug}}", name=f"{kind.name}_page")(get_page)


def add_list(kind: Kind) -> None:
    """The page of a list of a kind."""
    shown = KIND_PAGES[kind.name]

    @limit_concurrency
    def get_page(request: Request, database: DatabaseDep) -> Response:
        if tidy := redirect_without_empty(request):
            return tidy
        with database.read() as connection:
            context = shown.list_context(connection, kind.name, given_parameters(request))
        return html_page(request, shown.list_template, {**context, "heading": shown.heading})

    pages.get(f"/{kind.path}", name=f"{kind.name}_list")(get_page)


for each in KINDS:
    add_list(each)
    add_record(each)
pages.include_router(explorer)
