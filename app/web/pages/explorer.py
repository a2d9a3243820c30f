"""The first page: what is here in one glance, and where the gaps are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select
from starlette.datastructures import QueryParams

from app.api.concurrency import limit_concurrency
from app.db.database import DatabaseDep
from app.overviews.evidence_map.queries import evidence_map, parse_map_request
from app.overviews.search import find_records
from app.query.ordering import count, is_standing
from app.values.text import LONGEST_VALUE
from app.vocabulary import Design, OutcomeDomain
from app.web.addresses import api_address, given_parameters, query, redirect_without_empty
from app.web.api_data import RESOURCE_OF, Card
from app.web.kinds import KIND_PAGES
from app.web.labels import label
from app.web.pages import studies
from app.web.rendering import html_page

explorer = APIRouter(include_in_schema=False)
PRIMARY_DESIGNS = ("randomized", "other_controlled", "uncontrolled", "cases")
SUGGESTIONS = 8
MOST_COUNTED = 100_000


MOST_ROWS = 40  # treatments that one looks at; the map as JSON and as a picture has more


@dataclass(frozen=True)
class MapRow:
    """A treatment on the map: how deep it lies, and a cell for each domain, or none."""

    row: Card
    depth: int
    cells: list[Card | None]
    total: int

    @property
    def weight(self) -> int:
        """By how many studies and case reports it is known."""
        return self.total + int(self.row["case_reports"] or 0)


@explorer.get("/")
@limit_concurrency
def explore(request: Request, database: DatabaseDep) -> Response:
    """Everything at a glance."""
    with database.read() as connection:
        found = studies.context(connection, QueryParams())
        map_ = evidence_map(connection, parse_map_request(QueryParams()))
        context = {
            **found,
            **map_context(map_),
            "counted": [(kind, each.nouns) for kind, each in KIND_PAGES.items() if each.nouns],
            "counts": _record_counts(connection),
            "json": "/v1/evidence-map",
        }
    return html_page(request, "explorer.html", context)


def map_context(map_: Card) -> dict[str, Any]:
    """The map as its table has it."""
    rows = _rows(map_)
    most = sorted(rows, key=lambda each: -each.weight)[:MOST_ROWS]
    return {
        "map": map_,
        "rows": [each for each in rows if each in most],
        "further": len(rows) - len(most),
        "domains": [(each, _domain_label(each)) for each in map_["domains"]],
        "own_data": PRIMARY_DESIGNS,
        "unseen": [each.label for each in OutcomeDomain if each not in map_["domains"]],
        "designs": {each.value: each.label for each in Design},
    }


def _domain_label(name: str | None) -> str:
    return "no domain named" if name is None else label("OutcomeDomain", name)


def _rows(map_: Card) -> list[MapRow]:
    depths: dict[str, int] = {}
    rows = []
    for row in map_["rows"]:
        depth = depths.get(row["parent"] or "", -1) + 1
        depths[row["treatment"]["slug"]] = depth
        cells = {each["domain"]: each for each in row["cells"]}
        total = sum(row["studies"].values())
        rows.append(MapRow(row, depth, [cells.get(each) for each in map_["domains"]], total))
    return rows


def _record_counts(connection: Connection) -> dict[str, int]:
    """How many records of each kind stand, up to a number that is quick to count."""
    listings = {name: each.listing for name, each in RESOURCE_OF.items()}
    sizes = {name: count(each, is_standing(each), MOST_COUNTED) for name, each in listings.items()}
    row = connection.execute(select(*sizes.values())).one()
    return dict(zip(sizes, row, strict=True))


@explorer.get("/search")
@limit_concurrency
def search(request: Request, database: DatabaseDep) -> Response:
    """What was found in every kind of record."""
    if tidy := redirect_without_empty(request):
        return tidy
    parameters = given_parameters(request)
    with database.read() as connection:
        found = find_records(connection, parameters) if "q" in parameters else None
    following = [pair for pair in parameters.multi_items() if pair[0] != "cursor"]
    cursor = found["next"] if found else None
    context = {
        "found": found,
        "q": parameters.get("q", ""),
        "next": query("/search", [*following, ("cursor", cursor)]) if cursor else None,
        "json": query(api_address("/search"), parameters.multi_items()) if found else None,
    }
    return html_page(request, "search.html", context)


@explorer.get("/suggestions")
@limit_concurrency
def suggestions(request: Request, database: DatabaseDep) -> Response:
    """What is called so, while it is being written: a part of a page."""
    words = request.query_params.get("q", "").strip()
    found = None
    if words and len(words) <= LONGEST_VALUE:
        with database.read() as connection:
            found = find_records(connection, QueryParams(q=words, limit=str(SUGGESTIONS)))
    return html_page(request, "suggestions.html", {"found": found, "q": words})
