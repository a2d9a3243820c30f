"""The documentation of query parameters, drawn from the filters and orders of a list."""

from __future__ import annotations

from typing import Any

from app.core.asking import LARGEST_LIMIT, LIMIT, RELEVANCE, Listing
from app.core.filters import Filter


def parameter(
    name: str, about: str, schema: dict[str, Any], example: Any = None, *, many: bool = False
) -> dict[str, Any]:
    """The documentation of one query parameter."""
    shape = {"type": "array", "items": schema} if many else schema
    said: dict[str, Any] = {"name": name, "in": "query", "description": about, "schema": shape}
    if example is not None:
        value = [example] if many else example
        said["examples"] = {"example": {"value": value}}
    return said


AS_OF_LIST = parameter(
    "as_of",
    "The list as it was after the last change at or before this moment (ISO 8601 with its zone);"
    " before the first change empty, in the future as now. Goes with sort, limit, cursor, fields"
    " and year.",
    {"type": "string", "format": "date-time"},
    "2026-01-01T00:00:00Z",
)
AS_OF_RECORD = parameter(
    "as_of",
    "The record with all in it as it was after the last change at or before this moment (ISO 8601"
    " with its zone): 404 when it was not there; a moment in the future is now. Where there were"
    " more than 200 of a kind inside, `next` leads on.",
    {"type": "string", "format": "date-time"},
    "2100-01-01T00:00:00Z",
)


FIELDS = parameter(
    "fields",
    "Members of a record to give, separated by commas; without it, all.",
    {"type": "string"},
    "slug",
)


MATCH = parameter(
    "match",
    "Which studies of a population: definite, possible (the source leaves something open), any.",
    {"type": "string", "enum": ["definite", "possible", "any"], "default": "definite"},
    "any",
)


BROADER = parameter(
    "broader",
    "Whether a term also finds what is told of a broader term only; such items are named.",
    {"type": "string", "enum": ["true", "false"], "default": "false"},
    "true",
)


def facet_parameters(names: list[str]) -> list[dict[str, Any]]:
    """The documentation of what a list can be counted by."""
    return [
        parameter(
            "facet",
            f"Counts what was found by {', '.join(names)}; several separated by commas.",
            {"type": "string"},
            names[0],
            many=True,
        ),
        parameter(
            "facet.own",
            "false: each facet leaves out the filter of its own name, as its menu needs it.",
            {"type": "string", "enum": ["true", "false"], "default": "true"},
            "false",
        ),
    ]


def list_parameters(listing: Listing) -> list[dict[str, Any]]:
    """The documentation of every parameter of a list."""
    names = [facet.name for facet in listing.facets]
    sized = any(each.walks and len(each.filters) > 2 for each in listing.walked)
    orders = [order for sort in listing.sorts for order in (sort.name, f"-{sort.name}")]
    if "q" in listing.named():
        orders.append(RELEVANCE.name)
    filters: list[Filter] = list(listing.named().values())
    return [
        *(parameter(f.name, f.meaning, f.schema, f.example, many=True) for f in filters),
        parameter(
            "sort",
            f"Order; - for descending. Without it, {listing.default}; with q, relevance.",
            {"type": "string", "enum": orders},
            listing.default,
        ),
        parameter(
            "limit",
            f"Rows on a page, {LIMIT} unless said.",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": LIMIT},
            10,
        ),
        parameter("cursor", "Where to go on: `next` of the page before.", {"type": "string"}),
        FIELDS,
        *([MATCH] if sized else []),
        *(facet_parameters(names) if names else []),
        BROADER,
        parameter(
            "descendants",
            "Whether a term also finds what is said of narrower terms.",
            {"type": "string", "enum": ["true", "false"], "default": "true"},
            "true",
        ),
        AS_OF_LIST,
    ]
