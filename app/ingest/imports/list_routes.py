"""The addresses at which imports are looked at."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.access import ContributorDep
from app.api.openapi import error_responses, parameter
from app.api.paging import (
    PAGING,
    number_in_path,
    number_in_query,
    private_response,
    read_limit,
    refuse_other_parameters,
)
from app.api.problems import invalid_parameter
from app.api.responses import must_accept_json
from app.db.database import DatabaseDep
from app.ingest.imports.queries import list_imports, read_import, read_rows
from app.ingest.imports.schemas import NUMBER, ImportCard, ImportList, RowPage
from app.vocabulary import ImportOutcome

routes = APIRouter(prefix="/v1", tags=["imports"])


@routes.get(
    "/citations/imports",
    operation_id="list_imports",
    summary="List imports",
    description="What was handed in, the newest first.",
    response_model=ImportList,
    responses=error_responses(401, 403, 406, 414, 422, 503),
    openapi_extra={"parameters": PAGING},
)
def get_imports(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """Imports, the newest first."""
    must_accept_json(request)
    refuse_other_parameters(request, ("limit", "cursor"))
    limit, before = (
        read_limit(request.query_params.get("limit")),
        number_in_query(request, "cursor"),
    )
    with database.read() as connection:
        return private_response(list_imports(connection, limit, before))


@routes.get(
    "/citations/imports/{number}",
    operation_id="get_import",
    summary="Get an import",
    description="How far it has come, and how many of its rows are what.",
    response_model=ImportCard,
    responses=error_responses(401, 403, 404, 406, 414, 422, 503),
    openapi_extra={"parameters": [NUMBER]},
)
def get_import(request: Request, _: ContributorDep, database: DatabaseDep) -> Response:
    """One import."""
    must_accept_json(request)
    refuse_other_parameters(request)
    with database.read() as connection:
        return private_response(
            read_import(connection, number_in_path(request, "number", "import"))
        )


@routes.get(
    "/citations/imports/{number}/rows",
    operation_id="list_import_rows",
    summary="List the rows of an import",
    description="Every record of the file, in its order: what was understood, and what it may be.",
    response_model=RowPage,
    responses=error_responses(401, 403, 404, 406, 414, 422, 503),
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
    refuse_other_parameters(request, ("limit", "cursor", "outcome"))
    written = request.query_params.get("outcome")
    if written is not None and written not in set(ImportOutcome):
        raise invalid_parameter("outcome", f"is one of {', '.join(ImportOutcome)}")
    outcome = None if written is None else ImportOutcome(written)
    limit, after = read_limit(request.query_params.get("limit")), number_in_query(request, "cursor")
    number = number_in_path(request, "number", "import")
    with database.read() as connection:
        read_import(connection, number)
        rows = read_rows(connection, number, limit=limit, after=after or 0, outcome=outcome)
    return private_response(rows)
