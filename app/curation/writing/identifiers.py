"""Identifiers: unique among current citations, unless they are known to be shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curation.writing import refusals
from app.journal.revisions import batches
from app.models import Citation, CitationIdentifier

Key = tuple[str, str]  # scheme and value


class IdentifierLike(Protocol):
    """An identifier, as a draft has it or a row."""

    @property
    def scheme(self) -> str:
        """Who gave it."""

    @property
    def value(self) -> str:
        """What it is, normalised."""

    @property
    def shared(self) -> bool:
        """Whether several publications rightly carry it."""


def identifier_holders(session: Session, values: Sequence[str]) -> Iterator[tuple[Key, str]]:
    """The identifiers with these values, and the slugs of the current citations that have them.

    One that several citations share names none of them.
    """
    row = CitationIdentifier
    for some in batches(values):
        query = (
            select(row.scheme, row.value, Citation.slug)
            .join(Citation, Citation.id == row.citation_id)
            .where(row.value.in_(some), row.current, ~row.shared)
        )
        for scheme, value, slug in session.execute(query):
            yield (str(scheme), value), slug


class IdentifierHolders:
    """Which citations have which identifiers; each identifier is looked up once in a change."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: set[str] = set()
        self._held: dict[Key, str] = {}  # to the slug of the citation, shared ones left out
        self._taken: dict[Key, str] = {}  # by records of this change

    def load(self, values: Iterable[str]) -> None:
        """Look up all identifiers with these values at once."""
        unknown = sorted(set(values) - self._known)
        for key, slug in identifier_holders(self._session, unknown):
            self._held[key] = slug
        self._known.update(unknown)

    def take(self, slug: str, identifiers: Sequence[IdentifierLike]) -> None:
        """Give a citation its identifiers; raises Problem when another citation has one."""
        own = {
            at: (str(each.scheme), each.value)
            for at, each in enumerate(identifiers)
            if not each.shared
        }
        self.load(value for _, value in own.values())
        held = {}
        for at, key in own.items():
            others = {self._held.get(key, slug), self._taken.get(key, slug)} - {slug}
            if others:
                held[at] = (key, min(others))
        if held:
            raise refusals.identifiers_taken(held)
        self._taken.update(dict.fromkeys(own.values(), slug))
