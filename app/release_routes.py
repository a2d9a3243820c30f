"""The addresses of the release: what it is, and the file."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from app.core.forms import Form
from app.core.problems import refused
from app.core.replies import holds, must_accept_json, reply, tag
from app.core.resources import NOT_MODIFIED, errors
from app.releases import CONTENT_LICENCE, FILE_NAME, TITLE, Release, Releases

ADDRESS = f"/v1/releases/current/{FILE_NAME}"
routes = APIRouter(tags=["releases"])


class LicenceCard(BaseModel):
    """What others may do with the content."""

    name: str = Field(description="What the licence is called.")
    identifier: str = Field(description="SPDX identifier.")
    url: str = Field(description="Where the licence can be read.")
    covers: str = Field(description="What the licence is for, and what it is not for.")


class ReleaseCard(BaseModel):
    """One file with everything that is current."""

    title: str = Field(description="What the file is called.")
    url: str = Field(description="Where the file is.")
    media_type: str = Field(description="What form the file has.")
    size: int = Field(description="Bytes of the file.")
    sha256: str = Field(description="SHA-256 of the file: the same wherever the content is.")
    last_change: int = Field(description="The newest change that the file takes in.")
    file_format: int = Field(description="Which layout the file has.")
    schema_revision: str = Field(description="Which schema the cards were written under.")
    card_formats: dict[str, int] = Field(description="Which layout the cards of a kind have.")
    licence: LicenceCard
    counts: dict[str, int] = Field(description="Records of each kind, in the file's order.")


EXAMPLE = {
    "title": TITLE,
    "url": ADDRESS,
    "media_type": Form.NDJSON.media_type,
    "size": 326_915,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "last_change": 1,
    "file_format": 1,
    "schema_revision": "0001",
    "card_formats": {"treatment": 1, "study": 1},
    "licence": CONTENT_LICENCE,
    "counts": {"treatment": 12, "study": 6},
}
LINES = """{"title":"Evidence Base","file_format":1,...}
{"kind":"treatment","card":{"slug":"ketamine",...}}
"""


def _of_this_app(request: Request) -> Releases:
    releases: Releases = request.app.state.releases
    return releases


ReleasesDep = Annotated[Releases, Depends(_of_this_app)]


def _no_parameters(request: Request) -> None:
    for name in request.query_params:
        raise refused(name[:100], "there are no parameters here")


@routes.get(
    "/releases/current",
    operation_id="get_current_release",
    summary="Everything in one file: what it is",
    response_model=ReleaseCard,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **errors(406, 414, 422, 503),
    },
)
def get_current_release(request: Request, releases: ReleasesDep) -> Response:
    """The file's address, size, SHA-256 and licence; made anew after each change."""
    must_accept_json(request)
    _no_parameters(request)
    body = orjson.dumps(_card(releases.current()))
    return reply(request, body, f'"{tag(body)}"')


def _card(release: Release) -> dict[str, Any]:
    header = release.header
    return {
        "title": header["title"],
        "url": ADDRESS,
        "media_type": Form.NDJSON.media_type,
        "size": release.size,
        "sha256": release.sha256,
        "last_change": release.last_change,
        "file_format": header["file_format"],
        "schema_revision": header["schema"],
        "card_formats": header["card_formats"],
        "licence": header["licence"],
        "counts": header["counts"],
    }


@routes.get(
    f"/releases/current/{FILE_NAME}",
    operation_id="download_current_release",
    summary="Everything in one file",
    response_class=FileResponse,
    responses={
        200: {
            "description": "A line that tells what the file is, then a line for each record.",
            "content": {Form.NDJSON.media_type: {"schema": {"type": "string"}, "example": LINES}},
        },
        **NOT_MODIFIED,
        **errors(414, 422, 503),
    },
)
def download_current_release(request: Request, releases: ReleasesDep) -> Response:
    """The file. Its ETag is its SHA-256; a broken download goes on with Range and If-Range."""
    _no_parameters(request)
    release = releases.current()
    headers = {"ETag": f'"{release.sha256}"', "Cache-Control": "no-cache"}
    if holds(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        release.path, media_type=Form.NDJSON.media_type, filename=FILE_NAME, headers=headers
    )
