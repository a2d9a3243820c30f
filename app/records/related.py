"""What each record's page takes in from the others, now and in the past."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from app.models import (
    AdverseEvent,
    CaseReport,
    Citation,
    Discrepancy,
    Outcome,
    Study,
    StudyCitation,
    Term,
    discrepancy_studies,
    discrepancy_treatments,
)
from app.query.record_page import RelatedList
from app.query.request import ListDefinition
from app.records.adverse_events.filters import ADVERSE_EVENTS
from app.records.case_reports.filters import CASE_REPORTS
from app.records.citations.filters import CITATIONS
from app.records.claims import support
from app.records.claims.filters import CLAIMS
from app.records.discrepancies.filters import DISCREPANCIES, of_citation
from app.records.outcomes.filters import OUTCOMES
from app.records.study_list import STUDIES
from app.records.terms.filters import ADVERSE_EFFECTS, CONDITIONS, OUTCOME_MEASURES, TREATMENTS


def _cited_studies(citation: int) -> ColumnElement[bool]:
    links = select(StudyCitation.study_id).where(StudyCitation.citation_id == citation)
    return Study.id.in_(links)


def _publications(study: int) -> ColumnElement[bool]:
    links = select(StudyCitation.citation_id).where(StudyCitation.study_id == study)
    return Citation.id.in_(links)


def _on_study(study: int) -> ColumnElement[bool]:
    members = discrepancy_studies.c
    return Discrepancy.id.in_(select(members.discrepancy_id).where(members.study_id == study))


def _on_treatment(treatment: int) -> ColumnElement[bool]:
    members = discrepancy_treatments.c
    return Discrepancy.id.in_(
        select(members.discrepancy_id).where(members.treatment_id == treatment)
    )


def _claims_on(kind: str) -> RelatedList:
    """Claims on a term of a kind."""
    return RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_term([row]),
        filter="term",
        filter_prefix=f"{kind}/",
        backlinks=("subject", "object", "regulatory_statuses.treatment"),
    )


def _narrower(listing: ListDefinition) -> RelatedList:
    """Terms right below a term."""
    below: Any = lambda row: Term.parent_id == row  # noqa: E731 # as the others
    return RelatedList("narrower", listing, below, filter="parent", backlinks=("parent",))


CLAIMS_ON_A_STUDY = (
    "says",
    "populations.says",
    "arms.says",
    "outcomes.says",
    "outcomes.results.says",
    "adverse_events.says",
)


OF_STUDIES = (
    RelatedList("outcomes", OUTCOMES, lambda row: Outcome.study_id == row, filter="study"),
    RelatedList(
        "adverse_events",
        ADVERSE_EVENTS,
        lambda row: AdverseEvent.study_id == row,
        filter="study",
    ),
    RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_study([row]),
        filter="study",
        links=CLAIMS_ON_A_STUDY,
    ),
    RelatedList("citation_cards", CITATIONS, _publications, links=("citations.citation",)),
    RelatedList(
        "case_reports",
        CASE_REPORTS,
        lambda row: CaseReport.study_id == row,
        filter="study",
        backlinks=("study",),
    ),
    RelatedList("discrepancies", DISCREPANCIES, _on_study, filter="study", backlinks=("studies",)),
)
OF_OUTCOMES = (
    RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_outcome([row]),
        filter="outcome",
        backlinks=("outcomes", "results.outcome"),
    ),
)
OF_ADVERSE_EVENTS = (
    RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_adverse_event([row]),
        filter="adverse_event",
        backlinks=("adverse_events",),
    ),
)
OF_CASE_REPORTS = (
    RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_case_report([row]),
        filter="case_report",
        backlinks=("case_reports", "case_events.case_report"),
    ),
)
OF_CITATIONS = (
    RelatedList(
        "studies", STUDIES, _cited_studies, filter="citation", backlinks=("citations.citation",)
    ),
    RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_citation([row]),
        filter="citation",
        backlinks=("source_citation", "citations.citation"),
    ),
    RelatedList(
        "case_reports",
        CASE_REPORTS,
        lambda row: CaseReport.citation_id == row,
        backlinks=("citation",),
    ),
    RelatedList(
        "discrepancies",
        DISCREPANCIES,
        lambda row: of_citation([row]),
        filter="citation",
        backlinks=("sides.citation",),
        through=("claims", "citations.citation", "sides.claim"),
    ),
)
OF_TREATMENTS = (
    _narrower(TREATMENTS),
    _claims_on("treatment"),
    RelatedList(
        "discrepancies",
        DISCREPANCIES,
        _on_treatment,
        filter="treatment",
        backlinks=("treatments",),
    ),
)
OF_CONDITIONS = (
    _narrower(CONDITIONS),
    _claims_on("condition"),
)
OF_OUTCOME_MEASURES = (
    _narrower(OUTCOME_MEASURES),
    _claims_on("outcome_measure"),
)
OF_DOCUMENTS = (
    RelatedList(
        "claims",
        CLAIMS,
        lambda row: support.of_document([row]),
        filter="document",
        backlinks=("passages.document",),
    ),
)
OF_ADVERSE_EFFECTS = (
    _narrower(ADVERSE_EFFECTS),
    _claims_on("adverse_effect"),
)
