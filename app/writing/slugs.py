"""Slugs: made from what a record is called, and never used twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.cards import Kind
from app.core.folding import fold
from app.drafts import Draft, Editor
from app.models import SlugRedirect

LONGEST = 80  # characters of each part of a slug that is made
AT_ONCE = 50  # candidates looked for in one statement
RESERVED = frozenset(("search", "import", "imports", "lookup", "draft", "duplicates", "new"))


def made_from(editor: Editor, draft: Draft) -> str:
    """A slug of the words that a record is called by, not yet looked for."""
    words = editor.words(draft) if editor.words else (getattr(draft, editor.kind.title),)
    parts = [part for part in map(_slug, words) if part]
    return ".".join(parts)[:180].strip(".-") or editor.kind.name.replace("_", "-")


def _slug(words: str) -> str:
    folded = re.sub(r"[^a-z0-9.]+", "-", ".".join(map(fold, words.split(".")))).strip(".-")
    plain = re.sub(r"[.-]*\.[.-]*", ".", folded)
    if len(plain) <= LONGEST:
        return plain
    return plain[: LONGEST + 1].rpartition("-")[0].strip(".-") or plain[:LONGEST].strip(".-")


def free(session: Session, kind: Kind, slug: str, taken: Collection[str]) -> str:
    """The slug, or the first of slug-2, slug-3 and so on, that no record ever had."""
    numbered, some = _numbered(slug), 1  # mostly the first is free
    while True:
        wanted = [next(numbered) for _ in range(some)]
        left = [each for each in wanted if each not in taken and each not in RESERVED]
        used = set(used_of(session, kind, left)) if left else set[str]()
        found = next((each for each in left if each not in used), None)
        if found is not None:
            return found
        some = AT_ONCE


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in count(2))


def used_of(session: Session, kind: Kind, slugs: list[str]) -> Iterator[Any]:
    """Those of the slugs that some record of the kind has, or had before it was merged."""
    old = (SlugRedirect.kind == kind.name) & SlugRedirect.slug.in_(slugs)
    here = select(kind.model.slug).where(kind.model.slug.in_(slugs))
    yield from session.scalars(here.union_all(select(SlugRedirect.slug).where(old)))
