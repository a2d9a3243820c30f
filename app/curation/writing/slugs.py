"""Slugs: made from what a record is called, and never used twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.revisions import batches
from app.models import SlugRedirect
from app.query.cards import Kind
from app.records.drafting import Draft, Editor
from app.values.text import fold_text

MOST_CHARACTERS = 80  # characters of each part of a slug that is made
BATCH_SIZE = 50  # candidates looked for in one statement
RESERVED = frozenset(("search", "import", "imports", "lookup", "draft", "duplicates", "new"))


def slug_candidate(editor: Editor, draft: Draft) -> str:
    """A slug of the words that a record is called by, not yet looked for."""
    words = editor.words(draft) if editor.words else (getattr(draft, editor.kind.title),)
    parts = [part for part in map(_slug, words) if part]
    return ".".join(parts)[:180].strip(".-") or editor.kind.name.replace("_", "-")


def _slug(words: str) -> str:
    folded = re.sub(r"[^a-z0-9.]+", "-", ".".join(map(fold_text, words.split(".")))).strip(".-")
    plain = re.sub(r"[.-]*\.[.-]*", ".", folded)
    if len(plain) <= MOST_CHARACTERS:
        return plain
    return plain[: MOST_CHARACTERS + 1].rpartition("-")[0].strip(".-") or plain[
        :MOST_CHARACTERS
    ].strip(".-")


class Slugs:
    """The slugs of a kind that some record has, or had; each is looked up once in a change."""

    def __init__(self, session: Session, kind: Kind) -> None:
        self._session, self._kind = session, kind
        self._known: set[str] = set()
        self._used: set[str] = set()

    def load(self, slugs: Iterable[str]) -> None:
        """Look up all of these at once."""
        unknown = sorted(set(slugs) - self._known)
        for some in batches(unknown):
            self._used.update(_used_slugs(self._session, self._kind, some))
        self._known.update(unknown)

    def has(self, slug: str) -> bool:
        """Whether it is used."""
        self.load([slug])
        return slug in self._used

    def take(self, slug: str) -> None:
        """Say that a record of this change has it."""
        self._known.add(slug)
        self._used.add(slug)

    def free(self, slug: str) -> str:
        """The slug, or the first of slug-2, slug-3 and so on, that no record ever had."""
        numbered, some = _numbered(slug), 1  # mostly the first is free
        while True:
            wanted = [next(numbered) for _ in range(some)]
            left = [each for each in wanted if each not in self._used and each not in RESERVED]
            self.load(left)
            found = next((each for each in left if each not in self._used), None)
            if found is not None:
                return found
            some = BATCH_SIZE


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in count(2))


def _used_slugs(session: Session, kind: Kind, slugs: Sequence[str]) -> Iterator[str]:
    """Those of the slugs that some record of the kind has, or had before it was merged."""
    old = (SlugRedirect.kind == kind.name) & SlugRedirect.slug.in_(slugs)
    here = select(kind.model.slug).where(kind.model.slug.in_(slugs))
    yield from session.scalars(here.union_all(select(SlugRedirect.slug).where(old)))
