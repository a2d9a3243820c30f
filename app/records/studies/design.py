"""The design of a study, read off what is known of its arrangement and its arms."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, case, exists, or_, select, type_coerce

from app.models import Arm, ArmTreatment, Study
from app.vocabulary import (
    Allocation,
    ArmType,
    Design,
    InterventionModel,
    ObservationalModel,
    StudyType,
    TreatmentRole,
)

CONTROLS = (
    ArmType.ACTIVE_COMPARATOR,
    ArmType.PLACEBO_COMPARATOR,
    ArmType.SHAM_COMPARATOR,
    ArmType.NO_INTERVENTION,
)
SIDE_BY_SIDE = (
    InterventionModel.PARALLEL,
    InterventionModel.CROSSOVER,
    InterventionModel.FACTORIAL,
)
COMPARED = (ObservationalModel.CASE_CONTROL, ObservationalModel.CASE_CROSSOVER)


def design() -> ColumnElement[str]:
    """The design of the study in the row at hand, a member of Design.

    A study of which only its arms are known counts as controlled when one of them is a control:
    arms that differ in dose alone are none.
    """
    arms = select(Arm.id).where(Arm.study_id == Study.id)
    given = arms.join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
    controlled = or_(
        Study.allocation == Allocation.NON_RANDOMIZED,
        Study.intervention_model.in_(SIDE_BY_SIDE),
        Study.observational_model.in_(COMPARED),
        exists(arms.where(Arm.type.in_(CONTROLS))),
        exists(given.where(ArmTreatment.role == TreatmentRole.COMPARATOR)),
    )
    found = case(
        (Study.study_type.in_((StudyType.CASE_SERIES, StudyType.CASE_REPORT)), Design.CASES.value),
        (Study.study_type.in_((StudyType.REVIEW, StudyType.COMMENTARY)), Design.SECONDARY.value),
        (Study.allocation == Allocation.RANDOMIZED, Design.RANDOMIZED.value),
        (controlled, Design.OTHER_CONTROLLED.value),
        (Study.study_type.is_not(None), Design.UNCONTROLLED.value),
        (Study.intervention_model.is_not(None), Design.UNCONTROLLED.value),
        (Study.allocation == Allocation.NA, Design.UNCONTROLLED.value),
        else_=Design.UNCLEAR.value,
    )
    return type_coerce(found, Text)
