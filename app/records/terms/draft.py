"""What a curator writes of a term."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.models import (
    AdverseEffect,
    Condition,
    OutcomeMeasure,
    RegulatoryStatus,
    TermCode,
    TermLabel,
    Treatment,
)
from app.records.drafting import (
    Date,
    Draft,
    Editor,
    Jurisdiction,
    Link,
    Parts,
    Says,
    Slug,
    append_to_list,
)
from app.records.terms.card import (
    ADVERSE_EFFECT,
    CONDITION,
    OUTCOME_MEASURE,
    TREATMENT,
    AdverseEffectFields,
    CodeFields,
    LabelFields,
    OutcomeMeasureFields,
    RegulatoryFields,
    TermFields,
    TreatmentFields,
)
from app.vocabulary import LabelKind

# People write `synonyms: [...]` rather than a list of labels with their kinds.
LABEL_LISTS = {
    "synonyms": LabelKind.SYNONYM,
    "abbreviations": LabelKind.ABBREVIATION,
    "verbatim": LabelKind.VERBATIM,
    "misspellings": LabelKind.MISSPELLING,
}


class LabelDraft(LabelFields, Draft):
    """A further name of a term."""


class CodeDraft(CodeFields, Draft):
    """The code of a term in a published terminology."""


def _or_by_scheme(schema: dict[str, Any]) -> None:
    """A list, or an object of codes by their schemes: both are read."""
    parts = {"type": schema.pop("type"), "items": schema.pop("items")}
    code = {"type": ["string", "integer"]}
    schema["anyOf"] = [parts, {"type": "object", "additionalProperties": code}]


class TermDraft(TermFields, Draft):
    """What every kind of term has."""

    slug: Slug
    parent: str | None = None
    labels: Annotated[list[LabelDraft], Parts(TermLabel, "label")] = []
    codes: Annotated[
        list[CodeDraft],
        Parts(TermCode, "scheme code"),
        Field(json_schema_extra=_or_by_scheme),
    ] = []

    @model_validator(mode="before")
    @classmethod
    def read_lists(cls, data: Any) -> Any:
        """Read lists of names by kind, and `codes: {MeSH: D007649}`."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for name, kind in LABEL_LISTS.items():
            if not isinstance(data.get(name, []), list | None):
                continue
            labels = [{"label": label, "kind": kind} for label in data.pop(name, None) or []]
            if labels:
                data["labels"] = append_to_list(data.get("labels"), labels)
        if isinstance(data.get("codes"), dict):
            codes = data["codes"].items()
            data["codes"] = [
                {"scheme": scheme, "code": str(code) if isinstance(code, int) else code}
                for scheme, code in codes
            ]
        return data


class RegulatoryDraft(RegulatoryFields, Draft):
    """What one authority decided on exactly this treatment."""

    jurisdiction: Jurisdiction
    as_of: Date | None = None
    says: Says = []


class TreatmentDraft(TreatmentFields, TermDraft):
    """A treatment in one exact form."""

    parent: Annotated[str | None, Link(Treatment)] = None
    regulatory_statuses: Annotated[list[RegulatoryDraft], Parts(RegulatoryStatus, "position")] = []


class ConditionDraft(TermDraft):
    """A condition."""

    parent: Annotated[str | None, Link(Condition)] = None


class AdverseEffectDraft(AdverseEffectFields, TermDraft):
    """A harm; it says nothing about cause."""

    parent: Annotated[str | None, Link(AdverseEffect)] = None


class OutcomeMeasureDraft(OutcomeMeasureFields, TermDraft):
    """What is measured to see how people fare."""

    parent: Annotated[str | None, Link(OutcomeMeasure)] = None


PATCH_EXAMPLE = {"definition": "As curators understand it."}
TREATMENT_EDITOR = Editor(
    TREATMENT,
    TreatmentDraft,
    example={
        "name": "Low-dose ketamine infusion",
        "parent": "ketamine",
        "type": "drug",
        "labels": [{"label": "sub-anesthetic ketamine", "kind": "synonym"}],
    },
    patch_example=PATCH_EXAMPLE,
)
CONDITION_EDITOR = Editor(
    CONDITION,
    ConditionDraft,
    example={"name": "Erythromelalgia", "codes": [{"scheme": "MeSH", "code": "D004916"}]},
    patch_example=PATCH_EXAMPLE,
)
ADVERSE_EFFECT_EDITOR = Editor(
    ADVERSE_EFFECT,
    AdverseEffectDraft,
    example={"name": "Double vision", "labels": [{"label": "diplopia"}]},
    patch_example=PATCH_EXAMPLE,
)
OUTCOME_MEASURE_EDITOR = Editor(
    OUTCOME_MEASURE,
    OutcomeMeasureDraft,
    example={"name": "Hours of sleep", "better": "higher"},
    patch_example=PATCH_EXAMPLE,
)
