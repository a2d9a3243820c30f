"""The table of counts: a row for each count of each row of a table of harms."""

from __future__ import annotations

from app.models import (
    AdverseEvent,
    AdverseEventCount,
    Group,
    Population,
    Study,
    Term,
)
from app.models.claim import claim_facts
from app.overviews.tables.columns import (
    ARMS,
    GROUP,
    POPULATION,
    STUDY,
    TableColumn,
    claims_of,
    stored,
)
from app.overviews.tables.definition import MATCH, FlatTable
from app.records.adverse_events.filters import ADVERSE_EVENTS, COUNT

# The harm is read as a Term: AdverseEffect would ask for a kind, and leave out rows without a term.
_CLAIMS, _QUOTES = claims_of(claim_facts.c.adverse_event_id, AdverseEvent)

COUNTS = FlatTable(
    path="counts",
    listing=ADVERSE_EVENTS,
    row="CountRow",
    about="One row a count of harm: how many people of one group were affected.",
    parts_are="All counts of an adverse event are there, so that none is read without its control;"
    " those that are not as asked have match no.",
    columns=(
        stored(AdverseEvent.slug, "adverse_event", "The row of the table of harms, by its slug."),
        stored(AdverseEventCount.position, "count", "Place of the count in the row, from 0."),
        stored(Term.slug, "adverse_effect", "The harm, by slug; empty: not one term."),
        stored(AdverseEvent.term_verbatim),
        stored(Term.organ_system, meaning="The body system of the harm."),
        stored(AdverseEvent.scope),
        stored(AdverseEvent.serious),
        stored(AdverseEvent.results_in_death),
        stored(AdverseEvent.life_threatening),
        stored(AdverseEvent.hospitalisation),
        stored(AdverseEvent.disability),
        stored(AdverseEvent.congenital_anomaly),
        stored(AdverseEvent.medically_important),
        stored(AdverseEvent.relatedness),
        stored(AdverseEvent.severity_verbatim),
        stored(AdverseEvent.grade_low),
        stored(AdverseEvent.grade_high),
        stored(AdverseEventCount.affected),
        stored(AdverseEventCount.at_risk),
        stored(AdverseEventCount.events),
        stored(AdverseEventCount.percent),
        stored(AdverseEvent.assessment),
        stored(AdverseEvent.time_frame),
        stored(AdverseEventCount.note, "count_note"),
        stored(AdverseEvent.note),
        stored(AdverseEvent.basis),
        stored(
            AdverseEvent.publication_status,
            meaning="What became of the sources of the row, of which the least grave counts.",
        ),
        TableColumn("claims", str, "The claims that say so, by slug.", _CLAIMS),
        TableColumn("quotes", str, "The words of the source in these claims.", _QUOTES),
        *STUDY,
        *GROUP,
        *ARMS,
        *POPULATION,
        MATCH,
    ),
    fact=AdverseEvent.id,
    part=AdverseEventCount.position,
    group=Group.id,
    order=(AdverseEventCount.position,),
    source=AdverseEvent.__table__.join(Study, Study.id == AdverseEvent.study_id)
    .join(AdverseEventCount, AdverseEventCount.adverse_event_id == AdverseEvent.id)
    .join(Group, Group.id == AdverseEventCount.group_id)
    .outerjoin(Term, Term.id == AdverseEvent.adverse_effect_id)
    .outerjoin(Population, Population.id == Group.population_id),
    own=COUNT,
    all_parts=True,
)
