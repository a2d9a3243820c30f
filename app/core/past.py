"""The past as the routes of lists and records know it: whoever answers a request with `as_of`."""

from __future__ import annotations

from typing import Any, Protocol

from fastapi import Request, Response
from starlette.datastructures import QueryParams

from app.core.asking import Listing
from app.core.database import Database


class Past(Protocol):
    """Answers what was there after the last change at or before a moment."""

    def list(
        self, request: Request, database: Database, listing: Listing, query: QueryParams
    ) -> Response:
        """One page of a list as it was."""

    def record(self, request: Request, database: Database, page: Any, slug: str) -> Response:
        """One record's page as it was."""


def past_of(request: Request) -> Past:
    """Who answers for the past in this application."""
    past: Past = request.app.state.past
    return past
