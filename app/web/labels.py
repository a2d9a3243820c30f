"""Stored words as people read them, from the vocabularies."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.vocabulary import VOCABULARIES


def label(vocabulary: str, value: str) -> str:
    """A controlled value as it is read."""
    return VOCABULARIES[vocabulary](value).label


def meaning(vocabulary: str, value: str) -> str:
    """What a controlled value means."""
    return VOCABULARIES[vocabulary](value).definition


def without_underscores(value: str) -> str:
    """A stored word without its underscores."""
    return value.replace("_", " ")


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}".replace(",", " ")


MATCH_PATTERN = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def mark_matches(snippet: str) -> Markup:
    """A snippet of a search with its matches marked; everything else is escaped."""
    parts = MATCH_PATTERN.split(snippet)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )
