"""The list of claims: its filters and orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select

from app.models import Claim, ClaimCitation
from app.query.criteria import Clause
from app.query.facets import by_column
from app.query.filters import Filter, UnknownValue, term_filter, vocabulary_filter
from app.query.request import ListDefinition, Sort
from app.records.claims import support
from app.records.claims.card import CLAIM
from app.records.names import ANY_TERM, broader_terms, narrower_terms, record_filter, resolve
from app.records.shared_filters import retracted_facts, status_of_fact, words_filter
from app.vocabulary import ClaimKind, LinkBasis, Modality, Polarity, TermKind


def _supports(name: str, of: Callable[[Any], Clause], what: str, example: str) -> Filter:
    """A filter by the slug of a record that claims support."""
    return record_filter(name, name, f"Slug of {what}.", of, example)


def _read_term(written: str) -> str:
    """A slug, or kind/slug where several kinds have the slug; raises ValueError."""
    kind, slash, _ = written.rpartition("/")
    if slash and kind not in set(TermKind):
        raise UnknownValue(kind, [each.value for each in TermKind])
    return written


def _term(name: str, where: Callable[[Any], Clause], meaning: str, example: str) -> Filter:
    """A filter by exactly one term of any kind."""
    return replace(record_filter(name, ANY_TERM, meaning, where, example), read=_read_term)


CLAIMS = ListDefinition(
    kind=CLAIM,
    filters=(
        words_filter("claim", Claim),
        term_filter(
            "treatment",
            "treatment",
            "A treatment that the claim speaks of, or a narrower one.",
            lambda ids: or_(
                Claim.subject_id.in_(narrower_terms(ids)), Claim.object_id.in_(narrower_terms(ids))
            ),
            lambda ids: or_(Claim.subject_id.in_(ids), Claim.object_id.in_(ids)),
            "ketamine",
        ),
        _term(
            "subject",
            Claim.subject_id.in_,
            "Slug of exactly the term that the claim speaks of.",
            "ketamine-coma",
        ),
        _term(
            "object",
            Claim.object_id.in_,
            "Slug of exactly the term that the claim says of it.",
            "paralysis",
        ),
        vocabulary_filter("kind", ClaimKind, Claim.kind, "What the statement is about."),
        vocabulary_filter("polarity", Polarity, Claim.polarity, "Whether it affirms."),
        vocabulary_filter("modality", Modality, Claim.modality, "How firmly it is made."),
        _supports(
            "document",
            support.of_document,
            "the document that states it",
            "ketamine-for-pain",
        ),
        replace(
            _supports(
                "citation",
                support.of_citation,
                "a publication that it was read in or is held to rest on",
                "bredlau-2013",
            ),
            unknown=support.without_citation(),
        ),
        vocabulary_filter(
            "citation_basis",
            LinkBasis,
            lambda values: Claim.id.in_(
                select(ClaimCitation.claim_id).where(ClaimCitation.basis.in_(values))
            ),
            "How the link to a publication is known.",
        ),
        status_of_fact(Claim),
        _supports(
            "study",
            support.of_study,
            "a study that rests on it, with all that is in the study",
            "adults-crps-12-weeks",
        ),
        _supports(
            "outcome",
            support.of_outcome,
            "an outcome that rests on it",
            "adults-crps-12-weeks.pain",
        ),
        _supports(
            "adverse_event",
            support.of_adverse_event,
            "an adverse event that rests on it",
            "children-oral-ketamine.abstract-anorexia",
        ),
        _supports(
            "case_report",
            support.of_case_report,
            "a case report that rests on it",
            "flashbacks-after-infusions",
        ),
        _term(
            "term",
            support.of_term,
            "Slug of a term that it is about; of one kind only when written condition/pain.",
            "ketamine",
        ),
    ),
    sorts=(Sort("id", Claim.id, int), Sort("slug", Claim.slug)),
    default="id",
    resolve=resolve,
    broader=broader_terms,
    retracted=lambda: retracted_facts(Claim),
    facets=(
        by_column("kind", Claim.kind, Claim.id, "What the statement is about."),
        by_column("polarity", Claim.polarity, Claim.id, "Whether it affirms."),
        by_column("modality", Claim.modality, Claim.id, "How firmly it is made."),
    ),
)
