"""Harms of a treatment: which are known, then read in four statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, and_, exists, func, literal_column, or_, select, union_all

from app.db.statements import BoundedCache, PreparedStatement, Rows, bind_parameters, bind_values
from app.models import (
    AdverseEvent,
    AdverseEventCount,
    Arm,
    ArmTreatment,
    CaseEvent,
    CaseReport,
    Claim,
    Study,
    Term,
    group_arms,
)
from app.query.cards import CURRENT
from app.vocabulary import CaseEventType, ClaimKind, DrugRole, PublicationStatus

STATEMENTS: BoundedCache[PreparedStatement] = BoundedCache()
BLAMED_ROLES = (DrugRole.SUSPECT, DrugRole.INTERACTING)
NONE: Any = literal_column("0")
GRAVITY = [each.value for each in PublicationStatus]  # the least grave first


@dataclass(frozen=True)
class KnownHarm:
    """An adverse effect under one exact form of the treatment, and where it is known from."""

    key: tuple[int, int]  # the numbers of the effect and of the form
    effect: dict[str, str]  # links
    treatment: dict[str, str]
    studies: int  # that counted it in a group with this form
    uncounted: bool  # known from claims or cases, too, which count nobody

    @cached_property
    def place(self) -> tuple[str, ...]:
        """Where it stands in a profile: by the name of the harm, then of the form."""
        terms = (self.effect, self.treatment)
        return *(term["name"] for term in terms), *(term["slug"] for term in terms)


def rows_about(
    connection: Connection, query: Callable[..., Rows], **ids: list[int]
) -> list[tuple[Any, ...]]:
    """The rows of a query about terms, which is written once for so many of them."""
    key = (connection.dialect.name, query, *(len(each) for each in ids.values()))

    def make() -> PreparedStatement:
        terms = {name: bind_parameters(name, each, Term.id.type) for name, each in ids.items()}
        return PreparedStatement.of(connection, query(**terms))

    values = {k: v for name, each in ids.items() for k, v in bind_values(name, each).items()}
    return list(map(tuple, STATEMENTS.get(key, make).run(connection, **values)))


def known_harms(connection: Connection, treatments: list[int]) -> list[KnownHarm]:
    """Every harm that some source tells of under these treatments, in order; two statements."""
    studies: dict[tuple[int, int], int] = {}
    uncounted = set()
    for effect, treatment, counted, number in rows_about(
        connection, _known_query, treatment=treatments
    ):
        studies[effect, treatment] = max(number, studies.get((effect, treatment), 0))
        uncounted |= set() if counted else {(effect, treatment)}
    ids = {id_ for key in studies for id_ in key}
    query = select(Term.id, Term.kind, Term.slug, Term.name).where(Term.id.in_(ids))
    links = {
        id_: {"kind": kind, "slug": slug, "name": name}
        for id_, kind, slug, name in connection.execute(query)
    }
    harms = [
        KnownHarm(key, links[key[0]], links[key[1]], number, key in uncounted)
        for key, number in studies.items()
    ]
    return sorted(harms, key=lambda harm: harm.place)


def _known_query(treatment: list[Any]) -> Any:
    """Effect, form, whether it was counted, in how many studies."""
    harm, exposure, seen = seen_after_exposure(treatment)
    counted: Rows = select(
        AdverseEvent.adverse_effect_id,
        ArmTreatment.treatment_id,
        literal_column("1"),
        func.count(AdverseEvent.study_id.distinct()),
    )
    counted = (
        _given(counted, treatment)
        .where(AdverseEvent.status == CURRENT, AdverseEvent.adverse_effect_id.is_not(None))
        .group_by(AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id)
    )
    stated: Rows = select(Claim.object_id, Claim.subject_id, NONE, NONE)
    return union_all(
        counted,
        stated.where(*states_harm(treatment)).distinct(),
        seen.with_only_columns(harm.c.term_id, exposure.c.term_id, NONE, NONE).distinct(),
    )


def _given(query: Rows, treatment: list[Any]) -> Rows:
    """The counts of a query over adverse events whose group got any of the treatments."""
    return (
        query.join(AdverseEventCount, AdverseEventCount.adverse_event_id == AdverseEvent.id)
        .join(group_arms, group_arms.c.group_id == AdverseEventCount.group_id)
        .join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
        .where(ArmTreatment.treatment_id.in_(treatment))
    )


def states_harm(treatment: list[Any]) -> list[Any]:
    """What a claim that states a harm of a treatment has to be."""
    return [
        Claim.status == CURRENT,
        Claim.kind == ClaimKind.ADVERSE_EFFECT,
        Claim.subject_id.in_(treatment),
        Claim.object_id.is_not(None),
    ]


def seen_after_exposure(treatment: list[Any]) -> tuple[Any, Any, Rows]:
    """Harms in cases after an exposure that is blamed or, where none is, of no stated role.

    Where the source blames one treatment, the others that the patient got stand beside no harm.
    """
    harm, exposure = CaseEvent.__table__.alias("harm"), CaseEvent.__table__.alias("exposure")
    other = CaseEvent.__table__.alias("other")
    blamed = exists().where(
        other.c.case_report_id == harm.c.case_report_id,
        other.c.position < harm.c.position,
        other.c.drug_role.in_(BLAMED_ROLES),
    )
    attributed = or_(
        exposure.c.drug_role.in_(BLAMED_ROLES), and_(exposure.c.drug_role.is_(None), ~blamed)
    )
    query: Rows = (
        select(harm.c.term_id)
        .join(exposure, exposure.c.case_report_id == harm.c.case_report_id)
        .join(CaseReport, CaseReport.id == harm.c.case_report_id)
        .where(
            CaseReport.status == CURRENT,
            harm.c.type == CaseEventType.ADVERSE_EVENT,
            harm.c.term_id.is_not(None),
            exposure.c.type.in_([CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE]),
            exposure.c.term_id.in_(treatment),
            exposure.c.position < harm.c.position,
            attributed,
        )
    )
    return harm, exposure, query


def harm_profile(
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
    found = _ProfileBuilder(connection, treatments, harms)
    found.read_statements()
    found.read_counts(most)
    found.read_cases()
    return list(found.items(most))


class _ProfileBuilder:
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
            harm.key: {"statements": {}, "counts": [], "cases": {}, "statuses": set()}
            for harm in harms
        }

    def read_statements(self) -> None:
        """Claims that name a harm of the treatment."""
        rows = rows_about(self.connection, _claim_query, **self.ids)
        for effect, treatment, modality, polarity, status, *link in rows:
            if entry := self.entries.get((effect, treatment)):
                claim = dict(zip(("slug", "quote", "summary"), link, strict=True))
                said = entry["statements"].setdefault((modality, polarity), _Statement())
                said.claims.append(claim)
                said.statuses.add(status)

    def read_counts(self, most: int | None) -> None:
        """Rows of studies that counted the harm in somebody who got the treatment."""
        given: dict[int, dict[int, set[int]]] = {}  # row -> form -> places of counts
        for row, place, form in rows_about(self.connection, _given_query, **self.ids):
            given.setdefault(row, {}).setdefault(form, set()).add(place)
        if most is None:
            rows = rows_about(self.connection, _count_query, **self.ids)
        else:
            rows = rows_about(self.connection, _newest_count_query, **self.ids, most=[most])
        for (_, effect), together in groupby(rows, itemgetter(2, 3)):
            some = [
                (given.get(row, {}), orjson.Fragment(card), status)
                for card, row, _, _, status in together
            ]
            for form in set().union(*(forms for forms, *_ in some)):
                if entry := self.entries.get((effect, form)):
                    entry["statuses"].update(status for *_, status in some)
                    entry["counts"].append(
                        [
                            {"adverse_event": card, "treated": sorted(forms.get(form, ()))}
                            for forms, card, _ in some
                        ]
                    )

    def read_cases(self) -> None:
        """Harms seen in patients after the treatment, and what it is to the case."""
        names = ("slug", "label", "publication_status")
        for effect, treatment, role, *link in rows_about(self.connection, _case_query, **self.ids):
            if entry := self.entries.get((effect, treatment)):
                case = {**dict(zip(names, link, strict=True)), "drug_role": role}
                entry["cases"].setdefault(case["slug"], case)
                entry["statuses"].add(case["publication_status"])

    def items(self, most: int | None) -> Iterator[dict[str, Any]]:
        """The entries, in the order of the harms."""
        for harm in self.harms:
            entry = self.entries[harm.key]
            said = entry["statements"]
            statuses = entry["statuses"].union(*(each.statuses for each in said.values()))
            yield {
                "adverse_effect": harm.effect,
                "treatment": harm.treatment,
                "publication_status": _least_grave(statuses),
                "statements": [
                    {
                        "modality": modality,
                        "polarity": polarity,
                        "publication_status": _least_grave(each.statuses),
                        "claims": each.claims,
                    }
                    for (modality, polarity), each in said.items()
                ],
                "counts": [each for study in entry["counts"][:most] for each in study],
                "cases": list(entry["cases"].values()),
            }


@dataclass
class _Statement:
    """Claims that say one thing of a harm, and what became of their sources."""

    claims: list[dict[str, Any]] = field(default_factory=list)
    statuses: set[str] = field(default_factory=set)


def _least_grave(statuses: Iterable[str]) -> str:
    """What became of all of several sources; ordinary where there is none."""
    return min(statuses, key=GRAVITY.index, default=GRAVITY[0])


def _claim_query(treatment: list[Any], effect: list[Any]) -> Rows:
    query = select(
        Claim.object_id,
        Claim.subject_id,
        Claim.modality,
        Claim.polarity,
        Claim.publication_status,
        Claim.slug,
        Claim.quote,
        Claim.summary,
    ).where(*states_harm(treatment), Claim.object_id.in_(effect))
    return query.order_by(Claim.modality, Claim.polarity, Claim.slug)


def _given_query(treatment: list[Any], effect: list[Any]) -> Rows:
    """Which counts of which rows are of a group that got which of the treatments."""
    query = select(AdverseEvent.id, AdverseEventCount.position, ArmTreatment.treatment_id)
    return _given(query, treatment).where(*_counts_effect(effect))


def _count_query(treatment: list[Any], effect: list[Any]) -> Rows:
    """The rows of these harms in studies of which an arm gets the treatment, newest first."""
    arms = select(Arm.study_id).join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
    studies = arms.where(ArmTreatment.treatment_id.in_(treatment))
    return _count_rows().where(AdverseEvent.study_id.in_(studies), *_counts_effect(effect))


def _newest_count_query(treatment: list[Any], effect: list[Any], most: list[Any]) -> Rows:
    """The same, of the newest studies that counted a harm in a group with the treatment."""
    table = AdverseEvent.__table__.c
    place = func.dense_rank().over(
        partition_by=(AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id),
        order_by=(Study.year_key.desc(), Study.id),
    )
    rows = select(table.study_id, table.adverse_effect_id, place.label("place"))
    rows = rows.join(Study, Study.id == AdverseEvent.study_id)
    ranked = _given(rows, treatment).where(*_counts_effect(effect)).subquery()
    chosen = (
        select(ranked.c.study_id, ranked.c.adverse_effect_id)
        .where(ranked.c.place <= most[0])
        .distinct()
    ).subquery()
    same = (chosen.c.study_id == table.study_id, chosen.c.adverse_effect_id == _effect_column())
    return _count_rows().join(chosen, and_(*same)).where(AdverseEvent.status == CURRENT)


def _count_rows() -> Rows:
    """Rows of tables of harms, each study's together, those of one harm one after the other."""
    table = AdverseEvent.__table__.c
    row = (table.card, table.id, table.study_id, table.adverse_effect_id)
    query = select(*row, table.publication_status)
    query = query.join(Study, Study.id == AdverseEvent.study_id)
    return query.order_by(Study.year_key.desc(), Study.id, table.adverse_effect_id, table.id)


def _counts_effect(effect: list[Any]) -> list[Any]:
    return [AdverseEvent.status == CURRENT, _effect_column().in_(effect)]


def _effect_column() -> Any:
    """The harm + 0: rows are found from their study on, not from all that had the harm."""
    return AdverseEvent.adverse_effect_id + 0


def _case_query(treatment: list[Any], effect: list[Any]) -> Rows:
    harm, exposure, query = seen_after_exposure(treatment)
    columns = (harm.c.term_id, exposure.c.term_id, exposure.c.drug_role)
    link = (CaseReport.slug, CaseReport.label, CaseReport.publication_status)
    query = query.with_only_columns(*columns, *link)
    unsaid = exposure.c.drug_role.is_(None)
    return query.where(harm.c.term_id.in_(effect)).order_by(
        CaseReport.slug, unsaid, exposure.c.drug_role.desc()
    )
