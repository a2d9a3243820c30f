"""What marking citations from a file of notices gives."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.vocabulary import PublicationStatus


class MarkedCard(BaseModel):
    """A citation that was marked."""

    slug: str = Field(description="The citation.")
    before: PublicationStatus = Field(description="What it was.")
    now: PublicationStatus = Field(description="What it is now.")


class MarkedList(BaseModel):
    """What a file of notices changed."""

    notices: int = Field(description="Notices that were understood.")
    problems: list[str] = Field(description="What was not, each with its line; 100 at most.")
    items: list[MarkedCard] = Field(description="Citations that were marked, by slug.")
