"""What the harm profile of a treatment looks like.

Every entry is about one adverse effect and one exact form of the treatment; nothing is added up,
and a count stands beside those of the same study's other groups.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.api.paging import CursorPage
from app.query.lists import ScopeCard, Total
from app.query.totals import CountMatch
from app.records.adverse_events.card import AdverseEventCard
from app.records.links import ClaimLink, TermLink
from app.vocabulary import DrugRole, Modality, Polarity, PublicationStatus

STATUS = "What became of its sources, of which the least grave counts."


class Statement(BaseModel):
    """Claims that state a harm with the same firmness."""

    modality: Modality
    polarity: Polarity
    publication_status: PublicationStatus = Field(description=STATUS)
    people: str | None = Field(
        description="With people asked for `not_told`: a statement names none. Else null."
    )
    claims: list[ClaimLink]


class Count(BaseModel):
    """A row of a study that counted the harm in people who got the treatment."""

    adverse_event: AdverseEventCard = Field(description="The row, with all its counts.")
    treated: list[int] = Field(
        description="Which of its counts, from 0, are of groups that got this form; the others are"
        " controls beside them."
    )
    matches: list[CountMatch] | None = Field(
        default=None, description="With people asked for: how sure each of its counts is."
    )


class Seen(BaseModel):
    """A patient in whom the harm was seen after the treatment.

    Only what is suspected or interacting is told of or, where a case blames nothing, what has no
    stated role.
    """

    slug: str = Field(description="The case report.")
    label: str = Field(description="What the case report is called.")
    drug_role: DrugRole | None = Field(
        description="What the treatment is to the case: suspect or interacting; null: not stated."
    )
    publication_status: PublicationStatus = Field(description=STATUS)
    match: str | None = Field(
        description="With people asked for, how surely the patient is as asked; else null."
    )


class Harm(BaseModel):
    """What is known of one adverse effect under exactly one form of the treatment."""

    adverse_effect: TermLink
    treatment: TermLink = Field(description="The exact form that it is said of.")
    publication_status: PublicationStatus = Field(
        description="What became of all that is told here, of which the least grave counts."
    )
    match: str | None = Field(
        description="With people asked for, how surely it is told of them: within, overlapping or"
        " possible; else null."
    )
    statements: list[Statement]
    counts: list[Count]
    cases: list[Seen]


class HarmMatches(BaseModel):
    """How many harms of the treatment are told of the people asked for, by how surely."""

    definite: Total = Field(description="Counted or seen in people as asked.")
    possible: Total = Field(
        description="Told where the source leaves the people open, or stated of nobody."
    )
    excluded: Total = Field(description="Told of other people only.")


class HarmProfile(CursorPage[Harm]):
    """What is known of the harms of a treatment, never added up; by the name of the harm."""

    total: Total
    matches: HarmMatches | None = Field(
        default=None, description="With people asked for: how many harms are told of them."
    )
    scope: ScopeCard
