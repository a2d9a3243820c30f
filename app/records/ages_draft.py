"""Drafts of those who have an age: populations and patients."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import Field, model_validator

from app.records.drafting import Column, Draft, PlacedByKind
from app.values.ages import GROUP_AGES, Ages, parse_ages
from app.values.errors import InvalidFields
from app.vocabulary import AgeBasis, AgeGroup, Vocabulary

Word = TypeVar("Word", bound=Vocabulary)
DAYS = ("age_min_days", "age_end_days")
NO_UNIT = ("age_min", "age_max")  # what people write who do not know that ages have a unit


class AgesDraft(Draft):
    """Ages as people say them, or as half-open days, or named by an age group's label.

    Without `age_basis`, ages that are given are *stated*; an age group without them is *derived
    from label*; nothing is *unknown*.
    """

    ages: Annotated[str | None, PlacedByKind()] = Field(
        default=None,
        description="As people say them: 10 to 18 years, 6 months to 2 years, 18 years and older,"
        " up to 12 weeks; or 10..18 (years), 6mo..2y, 18.. (upper limit not stated), 65..none (no"
        " upper limit).",
        examples=["10 to 18 years"],
    )
    age_min_days: Annotated[int | None, Column("age_min")] = Field(
        default=None,
        description="Instead of ages: the youngest age in days; 0: no lower limit; null: not"
        " stated.",
    )
    age_end_days: Annotated[int | None, Column("age_max")] = Field(
        default=None,
        description="Instead of ages: the first day that is too old; 2147483647: no upper limit;"
        " null: not stated.",
    )

    @model_validator(mode="before")
    @classmethod
    def read_ages(cls, data: Any) -> Any:
        """Turn `ages`, else what the label says by itself, into days."""
        if not isinstance(data, dict):
            return data
        _refuse_without_unit(data)
        data = {name: each for name, each in data.items() if name not in DAYS or each is not None}
        if (written := data.get("ages")) is not None:
            data["ages"] = str(written)
            found = _read_ages(data["ages"])
            _refuse_other_days(found, data)
            return {"age_basis": AgeBasis.STATED, **data, **_in_days(found)}
        if any(name in data for name in DAYS):
            return {"age_basis": AgeBasis.STATED, **data}
        derived = {"age_basis": AgeBasis.DERIVED_FROM_LABEL} | data
        group = _word(data, "age_group", AgeGroup)
        if group and _word(derived, "age_basis", AgeBasis) is AgeBasis.DERIVED_FROM_LABEL:
            return derived | _in_days(GROUP_AGES[group])
        return data

    @model_validator(mode="after")
    def ages_are_possible(self) -> AgesDraft:
        """Refuse ages below birth, and bounds that are the wrong way round."""
        if self.age_min_days is not None and self.age_min_days < 0:
            raise InvalidFields("age_min_days is days from birth: 0 or more", "age_min_days")
        if self.age_end_days is not None and self.age_end_days <= (self.age_min_days or 0):
            raise InvalidFields(
                "age_end_days, the first day that is too old, is above age_min_days", "age_end_days"
            )
        return self

    @classmethod
    def shown_otherwise(cls, card: dict[str, Any]) -> dict[str, Any]:
        """Cards show ages in words, which a draft takes; those of a label are left to the label."""
        from_label = card["age_basis"] == AgeBasis.DERIVED_FROM_LABEL and card["age_group"]
        text = card["ages"] and card["ages"]["text"]
        if from_label and text == GROUP_AGES[AgeGroup(card["age_group"])].text:
            text = None
        return {"ages": text}


def _read_ages(written: str) -> Ages:
    try:
        return parse_ages(written)
    except ValueError as error:
        raise InvalidFields(str(error), "ages") from error


def _in_days(ages: Ages) -> dict[str, int | None]:
    return dict(zip(DAYS, (ages.start, ages.end), strict=True))


def _refuse_other_days(ages: Ages, data: dict[str, Any]) -> None:
    """Refuse days beside ages that say something else."""
    for name, said in _in_days(ages).items():
        if name in data and data[name] != said:
            what = f"ages says {ages.text}, and {name}, {data[name]}, something else: keep one"
            raise InvalidFields(what, name)


def _refuse_without_unit(data: dict[str, Any]) -> None:
    """Refuse bounds of which nobody knows whether they are years or days."""
    low, high = (data.get(name) for name in NO_UNIT)
    for name, days, value in zip(NO_UNIT, DAYS, (low, high), strict=True):
        if value is not None:
            both = "..".join("" if each is None else str(each) for each in (low, high))
            what = f"{value} of what? write ages: {both} or {days}: {value}"
            raise InvalidFields(what if str(value).isdigit() else f"write ages: {both}", name)


def _word(data: dict[str, Any], name: str, vocabulary: type[Word]) -> Word | None:
    """The word that a field holds; one that is not known is left for the field to refuse."""
    try:
        return vocabulary(data[name])
    except (KeyError, ValueError):
        return None
