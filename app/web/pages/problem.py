"""Errors as pages, with the content of the problem document, for who reads pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.api.problems import ProblemDetail
from app.web.addresses import page_address, query
from app.web.rendering import html_page

API_PATHS = ("/v1/", "/static/", "/openapi.json", "/docs", "/health", "/ready", "/metrics")
HEADINGS = {
    404: "Nothing is here",
    410: "This record was withdrawn",
    414: "The address is too long",
    422: "This cannot be understood",
    503: "Not available just now",
}


def problem_page(
    request: Request, problem: ProblemDetail, headers: Mapping[str, str]
) -> Response | None:
    """The problem as a page; None for requests of the API, and for who does not read pages."""
    path = request.scope["path"]
    reads = "text/html" in request.headers.get("accept", "")
    if f"{path}/".startswith(API_PATHS) or path.startswith(API_PATHS) or not reads:
        return None
    location = headers.get("location", headers.get("Location"))
    if location is not None and problem.status in {301, 307, 308}:
        return RedirectResponse(page_address(location), problem.status)
    context = {
        "problem": problem,
        "heading": _heading(problem),
        "mended": _corrected_addresses(request, problem),
        "nearest": _suggested_record(path, problem),
        "json": None,
    }
    return html_page(request, "problem.html", context, problem.status, headers)


def _heading(problem: ProblemDetail) -> str:
    """What is the matter in a few words; what was here once is told from what never was."""
    if problem.status == 404 and " was withdrawn: " in (problem.detail or ""):
        return HEADINGS[410]
    return HEADINGS.get(problem.status, problem.title)


def _corrected_addresses(request: Request, problem: ProblemDetail) -> dict[str, str]:
    """By parameter, the address with what was meant instead."""
    found = {}
    for error in problem.errors:
        name, suggestion = error.parameter, error.suggestion
        pairs = request.query_params.multi_items()
        if name is None or suggestion is None or len(pairs) > 50:
            continue
        if "there is no such parameter" in error.message:
            changed = [(suggestion, value) if key == name else (key, value) for key, value in pairs]
        else:
            changed = [(key, suggestion if key == name else value) for key, value in pairs]
        found[name] = query(request.url.path, changed)
    return found


def _suggested_record(path: str, problem: ProblemDetail) -> str | None:
    """The record that was probably meant, which the detail names."""
    detail = problem.detail or ""
    if problem.status != 404 or "Did you mean '" not in detail:
        return None
    slug = detail.partition("Did you mean '")[2].removesuffix("'?")
    return f"{unquote(path).rpartition('/')[0]}/{slug}" if slug else None
