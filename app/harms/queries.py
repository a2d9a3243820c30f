"""Reads harms of a treatment in four statements, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, and_, func, select

from app.core.cards import CURRENT, Rows
from app.harms.known import KnownHarm, about, seen_after, stating
from app.models import AdverseEvent, Arm, ArmTreatment, CaseReport, Claim, Study, group_arms

STUDY = ("slug", "label", "study_type", "year")  # what is told of a study


def profile(
    connection: Connection,
    treatments: list[int],
    harms: Sequence[KnownHarm],
    most: int | None = None,
) -> list[dict[str, Any]]:
    """What is known of these harms of the treatments, each exact form for itself.

    `most`: of a harm, the counts of so many studies, the newest.
    """
    if not harms:
        return []
    found = _Profile(connection, treatments, harms)
    found.read_statements()
    found.read_counts(most)
    found.read_cases()
    return list(found.items(most))


class _Profile:
    """Entries by adverse effect and exact treatment, filled from four statements."""

    def __init__(
        self, connection: Connection, treatments: list[int], harms: Sequence[KnownHarm]
    ) -> None:
        self.connection, self.harms = connection, harms
        effects = sorted({harm.key[0] for harm in harms})
        # Always as many: a statement is kept for each number of terms.
        room = 1 << (len(effects) - 1).bit_length()
        self.ids = {
            "treatment": treatments,
            "effect": effects + effects[-1:] * (room - len(effects)),
        }
        self.entries: dict[tuple[int, int], dict[str, Any]] = {
            harm.key: {"statements": {}, "counts": {}, "cases": {}} for harm in harms
        }

    def read_statements(self) -> None:
        """Claims that name a harm of the treatment."""
        rows = about(self.connection, _claims, **self.ids)
        for effect, treatment, modality, polarity, slug, quote, summary in rows:
            if entry := self.entries.get((effect, treatment)):
                claim = {"slug": slug, "quote": quote, "summary": summary}
                entry["statements"].setdefault((modality, polarity), []).append(claim)

    def read_counts(self, most: int | None) -> None:
        """Counts of harm in studies in which somebody got the treatment, controls beside them."""
        if most is None:
            rows = about(self.connection, _counted, **self.ids)
        else:
            rows = about(self.connection, _newest, **self.ids, most=[most])
        treated: dict[int, set[int]] = defaultdict(set)
        for group, treatment in about(self.connection, _groups, treatment=self.ids["treatment"]):
            treated[group].add(treatment)
        links: dict[int, dict[str, Any]] = {}
        counted: dict[tuple[int, int], list[tuple[int, Any]]] = defaultdict(list)
        for card, group, study, effect, *link in rows:
            if study not in links:
                links[study] = dict(zip(STUDY, link, strict=True))
            counted[study, effect].append((group, orjson.Fragment(card)))
        for (study, effect), rows in counted.items():
            for form in set().union(*(treated.get(group, ()) for group, _ in rows)):
                if entry := self.entries.get((effect, form)):
                    sides: dict[str, Any] = {"study": links[study], "treated": [], "others": []}
                    for group, card in rows:
                        got = form in treated.get(group, ())
                        sides["treated" if got else "others"].append(card)
                    entry["counts"][study] = sides

    def read_cases(self) -> None:
        """Harms seen in patients after the treatment, and what it is to the case."""
        for effect, treatment, role, *link in about(self.connection, _seen, **self.ids):
            if entry := self.entries.get((effect, treatment)):
                case = {**dict(zip(("slug", "label"), link, strict=True)), "drug_role": role}
                entry["cases"].setdefault(case["slug"], case)

    def items(self, most: int | None) -> Iterator[dict[str, Any]]:
        """The entries, in the order of the harms."""
        for harm in self.harms:
            entry = self.entries[harm.key]
            yield {
                "adverse_effect": harm.effect,
                "treatment": harm.treatment,
                "statements": [
                    {"modality": modality, "polarity": polarity, "claims": claims}
                    for (modality, polarity), claims in entry["statements"].items()
                ],
                "counts": list(entry["counts"].values())[:most],
                "cases": list(entry["cases"].values()),
            }


def _claims(treatment: list[Any], effect: list[Any]) -> Rows:
    query = select(
        Claim.object_id,
        Claim.subject_id,
        Claim.modality,
        Claim.polarity,
        Claim.slug,
        Claim.quote,
        Claim.summary,
    ).where(*stating(treatment), Claim.object_id.in_(effect))
    return query.order_by(Claim.modality, Claim.polarity, Claim.slug)


def _groups(treatment: list[Any]) -> Rows:
    """Which of the treatments each group got."""
    query = select(group_arms.c.group_id, ArmTreatment.treatment_id)
    query = query.join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
    return query.where(ArmTreatment.treatment_id.in_(treatment))


def _counted(treatment: list[Any], effect: list[Any]) -> Rows:
    arms = select(Arm.study_id).join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
    studies = arms.where(ArmTreatment.treatment_id.in_(treatment))
    return _counts().where(AdverseEvent.study_id.in_(studies), *_counting(effect))


def _newest(treatment: list[Any], effect: list[Any], most: list[Any]) -> Rows:
    """The same, of the newest studies that counted a harm in a group with the treatment."""
    table = AdverseEvent.__table__.c
    place = func.dense_rank().over(
        partition_by=(AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id),
        order_by=(Study.year_key.desc(), Study.id),
    )
    ranked = (
        select(table.study_id, table.adverse_effect_id, place.label("place"))
        .join(Study, Study.id == AdverseEvent.study_id)
        .join(group_arms, group_arms.c.group_id == AdverseEvent.group_id)
        .join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
        .where(ArmTreatment.treatment_id.in_(treatment), *_counting(effect))
    ).subquery()
    chosen = (
        select(ranked.c.study_id, ranked.c.adverse_effect_id)
        .where(ranked.c.place <= most[0])
        .distinct()
    ).subquery()
    same = (chosen.c.study_id == table.study_id, chosen.c.adverse_effect_id == _effect())
    return _counts().join(chosen, and_(*same)).where(AdverseEvent.status == CURRENT)


def _counts() -> Rows:
    table = AdverseEvent.__table__.c
    counts = (table.card, table.group_id, table.study_id, table.adverse_effect_id)
    query = select(*counts, *(getattr(Study, name) for name in STUDY))
    query = query.join(Study, Study.id == AdverseEvent.study_id)
    return query.order_by(Study.year_key.desc(), Study.id, AdverseEvent.id)


def _counting(effect: list[Any]) -> list[Any]:
    return [AdverseEvent.status == CURRENT, _effect().in_(effect)]


def _effect() -> Any:
    """The harm + 0: rows are found from their study on, not from all that had the harm."""
    return AdverseEvent.adverse_effect_id + 0


def _seen(treatment: list[Any], effect: list[Any]) -> Rows:
    harm, exposure, query = seen_after(treatment)
    columns = (harm.c.term_id, exposure.c.term_id, exposure.c.drug_role)
    query = query.with_only_columns(*columns, CaseReport.slug, CaseReport.label)
    unsaid = exposure.c.drug_role.is_(None)
    return query.where(harm.c.term_id.in_(effect)).order_by(
        CaseReport.slug, unsaid, exposure.c.drug_role.desc()
    )
