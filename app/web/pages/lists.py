"""Pages of lists: the API's list under the same address, with its filters and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.query.criteria import Match
from app.query.formats import ListFormat
from app.query.nested.question import WHERE
from app.web.addresses import api_address, query
from app.web.api_data import RESOURCE_OF, Card, list_of, source_of
from app.web.filter_menus import (
    chips,
    facet_menus,
    hidden_fields,
    list_query,
    menu_labels,
    stored_words,
)
from app.web.population_match import with_matches

ROWS_SHOWN = 25  # records on a page of a list
MOST_MENUS = 6  # unless the kind says which; further facets can be asked for in the address


def context(
    connection: Connection, kind: str, given: QueryParams, menus: Sequence[str] | None = None
) -> dict[str, Any]:
    """What the page of a list shows: rows, and a menu for each of some facets."""
    listing = RESOURCE_OF[kind].listing
    known = [facet.name for facet in listing.facets]
    names = known[:MOST_MENUS] if menus is None else [name for name in menus if name in known]
    found = with_matches(list_of(connection, listing, list_query(given, ROWS_SHOWN, names)))
    places = {each["slug"]: source_of(each) for each in found["items"] if "passages" in each}
    return {
        **list_frame(kind, given, found, names),
        "about": RESOURCE_OF[kind].description,
        "places": places,
    }


def list_frame(kind: str, given: QueryParams, found: Card, names: list[str]) -> dict[str, Any]:
    """What every list page has: its menus, its filter in words, where it goes on, downloads."""
    listing = RESOURCE_OF[kind].listing
    path, filters = f"/{listing.kind.path}", listing.parameters()
    given = stored_words(filters, given)
    shown = facet_menus(filters, found, given, names)
    pairs = given.multi_items()
    bare = [pair for pair in pairs if pair[0] not in {"cursor", "limit"}]
    limit = [] if "limit" in given else [("limit", str(ROWS_SHOWN))]
    return {
        "kind": kind,
        "found": found,
        "matches": found.get("matches"),
        "nested": WHERE in given,
        "all_possible": query(path, with_match(given, Match.POSSIBLE)),
        "given": given,
        "menus": [each for each in shown if each.choices],
        "chips": chips(filters, path, given, menu_labels(shown)),
        "hidden_fields": hidden_fields(given, shown),
        "json": query(api_address(path), [*pairs, *limit]),
        "next": _next_address(path, pairs, found),
        "first": query(path, bare) if "cursor" in given else None,
        "downloads": [
            (str(form).upper(), query(api_address(path), [*bare, ("format", str(form))]))
            for form in (*ListFormat, *listing.formats)
            if form is not ListFormat.JSON
        ],
    }


def with_match(given: QueryParams, match: Match) -> list[tuple[str, str]]:
    """The same question, from the first page, for what is so sure."""
    left_out = {"match", "limit", "cursor", "facet", "facet.own"}
    return [*(pair for pair in given.multi_items() if pair[0] not in left_out), ("match", match)]


def _next_address(path: str, pairs: list[tuple[str, str]], found: Card) -> str | None:
    if found["next"] is None:
        return None
    return query(
        path, [*(pair for pair in pairs if pair[0] != "cursor"), ("cursor", found["next"])]
    )
