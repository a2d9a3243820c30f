"""The routes of pages: a list and a record of each kind, at the API's addresses without /v1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.api.concurrency import limit_concurrency
from app.api.problems import invalid_parameter
from app.db.database import DatabaseDep
from app.records.catalogue import KINDS
from app.web.addresses import api, given, tidied
from app.web.pages import document, lists, records, studies, study, treatment
from app.web.pages.explorer import explorer
from app.web.rendering import page

Reader = Callable[[Connection, str], dict[str, Any]]
RECORDS: dict[str, Reader] = {
    **records.READERS,
    "document": document.context,
    "study": study.context,
}
pages = APIRouter(include_in_schema=False)


def add_record(kind: str, path: str) -> None:
    """The page of a record of a kind."""

    def get_page(request: Request, database: DatabaseDep) -> Response:
        for name in request.query_params:
            raise invalid_parameter(name[:100], "the page of a record takes no parameters")
        with database.read() as connection:
            context = RECORDS[kind](connection, request.path_params["slug"])
        return page(request, f"{kind}.html", {**context, "json": api(request.url.path)})

    pages.get(f"/{path}/{{slug}}", name=f"{kind}_page")(get_page)


def add_treatment(path: str) -> None:
    """The page of a treatment, which takes what is asked of people, as the list of studies does."""

    def get_page(request: Request, database: DatabaseDep) -> Response:
        if tidy := tidied(request):
            return tidy
        with database.read() as connection:
            slug = request.path_params["slug"]
            context = treatment.context(connection, slug, given(request))
        return page(request, "treatment.html", {**context, "json": api(request.url.path)})

    pages.get(f"/{path}/{{slug}}", name="treatment_page")(get_page)


def add_list(kind: str, path: str) -> None:
    """The page of a list of a kind."""
    template = "studies.html" if kind == "study" else "list.html"
    read = studies.context if kind == "study" else lists.reader(kind)

    @limit_concurrency
    def get_page(request: Request, database: DatabaseDep) -> Response:
        if tidy := tidied(request):
            return tidy
        with database.read() as connection:
            context = read(connection, given(request))
        return page(request, template, context)

    pages.get(f"/{path}", name=f"{kind}_list")(get_page)


for each in KINDS:
    add_list(each.name, each.path)
    if each.name == "treatment":
        add_treatment(each.path)
    else:
        add_record(each.name, each.path)
pages.include_router(explorer)
