"""Reads the harm profile of a treatment in five statements, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select

from app.core.cards import CURRENT, Rows
from app.models import (
    AdverseEvent,
    Arm,
    ArmTreatment,
    CaseEvent,
    CaseReport,
    Claim,
    Group,
    Study,
    Term,
    group_arms,
)
from app.vocabulary import CaseEventType, ClaimKind


def profile(connection: Connection, treatments: list[int]) -> list[dict[str, Any]]:
    """The harm profile of these treatments, each exact form for itself."""
    found = _Profile(connection, treatments)
    found.read_statements()
    found.read_counts()
    found.read_cases()
    return list(found.items())


class _Profile:
    """Entries by adverse effect and exact treatment, filled from three statements."""

    def __init__(self, connection: Connection, treatments: list[int]) -> None:
        self.connection = connection
        self.treatments = treatments
        self.entries: dict[tuple[int, int], dict[str, Any]] = {}

    def entry(self, effect: int, treatment: int) -> dict[str, Any]:
        """The entry of an adverse effect under a treatment."""
        empty: dict[str, Any] = {"statements": {}, "counts": {}, "cases": {}}
        return self.entries.setdefault((effect, treatment), empty)

    def read_statements(self) -> None:
        """Claims that name a harm of the treatment."""
        query = select(
            Claim.object_id,
            Claim.subject_id,
            Claim.modality,
            Claim.polarity,
            Claim.slug,
            Claim.quote,
            Claim.summary,
        ).where(
            Claim.status == CURRENT,
            Claim.kind == ClaimKind.ADVERSE_EFFECT,
            Claim.subject_id.in_(self.treatments),
            Claim.object_id.is_not(None),
        )
        ordered: Rows = query.order_by(Claim.modality, Claim.polarity, Claim.slug)
        for effect, treatment, modality, polarity, *link in self.connection.execute(ordered):
            found = self.entry(effect, treatment)["statements"]
            claim = dict(zip(("slug", "quote", "summary"), link, strict=True))
            found.setdefault((modality, polarity), []).append(claim)

    def read_counts(self) -> None:
        """Counts of harm in studies in which somebody got the treatment."""
        arms = select(Arm.study_id).join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
        studies = arms.where(ArmTreatment.treatment_id.in_(self.treatments))
        rows = list(self.connection.execute(_counted(studies)))
        treated = self._treated({row.group_id for row in rows})
        for row in rows:
            for treatment in treated.get(row.group_id, ()):
                entry = self.entry(row.adverse_effect_id, treatment)
                entry["counts"].setdefault(
                    row.study_id, {"study": row, "treated": [], "others": []}
                )
                entry["counts"][row.study_id]["treated"].append(row.card)
        for row in rows:
            for (effect, treatment), entry in self.entries.items():
                other = treatment not in treated.get(row.group_id, ())
                if effect == row.adverse_effect_id and other and row.study_id in entry["counts"]:
                    entry["counts"][row.study_id]["others"].append(row.card)

    def _treated(self, groups: set[int]) -> dict[int, set[int]]:
        """Which of the treatments each group got."""
        query = (
            select(group_arms.c.group_id, ArmTreatment.treatment_id)
            .join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
            .where(
                group_arms.c.group_id.in_(groups), ArmTreatment.treatment_id.in_(self.treatments)
            )
        )
        found: dict[int, set[int]] = {}
        for group, treatment in self.connection.execute(query):
            found.setdefault(group, set()).add(treatment)
        return found

    def read_cases(self) -> None:
        """Harms seen in patients after the treatment."""
        harm, exposure = CaseEvent.__table__.alias("harm"), CaseEvent.__table__.alias("exposure")
        query = (
            select(harm.c.term_id, exposure.c.term_id, CaseReport.slug, CaseReport.label)
            .join(exposure, exposure.c.case_report_id == harm.c.case_report_id)
            .join(CaseReport, CaseReport.id == harm.c.case_report_id)
            .where(
                CaseReport.status == CURRENT,
                harm.c.type == CaseEventType.ADVERSE_EVENT,
                harm.c.term_id.is_not(None),
                exposure.c.type.in_([CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE]),
                exposure.c.term_id.in_(self.treatments),
                exposure.c.position < harm.c.position,
            )
            .order_by(CaseReport.slug)
        )
        for effect, treatment, slug, label in self.connection.execute(query):
            self.entry(effect, treatment)["cases"][slug] = {"slug": slug, "label": label}

    def items(self) -> Iterator[dict[str, Any]]:
        """The entries, by the name of the harm and then of the form."""
        ids = {id_ for key in self.entries for id_ in key}
        query = select(Term.id, Term.kind, Term.slug, Term.name).where(Term.id.in_(ids))
        links = {
            row.id: {"kind": row.kind, "slug": row.slug, "name": row.name}
            for row in self.connection.execute(query)
        }
        named = sorted(
            self.entries.items(), key=lambda item: [links[id_]["name"] for id_ in item[0]]
        )
        for (effect, treatment), entry in named:
            yield {
                "adverse_effect": links[effect],
                "treatment": links[treatment],
                "statements": [
                    {"modality": modality, "polarity": polarity, "claims": claims}
                    for (modality, polarity), claims in entry["statements"].items()
                ],
                "counts": [_count(count) for count in entry["counts"].values()],
                "cases": list(entry["cases"].values()),
            }


def _counted(studies: Select[int]) -> Rows:
    table = AdverseEvent.__table__.c
    return (
        select(
            table.card,
            AdverseEvent.group_id,
            AdverseEvent.study_id,
            AdverseEvent.adverse_effect_id,
            Study.slug,
            Study.label,
            Study.study_type,
            Study.year,
        )
        .join(Study, Study.id == AdverseEvent.study_id)
        .join(Group, Group.id == AdverseEvent.group_id)
        .where(
            AdverseEvent.study_id.in_(studies),
            AdverseEvent.status == CURRENT,
            AdverseEvent.adverse_effect_id.is_not(None),
        )
        .order_by(Study.year_key.desc(), Study.id, AdverseEvent.id)
    )


def _count(count: dict[str, Any]) -> dict[str, Any]:
    study = count["study"]
    link = {name: getattr(study, name) for name in ("slug", "label", "study_type", "year")}
    sides = ("treated", "others")
    return {"study": link, **{side: list(map(orjson.Fragment, count[side])) for side in sides}}
