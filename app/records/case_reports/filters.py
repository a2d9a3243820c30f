"""The list of case reports: its filters and orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.models import CaseEvent, CaseReport
from app.query.criteria import Clause, one_part
from app.query.facets import by_column, by_part
from app.query.filters import FilterGroup, term_filter, vocabulary_filter
from app.query.request import ListDefinition, Sort
from app.records.case_reports.card import CASE_REPORT
from app.records.case_reports.patient_filters import PATIENT
from app.records.names import broader_terms, narrower_terms, record_filter, resolve
from app.records.shared_filters import retracted_facts, status_of_fact, words_filter
from app.vocabulary import CaseEventType, DrugRole, EventOutcome, Stated


def _event(ids: Any, *types: CaseEventType) -> Clause:
    events = select(CaseEvent.case_report_id).where(CaseEvent.term_id.in_(ids))
    return CaseReport.id.in_(events.where(CaseEvent.type.in_(types)) if types else events)


def _received(ids: Any) -> Clause:
    """The treatment, in any event: what `treatment.not` leaves out."""
    each = aliased(CaseEvent)
    return exists().where(each.case_report_id == CaseEvent.case_report_id, each.term_id.in_(ids))


TREATED = CaseEvent.type.in_([CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE])
GOT = term_filter(
    "treatment",
    "treatment",
    "A treatment that the patient got, or a narrower one.",
    lambda ids: _received(narrower_terms(ids)),
    _received,
    "ketamine",
)
CASE_REPORTS = ListDefinition(
    kind=CASE_REPORT,
    filters=(
        words_filter("case_report", CaseReport),
        FilterGroup(
            (
                replace(
                    GOT,
                    where=lambda ids: CaseEvent.term_id.in_(narrower_terms(ids)),
                    direct=CaseEvent.term_id.in_,
                    whole_record=GOT,
                ),
                vocabulary_filter(
                    "drug_role", DrugRole, CaseEvent.drug_role, "What it is to the case."
                ),
            ),
            one_part(CaseEvent.case_report_id, CaseReport.id, TREATED),
        ),
        term_filter(
            "adverse_effect",
            "adverse_effect",
            "A harm that was seen, or a narrower one.",
            lambda ids: _event(narrower_terms(ids), CaseEventType.ADVERSE_EVENT),
            lambda ids: _event(ids, CaseEventType.ADVERSE_EVENT),
            "foot-pain",
        ),
        PATIENT,
        vocabulary_filter(
            "outcome",
            EventOutcome,
            lambda outcomes: CaseReport.id.in_(
                select(CaseEvent.case_report_id).where(CaseEvent.outcome.in_(outcomes))
            ),
            "How an event ended.",
        ),
        vocabulary_filter(
            "rechallenge",
            Stated,
            lambda answers: CaseReport.id.in_(
                select(CaseEvent.case_report_id).where(CaseEvent.recurred.in_(answers))
            ),
            "On re-exposure, whether the harm came back.",
        ),
        status_of_fact(CaseReport),
        record_filter(
            "study",
            "study",
            "Slug of the study that counts the patients, too.",
            CaseReport.study_id.in_,
            "liver-injury-3-cases",
        ),
    ),
    sorts=(Sort("id", CaseReport.id, int), Sort("label", CaseReport.label)),
    default="id",
    resolve=resolve,
    broader=broader_terms,
    retracted=lambda: retracted_facts(CaseReport),
    facets=(
        by_column("sex", CaseReport.sex, CaseReport.id, "Sex of the patient."),
        by_part("outcome", CaseEvent.outcome, CaseEvent.case_report_id, "How an event ended."),
        by_part("drug_role", CaseEvent.drug_role, CaseEvent.case_report_id, "What it is to it."),
    ),
)
