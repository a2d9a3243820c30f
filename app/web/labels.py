"""Stored words as people read them, from the vocabularies."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.vocabulary import VOCABULARIES

COUNTRIES = {
    "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BR": "Brazil", "CA": "Canada",
    "CH": "Switzerland", "CN": "China", "DE": "Germany", "DK": "Denmark", "ES": "Spain",
    "EU": "European Union", "FI": "Finland", "FR": "France", "GB": "United Kingdom",
    "IE": "Ireland", "IN": "India", "IT": "Italy", "JP": "Japan", "MX": "Mexico",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PL": "Poland", "SE": "Sweden",
    "US": "United States", "ZA": "South Africa",
}  # fmt: skip # the commonest; any other is shown by its two letters


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


def country_name(code: str) -> str:
    """A country by its name, or by its code."""
    return COUNTRIES.get(code, code)


MATCH_PATTERN = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def mark_matches(snippet: str) -> Markup:
    """A snippet of a search with its matches marked; everything else is escaped."""
    parts = MATCH_PATTERN.split(snippet)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )
