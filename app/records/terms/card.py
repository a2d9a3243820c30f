"""Cards of the four kinds of term."""

from __future__ import annotations

from app.models import (
    AdverseEffect,
    Condition,
    OutcomeMeasure,
    RegulatoryStatus,
    Term,
    TermCode,
    TermLabel,
    Treatment,
)
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import ClaimLink, TermLink
from app.vocabulary import (
    BetterDirection,
    CodeScheme,
    LabelKind,
    OrganSystem,
    OutcomeDomain,
    RegulatoryState,
    TermKind,
    TreatmentForm,
    TreatmentRoute,
    TreatmentType,
)


class LabelFields(Fields):
    """A further name of a term."""

    describes = TermLabel
    label: str
    kind: LabelKind = LabelKind.SYNONYM


class CodeFields(Fields):
    """The code of a term in a published terminology."""

    describes = TermCode
    scheme: CodeScheme
    code: str


class RegulatoryFields(Fields):
    """What one authority decided on exactly this treatment."""

    describes = RegulatoryStatus
    use: str | None = None
    jurisdiction: str
    state: RegulatoryState
    as_of: str | None = None


class RegulatoryCard(RegulatoryFields):
    """What one authority decided on exactly this treatment, and the claims that say so."""

    says: list[ClaimLink]


class TermFields(Fields):
    """What every kind of term has."""

    describes = Term
    name: str
    definition: str | None = None


class TreatmentFields(TermFields):
    """A treatment in one exact form."""

    type: TreatmentType | None = None
    route: TreatmentRoute | None = None
    form: TreatmentForm | None = None


class AdverseEffectFields(TermFields):
    """A harm; it says nothing about cause."""

    organ_system: OrganSystem | None = None


class OutcomeMeasureFields(TermFields):
    """What is measured to see how people fare."""

    domain: OutcomeDomain | None = None
    better: BetterDirection | None = None


class TermCard(TermFields, RecordCard):
    """A term with its names, codes and next broader term."""

    kind: TermKind
    parent: TermLink | None
    labels: list[LabelFields]
    codes: list[CodeFields]


class ConditionCard(TermCard):
    """A condition."""


class TreatmentCard(TreatmentFields, TermCard):
    """A treatment, with what authorities decided on it."""

    regulatory_statuses: list[RegulatoryCard]


class AdverseEffectCard(AdverseEffectFields, TermCard):
    """An adverse effect."""


class OutcomeMeasureCard(OutcomeMeasureFields, TermCard):
    """An outcome measure."""


def _term_kind(
    model: type[Term], kind: TermKind, path: str, card: type[TermCard], schema: str
) -> Kind:
    """One kind of term; all four show and are found by the same things."""
    return Kind(
        name=kind.value,
        path=path,
        model=model,
        card=card,
        card_format=1,
        card_schema=schema,
        link=TermLink,
        title="name",
        words=("name", "labels.label", "codes.code", "definition"),
        sort_key="name",
        shows=(
            (model.labels,),
            (model.codes,),
            (model.parent,),
        ),
        follows=((model.regulatory_statuses, RegulatoryStatus.says),) if model is Treatment else (),
        where=(Term.kind == kind,),
    )


TREATMENT = _term_kind(Treatment, TermKind.TREATMENT, "treatments", TreatmentCard, "a75a8bfc538f")
CONDITION = _term_kind(Condition, TermKind.CONDITION, "conditions", ConditionCard, "4f474fb081bd")
ADVERSE_EFFECT = _term_kind(
    AdverseEffect,
    TermKind.ADVERSE_EFFECT,
    "adverse-effects",
    AdverseEffectCard,
    "b89d60c318c3",
)
OUTCOME_MEASURE = _term_kind(
    OutcomeMeasure,
    TermKind.OUTCOME_MEASURE,
    "outcome-measures",
    OutcomeMeasureCard,
    "01a299f12fa4",
)
