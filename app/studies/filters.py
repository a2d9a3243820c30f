"""The list of studies: its filters and orders."""

from __future__ import annotations

from app.core.asking import Listing, Sort
from app.models import Study
from app.naming import above, resolve
from app.studies.schemas import STUDY
from app.study_facets import STUDY_FACETS
from app.study_filters import STUDY_FILTERS, retracted_only, words_filter

STUDIES = Listing(
    kind=STUDY,
    filters=(words_filter("study", Study), *STUDY_FILTERS),
    sorts=(Sort("year", Study.year_key, int), Sort("label", Study.label), Sort("slug", Study.slug)),
    default="-year",
    resolve=resolve,
    above=above,
    facets=STUDY_FACETS,
    unsound=retracted_only,
)
