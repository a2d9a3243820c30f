"""Page indexes: the rows that population and treatment filters read instead of joining."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    null,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.statements import Rows
from app.journal.population_inheritance import FACTS, inherited_facts
from app.journal.revisions import batches
from app.models import (
    ANY_TERM,
    NO_TERM,
    NOBODY,
    Arm,
    ArmTreatment,
    Population,
    Study,
    StudyConditionPage,
    StudyTreatmentPage,
    TermAncestor,
    population_conditions,
)
from app.query.cards import Kind
from app.vocabulary import AgeBasis, RecordStatus


def rewrite(session: Session, touched: Mapping[Kind, Sequence[int]], moved: Iterable[int]) -> None:
    """Rewrite the page rows of touched studies, and of those under terms that moved."""
    studies = {id_ for kind, ids in touched.items() if kind.model is Study for id_ in ids}
    studies |= _under(session, sorted(moved))
    for batch in batches(sorted(studies)):
        for page, rows in (
            (StudyConditionPage, condition_rows),
            (StudyTreatmentPage, treatment_rows),
        ):
            connection = session.connection()
            connection.execute(delete(page).where(page.study_id.in_(batch)))
            connection.execute(insert(page).from_select(_columns(page), rows(batch)))


def _columns(page: type[Any]) -> list[str]:
    return [column.name for column in page.__table__.columns]


def _under(session: Session, terms: list[int]) -> set[int]:
    """The studies that name any of these terms."""
    found: set[int] = set()
    for batch in batches(terms):
        members = population_conditions.c
        by_condition = (
            select(Population.study_id)
            .join(population_conditions, members.population_id == Population.id)
            .where(members.condition_id.in_(batch))
        )
        by_treatment = (
            select(Arm.study_id)
            .join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
            .where(ArmTreatment.treatment_id.in_(batch))
        )
        found.update(session.connection().execute(by_condition.union(by_treatment)).scalars())
    return found


def condition_rows(studies: Sequence[int] | None = None) -> CompoundSelect[*tuple[Any, ...]]:
    """The rows of study_condition_pages for these studies (None: all), in its columns' order."""
    said = inherited_facts(studies)
    members = population_conditions.c
    direct = func.max(case((TermAncestor.ancestor_id == members.condition_id, 1), else_=0)) == 1
    shared = (  # what all people of a population have, those of each part of it have
        select(said.c.population_id, TermAncestor.ancestor_id.label("term"), direct.label("direct"))
        .join(population_conditions, members.population_id == said.c.place_id)
        .join(TermAncestor, TermAncestor.term_id == members.condition_id)
        .group_by(said.c.population_id, TermAncestor.ancestor_id)
    ).cte("shared")
    by_condition = _population_rows(said, shared.c.term, shared.c.direct, studies).join(
        shared, shared.c.population_id == Population.id
    )
    whatever = _population_rows(said, literal_column(str(ANY_TERM)), false(), studies)
    untold = _population_rows(said, literal_column(str(NO_TERM)), false(), studies).where(
        ~exists().where(shared.c.population_id == Population.id)
    )
    return by_condition.union_all(whatever, untold, *_nobody_rows(studies))


def _nobody_rows(studies: Sequence[int] | None) -> Iterator[Rows]:
    """Studies of which no population is told: they may fit whoever is asked for."""
    for term in (ANY_TERM, NO_TERM):
        query: Rows = select(
            literal_column(str(term)),
            Study.year_key,
            Study.id,
            literal_column(str(NOBODY)),
            false(),
            *(null(), null(), null()),
            literal_column(f"'{AgeBasis.UNKNOWN.value}'"),
            *(null(), null(), null()),
            false(),
            Study.study_type,
            Study.phase,
        ).where(~exists().where(Population.study_id == Study.id))
        yield _of(query, studies)


def _population_rows(
    said: CTE,
    term: ColumnElement[int] | InstrumentedAttribute[int],
    direct: ColumnElement[bool],
    studies: Sequence[int] | None,
) -> Rows:
    facts = [said.c[name] for name in FACTS]
    query = select(
        term,
        Study.year_key,
        Study.id,
        Population.id,
        direct,
        *facts,
        Study.study_type,
        Study.phase,
    )
    query = query.join(Population, Population.study_id == Study.id)
    query = query.join(said, said.c.population_id == Population.id)
    return _of(query.where(said.c.parent_id.is_(None)), studies)


def treatment_rows(studies: Sequence[int] | None = None) -> Rows:
    """The rows of study_treatment_pages for these studies (None: all), in its columns' order."""
    direct = func.max(case((TermAncestor.ancestor_id == ArmTreatment.treatment_id, 1), else_=0))
    query = (
        select(
            TermAncestor.ancestor_id,
            Study.year_key,
            Study.id,
            ArmTreatment.role,
            direct == 1,
            Study.study_type,
            Study.phase,
        )
        .join(Arm, Arm.study_id == Study.id)
        .join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
        .join(TermAncestor, TermAncestor.term_id == ArmTreatment.treatment_id)
        .group_by(TermAncestor.ancestor_id, ArmTreatment.role, Study.id)
    )
    return _of(query, studies)


def _of(query: Rows, studies: Sequence[int] | None) -> Rows:
    """Only current studies have pages."""
    query = query.where(Study.status == RecordStatus.CURRENT)
    return query if studies is None else query.where(Study.id.in_(studies))
