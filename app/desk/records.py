"""Records at the desk: as they are read, shown, and saved or proposed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, func, select

from app.api.problems import FieldError, Problem
from app.curation.duplicates.schemas import duplicates_query
from app.curation.proposals.decisions import validate_proposal
from app.curation.proposals.schemas import ProposalDraft
from app.curation.writing import Writer, editable_form, open_writer, refusals
from app.db.database import Database, DatabaseDep
from app.desk.recognition import reference
from app.desk.session import Visitor, VisitorDep, desk_page
from app.journal import past_cards
from app.models import Change, Citation, Import, Proposal, SlugRedirect
from app.query.cards import Kind
from app.records.catalogue import EDITOR_OF, KINDS
from app.vocabulary import ChangeAction, ImportState, ProposalState, PublicationStatus, RecordStatus
from app.web.addresses import query
from app.web.kinds import KIND_PAGES

KIND_AT = {kind.path: kind for kind in KINDS}


@dataclass(frozen=True)
class VersionedRecord:
    """A record at one of its versions."""

    kind: Kind
    id: int
    slug: str
    version: int
    status: str
    card: dict[str, Any]

    @property
    def title(self) -> str:
        """What people call it."""
        return record_title(self.kind, self.card)

    @property
    def address(self) -> str:
        """Its page at the desk."""
        return desk_path(self.kind, self.slug)

    def draft(self, connection: Connection) -> dict[str, Any]:
        """Its editable form."""
        card = orjson.dumps(self.card).decode()
        found: dict[str, Any] = editable_form(connection, EDITOR_OF[self.kind], self.id, card)
        return found


def desk_path(kind: Kind, slug: str, part: str = "") -> str:
    """The page of a record at the desk, or one below it."""
    return f"/desk/{kind.path}/{slug}{part}"


def record_title(kind: Kind, card: Mapping[str, Any]) -> str:
    """What people call a record: a citation by its reference, others by their title."""
    if kind.name == "citation":
        return reference(card)
    return str(card.get(kind.title) or card.get("summary") or card.get("quote") or card["slug"])


def kind_of(request: Request) -> Kind:
    """The kind that an address names; raises Problem 404."""
    kind = KIND_AT.get(request.path_params["path"])
    if kind is None:
        raise Problem(404, "not-found", "There is no such kind of record.")
    return kind


def current_record(connection: Connection, kind: Kind, slug: str) -> VersionedRecord:
    """A record as it is; raises Problem 404."""
    table = kind.table.c
    query = select(table.id, table.version, table.status, table.card)
    query = query.where(*kind.where, kind.model.slug == slug)
    row = connection.execute(query).one_or_none() if "\0" not in slug else None
    if row is None:
        raise refusals.not_found(connection, kind, slug)
    return VersionedRecord(kind, row.id, slug, row.version, row.status, orjson.loads(row.card))


def record_at_version(
    connection: Connection, record: VersionedRecord, version: int
) -> VersionedRecord | None:
    """The record at one of its versions; None when it never had it."""
    then = past_cards.as_of_version(connection, record.kind, record.id, version)
    if then is None:
        return None
    return VersionedRecord(
        record.kind, record.id, record.slug, version, then.status, orjson.loads(then.card)
    )


def merged_into(connection: Connection, record: VersionedRecord) -> str | None:
    """The record that a merged one became part of; None: it is not merged."""
    if record.status != RecordStatus.MERGED:
        return None
    old = (SlugRedirect.kind == record.kind.name) & (SlugRedirect.slug == record.slug)
    return connection.execute(select(SlugRedirect.target).where(old)).scalar()


LONGEST_REASON = 1000
WriteOperation = Callable[[Writer], Any]


def read_reason(visitor: Visitor) -> str:
    """Why, as it was typed; raises Problem when it is too long."""
    why = visitor.fields.text("reason")
    if len(why) > LONGEST_REASON:
        what = f"is at most {LONGEST_REASON} characters"
        raise Problem(422, "invalid-record", what, [FieldError(pointer="/reason", message=what)])
    return why


def require_curator(visitor: Visitor) -> None:
    """Refuse who may only propose; raises Problem 403."""
    if not visitor.may_write:
        scope = visitor.actor.scope
        what = f"This needs a key of scope curator or more; yours has {scope}."
        raise Problem(403, "forbidden", what)


def save(
    database: Database,
    visitor: Visitor,
    do: WriteOperation,
    action: ChangeAction = ChangeAction.EDIT,
) -> Any:
    """Carry out a change in the visitor's name; gives what it gives. Raises Problem."""
    require_curator(visitor)
    reason = read_reason(visitor)
    with open_writer(database, actor=visitor.actor.name, reason=reason, action=action) as writer:
        return do(writer)


def is_proposal(visitor: Visitor) -> bool:
    """Whether the form asks for a proposal, or its sender may make no more than that."""
    return visitor.fields.text("do") == "propose" or not visitor.may_write


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
    why = read_reason(visitor)
    if not why:
        what = "say why: whoever reviews it has only your words"
        raise Problem(422, "invalid-record", what, [FieldError(pointer="/reason", message=what)])
    wanted = ProposalDraft(kind=kind.name, slug=slug, base_version=base, reason=why, **change)
    row = validate_proposal(database, visitor.actor.name, wanted)
    with database.write() as session:
        session.add(row)
        session.flush()
        number = row.id
    return query(f"/desk/review/{number}", done="proposed")


def save_new(database: Database, visitor: Visitor, kind: Kind, draft: dict[str, Any]) -> str:
    """Save a new record, or propose it; gives the page that shows it. Raises Problem."""
    if is_proposal(visitor):
        return propose(database, visitor, kind, draft=draft)
    editor = EDITOR_OF[kind]
    slug = save(database, visitor, lambda writer: writer.create(editor, draft).slug)
    return saved_address(kind, slug)


def save_patch(
    database: Database,
    visitor: Visitor,
    record: VersionedRecord,
    patch: dict[str, Any],
    done: str = "saved",
) -> str:
    """Save a patch of a record as it was read, or propose it; gives the page that shows it.

    Raises Problem, as when somebody else has saved the record since.
    """
    kind, slug, version = record.kind, record.slug, record.version
    if is_proposal(visitor):
        return propose(database, visitor, kind, slug=slug, base=version, patch=patch)
    editor = EDITOR_OF[kind]
    save(database, visitor, lambda writer: writer.patch(editor, slug, patch, expected=version))
    return saved_address(kind, slug, done)


def saved_address(kind: Kind, slug: str, done: str = "saved") -> str:
    """The page of a record that was just saved."""
    return query(desk_path(kind, slug), done=done)


routes = APIRouter()
MESSAGES = {
    "added": "Saved as a new citation.",
    "saved": "Saved.",
    "complete": "It has all of this already: nothing was changed.",
    "linked": "Linked.",
    "tied": "The row of the import is this citation.",
    "restored": "Restored, as a new version.",
    "withdrawn": "Withdrawn. It can be restored from its history.",
    "merged": "Merged. This can be undone.",
    "undone": "The merge was undone.",
    "unchanged": "Nothing was changed: the record says so already.",
}
LATEST = 10


@routes.get("")
def get_desk(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """What waits, and what was done last."""
    with database.read() as connection:
        context = {"waiting": _waiting_counts(connection), "changes": _latest_changes(connection)}
    return desk_page(request, visitor, "desk.html", context)


def _waiting_counts(connection: Connection) -> dict[str, int]:
    def count(query: object) -> int:
        return int(connection.execute(select(func.count()).select_from(query)).scalar_one())  # type: ignore[arg-type] # any selectable

    proposals = select(Proposal.id).where(Proposal.state == ProposalState.OPEN)
    imports = select(Import.id).where(Import.state == ImportState.PREVIEWED)
    marked = select(Citation.id).where(
        Citation.publication_status != PublicationStatus.ORDINARY,
        Citation.status == RecordStatus.CURRENT,
    )
    queries = {"proposals": proposals, "imports": imports, "marked": marked}
    queries["duplicates"] = duplicates_query("open")
    return {name: count(query.subquery()) for name, query in queries.items()}


def _latest_changes(connection: Connection) -> list[dict[str, object]]:
    query = select(Change.__table__).order_by(Change.id.desc()).limit(LATEST)
    return [dict(row) for row in connection.execute(query).mappings()]


@routes.get("/{path}/{slug}")
def get_record(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """One record, whatever became of it."""
    kind = kind_of(request)
    with database.read() as connection:
        record = current_record(connection, kind, request.path_params["slug"])
        context = {
            "record": record,
            "heading": KIND_PAGES[kind.name].heading,
            "text": json.dumps(record.card, indent=2, ensure_ascii=False),
            "merged_into": merged_into(connection, record),
            "proposals": _open_proposals(connection, kind.name, record.slug),
            "done": MESSAGES.get(request.query_params.get("done", "")),
        }
    return desk_page(request, visitor, "record.html", context)


def _open_proposals(connection: Connection, kind: str, slug: str) -> list[dict[str, object]]:
    """The open proposals about a record."""
    query = select(Proposal.id, Proposal.author, Proposal.reason).where(
        Proposal.kind == kind, Proposal.slug == slug, Proposal.state == ProposalState.OPEN
    )
    return [dict(row) for row in connection.execute(query.order_by(Proposal.id)).mappings()]
