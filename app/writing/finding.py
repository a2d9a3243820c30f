"""Finders for writers: they note everything that is missing, and see current records only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from app.drafts import DraftError, Loc
from app.journal.finder import RecordFinder
from app.kinds import KIND_OF
from app.models import Document, SlugRedirect, Study
from app.vocabulary import RecordStatus


class NotingFinder(RecordFinder):
    """A finder that notes what is not there and goes on; nothing may be written after it did."""

    def __init__(self, session: Any, made: dict[tuple[type[Any], str], Any]) -> None:
        super().__init__(session, made)
        self.missing: list[DraftError] = []

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


class CurrentFinder(NotingFinder):
    """A finder that takes no withdrawn record, and for a merged one the record it became."""

    def know(self, record: Any) -> None:
        """Find a record, from now on, that was only just made."""
        self._known[type(record), record.slug] = record

    def find(self, model: type[Any], slug: str, loc: Loc) -> Any:
        """The current record with this slug, or an empty one that stands for it."""
        record = super().find(model, slug, loc)
        if record.status == RecordStatus.MERGED:
            return super().find(type(record), self._became(record), loc)
        if record.status == RecordStatus.WITHDRAWN:
            self.missing.append(DraftError(loc, f"{slug!r} is withdrawn: restore it first"))
        return record

    def _became(self, record: Any) -> str:
        kind = KIND_OF[type(record)].name
        redirect = (SlugRedirect.kind == kind) & (SlugRedirect.slug == record.slug)
        return self.session.scalar(select(SlugRedirect.target).where(redirect)) or record.slug
