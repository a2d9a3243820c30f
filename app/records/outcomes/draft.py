"""What a curator writes of an outcome and its results."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import model_validator

from app.models import Outcome, OutcomeMeasure, Result, ResultGroup, Study
from app.records.drafting import (
    Draft,
    Editor,
    Link,
    Parts,
    Says,
    Sibling,
    Slug,
    append_to_list,
    check_order,
)
from app.records.outcomes.card import OUTCOME, OutcomeFields, ResultFields, ResultGroupFields
from app.records.registry_draft import RegisteredDraft, registry_record_of, set_registry_record
from app.values.errors import InvalidFields
from app.vocabulary import Reporting, Statistic

SIDES = {"group": "index", "reference": "reference"}


class ResultGroupDraft(ResultGroupFields, Draft):
    """A group on one side of the contrast."""

    group: Annotated[str, Sibling("groups")]


class ResultDraft(ResultFields, Draft):
    """What was found: numbers, what they mean, and what the source concluded."""

    groups: Annotated[list[ResultGroupDraft], Parts(ResultGroup, "position")] = []
    says: Says = []

    @model_validator(mode="before")
    @classmethod
    def read_groups(cls, data: Any) -> Any:
        """Read `group: ketamine` and `reference: placebo`, as people write it."""
        if not isinstance(data, dict) or not {"group", "reference"} & data.keys():
            return data
        data = dict(data)
        sides = {role: data.pop(name, None) for name, role in SIDES.items()}
        groups = [{"group": key, "role": role} for role, key in sides.items() if key]
        return {**data, "groups": append_to_list(data.get("groups"), groups)}

    @model_validator(mode="after")
    def numbers_are_possible(self) -> ResultDraft:
        """Refuse more than all, and bounds that are the wrong way round."""
        if (self.numerator or 0) > (self.denominator if self.denominator is not None else 2**53):
            raise InvalidFields("the numerator is above the denominator", "numerator")
        if self.ci_low is not None and self.ci_high is not None and self.ci_low > self.ci_high:
            raise InvalidFields("ci_low is above ci_high", "ci_low")
        check_order(self.dispersion_low, self.dispersion_high, "dispersion")
        return self

    @model_validator(mode="after")
    def numbers_are_explained(self) -> ResultDraft:
        """Refuse numbers that do not say what they are, or how they came about."""
        if (self.direction is None) != (self.direction_basis is None):
            raise InvalidFields(
                "a direction comes with its direction_basis",
                "direction" if self.direction is None else "direction_basis",
            )
        if self.statistic is Statistic.OTHER and not self.statistic_words:
            raise InvalidFields("the statistic other needs its statistic_words", "statistic_words")
        if self.derived and not self.derivation:
            raise InvalidFields(
                "a derived number needs its derivation: the rule it was computed by", "derivation"
            )
        return self

    def tells(self) -> bool:
        """Whether it has a number, a change, a direction or a conclusion."""
        said = (self.value, self.numerator, self.percent, self.p, self.change, self.direction)
        return any(each is not None for each in said) or self.conclusion is not None


class OutcomeDraft(OutcomeFields, RegisteredDraft):
    """Something a study looked at to see how people fared."""

    slug: Slug
    study: Annotated[str, Link(Study)]
    measure: Annotated[str, Link(OutcomeMeasure)]
    results: Annotated[list[ResultDraft], Parts(Result, "position")] = []
    says: Says = []

    @model_validator(mode="after")
    def reported_means_something_is_told(self) -> OutcomeDraft:
        """Refuse an outcome that is said to be reported and tells nothing."""
        if self.reporting is Reporting.REPORTED:
            if not self.results:
                raise InvalidFields(
                    "said to be reported, but has no results: say how far it was", "results"
                )
            for at, result in enumerate(self.results):
                if not result.tells():
                    raise InvalidFields(
                        f"result {at} has no number, direction or conclusion", "results", at
                    )
        return self


OUTCOME_EDITOR = Editor(
    OUTCOME,
    OutcomeDraft,
    set_registry_record,
    draft_only=registry_record_of(Outcome),
    words=lambda draft: (draft.study, draft.measure),
    example={
        "study": "adults-crps-12-weeks",
        "measure": "pain",
        "basis": "secondary_document",
        "results": [
            {
                "contrast": "between_groups",
                "groups": [
                    {"group": "ketamine", "role": "index"},
                    {"group": "placebo", "role": "reference"},
                ],
                "conclusion": "no_difference",
                "basis": "secondary_document",
                "says": ["adults-crps-12-weeks.at-end"],
            }
        ],
        "says": ["adults-crps-12-weeks.at-end"],
    },
    patch_example={"instrument": "numeric rating scale"},
)
