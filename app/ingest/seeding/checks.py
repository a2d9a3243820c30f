"""What helps to name everything that is wrong at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from sqlalchemy import inspect

from app.core.cards import Kind
from app.drafts import Draft, DraftError, Loc
from app.ingest.seeding.bundle import Item
from app.ingest.seeding.nodes import at, problem
from app.ingest.seeding.problems import Problem
from app.journal.finder import RecordFinder
from app.models import Document, Study
from app.terms.edits import TermDraft


def unsupported(draft: Draft, loc: Loc = ()) -> Iterator[Loc]:
    """Where in a draft a fact stands that names no claim."""
    if getattr(draft, "says", None) == []:
        yield loc
    for name in type(draft).model_fields:
        parts = getattr(draft, name)
        for place, part in enumerate(parts if isinstance(parts, list) else []):
            if isinstance(part, Draft):
                yield from unsupported(part, (*loc, name, place))


def fields_at(draft: type[Draft], loc: Loc) -> Iterable[str]:
    """The fields of the part of a draft that a place lies in."""
    for step in loc[:-1]:
        known = draft.model_fields.get(str(step))
        for inner in get_args(known.annotation) if known else ():
            draft = inner if isinstance(inner, type) and issubclass(inner, Draft) else draft
    return draft.model_fields


class NotingFinder(RecordFinder):
    """A finder that notes what is not there and goes on; nothing may be written after it did."""

    def __init__(self, session: Any, made: dict[tuple[type[Any], str], Any]) -> None:
        super().__init__(session, made)
        self.missing: list[DraftError] = []

    def within(self, study: Any) -> NotingFinder:
        """The same finder, for drafts about this study."""
        other = NotingFinder(self.session, self._known)
        other._passages, other._study, other.missing = self._passages, study, self.missing
        return other

    def find(self, model: type[Any], slug: str, loc: Loc) -> Any:
        """The record with this slug, or an empty one that stands for it."""
        try:
            return super().find(model, slug, loc)
        except DraftError as error:
            if model is Document:  # without its text nothing can be looked for
                raise
            self.missing.append(error)
            return model(slug=slug)

    def part(self, parts: str, key: str, loc: Loc) -> Any:
        """The part with this key of the study being written, or an empty one that stands for it."""
        try:
            return super().part(parts, key, loc)
        except DraftError as error:
            self.missing.append(error)
            return inspect(Study).relationships[parts].mapper.class_(key=key)

    def take(self) -> list[DraftError]:
        """What was missing since this was last asked."""
        taken = list(self.missing)
        self.missing.clear()
        return taken


def circles(drafts: list[tuple[Item, Draft]]) -> Iterator[Problem]:
    """Terms that would be broader than themselves."""
    parents: dict[tuple[Kind, str], tuple[Kind, str]] = {
        (item.editor.kind, item.slug): (item.editor.kind, draft.parent)
        for item, draft in drafts
        if isinstance(draft, TermDraft) and draft.parent
    }
    for item, _ in drafts:
        key = (item.editor.kind, item.slug)
        above, seen = parents.get(key), set[tuple[Kind, str]]()
        while above is not None and above not in seen and above != key:
            seen.add(above)
            above = parents.get(above)
        if above == key:
            where = at(item.node, ("parent",))
            yield problem(where, f"{item.slug}.parent", "a term cannot be broader than itself")
