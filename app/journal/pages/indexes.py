"""Page indexes: the rows that filters on people and treatments read instead of joining.

They are derived from the rows of a study alone (app/journal/pages/rows.py). A migration that
changes them empties them; `evidence migrate` then derives them study by study, the oldest last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, delete, exists, insert, select
from sqlalchemy.orm import Session

from app.db.database import Database
from app.journal import derivations
from app.journal.derivations import Derivation, IdRange, Progress
from app.journal.pages import facets
from app.journal.pages.harms import HARM_PAGES, HARM_SOURCES, harm_rows, rewrite_harms
from app.journal.pages.rows import PAGES, Line, PageRow, Rows, page_rows, terms_of
from app.journal.revisions import batches
from app.models import (
    AdverseEvent,
    AdverseEventCount,
    Arm,
    ArmTreatment,
    Base,
    Group,
    Outcome,
    OutcomePopulation,
    Population,
    PopulationCountry,
    Result,
    ResultGroup,
    Study,
    StudyConditionPage,
    TermAncestor,
    group_arms,
    population_conditions,
)
from app.query.cards import Kind
from app.vocabulary import RecordStatus


def studies_of_harms(session: Session, touched: Mapping[Kind, Sequence[int]]) -> set[int]:
    """The studies of touched rows of tables of harms, as the database has them now."""
    studies: set[int] = set()
    for kind, ids in touched.items():
        if kind.model is AdverseEvent:
            for batch in batches(ids):
                owners = select(AdverseEvent.study_id).where(AdverseEvent.id.in_(batch))
                studies.update(session.connection().execute(owners.distinct()).scalars())
    return studies


def rewrite(
    session: Session,
    touched: Mapping[Kind, Sequence[int]],
    moved: Iterable[int],
    counted_before: Collection[int] = (),
) -> None:
    """Rewrite the page rows of touched studies and facts, and of studies under moved terms.

    `counted_before` are the studies that touched rows of tables of harms were in until now.
    """
    studies = _under(session, sorted(moved))
    for kind, ids in touched.items():
        if kind.model is Study:
            studies.update(ids)
        elif kind.model is Outcome:
            now, before = select(Outcome.study_id), select(OutcomePopulation.study_id)
            for batch in batches(ids):
                owners = now.where(Outcome.id.in_(batch)).union(
                    before.where(OutcomePopulation.outcome_id.in_(batch))
                )
                studies.update(session.connection().execute(owners).scalars())
    connection = session.connection()
    rewrite_studies(connection, studies)
    counted = studies_of_harms(session, touched).union(counted_before)
    for batch in batches(sorted(counted - studies)):
        rewrite_harms(connection, batch, harm_rows(_read_rows(connection, batch, HARM_SOURCES)))


def rewrite_studies(connection: Connection, studies: Collection[int]) -> None:
    """Rewrite the page rows of these studies."""
    for batch in batches(sorted(studies)):
        _replace_rows(connection, batch, page_rows(*read_studies(connection, batch)))


def _replace_rows(
    connection: Connection, studies: Sequence[int], fresh: Mapping[str, list[PageRow]]
) -> None:
    """Put page rows into the place of those that these studies have."""
    rewrite_harms(connection, studies, fresh[HARM_PAGES.name])
    for table in (each for each in PAGES if each is not HARM_PAGES):
        for batch in batches(studies):
            connection.execute(delete(table).where(table.c.study_id.in_(batch)))
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in fresh[table.name]]
        if rows:
            connection.execute(insert(table), rows)


def complete(
    database: Database, *, processes: int | None = None, progress: Progress | None = None
) -> int:
    """Derive the page rows of all current studies that have none; gives how many these were.

    Each batch is a transaction of its own, so that a run that was killed is simply run again. The
    oldest study is in the last.
    """
    with database.read() as connection:
        few = are_complete(connection)
    done = derivations.run(
        database, [MISSING_PAGES], processes=1 if few else processes, progress=progress
    )
    return done.get(MISSING_PAGES.name, 0)


Derived = tuple[int, list[int], dict[str, list[PageRow]]]  # as of a change: of studies, their rows


def derive_missing(connection: Connection, some: IdRange) -> Derived | None:
    """The page rows of those studies of a range that have none."""
    told = exists().where(StudyConditionPage.study_id == Study.id)
    query = select(Study.id).where(some.holds(Study.id), Study.status == RecordStatus.CURRENT)
    studies = list(connection.execute(query.where(~told)).scalars())
    if not studies:
        return None
    fresh = page_rows(*read_studies(connection, studies))
    return derivations.last_change(connection), studies, fresh


def _write_missing(session: Session, some: IdRange, derived: Derived | None) -> int:
    """Write the page rows of a range, derived anew if any record was changed meanwhile."""
    connection = session.connection()
    if derived is None or derived[0] != derivations.last_change(connection):
        derived = derive_missing(connection, some)
    if derived is None:
        return 0
    _, studies, fresh = derived
    _replace_rows(connection, studies, fresh)
    facets.rewrite_studies(connection, studies)
    return len(studies)


MISSING_PAGES = Derivation(
    "people and treatments of studies",
    Base.metadata.tables["studies"].c.id,
    derive_missing,
    _write_missing,
    newest_first=True,
)


def are_complete(connection: Connection) -> bool:
    """Whether the oldest study has page rows: it gets them last, and every `/ready` asks."""
    oldest = (
        select(Study.id).where(Study.status == RecordStatus.CURRENT).order_by(Study.id).limit(1)
    )
    number = connection.execute(oldest).scalar()
    page = select(StudyConditionPage.study_id).where(StudyConditionPage.study_id == number)
    return number is None or connection.execute(page.limit(1)).first() is not None


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


def read_studies(connection: Connection, studies: Sequence[int]) -> tuple[Rows, Mapping[int, Line]]:
    """All rows of these studies that page rows are derived from, and the lines of their terms."""
    rows = _read_rows(connection, studies, _SOURCES)
    found: dict[int, list[int]] = {term: [term] for term in terms_of(rows)}
    above = select(TermAncestor.term_id, TermAncestor.ancestor_id)
    for batch in batches(sorted(found)):
        for term, ancestor in connection.execute(above.where(TermAncestor.term_id.in_(batch))):
            if ancestor != term:
                found[term].append(ancestor)
    return rows, {term: tuple(line) for term, line in found.items()}


def _read_rows(connection: Connection, studies: Sequence[int], tables: Iterable[str]) -> Rows:
    """The rows of these studies in some of the tables that page rows are derived from."""
    sources = {name: _SOURCES[name] for name in tables}
    return {
        name: list(map(dict, connection.execute(query.where(of.in_(studies))).mappings()))
        for name, (query, of) in sources.items()
    }


def _sources() -> dict[str, tuple[Any, Any]]:
    """By table, what page rows are derived from, and the column that names the study."""

    def columns(table: str, *names: str) -> list[Column[Any]]:
        return [Base.metadata.tables[table].c[name] for name in names]

    arm_of, people_of = Arm.study_id, Population.study_id
    conditions = select(population_conditions).join(Population)
    countries = select(PopulationCountry.population_id, PopulationCountry.country).join(Population)
    result = select(*columns("results", "id", "outcome_id", "n", "n_unit")).join(Outcome)
    sides = (
        select(ResultGroup.result_id, ResultGroup.group_id, ResultGroup.position)
        .join(Result, Result.id == ResultGroup.result_id)
        .join(Outcome, Outcome.id == Result.outcome_id)
    )
    return {
        "studies": (
            select(*columns("studies", "id", "year", "study_type", "phase", "status")),
            Study.id,
        ),
        "populations": (select(Base.metadata.tables["populations"]), people_of),
        "population_conditions": (conditions, people_of),
        "population_countries": (countries, people_of),
        "arms": (select(Arm.id, Arm.study_id), arm_of),
        "arm_treatments": (
            select(ArmTreatment.arm_id, ArmTreatment.treatment_id, ArmTreatment.role).join(
                Arm, Arm.id == ArmTreatment.arm_id
            ),
            arm_of,
        ),
        "groups": (
            select(
                *columns("groups", "id", "study_id", "population_id", "n", "unit", "analysis_set")
            ),
            Group.study_id,
        ),
        "group_arms": (select(group_arms).join(Group), Group.study_id),
        "outcomes": (select(*columns("outcomes", "id", "study_id", "status")), Outcome.study_id),
        "results": (result, Outcome.study_id),
        "result_groups": (sides, Outcome.study_id),
        "adverse_events": (
            select(*columns("adverse_events", "id", "study_id", "adverse_effect_id", "status")),
            AdverseEvent.study_id,
        ),
        "adverse_event_counts": (
            select(
                *columns("adverse_event_counts", "adverse_event_id", "position", "group_id")
            ).join(AdverseEvent, AdverseEvent.id == AdverseEventCount.adverse_event_id),
            AdverseEvent.study_id,
        ),
    }


_SOURCES = _sources()


def stale_rows(connection: Connection, some: IdRange) -> Iterator[str]:
    """Name the study of each row that is stored and not derived, or the other way.

    By page index; rows of studies that are gone are among them.
    """
    studies = connection.execute(select(Study.id).where(some.holds(Study.id))).scalars().all()
    fresh = page_rows(*read_studies(connection, studies))
    for table in PAGES:
        stored = connection.execute(select(table).where(some.holds(table.c.study_id)))
        at = list(table.c.keys()).index("study_id")
        for row in {tuple(row) for row in stored} ^ set(fresh[table.name]):
            yield f"{table.name}: a row of study {row[at]} is stale"
