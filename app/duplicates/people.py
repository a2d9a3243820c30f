"""Whether two lists of authors name the same people."""

from __future__ import annotations

from enum import Enum

from rapidfuzz import fuzz

from app.duplicates.publications import Publication


class Company(Enum):
    """How far two lists of authors agree."""

    SAME = "the authors are the same"
    SOME = "some authors are the same"
    OTHER = "the authors are different"
    UNKNOWN = "authors are missing"


def company(one: Publication, other: Publication) -> Company:
    """Compare two lists of authors: cut short, misspelt, or names split otherwise, they agree."""
    if not one.authors or not other.authors:
        return Company.UNKNOWN
    if one.authors == other.authors:
        return Company.SAME
    short, long = sorted((one, other), key=lambda each: len(each.authors))
    known = set(long.authors)
    everything = frozenset().union(*long.given)
    found = sum(
        name in known or _is_among(name, words, known, everything)
        for name, words in zip(short.authors, short.given, strict=False)
    )
    share = found / len(short.authors)
    if share >= 0.6:
        return Company.SAME
    return Company.SOME if share >= 0.25 else Company.OTHER


def _is_among(
    name: str, words: frozenset[str], known: set[str], everything: frozenset[str]
) -> bool:
    """Whether somebody of this name is there: misspelt, or family and given names changed over."""
    if words and any(word in everything for word in words if len(word) > 3):
        return True
    return any(fuzz.ratio(name, each) >= 80 for each in known)
