"""Drafts of those who have an age: populations and patients."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from app.records.drafting import Draft
from app.values.ages import GROUP_AGES, NO_LIMIT, age_text, parse_ages
from app.values.errors import InvalidFields
from app.vocabulary import AgeBasis, AgeGroup


class AgesDraft(Draft):
    """Ages, as half-open days, or written as `ages: 8..22`, or named by an age group's label.

    Without `age_basis`, ages and bounds that are given are *stated*; an age group without them is
    *derived from label*; nothing is *unknown*.
    """

    age_min: int | None = Field(
        default=None, description="Youngest age in days; 0: no lower limit; null: not stated."
    )
    age_max: int | None = Field(
        default=None,
        description="First age in days that is too old; 2147483647: no upper limit;"
        " null: not stated.",
    )

    @model_validator(mode="before")
    @classmethod
    def read_ages(cls, data: Any) -> Any:
        """Turn `ages`, else what the label says by itself, into days."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        if written := data.pop("ages", None):
            ages, basis = parse_ages(str(written)), AgeBasis.STATED
        elif (group := _age_group(data)) and "age_min" not in data and "age_max" not in data:
            ages, basis = GROUP_AGES[group], AgeBasis.DERIVED_FROM_LABEL
        elif any(data.get(bound) is not None for bound in ("age_min", "age_max")):
            return {"age_basis": AgeBasis.STATED, **data}
        else:
            return data
        return {"age_basis": basis, **data, "age_min": ages.start, "age_max": ages.end}

    @model_validator(mode="after")
    def ages_are_possible(self) -> AgesDraft:
        """Refuse ages below birth, and bounds that are the wrong way round."""
        if self.age_min is not None and self.age_min < 0:
            raise InvalidFields("age_min is days from birth: 0 or more", "age_min")
        if self.age_max is not None and self.age_max <= (self.age_min or 0):
            raise InvalidFields(
                "age_max, the first age in days that is too old, is above age_min", "age_max"
            )
        return self

    @classmethod
    def shown_otherwise(cls, card: dict[str, Any]) -> dict[str, Any]:
        """Cards show ages in days and in words."""
        ages = card["ages"]
        endless = ages["max"] == age_text(NO_LIMIT)
        return {
            "age_min": ages["min_days"],
            "age_max": NO_LIMIT if endless else ages["max_days"],
        }


def _age_group(data: dict[str, Any]) -> AgeGroup | None:
    """The age group that is named; a word that is none is left for the field to refuse."""
    try:
        return AgeGroup(data["age_group"])
    except (KeyError, ValueError):
        return None
