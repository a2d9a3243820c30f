"""What rests on a record: every record that its own draft names, found from the drafts' links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curation.writing.editable_form import part_of
from app.journal.revisions import batches
from app.query.cards import Kind, Path
from app.records.catalogue import EDITORS
from app.records.drafting import Draft, Editor, Link, Parts, rules
from app.vocabulary import RecordStatus


@dataclass(frozen=True)
class Dependent:
    """A record that rests on another: `how` is the field that names it, dotted."""

    kind: Kind
    slug: str
    how: str

    @property
    def address(self) -> str:
        """Where the record is."""
        return f"/v1/{self.kind.path}/{self.slug}"


@cache
def draft_links(editor: Editor) -> tuple[tuple[str, Path], ...]:
    """The paths from a kind of record to all that its drafts name, by field."""
    apart = ((".".join(step.key for step in path), path) for path in editor.links)
    return (*_links(editor.draft, editor.kind.model), *apart)


def _links(draft: type[Draft], model: type[Any], path: Path = ()) -> Iterator[tuple[str, Path]]:
    for name, rule in rules(draft):
        if isinstance(rule, Link):
            whole = (*path, getattr(model, name))
            yield ".".join(step.key for step in whole), whole
        elif isinstance(rule, Parts):
            yield from _links(part_of(draft, name), rule.model, (*path, getattr(model, name)))


def dependents_of(session: Session, kind: Kind, ids: Sequence[int]) -> Iterator[Dependent]:
    """The current records that name any of these records."""
    for editor in EDITORS:
        for how, path in draft_links(editor):
            if issubclass(kind.model, path[-1].property.mapper.class_):
                for batch in batches(ids):
                    yield from _dependents_at(session, editor.kind, how, path, batch)


def _dependents_at(
    session: Session, kind: Kind, how: str, path: Path, ids: Sequence[int]
) -> Iterator[Dependent]:
    current = kind.model.status == RecordStatus.CURRENT
    naming = kind.model.id.in_(kind.showing(path, list(ids)))
    for slug in session.scalars(select(kind.model.slug).where(naming, current)):
        yield Dependent(kind, slug, how)
