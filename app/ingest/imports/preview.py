"""Previews: every record of a file as a row, with what it says and what it may be already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import orjson
from sqlalchemy import Connection, select

from app.api.problems import FieldError, Problem
from app.curation.duplicates.matching import MatchResult, find_matches
from app.curation.writing.draft_parsing import parse_draft
from app.db.database import Database
from app.ingest.formats import (
    Entry,
    EntryProblem,
    FileTooLargeError,
    Limits,
    Stream,
    UnreadableFileError,
    open_stream,
)
from app.models import Citation, Import, ImportRow
from app.records.citations.draft import CITATION_EDITOR
from app.values import datetimes
from app.vocabulary import DuplicateAnswer, ImportOutcome, ImportState

MOST_MATCHES = 5  # of what a record may be that are kept with it
OUTCOMES = {
    DuplicateAnswer.SAME: ImportOutcome.IDENTICAL,
    DuplicateAnswer.PROBABLE: ImportOutcome.PROBABLE_DUPLICATE,
    DuplicateAnswer.DIFFERENT: ImportOutcome.NEW,
}
Progress = Callable[[str, int], None]


def preview(
    database: Database,
    data: bytes,
    *,
    actor: str,
    filename: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> int:
    """Read a file, compare it with what is here, and keep the outcome; gives the import's number.

    The same bytes from the same hands give the same import, compared anew unless it was saved.
    Raises Problem 422 for what is no citations, 413 beyond the limits.
    """
    stream, entries = _entries(data, filename, limits, progress or _no_progress)
    with database.stream() as connection:
        found = list(find_matches(connection, [entry.draft for entry in entries]))
        stored = _citation_ids(connection, found)
    rows = [_row(entry, each, stored) for entry, each in zip(entries, found, strict=True)]
    facts = {
        "filename": filename,
        "format": stream.format.name,
        "encoding": stream.encoding,
        "sha256": hashlib.sha256(data).hexdigest(),
        "counted": stream.count_records(),
        "problems": _json([each._asdict() for each in stream.problems()]),
        "actor": actor,
    }
    return _store(database, facts, rows)


def _no_progress(_what: str, _number: int) -> None:
    """Tell nobody how far it has come."""


def _entries(
    data: bytes, filename: str | None, limits: Limits | None, progress: Progress
) -> tuple[Stream, list[Entry]]:
    entries: list[Entry] = []
    try:
        stream = open_stream(BytesIO(data), filename, limits)
        for entry in stream:
            entries.append(add_draft_problems(entry))
            if not len(entries) % 1000:
                progress("read", len(entries))
    except UnreadableFileError as refused:
        raise _problem(refused) from refused
    return stream, entries


def _problem(refused: UnreadableFileError) -> Problem:
    """What is wrong with a file as a whole, and where."""
    line = "" if refused.line is None else f"line {refused.line}: "
    error = FieldError(message=f"{line}{refused.message}", suggestion=refused.suggestion)
    if isinstance(refused, FileTooLargeError):
        return Problem(413, "content-too-large", error.message, [error])
    return Problem(422, "unreadable-file", error.message, [error])


def add_draft_problems(entry: Entry) -> Entry:
    """The entry with what a citation lacks or cannot have among its problems."""
    if entry.draft is not None:
        try:
            parse_draft(CITATION_EDITOR, entry.draft)
        except Problem as problem:
            known = {each.message for each in entry.problems}
            for error in problem.errors:
                message = f"{error.pointer}: {error.message}"
                if message not in known:
                    entry.problems.append(EntryProblem(entry.line, message, error.suggestion))
    return entry


def _citation_ids(connection: Connection, found: Sequence[MatchResult]) -> dict[str, int]:
    """The row numbers of the stored citations that entries are."""
    slugs = sorted({each.matches[0].slug or "" for each in found if each.matches})
    numbers: dict[str, int] = {}
    for start in range(0, len(slugs), 500):
        query = select(Citation.slug, Citation.id)
        part = query.where(Citation.slug.in_(slugs[start : start + 500]))
        numbers.update((slug, id_) for slug, id_ in connection.execute(part))
    return numbers


def _row(entry: Entry, found: MatchResult, stored: dict[str, int]) -> dict[str, Any]:
    outcome = OUTCOMES[found.answer] if entry.draft is not None else ImportOutcome.BROKEN
    matches = [
        {
            "slug": each.slug,
            "position": None if each.position is None else each.position + 1,
            "answer": each.verdict.answer,
            "score": each.verdict.score,
            "reasons": each.verdict.reasons,
        }
        for each in found.matches[:MOST_MATCHES]
    ]
    same = outcome is ImportOutcome.IDENTICAL and found.matches[0].slug
    return {
        "position": entry.position,
        "line": entry.line,
        "last_line": entry.last_line,
        "raw": entry.raw.replace("\0", "\ufffd"),
        "parsed": None if entry.draft is None else _json(entry.draft),
        "problems": _json([each._asdict() for each in entry.problems]),
        "unread": _json([each._asdict() for each in entry.unread]),
        "related": _json([each._asdict() for each in entry.related]),
        "matches": _json(matches),
        "outcome": outcome,
        "citation_id": stored.get(str(same)) if same else None,
    }


def _json(value: Any) -> str | None:
    """JSON that any database can hold; nothing for nothing."""
    return orjson.dumps(value).decode().replace("\\u0000", "\\ufffd") if value else None


def _store(database: Database, facts: dict[str, Any], rows: list[dict[str, Any]]) -> int:
    """Write an import and its rows, in place of an earlier preview of the same bytes."""
    # a file that is handed in twice, as after a timeout, is one import and not two
    mine = (Import.sha256 == facts["sha256"]) & (Import.actor == facts["actor"])
    with database.write() as session:
        upload = session.scalar(select(Import).where(mine))
        if upload is None:
            upload = Import(**facts)
            session.add(upload)
        elif upload.state == ImportState.COMMITTED:
            return upload.id
        upload.state, upload.created_at = ImportState.PREVIEWED, datetimes.now()
        upload.filename = facts["filename"]
        session.flush()
        kept = select(ImportRow).where(ImportRow.import_id == upload.id)
        known = {row.position: row for row in session.scalars(kept)}
        for values in rows:
            row = known.pop(values["position"], None) or ImportRow(import_id=upload.id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)
        for row in known.values():  # a reader of an older release found more
            session.delete(row)
        return upload.id
