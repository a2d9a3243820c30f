"""Cards of adverse events."""

from __future__ import annotations

from pydantic import Field

from app.models import AdverseEvent, Group
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import AdverseEventLink, ClaimLink, GroupCard, StudyLink, TermLink
from app.vocabulary import AdverseEventScope, Assessment, Basis, Relatedness, Stated


class AdverseEventFields(Fields):
    """A count of harm in a group, with no claim about cause."""

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
    affected: int | None = Field(default=None, ge=0)
    at_risk: int | None = Field(default=None, ge=0)
    events: int | None = Field(default=None, ge=0)
    percent: float | None = Field(default=None, ge=0, le=100)
    assessment: Assessment = Assessment.NOT_STATED
    time_frame: str | None = None
    note: str | None = None
    basis: Basis


class OtherGroupCard(Fields):
    """The same count in another group of the same study."""

    describes = AdverseEvent
    slug: str
    group: GroupCard
    affected: int | None
    at_risk: int | None
    events: int | None
    percent: float | None


class AdverseEventCard(AdverseEventFields, RecordCard):
    """A row of a table of harms, with the group it was counted in."""

    study: StudyLink
    group: GroupCard
    adverse_effect: TermLink | None
    others: list[OtherGroupCard] = Field(
        description="The study's other groups, so that no rate is read without its control."
    )
    says: list[ClaimLink]


ADVERSE_EVENT = Kind(
    name="adverse_event",
    path="adverse-events",
    model=AdverseEvent,
    card=AdverseEventCard,
    card_format=1,
    card_schema="c85e91051915",
    link=AdverseEventLink,
    title="term_verbatim",
    words=("term_verbatim", "severity_verbatim", "note"),
    owner="study_id",
    shows=(
        (AdverseEvent.adverse_effect,),
        (AdverseEvent.group, Group.population),
        (AdverseEvent.group, Group.arms),
        (AdverseEvent.others, AdverseEvent.group, Group.population),
        (AdverseEvent.others, AdverseEvent.group, Group.arms),
    ),
    follows=((AdverseEvent.study,), (AdverseEvent.others,), (AdverseEvent.says,)),
)
