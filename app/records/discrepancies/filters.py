"""The list of discrepancies: its filters and orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from app.models import (
    ClaimCitation,
    Discrepancy,
    DiscrepancySide,
    discrepancy_studies,
    discrepancy_treatments,
)
from app.query.criteria import Clause
from app.query.filters import term_filter
from app.query.request import ListDefinition, Sort
from app.records.discrepancies.card import DISCREPANCY
from app.records.names import broader_terms, narrower_terms, record_filter, resolve
from app.records.shared_filters import words_filter


def _on_treatment(ids: Any) -> Clause:
    members = discrepancy_treatments.c
    return Discrepancy.id.in_(select(members.discrepancy_id).where(members.treatment_id.in_(ids)))


def _on_study(ids: Any) -> Clause:
    members = discrepancy_studies.c
    return Discrepancy.id.in_(select(members.discrepancy_id).where(members.study_id.in_(ids)))


def of_citation(citations: Any) -> Clause:
    """A side is said by the publications, or by a claim held to rest on them."""
    claims = select(ClaimCitation.claim_id).where(ClaimCitation.citation_id.in_(citations))
    said = or_(DiscrepancySide.citation_id.in_(citations), DiscrepancySide.claim_id.in_(claims))
    return Discrepancy.id.in_(select(DiscrepancySide.discrepancy_id).where(said))


DISCREPANCIES = ListDefinition(
    kind=DISCREPANCY,
    filters=(
        words_filter("discrepancy", Discrepancy),
        term_filter(
            "treatment",
            "treatment",
            "A treatment that it is about, or a narrower one.",
            lambda ids: _on_treatment(narrower_terms(ids)),
            _on_treatment,
            "ketamine",
        ),
        record_filter(
            "study", "study", "Slug of a study it is about.", _on_study, "adults-crps-12-weeks"
        ),
        record_filter(
            "citation",
            "citation",
            "Slug of a publication on one side.",
            of_citation,
            "bredlau-2013",
        ),
    ),
    sorts=(Sort("id", Discrepancy.id, int), Sort("title", Discrepancy.title)),
    default="id",
    resolve=resolve,
    broader=broader_terms,
)
