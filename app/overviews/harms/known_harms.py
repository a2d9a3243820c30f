"""The harms that some source tells of under a treatment, or of some people who got it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, exists, func, literal_column, or_, select, union_all

from app.db.statements import BoundedCache, PreparedStatement, Rows, bind_parameters, bind_values
from app.models import (
    AdverseEvent,
    ArmTreatment,
    CaseEvent,
    CaseReport,
    Claim,
    Term,
)
from app.overviews.harms.people import AskedPeople, Harm, given_in
from app.query.cards import CURRENT
from app.records.studies.fact_matches import Certainty
from app.vocabulary import CaseEventType, ClaimKind, DrugRole

STATEMENTS: BoundedCache[PreparedStatement] = BoundedCache()
BLAMED_ROLES = (DrugRole.SUSPECT, DrugRole.INTERACTING)
NONE: Any = literal_column("0")


@dataclass(frozen=True)
class KnownHarm:
    """An adverse effect under one exact form of the treatment, and where it is known from."""

    key: tuple[int, int]  # the numbers of the effect and of the form
    effect: dict[str, str]  # links
    treatment: dict[str, str]
    studies: int  # that counted it in a group with this form
    uncounted: bool  # known from claims or cases, too, which count nobody
    certainty: int | None = None  # how surely of the people asked for; None: nobody is

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


def known_harms(
    connection: Connection, treatments: list[int], asked: AskedPeople | None = None
) -> list[KnownHarm]:
    """Every harm that some source tells of under these treatments, in order; two statements.

    With people asked for, those that are told of them, as surely as is asked; four statements.
    """
    studies: dict[Harm, int] = {}
    certainty: dict[Harm, int] = {}
    uncounted = set()
    if asked is None:
        for effect, treatment, counted, number in rows_about(
            connection, _known_query, treatment=treatments
        ):
            studies[effect, treatment] = max(number, studies.get((effect, treatment), 0))
            uncounted |= set() if counted else {(effect, treatment)}
    else:
        told = dict(_told_of(connection, treatments, asked))
        certainty = {key: sure for key, (sure, *_) in told.items() if asked.keeps(sure)}
        studies = {key: told[key][1] for key in certainty}
        uncounted = {key for key in certainty if told[key][2]}
    ids = {id_ for key in studies for id_ in key}
    query = select(Term.id, Term.kind, Term.slug, Term.name).where(Term.id.in_(ids))
    links = {
        id_: {"kind": kind, "slug": slug, "name": name}
        for id_, kind, slug, name in connection.execute(query)
    }
    harms = [
        KnownHarm(key, links[key[0]], links[key[1]], number, key in uncounted, certainty.get(key))
        for key, number in studies.items()
    ]
    return sorted(harms, key=lambda harm: harm.place)


def _told_of(
    connection: Connection, treatments: list[int], asked: AskedPeople
) -> Iterator[tuple[Harm, tuple[int, int, bool]]]:
    """By harm: how surely it is told of the people, in how many studies, and if by others, too.

    A statement names no people, so that it leaves them open.
    """
    counted = asked.harms_counted(connection, treatments)
    stated: Rows = select(Claim.object_id, Claim.subject_id).where(*states_harm(treatments))
    harm, exposure, seen = seen_after_exposure(treatments)
    sure = func.max(asked.of_patient())
    seen = seen.with_only_columns(harm.c.term_id, exposure.c.term_id, sure)
    seen = seen.group_by(harm.c.term_id, exposure.c.term_id)
    others: dict[Harm, int] = {}
    for row in connection.execute(stated.distinct()):
        others[row[0], row[1]] = Certainty.POSSIBLE
    for effect, form, certainty in asked.run(connection, seen):
        if certainty:
            others[effect, form] = max(certainty, others.get((effect, form), 0))
    for key in counted.keys() | others.keys():
        best, studies = counted.get(key, (0, 0))
        yield key, (max(best, others.get(key, 0)), studies, key in others)


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
        given_in(counted, treatment)
        .where(AdverseEvent.status == CURRENT, AdverseEvent.adverse_effect_id.is_not(None))
        .group_by(AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id)
    )
    stated: Rows = select(Claim.object_id, Claim.subject_id, NONE, NONE)
    return union_all(
        counted,
        stated.where(*states_harm(treatment)).distinct(),
        seen.with_only_columns(harm.c.term_id, exposure.c.term_id, NONE, NONE).distinct(),
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
