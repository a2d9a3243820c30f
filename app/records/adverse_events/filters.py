"""The list of adverse events: its filters and orders."""

from __future__ import annotations

from sqlalchemy import and_, func, not_, or_, select

from app.models import (
    AdverseEffect,
    AdverseEvent,
    AdverseEventCount,
    Group,
    GroupPopulation,
    Relation,
    Term,
    TermAncestor,
    group_arms,
)
from app.query.criteria import Clause, Criterion, all_definite, one_part
from app.query.facets import by_column, by_term
from app.query.filters import (
    Filter,
    FilterGroup,
    Range,
    range_filter,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.query.ordering import ONE
from app.records.adverse_events.card import ADVERSE_EVENT
from app.records.names import narrower_terms
from app.records.studies.fact_facets import fact_facets
from app.records.studies.fact_filters import fact_filters
from app.records.studies.fact_matches import match_details
from app.records.studies.fact_sides import Gets, Sides, has_arms
from app.records.studies.filters import list_of_study_parts
from app.vocabulary import AdverseEventScope, Assessment, OrganSystem, Relatedness, Stated


def _graded(wanted: Range) -> Clause:
    """The grades counted overlap those asked for; an unknown grade never does."""
    low = AdverseEvent.grade_high >= (wanted.low if wanted.low is not None else 1)
    high = AdverseEvent.grade_low <= (wanted.high if wanted.high is not None else 5)
    return and_(low, high)


COUNT = FilterGroup(
    (
        range_filter(
            "affected", AdverseEventCount.affected, "How many people were affected.", "1.."
        ),
        range_filter("at_risk", AdverseEventCount.at_risk, "Of how many people.", "10.."),
    ),
    one_part(AdverseEventCount.adverse_event_id, AdverseEvent.id),
)


def _compared(name: str, rows: Clause) -> Criterion:
    """Another count of the row, of the same people, is of a group that gets something."""
    other, told = AdverseEventCount.__table__.alias(), Group.__table__.alias()
    arms = group_arms.alias()
    own, gets = Group.__table__.alias(), Gets(rows)
    index = GroupPopulation.__table__.alias()
    group, study = other.c.group_id, GroupPopulation.study_id
    nobody = and_(own.c.population_id.is_(None), told.c.population_id.is_(None))
    same_people = (
        select(ONE)
        .where(
            index.c.study_id == study,
            index.c.population_id == own.c.population_id,
            index.c.group_id == group,
            index.c.relation == Relation.ALL,
        )
        .correlate_except(index)
        .exists()
    )
    arms_told = select(ONE).where(arms.c.group_id == group).correlate_except(arms).exists()

    def some_other(*where: Clause) -> Clause:
        return (
            select(ONE)
            .select_from(other)
            .join(own, own.c.id == GroupPopulation.group_id)
            .join(told, told.c.id == group)
            .where(
                other.c.adverse_event_id == AdverseEventCount.adverse_event_id,
                other.c.id != AdverseEventCount.id,
                or_(nobody, same_people),
                *where,
            )
            .correlate_except(other, own, told)
            .exists()
        )

    definite = some_other(
        or_(gets.of_group(group), and_(not_(arms_told), gets.of_study(study, every=True)))
    )
    perhaps = some_other(not_(arms_told), or_(gets.of_study(study), not_(has_arms(study))))
    return Criterion(name, definite, or_(definite, perhaps))


SIDES = Sides(
    model=AdverseEvent,
    index=GroupPopulation,
    fact=AdverseEventCount.adverse_event_id,
    part=AdverseEventCount.id,
    same_part=AdverseEventCount.group_id == GroupPopulation.group_id,
    position=AdverseEventCount.position,
    order=AdverseEventCount.id,
    n=func.coalesce(AdverseEventCount.at_risk, GroupPopulation.n),
    meets=all_definite,
    parts=(AdverseEventCount.__table__, AdverseEventCount.group_id == GroupPopulation.group_id),
)
PEOPLE = fact_filters(SIDES, _compared, COUNT, match_details(SIDES, "counts", "count"))

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
        PEOPLE,
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
        *fact_facets(SIDES),
    ),
    own=("adverse_effect",),
)
