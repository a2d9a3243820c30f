"""Commits: what was chosen of an import becomes citations, in one change, or nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import orjson
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from app.api.problems import FieldError, Problem, json_pointer
from app.curation.retractions.status_marks import apply_notices, mark_related, related_statuses
from app.curation.writing import refusals
from app.curation.writing.bulk import create_many
from app.curation.writing.changes import Writer, open_writer
from app.curation.writing.finder import CurrentFinder
from app.curation.writing.merge_patch import merged
from app.db.database import Database
from app.models import Citation, Import, ImportRow
from app.records.citations.draft import CITATION_EDITOR
from app.vocabulary import ChangeAction, ImportOutcome, ImportState

MOST_ROWS = 100  # whose numbers are told in words
OPEN_OUTCOMES = (ImportOutcome.NEW, ImportOutcome.PROBABLE_DUPLICATE, ImportOutcome.IDENTICAL)


@dataclass(frozen=True)
class Choice:
    """What is to become of the rows of an import, by their positions from 1.

    `save` None: every row that is new. `same` names the citation that a row is. `skip` leaves rows
    out for good. `edits` are JSON merge patches on what was understood of a row.
    """

    save: frozenset[int] | None = None
    same: dict[int, str] = field(default_factory=dict)
    skip: frozenset[int] = frozenset()
    edits: dict[int, dict[str, Any]] = field(default_factory=dict)

    def contradictions(self) -> Iterator[FieldError]:
        """Rows that are chosen to become two things at once."""
        chosen = {"save": self.save or frozenset(), "same": frozenset(self.same), "skip": self.skip}
        for one, other in combinations(chosen, 2):
            for at in sorted(chosen[one] & chosen[other]):
                what = f"row {at} is in {one} too: leave it in one of them"
                yield FieldError(pointer=json_pointer(other, at), message=what)


class InvalidRows(Problem):
    """Rows that cannot be saved as they are."""

    def __init__(self, *given: Any, rows: list[int]) -> None:
        super().__init__(*given)
        self.rows = rows


class SelectedRow(NamedTuple):
    """A row that is to be saved."""

    id: int
    position: int
    line: int
    parsed: str | None
    related: str | None


def commit(
    database: Database,
    number: int,
    choice: Choice,
    *,
    actor: str,
    reason: str = "",
    dry_run: bool = False,
) -> dict[str, int]:
    """Save what was chosen; gives how many rows were saved, tied to a citation, and skipped.

    Rows that were saved before stay as they are, so that asking again changes nothing. Raises
    Problem, with each row that is in the way, and saves nothing then.
    """
    why = reason or f"import {number}"
    with open_writer(
        database, actor=actor, reason=why, action=ChangeAction.IMPORT, dry_run=dry_run
    ) as writer:
        rows = _ImportRows(writer.session, number)
        rows.check_positions(choice)
        linked = rows.link(choice.same)
        skipped = rows.set_columns(sorted(choice.skip), outcome=ImportOutcome.SKIPPED)
        chosen = rows.select(choice)
        # before the citations are made, which take notices of the same file into their drafts
        mark_related(writer, rows.notices(chosen))
        saved = _create_citations(writer, chosen, choice)
        if saved or not writer.change.empty:
            rows.upload.change_id = writer.change.id
        writer.change.finish()
        rows.set_saved(saved)
        rows.upload.state = ImportState.COMMITTED
    return {"saved": len(saved), "tied": linked, "skipped": skipped}


def abandon(database: Database, number: int) -> None:
    """Give an import up; its rows stay to be read. Raises Problem 409 when it was saved."""
    with database.write() as session:
        upload = _ImportRows(session, number).upload
        if upload.state == ImportState.COMMITTED:
            raise Problem(409, "committed", f"Import {number} was saved: nothing to give up.")
        upload.state = ImportState.ABANDONED


def _create_citations(writer: Writer, chosen: list[SelectedRow], choice: Choice) -> dict[int, int]:
    """The citation that each chosen row becomes; raises Problem with all that is in the way."""
    said = related_statuses(
        notice for row in chosen for notice in orjson.loads(row.related or "[]")
    )
    items = [
        merged(orjson.loads(row.parsed or "{}"), choice.edits.get(row.position, {}))
        for row in chosen
    ]
    made = create_many(writer, CITATION_EDITOR, items, partial(apply_notices, said))
    found = dict(zip(chosen, made, strict=True))
    blocked = {row: each for row, each in found.items() if isinstance(each, Problem)}
    if blocked:
        raise _invalid_rows(blocked)
    return {row.id: each for row, each in found.items() if isinstance(each, int)}


def _invalid_rows(blocked: dict[SelectedRow, Problem]) -> Problem:
    """What is wrong with rows, and that they can be left out."""
    errors = [error for row, problem in blocked.items() for error in _row_errors(row, problem)]
    rows = [row.position for row in blocked]
    told = f"{', '.join(map(str, rows[:MOST_ROWS]))}{', ...' if rows[MOST_ROWS:] else ''}"
    what = (
        f"Nothing was saved, {len(errors)} thing{'s are' if errors[1:] else ' is'} in the way:"
        f" {errors[0].message}. Mend the rows in edits, or leave them out: skip [{told}]"
    )
    return InvalidRows(422, "invalid-rows", what, errors, rows=rows)


def _row_errors(row: SelectedRow, problem: Problem) -> Iterator[FieldError]:
    """What is in the way of a row, each thing with its position and line."""
    for error in problem.errors or [FieldError(message=problem.detail)]:
        where = f"row {row.position} (line {row.line})"
        yield FieldError(
            pointer=json_pointer("edits", str(row.position)) + (error.pointer or ""),
            message=f"{where}: {error.pointer or ''} {error.message}".replace(":  ", ": "),
            suggestion=error.suggestion,
        )


class _ImportRows:
    """The rows of an import that a commit is about."""

    def __init__(self, session: Session, number: int) -> None:
        self.session, self.number = session, number
        found = session.get(Import, number)
        if found is None:
            raise Problem(404, "not-found", f"There is no import {number}.")
        if found.state == ImportState.ABANDONED:
            raise Problem(409, "abandoned", f"Import {number} was given up: hand it in again.")
        self.upload = found

    def check_positions(self, choice: Choice) -> None:
        """Refuse positions that the file does not have."""
        last = (
            self.session.scalar(select(func.count()).where(ImportRow.import_id == self.number)) or 0
        )
        given: dict[str, Any] = {
            "save": choice.save or (),
            "same": choice.same,
            "skip": choice.skip,
            "edits": choice.edits,
        }
        errors = [
            FieldError(pointer=json_pointer(name, at), message=f"the rows are 1 to {last}")
            for name, positions in given.items()
            for at in sorted(positions)
            if not 1 <= at <= last
        ]
        errors += choice.contradictions()
        if errors:
            raise Problem(422, "invalid-body", errors[0].message, errors)

    def select(self, choice: Choice) -> list[SelectedRow]:
        """The rows to be saved, in the order of the file; those saved before are left out."""
        row = ImportRow
        query = select(row.id, row.position, row.line, row.parsed, row.related, row.outcome).where(
            row.import_id == self.number, row.outcome != ImportOutcome.SAVED
        )
        put_aside = {*choice.same, *choice.skip}
        return [
            SelectedRow(each.id, each.position, each.line, each.parsed, each.related)
            for each in self.session.execute(query.order_by(row.position))
            if each.position not in put_aside
            and (
                each.outcome == ImportOutcome.NEW
                if choice.save is None
                else each.position in choice.save
            )
        ]

    def link(self, same: dict[int, str]) -> int:
        """Say of rows which stored citation they are; raises Problem for one that there is not."""
        finder = CurrentFinder(self.session, {})
        errors = []
        for position, slug in same.items():
            citation = finder.find(Citation, slug, ("same", str(position)))
            missing = finder.take_missing()
            errors.extend(missing)
            if not missing:
                self.set_columns(
                    [position], outcome=ImportOutcome.IDENTICAL, citation_id=citation.id
                )
        if errors:
            raise refusals.invalid_record(errors)
        return len(same)

    def set_columns(self, positions: list[int], **values: Any) -> int:
        """Set columns of rows that were not saved; gives how many positions there were."""
        mine = (ImportRow.import_id == self.number, ImportRow.outcome != ImportOutcome.SAVED)
        for start in range(0, len(positions), 500):
            some = ImportRow.position.in_(positions[start : start + 500])
            for row in self.session.scalars(select(ImportRow).where(some, *mine)):
                for name, value in values.items():
                    setattr(row, name, value)
        return len(positions)

    def set_saved(self, saved: dict[int, int]) -> None:
        """Say of rows which citation they became."""
        rows = [
            {"id": row, "outcome": ImportOutcome.SAVED, "citation_id": citation}
            for row, citation in saved.items()
        ]
        self.session.bulk_update_mappings(inspect(ImportRow), rows)

    def notices(self, chosen: list[SelectedRow]) -> Iterator[dict[str, Any]]:
        """The other publications that rows name which are saved now, or are here already."""
        query = select(ImportRow.related).where(
            ImportRow.import_id == self.number,
            ImportRow.related.is_not(None),
            ImportRow.outcome == ImportOutcome.IDENTICAL,
        )
        for related in (*(row.related for row in chosen), *self.session.scalars(query)):
            yield from orjson.loads(related or "[]")
