"""The list of studies, which may be asked for what they found as well: by outcomes and harms.

It stands above the kinds of what studies found, for its nested questions take their parameters.
"""

from __future__ import annotations

from app.models import AdverseEvent, FacetCount, Outcome, Study, StudyFacets
from app.query.facets import StoredFacets
from app.query.request import ListDefinition, ListElement, Sort
from app.records.adverse_events.filters import ADVERSE_EVENTS
from app.records.names import broader_terms, resolve
from app.records.outcomes.filters import OUTCOMES
from app.records.shared_filters import retracted_only, words_filter
from app.records.studies.arm_filters import GIVEN
from app.records.studies.card import STUDY
from app.records.studies.facets import STUDY_FACETS
from app.records.studies.filters import STUDY_FILTERS

STUDIES = ListDefinition(
    kind=STUDY,
    filters=(words_filter("study", Study), *STUDY_FILTERS, GIVEN),
    sorts=(Sort("year", Study.year_key, int), Sort("label", Study.label), Sort("slug", Study.slug)),
    default="-year",
    resolve=resolve,
    broader=broader_terms,
    facets=STUDY_FACETS,
    stored_facets=StoredFacets(StudyFacets.__table__, StudyFacets.study_id, FacetCount.__table__),
    retracted=retracted_only,
    elements=(
        ListElement(
            "outcomes", OUTCOMES, Outcome.study_id, {"measure": "pain", "direction": "better"}
        ),
        ListElement(
            "adverse_events",
            ADVERSE_EVENTS,
            AdverseEvent.study_id,
            {"adverse_effect": "hallucinations"},
        ),
    ),
)
