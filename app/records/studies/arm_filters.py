"""Filters of what an arm gets: how it is given and how much, with the treatment in one row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from app.models import Arm, ArmTreatment, Study
from app.query.criteria import NOT, Clause, Criterion, MatchOptions, all_definite
from app.query.filters import (
    Filter,
    FilterGroup,
    Range,
    range_length,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.records.names import narrower_terms
from app.records.shared_filters import fold_unit, in_units
from app.vocabulary import TreatmentRole, TreatmentRoute

DOSE_HELP = "doses are written 20 mg/h, 10..20 mg/h, 10.. mg/h or 20 mg/h per 70 kg"


@dataclass(frozen=True)
class DoseRange:
    """Doses from low to high in one unit, with what each is for, as per 70 kg."""

    amounts: Range
    unit: str
    per: str | None

    def overlaps(self) -> Clause:
        """The row's doses overlap these, in the unit as the source writes it."""
        low = func.coalesce(ArmTreatment.dose_low, ArmTreatment.dose_high)
        high = func.coalesce(ArmTreatment.dose_high, ArmTreatment.dose_low)
        found = [low.is_not(None), in_units(ArmTreatment.dose_unit, [self.unit])]
        if self.amounts.low is not None:
            found.append(high >= self.amounts.low)
        if self.amounts.high is not None:
            found.append(low <= self.amounts.high)
        per = ArmTreatment.dose_per
        found.append(per.is_(None) if self.per is None else in_units(per, [self.per]))
        return and_(*found)


def read_dose(written: str) -> DoseRange:
    """Read 10..20 mg/h, or 20 mg/h per 70 kg; raises ValueError that says how doses are written.

    A dose of so much per 70 kg is another than one of so much: what it is for has to be written.
    """
    amount, unit = written[: (end := range_length(written))].strip(), written[end:].strip()
    unit, _, per = unit.partition(" per ")
    if not amount:
        raise ValueError(DOSE_HELP)
    amounts = read_range(amount)
    if not unit:
        raise ValueError(f"{amount[:100]} of what? {DOSE_HELP}")
    return DoseRange(amounts, fold_unit(unit), fold_unit(per) if per else None)


ROUTE = vocabulary_filter(
    "route", TreatmentRoute, ArmTreatment.route, "How an arm gets the treatment."
)
DOSE = Filter(
    "dose",
    "How much of the treatment an arm gets, in the unit that the source writes: 20 mg/h,"
    " 10..20 mg/h, 20 mg/h per 70 kg.",
    lambda doses: or_(*(each.overlaps() for each in doses)),
    read_dose,
    example="10..20 mg/h",
    unknown=and_(ArmTreatment.dose_low.is_(None), ArmTreatment.dose_high.is_(None)),
)


def _given(found: list[Criterion], _asked: MatchOptions) -> Clause:
    """One row of what an arm gets meets all; who got nothing has nothing to leave out."""
    rows = select(Arm.study_id).join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
    meets = Study.id.in_(rows.where(all_definite(found)))
    left_out_only = all(each.name.endswith(NOT) for each in found)
    return or_(meets, Study.id.not_in(rows)) if left_out_only else meets


# The index of treatments answers for treatment and role alone, and knows no more of a row.
GIVEN = FilterGroup(
    (ROUTE, DOSE),
    _given,
    beside=(
        term_filter(
            "treatment",
            "treatment",
            "A treatment that an arm gets, or a narrower one.",
            lambda ids: ArmTreatment.treatment_id.in_(narrower_terms(ids)),
            ArmTreatment.treatment_id.in_,
            "ketamine",
        ),
        vocabulary_filter(
            "treatment_role", TreatmentRole, ArmTreatment.role, "What it is to the arm."
        ),
    ),
)
