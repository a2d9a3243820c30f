"""Releases: everything that is current, in one file that is the same wherever it is made.

The first line tells what the file is: title, formats, licence, counts and every controlled value.
Each further line is one record, {"kind": ..., "card": ...}, kinds in the order in which records
build on one another, records of a kind by slug. Nothing in it hangs on row numbers, time, engine
or the way the content came about; so the number of the last change stands beside the file and
not in it: the same content can be reached by one change or by many.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection, func, select

from app.about import vocabularies
from app.core import schema
from app.core.asking import EVERYTHING
from app.core.cards import CURRENT, Kind, Rows
from app.core.database import Database
from app.core.exports import chunks, in_order, streaming
from app.core.orders import LAST_CHANGE
from app.core.problems import Problem
from app.kinds import KINDS

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
WAITING = 4  # requests that may wait while a release is made; others are told to come again


@dataclass(frozen=True)
class Release:
    """A file with everything as of one change."""

    path: Path
    sha256: str
    size: int
    last_change: int
    header: dict[str, Any]


def write_release(connection: Connection, file: IO[bytes]) -> tuple[str, int, dict[str, Any]]:
    """Write everything that is current; gives the SHA-256, the size and the header."""
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
        for cards in chunks(connection, in_order(connection, kind, _slugs(kind))):
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
        "schema": schema.newest(),
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
        self._kept: list[Release] = []
        self._making = threading.Lock()
        self._places = threading.BoundedSemaphore(WAITING)

    def current(self) -> Release:
        """The release as of the last change; raises Problem 503 when many wait for it already."""
        with self._database.read() as connection:
            change = connection.execute(select(LAST_CHANGE)).scalar_one()
        if (kept := self._as_of(change)) is not None:
            return kept
        with self._place(), self._making:
            return self._as_of(change) or self._made()

    def close(self) -> None:
        """Throw the files away; whoever asks once more has them made once more."""
        folder, self._folder, self._kept = self._folder, None, []
        if folder is not None:
            folder.cleanup()

    def _as_of(self, change: int) -> Release | None:
        newest = self._kept[-1] if self._kept else None
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

    def _made(self) -> Release:
        """A new release; the one before stays for those who are about to open it."""
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="evidence-release-")
        with streaming(self._database) as connection:
            change = connection.execute(select(LAST_CHANGE)).scalar_one()
            path = Path(self._folder.name) / f"{change}.ndjson"
            with path.open("wb") as file:
                sha256, size, header = write_release(connection, file)
        release = Release(path, sha256, size, change, header)
        for old in (each for each in self._kept[:-1] if each.path != path):
            old.path.unlink(missing_ok=True)
        self._kept = [*self._kept[-1:], release]
        return release
