"""What a page was asked for; a form sends its empty fields, too, which ask for nothing."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import QueryParams

from app.web.addresses import query


def given(request: Request) -> QueryParams:
    """What was asked for; a form sends fields that were left empty, too, which ask for nothing."""
    return QueryParams([pair for pair in request.query_params.multi_items() if pair[1] != ""])


def tidied(request: Request) -> Response | None:
    """Where a form sent empty fields, the address without them: the one to share."""
    kept = given(request).multi_items()
    if len(kept) == len(request.query_params.multi_items()):
        return None
    return RedirectResponse(query(request.url.path, kept), 303)
