"""Proposing, accepting, rejecting and taking back; what is decided stays decided."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.api.problems import FieldError, Problem
from app.curation.proposals.schemas import Decision, ProposalDraft
from app.curation.proposals.views import conflicts, drafts_of
from app.curation.writing import refusals
from app.curation.writing.changes import Writer, open_writer
from app.curation.writing.merge_patch import patch_between
from app.db.database import Database
from app.models import Proposal
from app.records.catalogue import EDITOR_NAMED
from app.records.drafting import DraftError
from app.values import datetimes
from app.values.text import nearest_spelling
from app.vocabulary import ChangeAction, ProposalState


def validate_proposal(database: Database, author: str, wanted: ProposalDraft) -> Proposal:
    """The proposal, tried as it would be written and not saved; raises Problem as writing does."""
    if wanted.kind not in EDITOR_NAMED:
        hint = nearest_spelling(wanted.kind[:100], EDITOR_NAMED)
        what = f"is one of {', '.join(EDITOR_NAMED)}"
        raise refusals.invalid_record([DraftError(("kind",), what, hint)])
    row = Proposal(kind=wanted.kind, base_version=wanted.base_version, reason=wanted.reason)
    row.author, row.state, row.created_at = author, ProposalState.OPEN, datetimes.now()
    with open_writer(database, actor=author, dry_run=True) as writer:
        patch = _proposal_patch(writer, row, wanted)
    row.patch = orjson.dumps(patch).decode()
    return row


def _proposal_patch(writer: Writer, row: Proposal, wanted: ProposalDraft) -> Any:
    """The patch of a proposal, after it was written as if it had been accepted."""
    editor = EDITOR_NAMED[wanted.kind]
    if wanted.base_version is None:
        data = {**(wanted.draft or {}), **({"slug": wanted.slug} if wanted.slug else {})}
        row.slug = writer.create(editor, data).slug
        return data
    row.slug = wanted.slug or ""
    record = writer.current(editor.kind, row.slug)
    if wanted.base_version > record.version:
        raise refusals.no_version(editor.kind, record, wanted.base_version, "base_version")
    base, _, _ = drafts_of(writer.session, row)
    patch = wanted.patch if wanted.draft is None else patch_between(base, wanted.draft)
    writer.patch(editor, row.slug, patch)
    if writer.change.empty:
        raise refusals.invalid_record(
            [DraftError((), "changes nothing: the record says so already")]
        )
    return patch


def accept(
    database: Database, reviewer: str, number: int, decision: Decision, *, dry_run: bool
) -> None:
    """Make a proposal, or some of its fields, a change in its author's name.

    Raises Problem when it is decided, or the reviewer's own, or when its record moved on in the
    same fields and none are named.
    """
    # its author is the actor of the change, so that it is read before the change begins
    with database.write() as session:
        author, reason = (row := _open_proposal(session, number)).author, row.reason
    _check_not_own(author, reviewer)
    why = f"{reason} (proposal {number}, accepted by {reviewer})"
    with open_writer(
        database, actor=author, reason=why, action=ChangeAction.ACCEPT, dry_run=dry_run
    ) as writer:
        row = _open_proposal(writer.session, number)
        record = _apply_proposal(writer, row, decision.fields)
        writer.written(record)
        _decide(row, ProposalState.ACCEPTED, reviewer, decision.reason)
        if decision.fields is not None:
            row.fields = orjson.dumps(decision.fields).decode()
        row.change_id = None if writer.change.empty else writer.change.id


def _apply_proposal(writer: Writer, row: Proposal, fields: list[str] | None) -> Any:
    editor, patch = EDITOR_NAMED[row.kind], orjson.loads(row.patch)
    for at, name in enumerate(fields or ()):
        if name not in patch:
            what = f"is no field of the proposal; these are {', '.join(patch)}"
            raise refusals.invalid_record(
                [DraftError(("fields", at), what, nearest_spelling(name[:100], patch))]
            )
    chosen = {name: patch[name] for name in patch if fields is None or name in fields}
    if row.base_version is None:
        return writer.create(editor, chosen)
    writer.current(editor.kind, row.slug)
    base, now, _ = drafts_of(writer.session, row)
    if fields is None and (both := conflicts(base, now, patch)):
        what = f"since then others changed {', '.join(both)}: name the fields to be accepted"
        errors = [FieldError(pointer="/fields", message=what)]
        raise Problem(409, "proposal-moved-on", what, errors)
    return writer.patch(editor, row.slug, chosen)


def reject(session: Session, reviewer: str, number: int, reason: str | None) -> Proposal:
    """Turn a proposal down; raises Problem without a reason."""
    row = _open_proposal(session, number)
    _check_not_own(row.author, reviewer)
    if not reason:
        raise refusals.invalid_record(
            [DraftError(("reason",), "say why, so that the author can learn")]
        )
    return _decide(row, ProposalState.REJECTED, reviewer, reason)


def retract(session: Session, author: str, number: int, reason: str | None) -> Proposal:
    """Take one's own proposal back."""
    row = _open_proposal(session, number)
    if row.author != author:
        raise Problem(403, "not-your-proposal", f"{row.author} proposed this, and may withdraw it.")
    return _decide(row, ProposalState.RETRACTED, None, reason)


def _open_proposal(session: Session, number: int) -> Proposal:
    row = session.get(Proposal, number)
    if row is None:
        raise no_proposal(number)
    if row.state != ProposalState.OPEN:
        what = f"The proposal was {row.state} on {row.decided_at}; that stays so. Propose it anew."
        raise Problem(409, "proposal-decided", what)
    return row


def no_proposal(number: int) -> Problem:
    """There is no proposal of this number."""
    return Problem(404, "not-found", f"There is no proposal {number}.")


def _check_not_own(author: str, reviewer: str) -> None:
    if author == reviewer:
        what = "Nobody decides on their own proposal: ask another curator, or withdraw it."
        raise Problem(403, "own-proposal", what)


def _decide(
    row: Proposal, state: ProposalState, reviewer: str | None, reason: str | None
) -> Proposal:
    if reason is not None and "\0" in reason:
        raise refusals.invalid_record([DraftError(("reason",), "has a NUL character")])
    row.state, row.reviewer, row.decision = state, reviewer, reason
    row.decided_at = datetimes.now()
    return row
