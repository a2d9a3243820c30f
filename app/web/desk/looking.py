"""How a draft would read as a reference, and what it may be already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from app.citations.edits import CITATION_EDITOR
from app.citations.formats.vancouver import vancouver
from app.citations.schemas import CITATION, CitationFields
from app.core.cards import cards_of
from app.core.problems import FieldError, Problem
from app.duplicates.finding import find
from app.vocabulary import DuplicateAnswer
from app.writing.reading import draft as read_draft

MOST = 5


@dataclass(frozen=True)
class Like:
    """A citation that is here, and may be the same publication."""

    slug: str
    reference: str
    same: bool
    score: float
    reasons: list[str]


def reference(card: Mapping[str, Any]) -> str:
    """A card, or a draft whose fields may be missing, as a reference in Vancouver style."""
    usual = {name: info.default for name, info in CitationFields.model_fields.items()}
    names = {"family": None, "given": None, "literal": None}
    authors = [{**names, **each} for each in card.get("authors") or ()]
    title = card.get("title") or "(no title)"
    identifiers = card.get("identifiers") or []
    whole = {**usual, **card, "title": title, "authors": authors, "identifiers": identifiers}
    return vancouver(whole).strip()


def wrong_with(draft: dict[str, Any]) -> list[FieldError]:
    """What is wrong with the draft of a new citation, before anything else is asked."""
    try:
        read_draft(CITATION_EDITOR, draft)
    except Problem as problem:
        return problem.errors
    return []


def alike(connection: Connection, draft: dict[str, Any], besides: Iterable[str] = ()) -> list[Like]:
    """The citations that a draft may be, the best first."""
    [found] = find(connection, [_comparable(draft)])
    left_out = set(besides)
    matches = [each for each in found.matches if each.slug and each.slug not in left_out][:MOST]
    slugs = {str(each.slug) for each in matches}
    cards = cards_of(connection, CITATION, slugs) if slugs else {}
    return [
        Like(
            str(each.slug),
            reference(orjson.loads(cards[str(each.slug)])),
            each.verdict.answer is DuplicateAnswer.SAME,
            each.verdict.score,
            each.verdict.reasons,
        )
        for each in matches
        if each.slug in cards
    ]


def _comparable(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft without what no publication has: a year that is no number compares with nothing."""
    year = draft.get("year")
    return {**draft, "year": year if isinstance(year, int) else None}
