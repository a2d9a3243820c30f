"""What a proposal changes, field by field, and what happened to its record since."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.curation.proposals.schemas import (
    MovedOn,
    ProposalCard,
    ProposalList,
    ProposalPage,
    ProposedDifference,
)
from app.curation.writing.editable_form import card_at, editable_form
from app.curation.writing.merge_patch import merged
from app.journal.differences import differences
from app.models import Proposal
from app.records.catalogue import EDITOR_NAMED

Reader = Session | Connection


def drafts_of(reading: Reader, row: Any) -> tuple[Any, Any, int]:
    """The record's editable form at the base version and by now, and its version by now."""
    editor = EDITOR_NAMED[row.kind]
    table = editor.kind.table
    where = (*editor.kind.where, editor.kind.model.slug == row.slug)
    query = select(table.c.id, table.c.version, table.c.card).where(*where)
    record = reading.execute(query).one()
    now = editable_form(reading, editor, record.id, record.card)
    if record.version == row.base_version:
        return now, now, record.version
    card = card_at(reading, editor.kind, record.id, row.base_version)
    return editable_form(reading, editor, record.id, str(card)), now, record.version


def conflicts(base: Any, now: Any, patch: dict[str, Any]) -> list[str]:
    """Fields that the patch changes and others changed since, each to something else."""
    proposed = merged(base, patch)
    return [
        name
        for name in patch
        if base.get(name) != now.get(name) and proposed.get(name) != now.get(name)
    ]


def proposal_page(reading: Reader, row: Any) -> ProposalPage:
    """A proposal with all that a reviewer has to see."""
    patch = orjson.loads(row.patch)
    base: Any = {}
    moved_on = None
    if row.base_version is not None:
        base, now, version = drafts_of(reading, row)
        if version != row.base_version:
            since = [ProposedDifference.of(each) for each in differences(base, now)]
            both = conflicts(base, now, patch)
            moved_on = MovedOn(version=version, difference=since, conflicts=both)
    found = differences(base, merged(base, patch))
    return ProposalPage(
        **ProposalCard.model_validate(row).model_dump(),
        fields=None if row.fields is None else orjson.loads(row.fields),
        patch=patch,
        difference=[ProposedDifference.of(each) for each in found],
        moved_on=moved_on,
    )


def proposal_list(
    connection: Connection, filters: dict[str, str], limit: int, below: int | None
) -> Any:
    """The newest proposals that match, below a number."""
    query = select(Proposal.__table__).order_by(Proposal.id.desc()).limit(limit + 1)
    for name, value in filters.items():
        query = query.where(getattr(Proposal, name) == value)
    if below is not None:
        query = query.where(Proposal.id < below)
    rows = list(connection.execute(query))
    items = [ProposalCard.model_validate(row) for row in rows[:limit]]
    return ProposalList(items=items, next=str(items[-1].id) if len(rows) > limit else None)
