"""The list of claims: its filters and orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, or_, select

from app import claim_facts
from app.claims.schemas import CLAIM
from app.core.asking import Listing, Sort
from app.core.criteria import Clause
from app.core.facets import by_column
from app.core.filters import Filter, NotOneOf, choice, terms
from app.models import (
    AdverseEvent,
    CaseReport,
    Citation,
    Claim,
    ClaimCitation,
    Document,
    Outcome,
    Study,
    Term,
)
from app.naming import above, narrower, resolve
from app.study_filters import publication_status, words_filter
from app.vocabulary import (
    ClaimKind,
    LinkBasis,
    Modality,
    Polarity,
    PublicationStatus,
    TermKind,
)


def _supports(
    name: str, model: Any, of: Callable[[Any], Clause], what: str, example: str
) -> Filter:
    """A filter by the slug of a record that claims support."""
    return Filter(
        name,
        f"Slug of {what}.",
        lambda slugs: of(select(model.id).where(model.slug.in_(slugs))),
        example=example,
    )


def _about(column: Any, slugs: list[str]) -> Clause:
    return column.in_(select(Term.id).where(Term.slug.in_(slugs)))  # type: ignore[no-any-return]


def _with_status(statuses: list[str]) -> Clause:
    """The publication that it was read in, or one that it is held to rest on, has the status."""
    found = select(Citation.id).where(Citation.publication_status.in_(statuses))
    return claim_facts.of_citation(found)


def _unsound() -> Any:
    """The claims that were read in a retracted publication."""
    retracted = select(Citation.id).where(
        Citation.publication_status == PublicationStatus.RETRACTED
    )
    return select(Claim.id).where(Claim.source_citation_id.in_(retracted))


def _read_term(written: str) -> tuple[TermKind | None, str]:
    """A slug, or kind/slug where several kinds have the slug; raises ValueError."""
    kind, slash, slug = written.rpartition("/")
    if slash and kind not in set(TermKind):
        raise NotOneOf(kind, [each.value for each in TermKind])
    return TermKind(kind) if slash else None, slug


def _terms(names: list[tuple[TermKind | None, str]]) -> Clause:
    found = (
        Term.slug == slug if kind is None else and_(Term.slug == slug, Term.kind == kind)
        for kind, slug in names
    )
    return claim_facts.of_term(select(Term.id).where(or_(*found)))


CLAIMS = Listing(
    kind=CLAIM,
    filters=(
        words_filter("claim", Claim),
        terms(
            "treatment",
            "treatment",
            "A treatment that the claim speaks of, or a narrower one.",
            lambda ids: or_(
                Claim.subject_id.in_(narrower(ids)), Claim.object_id.in_(narrower(ids))
            ),
            lambda ids: or_(Claim.subject_id.in_(ids), Claim.object_id.in_(ids)),
            "ketamine",
        ),
        Filter(
            "subject",
            "Slug of exactly the term that the claim speaks of.",
            lambda slugs: _about(Claim.subject_id, slugs),
            example="ketamine-coma",
        ),
        Filter(
            "object",
            "Slug of exactly the term that the claim says of it.",
            lambda slugs: _about(Claim.object_id, slugs),
            example="paralysis",
        ),
        choice("kind", ClaimKind, Claim.kind, "What the statement is about."),
        choice("polarity", Polarity, Claim.polarity, "Whether it affirms."),
        choice("modality", Modality, Claim.modality, "How firmly it is made."),
        _supports(
            "document",
            Document,
            claim_facts.of_document,
            "the document that states it",
            "ketamine-for-pain",
        ),
        _supports(
            "citation",
            Citation,
            claim_facts.of_citation,
            "a publication that it was read in or is held to rest on",
            "bredlau-2013",
        ),
        choice(
            "citation_basis",
            LinkBasis,
            lambda values: Claim.id.in_(
                select(ClaimCitation.claim_id).where(ClaimCitation.basis.in_(values))
            ),
            "How the link to a publication is known.",
        ),
        publication_status(_with_status, "a publication that it was read in or rests on"),
        _supports(
            "study",
            Study,
            claim_facts.of_study,
            "a study that rests on it, with all that is in the study",
            "adults-crps-12-weeks",
        ),
        _supports(
            "outcome",
            Outcome,
            claim_facts.of_outcome,
            "an outcome that rests on it",
            "a-study.pain",
        ),
        _supports(
            "adverse_event",
            AdverseEvent,
            claim_facts.of_adverse_event,
            "an adverse event that rests on it",
            "a-study.nausea",
        ),
        _supports(
            "case_report",
            CaseReport,
            claim_facts.of_case_report,
            "a case report that rests on it",
            "a-case",
        ),
        Filter(
            "term",
            "Slug of a term that it is about; of one kind only when written condition/pain.",
            _terms,
            _read_term,
            example="ketamine",
        ),
    ),
    sorts=(Sort("id", Claim.id, int), Sort("slug", Claim.slug)),
    default="id",
    resolve=resolve,
    above=above,
    unsound=_unsound,
    facets=(
        by_column("kind", Claim.kind, Claim.id, "What the statement is about."),
        by_column("polarity", Claim.polarity, Claim.id, "Whether it affirms."),
        by_column("modality", Claim.modality, Claim.id, "How firmly it is made."),
    ),
)
