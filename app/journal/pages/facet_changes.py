"""Which studies are counted otherwise after a change, however they came to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.journal.pages.facets import rewrite_studies
from app.journal.revisions import batches
from app.models import (
    AdverseEvent,
    Citation,
    Outcome,
    OutcomeMeasure,
    Study,
    StudyCitation,
    StudyConditionPage,
    StudyTreatmentPage,
)
from app.query.cards import Kind

OldCards = Mapping[Kind, Mapping[int, str]]
FACTS = (Outcome, AdverseEvent)  # records of a study that it is counted by
# By what a study names a term, with or without broader ones: the table, its study, its term.
NAMING = (
    (StudyConditionPage.study_id, StudyConditionPage.term_id),
    (StudyTreatmentPage.study_id, StudyTreatmentPage.term_id),
    (Outcome.study_id, Outcome.measure_id),
    (AdverseEvent.study_id, AdverseEvent.adverse_effect_id),
)


def rewrite(
    session: Session,
    touched: Mapping[Kind, Sequence[int]],
    old: OldCards,
    moved: Collection[int],
    restated: Mapping[Kind, Collection[int]],
) -> None:
    """Bring the rows and counts of studies up to date, once page rows and statuses are.

    `old` are the cards that touched records had before, `moved` the terms that have other broader
    terms now, `restated` the records of which something else became than before.
    """
    connection = session.connection()
    studies: set[int] = set()
    for kind, ids in touched.items():
        if kind.model is Study:
            studies.update(ids)
        elif kind.model in FACTS:
            studies.update(_chosen(connection, kind.model.study_id, kind.model.id, ids))
            studies.update(_studies_before(connection, old.get(kind, {})))
        elif kind.model is Citation:
            of, by = StudyCitation.study_id, StudyCitation.citation_id
            studies.update(_chosen(connection, of, by, ids))
        elif kind.model is OutcomeMeasure:
            other = list(_in_other_domain(connection, old.get(kind, {})))
            studies.update(_chosen(connection, Outcome.study_id, Outcome.measure_id, other))
    for kind, restated_ids in restated.items():
        if kind.model is Outcome:
            found = _chosen(connection, Outcome.study_id, Outcome.id, sorted(restated_ids))
            studies.update(found)
    for study, term in NAMING:
        studies.update(_chosen(connection, study, term, sorted(moved)))
    rewrite_studies(connection, studies)


def _chosen(connection: Connection, what: Any, by: Any, ids: Sequence[Any]) -> Iterator[int]:
    """A column of the rows that another column chooses."""
    for batch in batches(ids):
        yield from connection.execute(select(what).where(by.in_(batch)).distinct()).scalars()


def _studies_before(connection: Connection, cards: Mapping[int, str]) -> Iterator[int]:
    """The studies that records belonged to, as their cards told it."""
    slugs = sorted({orjson.loads(card)["study"]["slug"] for card in cards.values()})
    return _chosen(connection, Study.id, Study.slug, slugs)


def _in_other_domain(connection: Connection, cards: Mapping[int, str]) -> Iterable[int]:
    """Measures that are about another part of life than their cards told before."""
    for batch in batches(list(cards)):
        query = select(OutcomeMeasure.id, OutcomeMeasure.domain).where(OutcomeMeasure.id.in_(batch))
        for id_, domain in connection.execute(query):
            if orjson.loads(cards[id_])["domain"] != domain:
                yield id_
