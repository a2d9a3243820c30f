"""Pairs, decisions and merges, as curators see them."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.api.paging import CursorPage
from app.db.statements import Rows
from app.models import Change, Citation, DuplicateCandidate, Merge
from app.vocabulary import DuplicateAnswer, RecordStatus


class MergeDraft(BaseModel):
    """What a citation is to become part of."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    into: str = Field(description="Slug of the citation that stays.")


class DecisionDraft(BaseModel):
    """What somebody decided about a pair."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["same", "different"] = Field(description="Whether they are one publication.")


class MergeCard(BaseModel):
    """Two citations that became one."""

    id: int = Field(description="Number of the merge.")
    kept: str = Field(description="Slug of the citation that stayed.")
    merged: str = Field(description="Slug of the citation that became part of it; leads there.")
    at: str = Field(description="When, ISO 8601 in UTC.")
    actor: str = Field(description="Who merged them.")
    reason: str = Field(description="Why, in the actor's words.")
    undone_at: str | None = Field(description="When it was undone; null: it stands.")
    undone_by: str | None = Field(description="Who undid it; null: it stands.")


class Merges(CursorPage[MergeCard]):
    """Merges, the newest first."""


class DuplicateCard(BaseModel):
    """Two citations that may be one publication."""

    id: int = Field(description="Number of the pair.")
    first: str = Field(description="Slug of the older citation.")
    first_title: str = Field(description="Its title.")
    second: str = Field(description="Slug of the newer citation.")
    second_title: str = Field(description="Its title.")
    score: float = Field(description="How alike they are, 0 to 1.")
    answer: DuplicateAnswer = Field(description="What was decided or, until then, computed.")
    reasons: list[str] = Field(description="What speaks for and against, most telling first.")
    decided_by: str | None = Field(description="Who decided; null: nobody yet.")

    @field_validator("reasons", mode="before")
    @classmethod
    def read_reasons(cls, stored: Any) -> Any:
        """Read reasons as they are stored."""
        return orjson.loads(stored) if isinstance(stored, str) else stored


class Duplicates(CursorPage[DuplicateCard]):
    """Pairs, the newest first."""


def merges_query() -> Rows:
    """The cards of merges."""
    made, undone = aliased(Change), aliased(Change)
    return (
        select(
            Merge.id,
            Merge.kept,
            Merge.merged,
            made.at,
            made.actor,
            made.reason,
            undone.at.label("undone_at"),
            undone.actor.label("undone_by"),
        )
        .join(made, made.id == Merge.change_id)
        .outerjoin(undone, undone.id == Merge.undone_by)
    )


def duplicates_query(state: str = "any") -> Rows:
    """The cards of pairs: open ones (both stand, nobody decided), decided ones, or any."""
    first, second = aliased(Citation), aliased(Citation)
    query: Rows = (
        select(
            DuplicateCandidate.id,
            first.slug.label("first"),
            first.title.label("first_title"),
            second.slug.label("second"),
            second.title.label("second_title"),
            DuplicateCandidate.score,
            DuplicateCandidate.answer,
            DuplicateCandidate.reasons,
            DuplicateCandidate.decided_by,
        )
        .join(first, first.id == DuplicateCandidate.first_id)
        .join(second, second.id == DuplicateCandidate.second_id)
    )
    if state == "open":
        return query.where(
            DuplicateCandidate.decided_by.is_(None),
            first.status == RecordStatus.CURRENT,
            second.status == RecordStatus.CURRENT,
        )
    return query.where(DuplicateCandidate.decided_by.is_not(None)) if state == "decided" else query
