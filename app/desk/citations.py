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
from app.desk.recognition import draft_errors, possible_duplicates, recognised, reference
from app.desk.records import (
    current_record,
    must_write,
    propose,
    reason_of,
    save,
    save_patch,
    saved,
    wants_proposal,
)
from app.desk.session import Visitor
from app.ingest.imports import Choice, commit, preview
from app.ingest.imports.schemas import ImportRowCard
from app.ingest.imports.stored import read_import, read_rows
from app.records.citations.card import CITATION
from app.records.citations.draft import CITATION_EDITOR
from app.vocabulary import CitationType, ImportOutcome, PublicationStatus

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


CHOICES = {
    "labels": {**forms.LABELS, "reason": "Why"},
    "types": list(CitationType),
    "statuses": list(PublicationStatus),
}
HERE = (
    "It is probably here already. Look at what was found; if it is another paper, tick the box"
    " that says so."
)


def typed_by(visitor: Visitor) -> CitationForm:
    """The form as it was sent."""
    return CitationForm({name: visitor.sent.raw(name) for name in forms.NAMES})


def saved_citation(
    visitor: Visitor, database: Database, form: CitationForm, row: Row | None
) -> str:
    """Save or propose the citation, or complete one that is here; gives the page to look at.

    `row` is what it was read from, if anything. Raises Problem.
    """
    draft = forms.drafted(form.typed)[0]
    if wrong := draft_errors(draft):
        raise Problem(422, "invalid-record", "Some fields cannot be saved as they are.", wrong)
    if into := visitor.sent.text("into"):
        return _completed(visitor, database, draft, into, row)
    if not visitor.sent.text("another"):
        with database.read() as connection:
            if possible_duplicates(connection, draft):
                raise Problem(409, "probably-here", HERE)
    if wants_proposal(visitor):
        return propose(database, visitor, CITATION, draft=draft)
    return saved(CITATION, create(database, visitor, draft, row), "added")


def _completed(
    visitor: Visitor, database: Database, draft: dict[str, Any], into: str, row: Row | None
) -> str:
    """Give a citation that is here what it lacks and the draft has."""
    with database.read() as connection:
        now = current_record(connection, CITATION, into)
    patch = missing_from(now.card, draft)
    if patch:
        address = save_patch(database, visitor, now, patch)
    else:
        address = saved(CITATION, into, "complete")
    if row is not None and visitor.may_write and not (patch and wants_proposal(visitor)):
        tie(database, visitor, row, into)
    return address


def missing_from(card: dict[str, Any], draft: dict[str, Any]) -> dict[str, Any]:
    """What a draft has and a stored citation has not, as a merge patch."""
    plain = (*forms.PLAIN, "year")
    patch = {name: draft[name] for name in plain if draft.get(name) and not card.get(name)}
    more = len(draft["authors"]) > len(card["authors"])
    if more and (card["authors_truncated"] or not card["authors"]):
        patch |= {"authors": draft["authors"], "authors_truncated": draft["authors_truncated"]}
    known = {(each["scheme"], each["value"]) for each in card["identifiers"]}
    new = [each for each in draft["identifiers"] if (each["scheme"], each["value"]) not in known]
    held_schemes = {each["scheme"] for each in card["identifiers"]}
    new = [each for each in new if each["scheme"] not in held_schemes]
    return patch | ({"identifiers": [*card["identifiers"], *new]} if new else {})


def answer(visitor: Visitor, database: Database, form: CitationForm) -> dict[str, Any]:
    """How the form would read, and what it may be already."""
    draft = forms.drafted(form.typed)[0]
    told = any(draft.get(name) for name in ("title", "authors", "identifiers"))
    with database.read() as connection:
        likes = possible_duplicates(connection, draft) if told else []
    another = bool(visitor.sent.text("another"))
    return {
        "reference": reference(draft) if told else None,
        "likes": likes,
        "another": another,
        "wrong": len(form.errors),
    }
