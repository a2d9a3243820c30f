"""Cards of adverse events."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.models import AdverseEvent, AdverseEventCount, Group, Population
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import AdverseEventLink, ClaimLink, GroupCard, StudyLink, TermLink
from app.vocabulary import (
    AdverseEventScope,
    Assessment,
    Basis,
    PublicationStatus,
    Relatedness,
    Stated,
)


class AdverseEventCountFields(Fields):
    """How many people of a group were affected; nothing is computed, and nothing added up."""

    describes = AdverseEventCount
    affected: int | None = Field(default=None, ge=0)
    at_risk: int | None = Field(default=None, gt=0)
    events: int | None = Field(default=None, ge=0)
    percent: float | None = Field(default=None, ge=0, le=100)
    note: str | None = None


class AdverseEventCountCard(AdverseEventCountFields):
    """A count in one group, and who the group is."""

    group: GroupCard


class AdverseEventFields(Fields):
    """A row of a table of harms, with no claim about cause."""

    describes = AdverseEvent
    term_verbatim: str
    scope: AdverseEventScope = AdverseEventScope.ONE_TERM
    serious: Stated = Stated.NOT_STATED
    results_in_death: bool | None = None
    life_threatening: bool | None = None
    hospitalisation: bool | None = None
    disability: bool | None = None
    congenital_anomaly: bool | None = None
    medically_important: bool | None = None
    relatedness: Relatedness = Relatedness.NOT_STATED
    severity_verbatim: str | None = None
    grade_low: int | None = Field(default=None, ge=1, le=5)
    grade_high: int | None = Field(default=None, ge=1, le=5)
    assessment: Assessment = Assessment.NOT_STATED
    time_frame: str | None = None
    note: str | None = None
    basis: Basis


class AdverseEventCard(AdverseEventFields, RecordCard):
    """A row of a table of harms, with its counts side by side."""

    publication_status: PublicationStatus | None
    study: StudyLink
    adverse_effect: TermLink | None
    counts: list[AdverseEventCountCard] = Field(
        description="In each group it was counted in, so that no rate is read without its control."
    )
    says: list[ClaimLink]


def _one_count(card: dict[str, Any]) -> dict[str, Any]:
    """The upgrade of a past card: it was of one group, with those beside it as `others`."""
    numbers = ("affected", "at_risk", "events", "percent")
    return {**card, "counts": [{"group": card["group"], **{each: card[each] for each in numbers}}]}


ADVERSE_EVENT = Kind(
    name="adverse_event",
    path="adverse-events",
    model=AdverseEvent,
    card=AdverseEventCard,
    card_format=3,
    card_schema="3cf413a9cd67",
    link=AdverseEventLink,
    title="term_verbatim",
    words=("term_verbatim", "severity_verbatim", "note", "counts.note"),
    owner="study_id",
    shows=(
        (AdverseEvent.adverse_effect,),
        (
            AdverseEvent.counts,
            AdverseEventCount.group,
            Group.population,
            Population.conditions,
        ),
        (AdverseEvent.counts, AdverseEventCount.group, Group.arms),
    ),
    follows=((AdverseEvent.study,), (AdverseEvent.says,)),
    past_upgrades={1: _one_count},
)
