"""The address at which notices of retraction are handed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.access import CuratorDep
from app.api.forms import Upload, file_body, read_upload
from app.api.openapi import error_responses, parameter
from app.api.responses import must_accept_json
from app.curation.retractions.notices import read_notices
from app.curation.retractions.status_marks import mark_citations
from app.curation.writing.requests import read_options
from app.db.database import DatabaseDep
from app.vocabulary import PublicationStatus


class MarkedCard(BaseModel):
    """A citation that was marked."""

    slug: str = Field(description="The citation.")
    before: PublicationStatus = Field(description="What it was.")
    now: PublicationStatus = Field(description="What it is now.")


class MarkedList(BaseModel):
    """What a file of notices changed."""

    notices: int = Field(description="Notices that were understood.")
    problems: list[str] = Field(description="What was not, each with its line; 100 at most.")
    items: list[MarkedCard] = Field(description="Citations that were marked, by slug.")


routes = APIRouter(prefix="/v1", tags=["retractions"])
MOST_PROBLEMS = 100
EXAMPLE = """RetractionDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature
1/31/2020 0:00,10.1000/example,0,Retraction
"""


@routes.post(
    "/retractions",
    operation_id="mark_retractions",
    summary="Hand in notices of retraction, and mark the citations that they are about",
    description="A CSV file as Retraction Watch gives it: retractions, expressions of concern,"
    " corrections and reinstatements. The latest notice stands; only a reinstatement takes a"
    " retraction back. Whatever rests on a citation says so from then on.",
    response_model=MarkedList,
    responses=error_responses(400, 401, 403, 406, 411, 413, 414, 422, 429, 503),
    openapi_extra={
        "parameters": [
            parameter("filename", "Name of the file.", {"type": "string"}, "notices.csv"),
            parameter("reason", "Why, kept in the history.", {"type": "string"}, "January"),
            parameter(
                "dry_run",
                "true: say what would be marked, and mark nothing.",
                {"type": "string", "enum": ["true", "false"]},
                "true",
            ),
        ],
        "requestBody": file_body(EXAMPLE),
    },
)
def mark_retractions(
    request: Request,
    actor: CuratorDep,
    upload: Annotated[Upload, Depends(read_upload)],
    database: DatabaseDep,
) -> Response:
    """Mark the citations that notices are about."""
    must_accept_json(request)
    asked = read_options(request, ("filename", "reason", "dry_run"))
    notices = read_notices(upload.data)
    reason = asked.reason or upload.filename or "notices of retraction"
    marked = mark_citations(
        database, notices.found, actor=actor.name, reason=reason, dry_run=asked.dry_run
    )
    body = MarkedList(
        notices=len(notices.found),
        problems=[each.message for each in notices.problems[:MOST_PROBLEMS]],
        items=[MarkedCard(slug=each.slug, before=each.before, now=each.now) for each in marked],
    )
    headers = {"Cache-Control": "no-store", **({"Dry-Run": "true"} if asked.dry_run else {})}
    return Response(body.model_dump_json(), 200, headers, "application/json")
