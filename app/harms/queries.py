"""Reads the harm profile of a treatment in five statements, however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, and_, exists, or_, select

from app.core.cards import CURRENT, Rows
from app.core.kept import Kept
from app.core.prepared import Prepared, bound, given
from app.models import (
    AdverseEvent,
    Arm,
    ArmTreatment,
    CaseEvent,
    CaseReport,
    Claim,
    Study,
    Term,
    group_arms,
)
from app.vocabulary import CaseEventType, ClaimKind, DrugRole

STATEMENTS: Kept[Prepared] = Kept()
BLAMED = (DrugRole.SUSPECT, DrugRole.INTERACTING)
STUDY = ("slug", "label", "study_type", "year")  # what is told of a study


def profile(connection: Connection, treatments: list[int]) -> list[dict[str, Any]]:
    """The harm profile of these treatments, each exact form for itself."""
    found = _Profile(connection, treatments)
    found.read_statements()
    found.read_counts()
    found.read_cases()
    return list(found.items())


class _Profile:
    """Entries by adverse effect and exact treatment, filled from four statements."""

    def __init__(self, connection: Connection, treatments: list[int]) -> None:
        self.connection = connection
        self.treatments = treatments
        self.entries: dict[tuple[int, int], dict[str, Any]] = {}

    def entry(self, effect: int, treatment: int) -> dict[str, Any]:
        """The entry of an adverse effect under a treatment."""
        found = self.entries.get((effect, treatment))
        if found is None:
            found = self.entries[effect, treatment] = {"statements": {}, "counts": {}, "cases": {}}
        return found

    def rows(self, query: Callable[[list[Any]], Rows]) -> list[Any]:
        """The rows of a query about the treatments, which is written once for so many of them."""
        key = (self.connection.dialect.name, query, len(self.treatments))

        def make() -> Prepared:
            ids = bound("treatment", self.treatments, Term.id.type)
            return Prepared.of(self.connection, query(ids))

        values = given("treatment", self.treatments)
        return list(map(tuple, STATEMENTS.get(key, make).run(self.connection, **values)))

    def read_statements(self) -> None:
        """Claims that name a harm of the treatment."""
        for effect, treatment, modality, polarity, slug, quote, summary in self.rows(_claims):
            found = self.entry(effect, treatment)["statements"]
            claim = {"slug": slug, "quote": quote, "summary": summary}
            found.setdefault((modality, polarity), []).append(claim)

    def read_counts(self) -> None:
        """Counts of harm in studies in which somebody got the treatment, controls beside them."""
        treated: dict[int, set[int]] = defaultdict(set)
        for group, treatment in self.rows(_groups):
            treated[group].add(treatment)
        links: dict[int, dict[str, Any]] = {}
        counted: dict[tuple[int, int], list[tuple[int, Any]]] = defaultdict(list)
        for card, group, study, effect, *link in self.rows(_counted):
            if study not in links:
                links[study] = dict(zip(STUDY, link, strict=True))
            counted[study, effect].append((group, orjson.Fragment(card)))
        for (study, effect), rows in counted.items():
            for form in set().union(*(treated.get(group, ()) for group, _ in rows)):
                sides: dict[str, Any] = {"study": links[study], "treated": [], "others": []}
                for group, card in rows:
                    got = form in treated.get(group, ())
                    sides["treated" if got else "others"].append(card)
                self.entry(effect, form)["counts"][study] = sides

    def read_cases(self) -> None:
        """Harms seen in patients after the treatment, and what it is to the case."""
        for effect, treatment, role, *link in self.rows(_seen):
            case = {**dict(zip(("slug", "label"), link, strict=True)), "drug_role": role}
            self.entry(effect, treatment)["cases"].setdefault(case["slug"], case)

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
                "counts": list(entry["counts"].values()),
                "cases": list(entry["cases"].values()),
            }


def _claims(treatments: list[Any]) -> Rows:
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
        Claim.subject_id.in_(treatments),
        Claim.object_id.is_not(None),
    )
    return query.order_by(Claim.modality, Claim.polarity, Claim.slug)


def _groups(treatments: list[Any]) -> Rows:
    """Which of the treatments each group got."""
    query = select(group_arms.c.group_id, ArmTreatment.treatment_id)
    query = query.join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
    return query.where(ArmTreatment.treatment_id.in_(treatments))


def _counted(treatments: list[Any]) -> Rows:
    table = AdverseEvent.__table__.c
    arms = select(Arm.study_id).join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
    studies = arms.where(ArmTreatment.treatment_id.in_(treatments))
    return (
        select(
            table.card,
            AdverseEvent.group_id,
            AdverseEvent.study_id,
            AdverseEvent.adverse_effect_id,
            *(getattr(Study, name) for name in STUDY),
        )
        .join(Study, Study.id == AdverseEvent.study_id)
        .where(
            AdverseEvent.study_id.in_(studies),
            AdverseEvent.status == CURRENT,
            AdverseEvent.adverse_effect_id.is_not(None),
        )
        .order_by(Study.year_key.desc(), Study.id, AdverseEvent.id)
    )


def _seen(treatments: list[Any]) -> Rows:
    """Harms in cases after an exposure that is blamed or, where none is, of no stated role.

    Where the source blames one treatment, the others that the patient got stand beside no harm.
    """
    harm, exposure = CaseEvent.__table__.alias("harm"), CaseEvent.__table__.alias("exposure")
    other = CaseEvent.__table__.alias("other")
    blamed = exists().where(
        other.c.case_report_id == harm.c.case_report_id,
        other.c.position < harm.c.position,
        other.c.drug_role.in_(BLAMED),
    )
    told = or_(exposure.c.drug_role.in_(BLAMED), and_(exposure.c.drug_role.is_(None), ~blamed))
    return (
        select(
            harm.c.term_id,
            exposure.c.term_id,
            exposure.c.drug_role,
            CaseReport.slug,
            CaseReport.label,
        )
        .join(exposure, exposure.c.case_report_id == harm.c.case_report_id)
        .join(CaseReport, CaseReport.id == harm.c.case_report_id)
        .where(
            CaseReport.status == CURRENT,
            harm.c.type == CaseEventType.ADVERSE_EVENT,
            harm.c.term_id.is_not(None),
            exposure.c.type.in_([CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE]),
            exposure.c.term_id.in_(treatments),
            exposure.c.position < harm.c.position,
            told,
        )
        .order_by(CaseReport.slug, exposure.c.drug_role.is_(None), exposure.c.drug_role.desc())
    )
