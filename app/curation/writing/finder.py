"""The records that a draft names, found by slug; what there is not is collected, not raised.

So that a curator, or whoever seeds a document, is told all that is missing at once.
"""

from __future__ import annotations

from copy import copy
from typing import Any, Self

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.models import Document, Passage, RegistryRecord, SlugRedirect, Study, Term
from app.records.catalogue import KIND_OF
from app.records.drafting import DraftError, Loc
from app.values.quotes import TextSpan, surrounding_words
from app.values.stored_names import StoredNames
from app.values.text import nearest_spelling
from app.vocabulary import RecordStatus, TermKind

ENTRY = ("registry_name", "identifier", "entry_version")  # what names a registry's entry


class RecordFinder:
    """Finds records of one session, those included that were only just made.

    In place of one that there is not, an empty one is given, and `missing` says so: nothing may be
    written then.
    """

    def __init__(self, session: Session, made: dict[tuple[type[Any], str], Any]) -> None:
        self.session = session
        self._known = made
        self._passages: dict[tuple[str, int, int], Passage] = {}
        self._entries: dict[tuple[Any, ...], RegistryRecord] = {}
        self.study: Any = None
        self.missing: list[DraftError] = []

    def take_missing(self) -> list[DraftError]:
        """What was missing since the last call."""
        taken = list(self.missing)
        self.missing.clear()
        return taken

    def for_study(self, study: Any) -> Self:
        """The same finder, for drafts about this study; what it comes to know, both do."""
        other = copy(self)
        other.study = study
        return other

    def find(self, model: type[Any], slug: str, loc: Loc) -> Any:
        """The record with this slug, or an empty one that stands for it."""
        try:
            return self._find(model, slug, loc)
        except DraftError as error:
            if model is Document:  # without its text nothing can be looked for
                raise
            self.missing.append(error)
            return model(slug=slug)

    def _find(self, model: type[Any], slug: str, loc: Loc) -> Any:
        """The record with this slug; raises DraftError with the nearest slug."""
        if model is Term:
            return self._find_term(slug, loc)
        record = self._known.get((model, slug)) or self._load(model, slug)
        if record is None:
            what = _name(model)
            known = self._slugs(model, slug)
            raise DraftError(loc, f"no {what} {slug!r}", nearest_spelling(slug, known))
        return record

    def _load(self, model: type[Any], slug: str) -> Any:
        query = select(model).where(model.slug == slug)
        if model is Study:  # whoever names a study may go on to name its parts
            query = query.options(*KIND_OF[Study].loads())
        record = self.session.scalar(query)
        if record is not None:
            self._known[model, slug] = record
        return record

    def _find_term(self, slug: str, loc: Loc) -> Any:
        """A term of any kind; where several kinds have the slug, it is written kind/slug."""
        kind, slash, name = slug.rpartition("/")
        models = [
            record_kind.model
            for record_kind in KIND_OF.values()
            if issubclass(record_kind.model, Term) and (not slash or record_kind.name == kind)
        ]
        found = [
            term
            for model in models
            if (term := self._known.get((model, name)) or self._load(model, name))
        ]
        if len(found) > 1:
            ways = ", ".join(f"{_name(type(term))}/{name}" for term in found)
            raise DraftError(loc, f"{slug!r} is more than one term: write one of {ways}")
        if not found:
            known = [each for model in models for each in self._slugs(model, name)]
            raise DraftError(loc, f"no term {slug!r}", nearest_spelling(name, known))
        return found[0]

    def _slugs(self, model: type[Any], written: str) -> list[str]:
        stored = StoredNames(self.session, select(model.slug), model.slug).near(written)
        return [*stored, *(slug for known, slug in self._known if known is model)]

    def part(self, parts: str, key: str, loc: Loc) -> Any:
        """The part with this key of the study being written, or an empty one that stands for it."""
        keys = {part.key: part for part in getattr(self.study, parts)}
        if key in keys:
            return keys[key]
        what = f"the study has no {key!r} among its {parts}"
        self.missing.append(DraftError(loc, what, nearest_spelling(key, keys) if keys else None))
        return inspect(Study).relationships[parts].mapper.class_(key=key)

    def passage(self, document: Document, place: TextSpan) -> Passage:
        """The passage at this place of the document, made when it is not there yet."""
        key = (document.slug, place.start, place.end)
        if key not in self._passages:
            self._passages[key] = self._stored_passage(document, place) or _new(document, place)
        return self._passages[key]

    def entry(self, values: dict[str, Any]) -> RegistryRecord:
        """A registry's entry at its version, made when it is not there yet."""
        key = tuple(values[name] for name in ENTRY)
        if key not in self._entries:
            mine = (getattr(RegistryRecord, name) == values[name] for name in ENTRY)
            stored = self.session.scalar(select(RegistryRecord).where(*mine))
            self._entries[key] = stored or RegistryRecord(**values)
        return self._entries[key]

    def _stored_passage(self, document: Document, place: TextSpan) -> Passage | None:
        if document.id is None:
            return None
        return self.session.scalar(
            select(Passage).where(
                Passage.document_id == document.id,
                Passage.start == place.start,
                Passage.end == place.end,
            )
        )


def _new(document: Document, place: TextSpan) -> Passage:
    prefix, suffix = surrounding_words(document.text, place)
    return Passage(
        document=document,
        start=place.start,
        end=place.end,
        exact=document.text[place.start : place.end],
        prefix=prefix,
        suffix=suffix,
    )


def _name(model: type[Any]) -> str:
    kind = KIND_OF[model].name
    return kind if kind in set(TermKind) else kind.replace("_", " ")


class CurrentFinder(RecordFinder):
    """Finds current records only: for a merged one, the record that it became."""

    def add_record(self, record: Any) -> None:
        """Find a record, from now on, that was only just made."""
        self._known[type(record), record.slug] = record

    def find(self, model: type[Any], slug: str, loc: Loc) -> Any:
        """The current record with this slug, or an empty one that stands for it."""
        record = super().find(model, slug, loc)
        if record.status == RecordStatus.MERGED:
            return super().find(type(record), self._merge_target(record), loc)
        if record.status == RecordStatus.WITHDRAWN:
            self.missing.append(DraftError(loc, f"{slug!r} is withdrawn: restore it first"))
        return record

    def _merge_target(self, record: Any) -> str:
        kind = KIND_OF[type(record)].name
        redirect = (SlugRedirect.kind == kind) & (SlugRedirect.slug == record.slug)
        return self.session.scalar(select(SlugRedirect.target).where(redirect)) or record.slug
