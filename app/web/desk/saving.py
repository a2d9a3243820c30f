"""Saving what a form says: at once for curators, as a proposal for contributors and who asks so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.cards import Kind
from app.core.database import Database
from app.core.problems import FieldError, Problem
from app.proposals.deciding import checked
from app.proposals.schemas import ProposalDraft
from app.vocabulary import ChangeAction
from app.web.addresses import query
from app.web.desk.entering import Visitor
from app.web.desk.held import at_desk
from app.writing import Writer, writing

LONGEST_REASON = 1000
Do = Callable[[Writer], Any]


def reason_of(visitor: Visitor) -> str:
    """Why, as it was typed; raises Problem when it is too long."""
    why = visitor.sent.text("reason")
    if len(why) > LONGEST_REASON:
        what = f"is at most {LONGEST_REASON} characters"
        raise Problem(422, "invalid-record", what, [FieldError(pointer="/reason", message=what)])
    return why


def must_write(visitor: Visitor) -> None:
    """Refuse who may only propose; raises Problem 403."""
    if not visitor.may_write:
        scope = visitor.actor.scope
        what = f"This needs a key of scope curator or more; yours has {scope}."
        raise Problem(403, "forbidden", what)


def save(
    database: Database, visitor: Visitor, do: Do, action: ChangeAction = ChangeAction.EDIT
) -> Any:
    """Carry out a change in the visitor's name; gives what it gives. Raises Problem."""
    must_write(visitor)
    reason = reason_of(visitor)
    with writing(database, actor=visitor.actor.name, reason=reason, action=action) as writer:
        return do(writer)


def proposes(visitor: Visitor) -> bool:
    """Whether the form asks for a proposal, or its sender may make no more than that."""
    return visitor.sent.text("do") == "propose" or not visitor.may_write


def propose(
    database: Database,
    visitor: Visitor,
    kind: Kind,
    *,
    slug: str | None = None,
    base: int | None = None,
    **change: Any,
) -> str:
    """Keep a proposal of a draft or a patch; gives the page that shows it. Raises Problem."""
    why = reason_of(visitor)
    if not why:
        what = "say why: whoever reviews it has only your words"
        raise Problem(422, "invalid-record", what, [FieldError(pointer="/reason", message=what)])
    wanted = ProposalDraft(kind=kind.name, slug=slug, base_version=base, reason=why, **change)
    row = checked(database, visitor.actor.name, wanted)
    with database.write() as session:
        session.add(row)
        session.flush()
        number = row.id
    return query(f"/desk/review/{number}", done="proposed")


def saved(kind: Kind, slug: str, done: str = "saved") -> str:
    """The page of a record that was just saved."""
    return query(at_desk(kind, slug), done=done)
