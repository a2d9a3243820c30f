"""The list of adverse events: its filters and orders."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from app.models import AdverseEffect, AdverseEvent, Term, TermAncestor
from app.query.criteria import Clause
from app.query.facets import by_column, by_term
from app.query.filters import (
    Filter,
    Range,
    range_filter,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.records.adverse_events.card import ADVERSE_EVENT
from app.records.names import narrower_terms
from app.records.studies.filters import list_of_study_parts
from app.vocabulary import AdverseEventScope, Assessment, OrganSystem, Relatedness, Stated


def _graded(wanted: Range) -> Clause:
    """The grades counted overlap those asked for; an unknown grade never does."""
    low = AdverseEvent.grade_high >= (wanted.low if wanted.low is not None else 1)
    high = AdverseEvent.grade_low <= (wanted.high if wanted.high is not None else 5)
    return and_(low, high)


ADVERSE_EVENTS = list_of_study_parts(
    ADVERSE_EVENT,
    AdverseEvent,
    filters=(
        term_filter(
            "adverse_effect",
            "adverse_effect",
            "The harm that was counted, or a narrower one.",
            lambda ids: AdverseEvent.adverse_effect_id.in_(narrower_terms(ids)),
            AdverseEvent.adverse_effect_id.in_,
            "hallucinations",
        ),
        vocabulary_filter(
            "organ_system",
            OrganSystem,
            lambda systems: AdverseEvent.adverse_effect_id.in_(
                select(AdverseEffect.id).where(AdverseEffect.organ_system.in_(systems))
            ),
            "The body system of the harm.",
        ),
        vocabulary_filter("scope", AdverseEventScope, AdverseEvent.scope, "What the count covers."),
        vocabulary_filter(
            "serious", Stated, AdverseEvent.serious, "Whether the events were serious."
        ),
        vocabulary_filter(
            "relatedness",
            Relatedness,
            AdverseEvent.relatedness,
            "Whether only events blamed on the treatment count.",
        ),
        range_filter("affected", AdverseEvent.affected, "How many people were affected.", "1.."),
        range_filter("at_risk", AdverseEvent.at_risk, "Of how many people.", "10.."),
        vocabulary_filter(
            "assessment", Assessment, AdverseEvent.assessment, "How events were found."
        ),
        Filter(
            "grade",
            "CTCAE grades that the count covers.",
            lambda spans: or_(*map(_graded, spans)),
            read_range,
            example="3..5",
        ),
    ),
    facets=(
        by_column("scope", AdverseEvent.scope, AdverseEvent.id, "What the count covers."),
        by_column("serious", AdverseEvent.serious, AdverseEvent.id, "Whether it was serious."),
        by_column("relatedness", AdverseEvent.relatedness, AdverseEvent.id, "Which count."),
        by_column("assessment", AdverseEvent.assessment, AdverseEvent.id, "How it was found."),
        by_term(
            "adverse_effect",
            AdverseEvent.adverse_effect_id,
            AdverseEvent.id,
            Term,
            "The harm, and broader ones.",
            TermAncestor,
        ),
    ),
    own=("adverse_effect",),
)
