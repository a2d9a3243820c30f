"""What a lookup answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from app.ingest.imports.schemas import RowMatch, RowRelated
from app.vocabulary import DuplicateAnswer

Source = Literal["crossref", "pubmed", "clinicaltrials_gov"]


class LookupProblem(BaseModel):
    """Something that is odd about what was found."""

    message: str = Field(description="What is odd, or missing.")
    suggestion: str | None = Field(description="What would be right; null: not known.")


class LookupCard(BaseModel):
    """What a public service says of an identifier; nothing of it is saved."""

    draft: dict[str, Any] = Field(description="The citation, as POST /v1/citations takes it.")
    reference: str | None = Field(
        description="The draft as a Vancouver reference; null: something is missing, see problems."
    )
    source: Source = Field(description="Who says so.")
    address: str = Field(description="What was asked, without the caller's name and key.")
    retrieved_at: str = Field(description="When, ISO 8601 in UTC.")
    answer: DuplicateAnswer = Field(
        description="Whether it is here already: same, probable (a person decides), or different."
    )
    matches: list[RowMatch] = Field(description="What it may be already, the best first.")
    related: list[RowRelated] = Field(
        description="Publications that it names, such as the notice that retracts it."
    )
    problems: list[LookupProblem] = Field(description="What is odd about what was found.")
