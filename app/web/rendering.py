"""Templates to replies: nothing inline, nothing from another host, an ETag on every page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.api.responses import etag_matches, etag_of
from app.records.catalogue import KINDS
from app.web import findings, labels, numbers
from app.web.addresses import api, page_of, query, record_page, resolver, web

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


FUNCTIONS: tuple[Callable[..., Any], ...] = (
    api,
    page_of,
    query,
    record_page,
    resolver,
    web,
    labels.label,
    labels.meaning,
    findings.came_out,
    findings.compared,
    numbers.aged,
    numbers.ages,
    numbers.dose,
    numbers.estimate,
    numbers.exact,
    numbers.interval,
    numbers.p_value,
    numbers.share,
)


def static(name: str) -> str:
    """The address of a static file, which changes with what is in it."""
    return f"/static/{name}?v={_SUMS[name]}"


def _sum(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def environment() -> Environment:
    """The templates, with everything escaped, and an error for what is not there."""
    found = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update({each.__name__: each for each in (static, *FUNCTIONS)})
    found.globals["paths"] = {kind.name: kind.path for kind in KINDS}
    found.filters.update(
        plain=labels.plain,
        plural=labels.plural,
        number=numbers.number,
        total=numbers.total,
        marked=labels.marked,
        country=labels.country,
    )
    return found


_SUMS = {
    each: _sum(STATIC / each)
    for each in ("app.css", "app.js", "desk.css", "desk.js", "htmx/htmx.min.js")
}
TEMPLATES = environment()


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page, or 304 when the client says that it has it."""
    body = TEMPLATES.get_template(template).render(path=request.url.path, **context).encode()
    etag = f'W/"{etag_of(body)}"'
    found = {**SECURITY, "Cache-Control": "no-cache", "ETag": etag, **(headers or {})}
    if status == 200 and etag_matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=found)
    return Response(body, status, found, "text/html")
