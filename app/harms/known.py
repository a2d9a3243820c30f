"""Which harms of a treatment anything is known of, before any of it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, exists, func, literal_column, or_, select, union_all

from app.core.cards import CURRENT, Rows
from app.core.kept import Kept
from app.core.prepared import Prepared, bound, given
from app.models import AdverseEvent, ArmTreatment, CaseEvent, CaseReport, Claim, Term, group_arms
from app.vocabulary import CaseEventType, ClaimKind, DrugRole

STATEMENTS: Kept[Prepared] = Kept()
BLAMED = (DrugRole.SUSPECT, DrugRole.INTERACTING)
NONE: Any = literal_column("0")


@dataclass(frozen=True)
class KnownHarm:
    """An adverse effect under one exact form of the treatment, and where it is known from."""

    key: tuple[int, int]  # the numbers of the effect and of the form
    effect: dict[str, str]  # links
    treatment: dict[str, str]
    studies: int  # that counted it in a group with this form
    told: bool  # by claims or cases

    @cached_property
    def place(self) -> tuple[str, ...]:
        """Where it stands in a profile: by the name of the harm, then of the form."""
        terms = (self.effect, self.treatment)
        return *(term["name"] for term in terms), *(term["slug"] for term in terms)


def about(
    connection: Connection, query: Callable[..., Rows], **ids: list[int]
) -> list[tuple[Any, ...]]:
    """The rows of a query about terms, which is written once for so many of them."""
    key = (connection.dialect.name, query, *(len(each) for each in ids.values()))

    def make() -> Prepared:
        terms = {name: bound(name, each, Term.id.type) for name, each in ids.items()}
        return Prepared.of(connection, query(**terms))

    values = {k: v for name, each in ids.items() for k, v in given(name, each).items()}
    return list(map(tuple, STATEMENTS.get(key, make).run(connection, **values)))


def known_harms(connection: Connection, treatments: list[int]) -> list[KnownHarm]:
    """Every harm that some source tells of under these treatments, in order; two statements."""
    studies: dict[tuple[int, int], int] = {}
    told = set()
    for effect, treatment, counted, number in about(connection, _keys, treatment=treatments):
        studies[effect, treatment] = max(number, studies.get((effect, treatment), 0))
        told |= set() if counted else {(effect, treatment)}
    ids = {id_ for key in studies for id_ in key}
    query = select(Term.id, Term.kind, Term.slug, Term.name).where(Term.id.in_(ids))
    links = {
        id_: {"kind": kind, "slug": slug, "name": name}
        for id_, kind, slug, name in connection.execute(query)
    }
    harms = [
        KnownHarm(key, links[key[0]], links[key[1]], number, key in told)
        for key, number in studies.items()
    ]
    return sorted(harms, key=lambda harm: harm.place)


def _keys(treatment: list[Any]) -> Any:
    """Effect, form, whether it was counted, in how many studies."""
    harm, exposure, seen = seen_after(treatment)
    counted: Rows = select(
        AdverseEvent.adverse_effect_id,
        ArmTreatment.treatment_id,
        literal_column("1"),
        func.count(AdverseEvent.study_id.distinct()),
    )
    counted = (
        counted.join(group_arms, group_arms.c.group_id == AdverseEvent.group_id)
        .join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
        .where(
            ArmTreatment.treatment_id.in_(treatment),
            AdverseEvent.status == CURRENT,
            AdverseEvent.adverse_effect_id.is_not(None),
        )
        .group_by(AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id)
    )
    stated: Rows = select(Claim.object_id, Claim.subject_id, NONE, NONE)
    return union_all(
        counted,
        stated.where(*stating(treatment)).distinct(),
        seen.with_only_columns(harm.c.term_id, exposure.c.term_id, NONE, NONE).distinct(),
    )


def stating(treatment: list[Any]) -> list[Any]:
    """What a claim that states a harm of a treatment has to be."""
    return [
        Claim.status == CURRENT,
        Claim.kind == ClaimKind.ADVERSE_EFFECT,
        Claim.subject_id.in_(treatment),
        Claim.object_id.is_not(None),
    ]


def seen_after(treatment: list[Any]) -> tuple[Any, Any, Rows]:
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
            told,
        )
    )
    return harm, exposure, query
