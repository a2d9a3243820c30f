"""Proposals as they are sent, and as they are shown."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, model_validator

from app.api.paging import CursorPage
from app.journal.differences import Difference, pointer
from app.models import Proposal
from app.query.cards import Fields
from app.records.drafting import Draft
from app.vocabulary import ProposalState


class ProposalDraft(Draft):
    """A change that is wanted: a new record, or a patch of one at the version that was read."""

    kind: str = Field(description="The kind of record, as citation.")
    slug: str | None = Field(
        default=None, description="The record; left out for a new one, its draft may name it."
    )
    base_version: int | None = Field(
        default=None, ge=1, description="The version it is made on; left out for a new record."
    )
    patch: dict[str, Any] | None = Field(
        default=None, description="A JSON merge patch (RFC 7396) on the editable form."
    )
    draft: dict[str, Any] | None = Field(
        default=None, description="Instead of a patch: the whole record as it should be."
    )
    reason: str = Field(min_length=1, max_length=1000, description="Why it should be changed.")

    @model_validator(mode="after")
    def is_whole(self) -> ProposalDraft:
        """Refuse a change of nothing, and a change of a record without its version."""
        if (self.patch is None) == (self.draft is None):
            raise ValueError("give a patch or a draft, one of them")
        if self.base_version is None and self.draft is None:
            raise ValueError("a patch needs the slug and the base_version of its record")
        if self.base_version is not None and self.slug is None:
            raise ValueError("say of which record: slug")
        if "\0" in self.reason:
            raise ValueError("the reason has a NUL character")
        return self


class ProposalCard(Fields):
    """A change that somebody wants, and what became of it."""

    describes = Proposal
    id: int
    kind: str
    slug: str
    base_version: int | None
    state: ProposalState
    author: str
    reason: str
    created_at: str
    reviewer: str | None
    decided_at: str | None
    decision: str | None
    change_id: int | None


class ProposedDifference(BaseModel):
    """One member that differs."""

    what: str = Field(description="added, removed, changed or reordered.")
    pointer: str = Field(description="Where: JSON pointer into the editable form.")
    old: Any = Field(default=None, description="What stood there.")
    new: Any = Field(default=None, description="What would stand there.")

    @classmethod
    def of(cls, found: Difference) -> ProposedDifference:
        """A difference as it is shown."""
        place = found.place if found.place is not None else found.before or ()
        return cls(what=found.what.value, pointer=pointer(place), old=found.old, new=found.new)


class MovedOn(BaseModel):
    """What happened to the record since the version that the proposal was made on."""

    version: int = Field(description="The record's version by now.")
    difference: list[ProposedDifference] = Field(description="What others changed since.")
    conflicts: list[str] = Field(description="Fields that both changed, each another way.")


class ProposalPage(ProposalCard):
    """A proposal with what it changes, field by field."""

    fields: list[str] | None = Field(description="The fields that were accepted; null: all.")
    patch: dict[str, Any] = Field(description="The change as a JSON merge patch.")
    difference: list[ProposedDifference] = Field(description="From the version it was made on.")
    moved_on: MovedOn | None = Field(description="Null while the record is as it was then.")


class ProposalList(CursorPage[ProposalCard]):
    """One page of proposals, the newest first."""


class Decision(Draft):
    """What a reviewer decides."""

    reason: str | None = Field(default=None, max_length=1000, description="Why so.")
    fields: list[str] | None = Field(
        default=None, min_length=1, description="Only these fields of the proposal; null: all."
    )
