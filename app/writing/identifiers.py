"""Identifiers: unique among current citations, unless they are known to be shared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Citation, CitationIdentifier
from app.writing import refusals

Taken = dict[tuple[str, str], str]  # scheme and value to the slug of the citation


def free(session: Session, record: Any, taken: Taken) -> Taken:
    """The identifiers that a citation takes; raises Problem when another citation has one.

    `taken` are those of records of the same change.
    """
    if not isinstance(record, Citation):
        return {}
    own = [(str(each.scheme), each.value) for each in record.identifiers if not each.shared]
    beside = {key: taken[key] for key in own if taken.get(key, record.slug) != record.slug}
    holders = beside | (_stored(session, record, own) if own else {})
    held = {at: key for at, key in enumerate(_all(record)) if key in own and key in holders}
    if held:
        raise refusals.identifiers_taken({at: (key, holders[key]) for at, key in held.items()})
    return dict.fromkeys(own, record.slug)


def _all(record: Citation) -> list[tuple[str, str]]:
    return [(str(each.scheme), each.value) for each in record.identifiers]


def _stored(session: Session, record: Citation, own: list[tuple[str, str]]) -> Taken:
    row = CitationIdentifier
    query = (
        select(row.scheme, row.value, Citation.slug)
        .join(Citation, Citation.id == row.citation_id)
        .where(row.value.in_([value for _, value in own]), row.current, ~row.shared)
        .where(Citation.slug != record.slug)
    )
    return {(str(scheme), value): slug for scheme, value, slug in session.execute(query)}
