"""Citations with the record they were read from, which stays as a row of an import, every line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.citations.edits import CITATION_EDITOR
from app.core.database import Database
from app.core.problems import FieldError, Problem
from app.ingest.importing import Choice, commit, preview
from app.ingest.importing.reading import read_import, read_rows
from app.ingest.importing.schemas import ImportRowCard
from app.vocabulary import ImportOutcome
from app.web.desk.entering import Visitor
from app.web.desk.recognising import recognised
from app.web.desk.saving import must_write, reason_of, save
from app.writing.merging import patch_between

_OF_ROW = re.compile(r"^row \d+ \(line \d+\): (?:/\S* )?")


@dataclass(frozen=True)
class Row:
    """A row of an import."""

    number: int
    card: ImportRowCard


def row_at(connection: Connection, number: int, position: int) -> Row:
    """A row by its position from 1; raises Problem 404."""
    read_import(connection, number)
    found = read_rows(connection, number, limit=1, after=position - 1).items
    if not found or found[0].position != position:
        raise Problem(404, "not-found", f"Import {number} has no row {position}.")
    return Row(number, found[0])


def pasted(database: Database, visitor: Visitor) -> Row | None:
    """What was pasted, as an import of its own; None: no record, or one that was saved before."""
    data = recognised(visitor.sent.raw("paste")).data
    if not data:
        return None
    number = preview(database, data, actor=visitor.actor.name)
    with database.read() as connection:
        row = row_at(connection, number, 1)
    return None if row.card.outcome is ImportOutcome.SAVED else row


def create(database: Database, visitor: Visitor, draft: dict[str, Any], row: Row | None) -> str:
    """Save a new citation, of the row that it was read from if there is one; gives its slug."""
    if row is None:
        slug: str = save(
            database, visitor, lambda writer: writer.create(CITATION_EDITOR, draft).slug
        )
        return slug
    at = row.card.position
    patch = patch_between(row.card.draft or {}, draft)
    settle(database, visitor, row, Choice(save=frozenset({at}), edits={at: patch}))
    with database.read() as connection:
        return row_at(connection, row.number, at).card.citation or ""


def tie(database: Database, visitor: Visitor, row: Row, slug: str) -> None:
    """Say that a row is a citation that is here; raises Problem when there is none."""
    settle(database, visitor, row, Choice(save=frozenset(), same={row.card.position: slug}))


def skip(database: Database, visitor: Visitor, row: Row) -> None:
    """Leave a row out for good."""
    settle(database, visitor, row, Choice(save=frozenset(), skip=frozenset({row.card.position})))


def settle(database: Database, visitor: Visitor, row: Row, choice: Choice) -> None:
    """Carry out what was chosen for one row; raises Problem about fields of the form."""
    must_write(visitor)
    reason = reason_of(visitor)
    try:
        commit(database, row.number, choice, actor=visitor.actor.name, reason=reason)
    except Problem as problem:
        problem.errors = list(_of_fields(problem.errors, row.card.position))
        raise


def _of_fields(errors: list[FieldError], position: int) -> Iterator[FieldError]:
    """Errors of a row as errors of its fields."""
    for each in errors:
        pointer = (each.pointer or "").removeprefix(f"/edits/{position}")
        message = _OF_ROW.sub("", each.message)
        yield each.model_copy(update={"pointer": pointer or None, "message": message})
