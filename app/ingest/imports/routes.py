"""The addresses of citation intake: preview, look, choose and save."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.access import ContributorDep, CuratorDep
from app.api.bodies import read_bytes, read_model
from app.api.forms import Upload, file_body, read_upload
from app.api.openapi import error_responses, parameter
from app.api.paging import number_in_path, private_response, refuse_other_parameters
from app.api.responses import must_accept_json
from app.curation.writing.requests import read_options
from app.db.database import DatabaseDep
from app.ingest.formats import FORMATS, marked_formats
from app.ingest.imports.commit import abandon, commit
from app.ingest.imports.preview import preview
from app.ingest.imports.queries import read_import, read_rows
from app.ingest.imports.schemas import NUMBER, ChoiceBody, Committed, ImportCard, ImportPage

routes = APIRouter(prefix="/v1", tags=["imports"])
FIRST_ROWS = 50
FORMAT_NAMES = ", ".join(each.label for each in marked_formats(FORMATS))
EXAMPLE = "TY  - JOUR\r\nTI  - Oral ketamine for children with chronic pain\r\nER  - \r\n"


@routes.post(
    "/citations/import",
    operation_id="preview_import",
    status_code=201,
    summary="Hand in citations, and see what they are before anything is saved",
    description=f"{FORMAT_NAMES}, or a reference list (numbered, or one reference a line), in any"
    " encoding. Every"
    " record of the file becomes a row: new, identical to a citation, probably a duplicate (with"
    " reasons), or broken (with lines). Nothing is saved as a citation yet.",
    response_model=ImportPage,
    responses=error_responses(400, 401, 403, 406, 411, 413, 414, 422, 429, 503),
    openapi_extra={
        "parameters": [parameter("filename", "Name of the file.", {"type": "string"}, "new.ris")],
        "requestBody": file_body(EXAMPLE),
    },
)
def preview_import(
    request: Request,
    actor: ContributorDep,
    upload: Annotated[Upload, Depends(read_upload)],
    database: DatabaseDep,
) -> Response:
    """Read a file and compare it with what is here."""
    must_accept_json(request)
    refuse_other_parameters(request, ("filename",))
    filename = upload.filename
    number = preview(database, upload.data, actor=actor.name, filename=filename)
    with database.read() as connection:
        card = read_import(connection, number)
        rows = read_rows(connection, number, limit=FIRST_ROWS)
    page = ImportPage(**card.model_dump(), rows=rows.items, next=rows.next)
    return private_response(page, 201, {"Location": f"/v1/citations/imports/{number}"})


async def _choice_body(request: Request) -> bytes:
    return await read_bytes(request, request.app.state.max_body_bytes)


@routes.post(
    "/citations/imports/{number}/commit",
    operation_id="commit_import",
    summary="Save what was chosen of an import",
    description="All of it in one change, or nothing. Saved rows stay saved: asking again is safe.",
    response_model=Committed,
    responses=error_responses(400, 401, 403, 404, 406, 409, 413, 414, 415, 422, 429, 503),
    openapi_extra={
        "parameters": [
            NUMBER,
            parameter("reason", "Why, kept in the history.", {"type": "string"}, "PubMed alert"),
            parameter(
                "dry_run",
                "true: say what would be done, and do nothing.",
                {"type": "string", "enum": ["true", "false"]},
                "true",
            ),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ChoiceBody.model_json_schema()}},
        },
    },
)
def commit_import(
    request: Request,
    actor: CuratorDep,
    body: Annotated[bytes, Depends(_choice_body)],
    database: DatabaseDep,
) -> Response:
    """Save what was chosen."""
    must_accept_json(request)
    asked = read_options(request, ("reason", "dry_run"))
    choice = read_model(ChoiceBody, body).choice()
    number = number_in_path(request, "number", "import")
    done = commit(
        database, number, choice, actor=actor.name, reason=asked.reason, dry_run=asked.dry_run
    )
    with database.read() as connection:
        card = read_import(connection, number)
    headers = {"Dry-Run": "true"} if asked.dry_run else {}
    return private_response(Committed(**done, upload=card), headers=headers)


@routes.post(
    "/citations/imports/{number}/abandon",
    operation_id="abandon_import",
    summary="Give an import up",
    description="Its rows stay to be read; nothing of it can be saved any more.",
    response_model=ImportCard,
    responses=error_responses(401, 403, 404, 406, 409, 414, 422, 429, 503),
    openapi_extra={"parameters": [NUMBER]},
)
def abandon_import(request: Request, _: CuratorDep, database: DatabaseDep) -> Response:
    """Give an import up."""
    must_accept_json(request)
    refuse_other_parameters(request)
    abandon(database, number_in_path(request, "number", "import"))
    with database.read() as connection:
        return private_response(
            read_import(connection, number_in_path(request, "number", "import"))
        )
