"""The lists of the four kinds of term: their filters and orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import cast, func, or_, select

from app.models import (
    AdverseEffect,
    OutcomeMeasure,
    RegulatoryStatus,
    Term,
    TermCode,
    TermLabel,
    Treatment,
)
from app.models.base import Words
from app.query.cards import Kind
from app.query.criteria import Clause, one_part
from app.query.filters import Filter, FilterGroup, term_filter, vocabulary_filter
from app.query.request import ListDefinition, Sort
from app.records.names import broader_terms, narrower_terms, resolve
from app.records.shared_filters import words_filter
from app.records.terms.card import ADVERSE_EFFECT, CONDITION, OUTCOME_MEASURE, TREATMENT
from app.values.countries import read_jurisdiction
from app.values.text import fold_text
from app.vocabulary import (
    BetterDirection,
    OrganSystem,
    OutcomeDomain,
    RegulatoryState,
    TreatmentForm,
    TreatmentRoute,
)


def _named(names: list[str]) -> Clause:
    """The preferred name or another label is one of these, whatever the case."""
    folded = [fold_text(name) for name in names]
    labelled = select(TermLabel.term_id).where(TermLabel.folded.in_(folded))
    return or_(Term.folded.in_(folded), Term.id.in_(labelled))


def _coded(codes: list[str]) -> Clause:
    """It carries one of these codes, written D020918 or MeSH:D020918."""
    wanted = [code.strip().upper() for code in codes]
    whole = func.upper(cast(TermCode.scheme, Words) + ":" + TermCode.code)
    found = or_(func.upper(TermCode.code).in_(wanted), whole.in_(wanted))
    return Term.id.in_(select(TermCode.term_id).where(found))


# What one authority decided on exactly this treatment: never inherited from a broader one.
DECIDED = FilterGroup(
    (
        Filter(
            "jurisdiction",
            "Where its status was decided on: a country of ISO 3166-1, or EU.",
            RegulatoryStatus.jurisdiction.in_,
            read_jurisdiction,
            example="US",
        ),
        vocabulary_filter(
            "regulatory_status",
            RegulatoryState,
            RegulatoryStatus.state,
            "What an authority decided on exactly this treatment.",
        ),
    ),
    one_part(RegulatoryStatus.treatment_id, Term.id),
)


def _listing(kind: Kind, example: str, *more: Filter | FilterGroup) -> ListDefinition:
    model: Any = kind.model
    return ListDefinition(
        kind=kind,
        filters=(
            words_filter(kind.name, model),
            Filter("name", "Its name, or any other label it has.", _named, example=example),
            Filter("code", "A code it carries, as MeSH:D020918.", _coded, example="MeSH:D007649"),
            term_filter(
                "parent",
                kind.name,
                "A broader term, at any distance.",
                lambda ids: Term.id.in_(narrower_terms(ids)) & Term.id.not_in(ids),
                Term.parent_id.in_,
                example,
            ),
            *more,
        ),
        sorts=(Sort("name", model.name), Sort("slug", model.slug)),
        default="name",
        resolve=resolve,
        broader=broader_terms,
    )


TREATMENTS = _listing(
    TREATMENT,
    "ketamine",
    vocabulary_filter("route", TreatmentRoute, Treatment.route, "How it enters the body."),
    vocabulary_filter("form", TreatmentForm, Treatment.form, "The form that it names."),
    DECIDED,
)
CONDITIONS = _listing(CONDITION, "crps")
ADVERSE_EFFECTS = _listing(
    ADVERSE_EFFECT,
    "hallucinations",
    vocabulary_filter("organ_system", OrganSystem, AdverseEffect.organ_system, "The body system."),
)
OUTCOME_MEASURES = _listing(
    OUTCOME_MEASURE,
    "pain",
    vocabulary_filter("domain", OutcomeDomain, OutcomeMeasure.domain, "What part of life."),
    vocabulary_filter("better", BetterDirection, OutcomeMeasure.better, "Which way is better."),
)
