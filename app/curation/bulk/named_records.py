"""The records that many drafts name, read at once instead of one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.journal.revisions import batches
from app.models import Study, Term
from app.records.catalogue import KIND_NAMED
from app.records.drafting import Draft, Link, Parts, rules

Named = tuple[type[Any], str]  # a model and a slug
# Drafts about a study name these parts of it by their keys; nothing else of it is read.
PARTS_OF_STUDIES = (Study.populations, Study.arms, Study.groups)


def known_records(
    session: Session, drafts: Iterable[Draft], but: Collection[Named]
) -> Iterator[Any]:
    """The records that the drafts name and the session has not got already (`but`)."""
    wanted: dict[type[Any], set[str]] = {}
    for draft in drafts:
        for model, slug in _named_by(draft):
            if (model, slug) not in but:
                wanted.setdefault(model, set()).add(slug)
    for model, slugs in wanted.items():
        query = select(model)
        if model is Study:
            query = query.options(*map(selectinload, PARTS_OF_STUDIES))
        for some in batches(sorted(slugs)):
            yield from session.scalars(query.where(model.slug.in_(some)))


def _named_by(draft: Draft) -> Iterator[Named]:
    for name, rule in rules(type(draft)):
        value = getattr(draft, name)
        if isinstance(rule, Parts):
            for part in value:
                yield from _named_by(part)
        elif isinstance(rule, Link) and value is not None:
            for slug in value if isinstance(value, list) else [value]:
                yield from _model_of(rule.model, slug)


def _model_of(model: type[Any], slug: str) -> Iterator[Named]:
    """The model and slug of what is named; terms of any kind only where their kind is written."""
    if model is not Term:
        yield model, slug
        return
    kind, _, name = slug.rpartition("/")
    if kind in KIND_NAMED and issubclass(KIND_NAMED[kind].model, Term):
        yield KIND_NAMED[kind].model, name
