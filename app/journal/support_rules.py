"""Rule 1, checked once before commit: no fact without a claim or a registry record behind it.

What would be no fact is refused, too: a harm without a count, a result that tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.db.statements import Rows
from app.models import (
    AdverseEvent,
    AdverseEventCount,
    CaseEvent,
    CaseReport,
    Claim,
    Outcome,
    Population,
    RegulatoryStatus,
    Result,
    Study,
    Term,
    claim_facts,
    claim_passages,
)
from app.vocabulary import RecordStatus, Reporting


class RuleBroken(ValueError):  # noqa: N818 # it says what is the matter
    """A change would leave something that no source says; each of `problems` names one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, eq=False)
class Fact:
    """A kind of fact: its rows, the record they belong to, its column in claim_facts."""

    name: str
    model: Any
    record: Any
    belongs: ColumnElement[bool] | None
    column: str
    registry: ColumnElement[bool] | None = None


FACTS = (
    Fact("study", Study, Study, None, "study_id", Study.registry_record_id.is_not(None)),
    Fact(
        "population",
        Population,
        Study,
        Population.study_id == Study.id,
        "population_id",
        Study.registry_record_id.is_not(None),
    ),
    Fact("outcome", Outcome, Outcome, None, "outcome_id", Outcome.registry_record_id.is_not(None)),
    Fact(
        "result",
        Result,
        Outcome,
        Result.outcome_id == Outcome.id,
        "result_id",
        Outcome.registry_record_id.is_not(None),
    ),
    Fact(
        "adverse event",
        AdverseEvent,
        AdverseEvent,
        None,
        "adverse_event_id",
        AdverseEvent.registry_record_id.is_not(None),
    ),
    Fact("case report", CaseReport, CaseReport, None, "case_report_id"),
    Fact(
        "case event",
        CaseEvent,
        CaseReport,
        CaseEvent.case_report_id == CaseReport.id,
        "case_event_id",
    ),
    Fact(
        "regulatory status",
        RegulatoryStatus,
        Term,
        RegulatoryStatus.treatment_id == Term.id,
        "regulatory_status_id",
    ),
)


def check(session: Session, change: int | None) -> None:
    """Refuse what stands without support among the records that a change altered (None: all)."""
    problems = list(broken(session, change))
    if problems:
        raise RuleBroken(problems)


def broken(session: Session, change: int | None = None) -> Iterator[str]:
    """What stands without support, named one by one."""
    connection, altered = session.connection(), change is not None
    values = {ALTERED.key: change} if altered else {}
    for fact in FACTS:
        for slug, row in connection.execute(_unsupported(fact, altered=altered), values):
            what = fact.name if fact.model is fact.record else f"{fact.name} (row {row}) of"
            yield f"{what} {slug}: no claim and no registry record supports it"
    for slug in connection.execute(_claims_without_source(altered=altered), values).scalars():
        yield f"claim {slug}: has neither a passage nor a citation with a location"
    for slug in connection.execute(_outcomes_without_result(altered=altered), values).scalars():
        yield f"outcome {slug}: a result tells nothing, yet the outcome says reported"
    for slug in connection.execute(_harms_without_count(altered=altered), values).scalars():
        yield f"adverse event {slug}: has no count in any group"


# Each change asks all of these: they are put together once, and bound to its number. To build the
# statements anew took a fifth of the time of a small change.
ALTERED = bindparam("altered", type_=Integer)


def _current_records(record: Any, *, altered: bool) -> ColumnElement[bool]:
    current = record.status == RecordStatus.CURRENT
    return and_(current, record.stamp == ALTERED) if altered else current


@cache
def _unsupported(fact: Fact, *, altered: bool) -> Rows:
    supported = exists().where(
        claim_facts.c[fact.column] == fact.model.id,
        Claim.id == claim_facts.c.claim_id,
        Claim.status == RecordStatus.CURRENT,
    )
    query: Rows = select(fact.record.slug, fact.model.id).where(
        fact.record.status == RecordStatus.CURRENT, ~supported
    )
    if altered:
        query = query.where(
            or_(fact.record.stamp == ALTERED, fact.model.id.in_(_facts_of_altered_claims(fact)))
        )
    if fact.belongs is not None:
        query = query.join(fact.record, fact.belongs)
    return query if fact.registry is None else query.where(~fact.registry)


def _facts_of_altered_claims(fact: Fact) -> Select[Any]:
    """Facts tied to claims of this change; withdrawing a claim leaves their cards as they are."""
    tied = claim_facts.c
    return (
        select(tied[fact.column])
        .join(Claim, Claim.id == tied.claim_id)
        .where(Claim.stamp == ALTERED, tied[fact.column].is_not(None))
    )


@cache
def _claims_without_source(*, altered: bool) -> Select[str]:
    placed = exists().where(claim_passages.c.claim_id == Claim.id)
    return select(Claim.slug).where(
        _current_records(Claim, altered=altered), ~placed, Claim.source_citation_id.is_(None)
    )


@cache
def _outcomes_without_result(*, altered: bool) -> Select[str]:
    said = (
        Result.value,
        Result.numerator,
        Result.percent,
        Result.p,
        Result.change,
        Result.direction,
        Result.conclusion,
    )
    return (
        select(Outcome.slug)
        .join(Result, Result.outcome_id == Outcome.id)
        .where(
            _current_records(Outcome, altered=altered),
            Outcome.reporting == Reporting.REPORTED,
            and_(*(each.is_(None) for each in said)),
        )
        .distinct()
    )


@cache
def _harms_without_count(*, altered: bool) -> Select[str]:
    counted = exists().where(AdverseEventCount.adverse_event_id == AdverseEvent.id)
    return select(AdverseEvent.slug).where(
        _current_records(AdverseEvent, altered=altered), ~counted
    )
