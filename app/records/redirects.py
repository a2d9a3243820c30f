"""Slugs of records that became part of others lead on to those, at every address of the record.

A module of its own: it stands above every kind, and is installed where a 404 would be answered.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from app.api import problems
from app.api.problems import Problem
from app.models import SlugRedirect
from app.records.catalogue import KINDS

KIND_AT = {kind.path: kind.name for kind in KINDS}


def install_redirects(app: FastAPI) -> None:
    """Look for where a record went only when a request found none: others cost nothing."""
    app.add_exception_handler(Problem, _problem)


def _problem(request: Request, problem: Any) -> Response:
    """308 where the record that was not found became part of another; else the problem."""
    if problem.status == 404 or problem.code == "merged":
        target = _target(request)
        if target is not None:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(target + query, 308, {"Cache-Control": "no-cache"})
    return problems.problem_response(request, problem)


def _target(request: Request) -> str | None:
    """The address in which the slug is replaced by the one that took its place."""
    slug = request.path_params.get("slug")
    parts = request.scope["path"].split("/")  # "", v1 but for pages, studies, slug, perhaps more
    at = 2 if parts[1] == "v1" else 1
    if slug is None or len(parts) < at + 2 or parts[at + 1] != slug or parts[at] not in KIND_AT:
        return None
    query = select(SlugRedirect.target).where(
        SlugRedirect.kind == KIND_AT[parts[at]], SlugRedirect.slug == slug
    )
    with request.app.state.database.read() as connection:
        target = connection.execute(query).scalar_one_or_none() if "\0" not in slug else None
    return None if target is None else "/".join([*parts[: at + 1], quote(target), *parts[at + 2 :]])
