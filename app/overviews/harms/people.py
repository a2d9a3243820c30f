"""Whose harms a profile is asked for: counts and cases of these people, and of no others.

A count is met as the list of adverse events meets it: the people and the treatment in one group.
A case is met by its patient. A statement names no people, so that it leaves open whose harm it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, false, func, select, true
from starlette.datastructures import QueryParams

from app.api.problems import invalid_parameter
from app.db.statements import Rows
from app.models import (
    ANY_TERM,
    AdverseEvent,
    AdverseEventCount,
    ArmTreatment,
    Relation,
    Study,
    StudyConditionPage,
    group_arms,
)
from app.query.cards import CURRENT
from app.query.criteria import Criterion, Match, all_definite, all_within
from app.query.filters import filters_by_parameter
from app.query.lists import BoundStatements
from app.query.request import parse_request
from app.query.totals import parts_json
from app.records.adverse_events.filters import ADVERSE_EVENTS, PEOPLE, SIDES
from app.records.case_reports.patient_filters import PATIENT
from app.records.studies.fact_filters import side_clauses
from app.records.studies.fact_matches import AS_ASKED, Certainty
from app.records.studies.fact_sides import (
    NAMES_OF_PEOPLE,
    Asked,
    all_of_side,
    base_name,
    people_of_side,
)

ASKED_OF = {*NAMES_OF_PEOPLE, "n", "comparator"}
PARAMETERS = {
    name: each
    for name, each in filters_by_parameter(PEOPLE.filters).items()
    if base_name(name) in ASKED_OF
}
OF_PEOPLE = ("match", "broader")  # how the people asked for may be met
CONTROLS = ("treatment", "descendants", *OF_PEOPLE)
OF_PATIENTS = {*filters_by_parameter(PATIENT.filters), "country"}  # which no report tells
Harm = tuple[int, int]  # the numbers of an adverse effect and of the exact treatment


def given_in(query: Rows, treatment: Sequence[Any]) -> Rows:
    """The counts of a query over adverse events whose group got any of the treatments."""
    return (
        query.join(AdverseEventCount, AdverseEventCount.adverse_event_id == AdverseEvent.id)
        .join(group_arms, group_arms.c.group_id == AdverseEventCount.group_id)
        .join(ArmTreatment, ArmTreatment.arm_id == group_arms.c.arm_id)
        .where(ArmTreatment.treatment_id.in_(treatment))
    )


class CountedIn(NamedTuple):
    """A count of a harm in a group that got a treatment, and how sure it is."""

    row: int
    effect: int
    form: int
    study: int
    certainty: int


@dataclass(frozen=True)
class AskedPeople:
    """The people that a profile is asked for, and how they are found."""

    question: BoundStatements
    asked: Asked
    patient: tuple[Criterion, ...] | None  # None: no single patient is as asked
    match: Match

    @classmethod
    def of(cls, connection: Connection, query: QueryParams) -> AskedPeople | None:
        """The people that a request names, None if it names none; raises Problem."""
        if not any(name in PARAMETERS for name in query):
            for name in OF_PEOPLE:
                if name in query:
                    raise invalid_parameter(name, "it is about people: ask for some, as sex=female")
            return None
        pairs = [pair for pair in query.multi_items() if pair[0] in {*PARAMETERS, *CONTROLS}]
        list_request = parse_request(ADVERSE_EVENTS, QueryParams(pairs))
        question = BoundStatements.of(connection, ADVERSE_EVENTS, list_request)
        plan = question.statements.plan
        names = {base_name(name) for name in list_request.values}
        patient = None
        if names <= {*OF_PATIENTS, "treatment"}:
            found = PATIENT.criteria(plan.values, list_request.options)
            untold = [Criterion("country", false(), true())] if "country" in names else []
            patient = (*found, *untold)
        return cls(question, Asked.of(plan.found), patient, list_request.options.match)

    def keeps(self, certainty: int) -> bool:
        """Whether this is sure enough, and no surer than asked for."""
        return certainty in AS_ASKED[self.match]

    def run(self, connection: Connection, query: Rows) -> list[Any]:
        """The rows of a query that names the terms asked for."""
        return list(connection.execute(query, self.question.values))

    def harms_counted(
        self, connection: Connection, treatments: Sequence[int]
    ) -> dict[Harm, tuple[int, int]]:
        """Of each harm that may be counted in them: how surely it is, and in how many studies."""
        harm = (AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id)
        columns = (harm[0].label("effect"), harm[1].label("form"), AdverseEvent.study_id)
        each = (
            self._counts(treatments, *columns)
            .where(AdverseEvent.adverse_effect_id.is_not(None))
            .group_by(*harm, AdverseEvent.study_id)
            .subquery()
        )
        numbers = [func.sum(case((each.c.certainty == sure, 1), else_=0)) for sure in (1, 2, 3)]
        key = (each.c.effect, each.c.form)
        query: Rows = select(*key, *numbers).group_by(*key)
        found = {}
        for effect, form, *studies in self.run(connection, query):
            by_certainty = {sure: number for sure, number in enumerate(studies, 1) if number}
            if by_certainty:
                kept = sum(number for sure, number in by_certainty.items() if self.keeps(sure))
                found[effect, form] = (max(by_certainty), kept)
        return found

    def counts(
        self, connection: Connection, treatments: Sequence[int], effects: Iterable[int]
    ) -> list[CountedIn]:
        """The counts of these harms that are as asked, newest study first."""
        of_side = (AdverseEvent.id, AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id)
        order = (Study.year_key, AdverseEvent.study_id)
        query = self._counts(treatments, *of_side, AdverseEvent.study_id)
        query = query.where(AdverseEvent.adverse_effect_id.in_(list(effects)))
        query = query.group_by(*of_side, *order)
        query = query.order_by(Study.year_key.desc(), *(each for each in (order[1], *of_side[:1])))
        found = [CountedIn(*row) for row in self.run(connection, query)]
        return [each for each in found if self.keeps(each.certainty)]

    def _counts(self, treatments: Sequence[int], *columns: Any) -> Any:
        """Counts of groups that got a treatment, with columns, and how surely they are as asked.

        The people are looked up count by count: joined, SQLite would begin with all people of all
        studies, which takes seconds where this takes milliseconds.
        """
        counted = given_in(
            select(*columns, func.max(self._certainty()).label("certainty")), treatments
        )
        return counted.join(Study, Study.id == AdverseEvent.study_id).where(
            AdverseEvent.status == CURRENT
        )

    def _certainty(self) -> Any:
        """How surely the people of a count are as asked, from 0."""
        people, index = StudyConditionPage, SIDES.index
        sure = and_(true(), *side_clauses(SIDES, self.asked, sure=True))
        rest = [*self.asked.treatment, *self.asked.others]
        whole = and_(sure, all_within(rest), *self._all_people())
        best = func.max(
            case((whole, Certainty.WITHIN), (sure, Certainty.OVERLAPPING), else_=Certainty.POSSIBLE)
        )
        tables = (index.__table__, people.__table__)
        found = (
            select(best)
            .select_from(tables[0].join(tables[1], people_of_side(index, people)))
            .where(
                index.study_id == AdverseEvent.study_id,
                index.group_id == AdverseEventCount.group_id,
                people.term_id == ANY_TERM,
                people.year_key == Study.year_key,
                people.study_id == AdverseEvent.study_id,
                *side_clauses(SIDES, self.asked, sure=False),
            )
        )
        return func.coalesce(found.correlate_except(*tables).scalar_subquery(), Certainty.NO)

    def _all_people(self) -> list[Any]:
        if not self.asked.people:
            return [SIDES.index.relation == Relation.ALL]
        return [all_of_side(SIDES, self.asked, anywhere=True)]

    def of_patient(self) -> Any:
        """How surely the patient of a case report is as asked, from 0."""
        found = self.patient
        if found is None:
            return case((false(), 1), else_=0)
        perhaps = and_(true(), *(each.possible for each in found))
        return case(
            (and_(all_definite(found), all_within(found)), Certainty.WITHIN),
            (all_definite(found), Certainty.OVERLAPPING),
            (perhaps, Certainty.POSSIBLE),
            else_=Certainty.NO,
        )

    def matches(self, connection: Connection, rows: Sequence[int]) -> dict[int, list[Any]]:
        """By row of a table of harms, how sure each of its counts is, as the list says it."""
        told = PEOPLE.details
        assert told is not None  # noqa: S101 # declared there
        found = self.question.certainty(connection, [_Row(row) for row in rows])
        return {row: parts_json(told, each) for row, each in found.details.items()}


class _Row(NamedTuple):
    """What details are asked by."""

    id: int
