"""What is told of the past: revisions, differences, and the feed of changes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from app.api.paging import CursorPage
from app.journal.differences import What
from app.query.lists import Total
from app.vocabulary import ChangeAction, ChangeEffect, RecordStatus


class Made(BaseModel):
    """Who changed something, when and why."""

    change: int = Field(description="Number of the change; later changes have larger ones.")
    at: str = Field(description="When, ISO 8601 in UTC; rises with the number.")
    actor: str = Field(description="Who.")
    action: ChangeAction = Field(description="What the change as a whole did.")
    reason: str = Field(description="Why.")


class RevisionCard(Made):
    """One card of a record: how it came about, and until when it was the current one."""

    version: int = Field(description="Counts edits of the record's own content, from 1.")
    status: RecordStatus = Field(description="Whether the record stood.")
    effect: ChangeEffect = Field(description="What the change did to this record.")
    until: int | None = Field(description="The change that superseded it; null: it is current.")


class RevisionList(CursorPage[RevisionCard]):
    """The cards of a record, newest first, the current one included."""

    total: Total


class Side(BaseModel):
    """One of the two versions that are compared."""

    version: int = Field(description="Number of the version.")
    change: int = Field(description="The change that made the version's last card.")
    status: RecordStatus


class DifferenceCard(BaseModel):
    """One member that differs."""

    what: What = Field(description="What became of it.")
    pointer: str = Field(
        description="Where it stands, a JSON pointer into the newer card; what was removed: into"
        " the older one."
    )
    was_at: str | None = Field(
        description="Where it stood in the older card, if elsewhere; null: at the same place."
    )
    old: Any = Field(description="What it was; null where it was added.")
    new: Any = Field(
        description="What it is; null where it was removed. Of a reordered list the names of the"
        " parts that both cards have."
    )


class Comparison(BaseModel):
    """What differs between two versions of a record, member by member."""

    slug: str = Field(description="The record.")
    older: Side = Field(alias="from", description="The version that is compared.")
    newer: Side = Field(alias="to", description="The version that it is compared with.")
    items: list[DifferenceCard]


class Touched(BaseModel):
    """A record that a change altered, or whose card it altered through a link."""

    kind: str = Field(description="The kind of record.")
    slug: str = Field(description="The record.")
    version: int = Field(description="The version that the change left.")
    status: RecordStatus = Field(
        description="Whether the record stands then; a mirror drops what is not current."
    )
    effect: ChangeEffect = Field(description="What the change did to this record.")
    url: str = Field(description="Where the record is, if it is current now.")
    card: dict[str, Any] | None = Field(
        default=None,
        description="With cards=true: the record as the change left it; null when it is withdrawn.",
    )


class ChangeCard(BaseModel):
    """One transaction that altered records, all at once."""

    id: int = Field(description="Number of the change; later changes have larger ones.")
    at: str = Field(description="When, ISO 8601 in UTC; rises with the number.")
    actor: str = Field(description="Who.")
    action: ChangeAction = Field(description="What it did.")
    reason: str = Field(description="Why.")
    records: list[Touched] = Field(description="Each record whose card it altered, once.")
    complete: bool = Field(
        description="False: the change has more records; the next page goes on with them."
    )


class ChangeList(BaseModel):
    """Changes in the order in which they were made."""

    items: list[ChangeCard]
    next: str = Field(
        description="Give this as `since` to go on, also where there is nothing more as yet."
    )
    more: bool = Field(description="Whether there is more already.")
