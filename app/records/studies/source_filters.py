"""Filters of studies by what tells of them: publications, documents, numbers of registries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.models import Citation, Study, StudyCitation, StudyIdentifier
from app.query.criteria import Clause, one_part
from app.query.filters import Filter, FilterGroup, vocabulary_filter
from app.records.claims import support
from app.records.names import record_filter
from app.records.shared_filters import publication_status
from app.values.identifiers import read_identifier
from app.vocabulary import StudyCitationRole


def _without_link(filter_: Filter, column: Any) -> Filter:
    """The filter, of which NAME.not leaves out a study any link of which has the value."""
    other = StudyCitation.__table__.alias("other")
    rows = select(other.c.study_id)
    return replace(
        filter_,
        whole_record=replace(
            filter_,
            where=lambda values: StudyCitation.study_id.in_(
                rows.where(other.c[column.name].in_(values))
            ),
        ),
    )


LINKED = FilterGroup(
    (
        _without_link(
            record_filter(
                "citation",
                "citation",
                "Slug of a publication about the study.",
                StudyCitation.citation_id.in_,
                "bredlau-2013",
            ),
            StudyCitation.citation_id,
        ),
        _without_link(
            vocabulary_filter(
                "citation_role",
                StudyCitationRole,
                StudyCitation.role.in_,
                "What the publication is to the study.",
            ),
            StudyCitation.role,
        ),
    ),
    one_part(StudyCitation.study_id, Study.id),
)


def _identified(values: list[str]) -> Clause:
    named = select(StudyIdentifier.study_id).where(StudyIdentifier.value.in_(values))
    return Study.id.in_(named)


def _with_status(statuses: list[str]) -> Clause:
    publications = select(StudyCitation.study_id).join(StudyCitation.citation)
    return Study.id.in_(publications.where(Citation.publication_status.in_(statuses)))


SOURCE_FILTERS: tuple[Filter | FilterGroup, ...] = (
    LINKED,
    Filter(
        "identifier",
        "A number that a registry gave the study, alone or as nct:NCT01369680.",
        _identified,
        read_identifier,
        example="NCT01369680",
    ),
    record_filter(
        "document",
        "document",
        "Slug of a document that tells of the study, or of anything in it.",
        lambda ids: Study.id.in_(support.studies_told_in(ids)),
        "ketamine-for-pain",
    ),
    publication_status(_with_status, "a publication about the study"),
)
