"""The addresses at which imports are looked at."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.access import ContributorDep
from app.api.openapi import errors, parameter
from app.api.paging import PAGING, number_asked, number_in_path, only, read_limit, reply
from app.api.problems import refused
from app.api.responses import must_accept_json
from app.db.database import DatabaseDep
from app.ingest.imports.schemas import NUMBER, ImportCard, ImportList, RowPage
from app.ingest.imports.stored import list_imports, read_import, read_rows
from app.vocabulary import ImportOutcome

routes = APIRouter(tags=["imports"])


@routes.get(
    "/citations/imports",
    operation_id="list_imports",
    summary="List imports",
    description="What was handed in, the newest first.",
    response_model=ImportList,
    responses=errors(401, 403, 406, 414, 422, 503),
    openapi_extra={"parameters": PAGING},
)
def get_imports(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """Imports, the newest first."""
    must_accept_json(request)
    only(request, ("limit", "cursor"))
    limit, before = read_limit(request.query_params.get("limit")), number_asked(request, "cursor")
    with database.read() as connection:
        return reply(list_imports(connection, limit, before))


@routes.get(
    "/citations/imports/{number}",
    operation_id="get_import",
    summary="Get an import",
    description="How far it has come, and how many of its rows are what.",
    response_model=ImportCard,
    responses=errors(401, 403, 404, 406, 414, 422, 503),
    openapi_extra={"parameters": [NUMBER]},
)
def get_import(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """One import."""
    must_accept_json(request)
    only(request)
    with database.read() as connection:
        return reply(read_import(connection, number_in_path(request, "number", "import")))


@routes.get(
    "/citations/imports/{number}/rows",
    operation_id="list_import_rows",
    summary="List the rows of an import",
    description="Every record of the file, in its order: what was understood, and what it may be.",
    response_model=RowPage,
    responses=errors(401, 403, 404, 406, 414, 422, 503),
    openapi_extra={
        "parameters": [
            NUMBER,
            parameter(
                "outcome",
                "Only rows that are this.",
                {"type": "string", "enum": [each.value for each in ImportOutcome]},
                "probable_duplicate",
            ),
            *PAGING,
        ]
    },
)
def get_rows(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """Rows of an import."""
    must_accept_json(request)
    only(request, ("limit", "cursor", "outcome"))
    written = request.query_params.get("outcome")
    if written is not None and written not in set(ImportOutcome):
        raise refused("outcome", f"is one of {', '.join(ImportOutcome)}")
    outcome = None if written is None else ImportOutcome(written)
    limit, after = read_limit(request.query_params.get("limit")), number_asked(request, "cursor")
    number = number_in_path(request, "number", "import")
    with database.read() as connection:
        read_import(connection, number)
        rows = read_rows(connection, number, limit=limit, after=after or 0, outcome=outcome)
    return reply(rows)
