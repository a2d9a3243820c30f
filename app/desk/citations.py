"""Saving a citation from the form, with the record it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.api.problems import FieldError, Problem
from app.curation.writing.merge_patch import patch_between
from app.db.database import Database
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.recognition import draft_errors, possible_duplicates, recognise, reference
from app.desk.records import (
    current_record,
    is_proposal,
    propose,
    read_reason,
    require_curator,
    save,
    save_patch,
    saved_address,
)
from app.desk.session import Visitor
from app.ingest.imports import Choice, commit, preview
from app.ingest.imports.queries import read_import, read_rows
from app.ingest.imports.schemas import ImportRowCard
from app.records.citations.card import CITATION
from app.records.citations.draft import CITATION_EDITOR
from app.vocabulary import CitationType, ImportOutcome, PublicationStatus

_ROW_PREFIX = re.compile(r"^row \d+ \(line \d+\): (?:/\S* )?")


@dataclass(frozen=True)
class ImportRow:
    """A row of an import."""

    number: int
    card: ImportRowCard


def read_row(connection: Connection, number: int, position: int) -> ImportRow:
    """A row by its position from 1; raises Problem 404."""
    read_import(connection, number)
    found = read_rows(connection, number, limit=1, after=position - 1).items
    if not found or found[0].position != position:
        raise Problem(404, "not-found", f"Import {number} has no row {position}.")
    return ImportRow(number, found[0])


def pasted_row(database: Database, visitor: Visitor) -> ImportRow | None:
    """What was pasted, as an import of its own; None: no record, or one that was saved before."""
    data = recognise(visitor.fields.raw("paste")).data
    if not data:
        return None
    number = preview(database, data, actor=visitor.actor.name)
    with database.read() as connection:
        row = read_row(connection, number, 1)
    return None if row.card.outcome is ImportOutcome.SAVED else row


def create_citation(
    database: Database, visitor: Visitor, draft: dict[str, Any], row: ImportRow | None
) -> str:
    """Save a new citation, of the row that it was read from if there is one; gives its slug."""
    if row is None:
        slug: str = save(
            database, visitor, lambda writer: writer.create(CITATION_EDITOR, draft).slug
        )
        return slug
    at = row.card.position
    patch = patch_between(row.card.draft or {}, draft)
    commit_row(database, visitor, row, Choice(save=frozenset({at}), edits={at: patch}))
    with database.read() as connection:
        return read_row(connection, row.number, at).card.citation or ""


def link_row(database: Database, visitor: Visitor, row: ImportRow, slug: str) -> None:
    """Say that a row is a citation that is here; raises Problem when there is none."""
    commit_row(database, visitor, row, Choice(save=frozenset(), same={row.card.position: slug}))


def skip_row(database: Database, visitor: Visitor, row: ImportRow) -> None:
    """Leave a row out for good."""
    commit_row(
        database, visitor, row, Choice(save=frozenset(), skip=frozenset({row.card.position}))
    )


def commit_row(database: Database, visitor: Visitor, row: ImportRow, choice: Choice) -> None:
    """Carry out what was chosen for one row; raises Problem about fields of the form."""
    require_curator(visitor)
    reason = read_reason(visitor)
    try:
        commit(database, row.number, choice, actor=visitor.actor.name, reason=reason)
    except Problem as problem:
        problem.errors = list(_field_errors(problem.errors, row.card.position))
        raise


def _field_errors(errors: list[FieldError], position: int) -> Iterator[FieldError]:
    """Errors of a row as errors of its fields."""
    for each in errors:
        pointer = (each.pointer or "").removeprefix(f"/edits/{position}")
        message = _ROW_PREFIX.sub("", each.message)
        yield each.model_copy(update={"pointer": pointer or None, "message": message})


CHOICES = {
    "labels": {**forms.FIELD_LABELS, "reason": "Why"},
    "types": list(CitationType),
    "statuses": list(PublicationStatus),
}
PROBABLY_HERE = (
    "It is probably here already. Look at what was found; if it is another paper, tick the box"
    " that says so."
)


def read_citation_form(visitor: Visitor) -> CitationForm:
    """The form as it was sent."""
    return CitationForm({name: visitor.fields.raw(name) for name in forms.FIELD_NAMES})


def save_citation(
    visitor: Visitor, database: Database, form: CitationForm, row: ImportRow | None
) -> str:
    """Save or propose the citation, or complete one that is here; gives the page to look at.

    `row` is what it was read from, if anything. Raises Problem.
    """
    draft = forms.form_draft(form.values)[0]
    if wrong := draft_errors(draft):
        raise Problem(422, "invalid-record", "Some fields cannot be saved as they are.", wrong)
    if into := visitor.fields.text("into"):
        return _complete_citation(visitor, database, draft, into, row)
    # Asked again when it is saved: somebody else may have added it since the form was shown.
    if not visitor.fields.text("another"):
        with database.read() as connection:
            if possible_duplicates(connection, draft):
                raise Problem(409, "probably-here", PROBABLY_HERE)
    if is_proposal(visitor):
        return propose(database, visitor, CITATION, draft=draft)
    return saved_address(CITATION, create_citation(database, visitor, draft, row), "added")


def _complete_citation(
    visitor: Visitor, database: Database, draft: dict[str, Any], into: str, row: ImportRow | None
) -> str:
    """Give a citation that is here what it lacks and the draft has."""
    with database.read() as connection:
        record = current_record(connection, CITATION, into)
    patch = missing_fields(record.card, draft)
    if patch:
        address = save_patch(database, visitor, record, patch)
    else:
        address = saved_address(CITATION, into, "complete")
    if row is not None and visitor.may_write and not (patch and is_proposal(visitor)):
        link_row(database, visitor, row, into)
    return address


def missing_fields(card: dict[str, Any], draft: dict[str, Any]) -> dict[str, Any]:
    """What a draft has and a stored citation has not, as a merge patch."""
    plain = (*forms.TEXT_FIELDS, "year")
    patch = {name: draft[name] for name in plain if draft.get(name) and not card.get(name)}
    more = len(draft["authors"]) > len(card["authors"])
    if more and (card["authors_truncated"] or not card["authors"]):
        patch |= {"authors": draft["authors"], "authors_truncated": draft["authors_truncated"]}
    known = {(each["scheme"], each["value"]) for each in card["identifiers"]}
    new = [each for each in draft["identifiers"] if (each["scheme"], each["value"]) not in known]
    held_schemes = {each["scheme"] for each in card["identifiers"]}
    new = [each for each in new if each["scheme"] not in held_schemes]
    return patch | ({"identifiers": [*card["identifiers"], *new]} if new else {})


def citation_preview(visitor: Visitor, database: Database, form: CitationForm) -> dict[str, Any]:
    """How the form would read, and what it may be already."""
    draft = forms.form_draft(form.values)[0]
    has_content = any(draft.get(name) for name in ("title", "authors", "identifiers"))
    with database.read() as connection:
        candidates = possible_duplicates(connection, draft) if has_content else []
    another = bool(visitor.fields.text("another"))
    return {
        "reference": reference(draft) if has_content else None,
        "candidates": candidates,
        "another": another,
        "wrong": len(form.errors),
    }
