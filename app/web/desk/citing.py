"""Saving a citation that stands in the form: as a new one, or as what another lacks."""

from __future__ import annotations

from typing import Any

from app.citations.edits import CITATION_EDITOR
from app.citations.schemas import CITATION
from app.core.database import Database
from app.core.problems import Problem
from app.vocabulary import CitationType, PublicationStatus
from app.web.desk import citation_form as forms
from app.web.desk.citation_form import CitationForm
from app.web.desk.entering import Visitor
from app.web.desk.held import held
from app.web.desk.keeping import Row, create, tie
from app.web.desk.looking import alike, reference, wrong_with
from app.web.desk.saving import propose, proposes, save, saved

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
    if wrong := wrong_with(draft):
        raise Problem(422, "invalid-record", "Some fields cannot be saved as they are.", wrong)
    if into := visitor.sent.text("into"):
        return _completed(visitor, database, draft, into, row)
    if not visitor.sent.text("another"):
        with database.read() as connection:
            if alike(connection, draft):
                raise Problem(409, "probably-here", HERE)
    if proposes(visitor):
        return propose(database, visitor, CITATION, draft=draft)
    return saved(CITATION, create(database, visitor, draft, row), "added")


def _completed(
    visitor: Visitor, database: Database, draft: dict[str, Any], into: str, row: Row | None
) -> str:
    """Give a citation that is here what it lacks and the draft has."""
    with database.read() as connection:
        now = held(connection, CITATION, into)
    patch = missing_from(now.card, draft)
    if patch and proposes(visitor):
        base = now.version
        return propose(database, visitor, CITATION, slug=into, base=base, patch=patch)

    def do(writer: Any) -> None:
        writer.patch(CITATION_EDITOR, into, patch, expected=now.version)

    if patch:
        save(database, visitor, do)
    if row is not None and visitor.may_write:
        tie(database, visitor, row, into)
    return saved(CITATION, into, "saved" if patch else "complete")


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
        likes = alike(connection, draft) if told else []
    another = bool(visitor.sent.text("another"))
    return {
        "reference": reference(draft) if told else None,
        "likes": likes,
        "another": another,
        "wrong": len(form.errors),
    }
