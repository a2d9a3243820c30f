"""The release: everything that is current in one file, the same wherever it is made."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import Connection, func, select

from app.api.about import refuse_parameters, vocabularies
from app.api.openapi import NOT_MODIFIED, error_responses
from app.api.problems import Problem
from app.api.responses import etag_matches, etag_of, etag_response, must_accept_json
from app.db import schema
from app.db.database import Database
from app.db.statements import Rows
from app.journal import card_formats
from app.query.cards import CURRENT, Kind
from app.query.exports import cards_in_order, open_stream, read_chunks
from app.query.formats import ListFormat
from app.query.ordering import LAST_CHANGE
from app.query.request import EVERYTHING
from app.records.catalogue import KINDS

TITLE = "Evidence Base"
FILE_NAME = "evidence.ndjson"
FILE_FORMAT = 1
# Facts are free, but their selection and wording is work that others may build on if they say
# whose it is: CC BY 4.0, the licence that ChEBI and much open scholarship use. The program is
# Apache-2.0, which is made for code and says nothing of data.
CONTENT_LICENCE = {
    "name": "Creative Commons Attribution 4.0 International",
    "identifier": "CC-BY-4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "covers": "The curated facts and their arrangement. Quotations remain their authors' and are "
    "cited with their place; codes of terminologies are used as their owners say.",
}
MOST_WAITING = 4  # requests that may wait while a release is made; others are told to come again


@dataclass(frozen=True)
class Release:
    """A file with everything as of one change."""

    path: Path
    sha256: str
    size: int
    last_change: int
    header: dict[str, Any]


class OutdatedCardsError(ValueError):
    """Stored cards wait for `evidence migrate`: a file of them would be in two formats."""


def write_release(connection: Connection, file: IO[bytes]) -> tuple[str, int, dict[str, Any]]:
    """Write everything that is current; gives the SHA-256, the size and the header.

    Raises OutdatedCardsError while stored cards are not in the format that the header names.
    """
    if outdated := card_formats.outdated(connection):
        raise OutdatedCardsError(card_formats.sentence(outdated))
    header = _header(connection)
    digest, size = hashlib.sha256(), 0
    for chunk in _lines(connection, header):
        digest.update(chunk)
        size += file.write(chunk)
    return digest.hexdigest(), size, header


def _lines(connection: Connection, header: dict[str, Any]) -> Iterator[bytes]:
    yield orjson.dumps(header) + b"\n"
    for kind in KINDS:
        before = f'{{"kind":"{kind.name}","card":'
        for cards in read_chunks(connection, cards_in_order(connection, kind, _slugs(kind))):
            yield "".join(f"{before}{card}}}\n" for card in cards).encode()


def _slugs(kind: Kind) -> Rows:
    """The current records of a kind by slug, which an index has in order."""
    model = kind.model
    keys = select(model.slug.label("sort_key"), model.id.label("id"))
    current = keys.where(*kind.where, model.status == CURRENT)
    return current.order_by(model.slug, model.id).limit(EVERYTHING)


def _header(connection: Connection) -> dict[str, Any]:
    numbers = [
        select(func.count())
        .select_from(kind.table)
        .where(*kind.where, kind.model.status == CURRENT)
        .scalar_subquery()
        for kind in KINDS
    ]
    counts = connection.execute(select(*numbers)).one()
    return {
        "title": TITLE,
        "file_format": FILE_FORMAT,
        "schema": schema.newest_revision(),
        "card_formats": {kind.name: kind.card_format for kind in KINDS},
        "licence": CONTENT_LICENCE,
        "counts": {kind.name: count for kind, count in zip(KINDS, counts, strict=True)},
        "vocabulary": vocabularies(),
    }


class Releases:
    """Makes a release when it is asked for, once for each last change, and keeps it on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._releases: list[Release] = []
        self._making = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def current(self) -> Release:
        """The release as of the last change; raises Problem 503 when many wait for it already."""
        with self._database.read() as connection:
            change = connection.execute(select(LAST_CHANGE)).scalar_one()
        if (release := self._newest_since(change)) is not None:
            return release
        with self._place(), self._making:
            return self._newest_since(change) or self._make()

    def close(self) -> None:
        """Throw the files away; whoever asks once more has them made once more."""
        folder, self._folder, self._releases = self._folder, None, []
        if folder is not None:
            folder.cleanup()

    def _newest_since(self, change: int) -> Release | None:
        newest = self._releases[-1] if self._releases else None
        return newest if newest is not None and newest.last_change >= change else None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            detail = "The release is being made. Try again."
            raise Problem(503, "release-in-the-making", detail, headers={"Retry-After": "5"})
        try:
            yield
        finally:
            self._places.release()

    def _make(self) -> Release:
        """Make a new release; the one before stays for those who are about to open it."""
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="evidence-release-")
        with open_stream(self._database) as connection:
            change = connection.execute(select(LAST_CHANGE)).scalar_one()
            path = Path(self._folder.name) / f"{change}.ndjson"
            try:
                with path.open("wb") as file:
                    sha256, size, header = write_release(connection, file)
            except OutdatedCardsError as error:
                path.unlink()
                headers = {"Retry-After": "5"}
                raise Problem(503, "cards-outdated", str(error), headers=headers) from error
        release = Release(path, sha256, size, change, header)
        for old in (each for each in self._releases[:-1] if each.path != path):
            old.path.unlink(missing_ok=True)
        self._releases = [*self._releases[-1:], release]
        return release


ADDRESS = f"/v1/releases/current/{FILE_NAME}"
routes = APIRouter(prefix="/v1", tags=["releases"])


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
    "media_type": ListFormat.NDJSON.media_type,
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


def _app_releases(request: Request) -> Releases:
    releases: Releases = request.app.state.releases
    return releases


ReleasesDep = Annotated[Releases, Depends(_app_releases)]


@routes.get(
    "/releases/current",
    operation_id="get_current_release",
    summary="Everything in one file: what it is",
    response_model=ReleaseCard,
    responses={
        200: {"content": {"application/json": {"example": EXAMPLE}}},
        **NOT_MODIFIED,
        **error_responses(406, 414, 422, 503),
    },
)
def get_current_release(request: Request, releases: ReleasesDep) -> Response:
    """The file's address, size, SHA-256 and licence; made anew after each change."""
    must_accept_json(request)
    refuse_parameters(request)
    body = orjson.dumps(_card(releases.current()))
    return etag_response(request, body, f'"{etag_of(body)}"')


def _card(release: Release) -> dict[str, Any]:
    header = release.header
    return {
        "title": header["title"],
        "url": ADDRESS,
        "media_type": ListFormat.NDJSON.media_type,
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
            "content": {
                ListFormat.NDJSON.media_type: {"schema": {"type": "string"}, "example": LINES}
            },
        },
        **NOT_MODIFIED,
        **error_responses(414, 422, 503),
    },
)
def download_current_release(request: Request, releases: ReleasesDep) -> Response:
    """The file. Its ETag is its SHA-256; a broken download goes on with Range and If-Range."""
    refuse_parameters(request)
    release = releases.current()
    headers = {"ETag": f'"{release.sha256}"', "Cache-Control": "no-cache"}
    if etag_matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        release.path, media_type=ListFormat.NDJSON.media_type, filename=FILE_NAME, headers=headers
    )
