"""Drafts of those who have an age: populations and patients."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from app.ages import GROUP_AGES, parse_ages
from app.drafts import Draft
from app.vocabulary import AgeBasis, AgeGroup


class AgesDraft(Draft):
    """Ages, as half-open days, or written as `ages: 8..22`, or named by an age group's label."""

    age_min: int | None = None
    age_max: int | None = None

    @model_validator(mode="before")
    @classmethod
    def read_ages(cls, data: Any) -> Any:
        """Turn `ages`, else what the label says by itself, into days."""
        if not isinstance(data, dict) or not {"ages", "age_group"} & data.keys():
            return data
        data = dict(data)
        if written := data.pop("ages", None):
            ages, basis = parse_ages(str(written)), AgeBasis.STATED
        elif (group := _age_group(data)) and "age_min" not in data and "age_max" not in data:
            ages, basis = GROUP_AGES[group], AgeBasis.DERIVED_FROM_LABEL
        else:
            return data
        return {"age_basis": basis, **data, "age_min": ages.start, "age_max": ages.end}


def _age_group(data: dict[str, Any]) -> AgeGroup | None:
    """The age group that is named; a word that is none is left for the field to refuse."""
    try:
        return AgeGroup(data["age_group"])
    except (KeyError, ValueError):
        return None
