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
from app.values.countries import country_name
from app.web import findings, labels, numbers
from app.web.addresses import (
    api_address,
    page_address,
    query,
    record_address,
    resolver_address,
    web_address,
)

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
# Words of sources stand on every page: should one slip through unescaped, it runs nothing.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


FUNCTIONS: tuple[Callable[..., Any], ...] = (
    api_address,
    page_address,
    query,
    record_address,
    resolver_address,
    web_address,
    labels.label,
    labels.meaning,
    findings.result_mark,
    findings.compared_groups,
    numbers.ages_with_basis,
    numbers.dose_text,
    numbers.estimate,
    numbers.exact_share_interval,
    numbers.interval,
    numbers.p_value,
    numbers.affected_share,
)


def static_address(name: str) -> str:
    """The address of a static file, which changes with what is in it."""
    return f"/static/{name}?v={_CHECKSUMS[name]}"


def _checksum(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def template_environment() -> Environment:
    """The templates, with everything escaped, and an error for what is not there."""
    found = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update({each.__name__: each for each in (static_address, *FUNCTIONS)})
    found.globals["paths"] = {kind.name: kind.path for kind in KINDS}
    found.filters.update(
        plain=labels.without_underscores,
        plural=labels.plural,
        number=numbers.format_number,
        total=numbers.format_total,
        marked=labels.mark_matches,
        country=country_name,
    )
    return found


_CHECKSUMS = {
    each: _checksum(STATIC / each)
    for each in ("app.css", "app.js", "desk.css", "desk.js", "htmx/htmx.min.js")
}
TEMPLATES = template_environment()


def html_page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page, or 304 when the client says that it has it."""
    body = TEMPLATES.get_template(template).render(path=request.url.path, **context).encode()
    etag = f'W/"{etag_of(body)}"'
    # no-cache: kept, but asked about each time, so that nobody reads what was corrected since.
    keep = "no-cache" if status == 200 else "no-store"  # an error is of this moment
    found = {**SECURITY_HEADERS, "Cache-Control": keep, "ETag": etag, **(headers or {})}
    if status == 200 and etag_matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=found)
    return Response(body, status, found, "text/html")
