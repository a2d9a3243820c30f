"""Where the words of a quote stand in a text."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

CONTEXT = 32  # characters kept before and after a passage, as in the W3C text quote selector


class QuoteError(ValueError):
    """A quote does not name exactly one place; `nearest` is the text most like it, if any."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


@dataclass(frozen=True)
class Place:
    """A stretch of a text: characters from start up to, not including, end."""

    start: int
    end: int


def find_quote(text: str, exact: str, occurrence: int | None = None) -> Place:
    """The one place where the words stand, or their given occurrence, counted from 1.

    Raises QuoteError when they are absent, or stand in several places and none was chosen.
    """
    starts = _starts(text, exact)
    if not starts:
        raise QuoteError("the document does not say this", _most_alike(text, exact))
    if occurrence is None and len(starts) > 1:
        raise QuoteError(f"stands {len(starts)} times in the document: add an occurrence")
    if occurrence is not None and not 1 <= occurrence <= len(starts):
        raise QuoteError(f"stands {len(starts)} times in the document: no number {occurrence}")
    start = starts[(occurrence or 1) - 1]
    return Place(start, start + len(exact))


def _starts(text: str, exact: str) -> list[int]:
    starts, start = [], text.find(exact)
    while start >= 0:
        starts.append(start)
        start = text.find(exact, start + 1)
    return starts


def _most_alike(text: str, exact: str) -> str | None:
    """The whole words of the text most like these, where any are at all alike."""
    found = fuzz.partial_ratio_alignment(exact, text, score_cutoff=50)
    if found is None:
        return None
    window = text[found.dest_start : found.dest_end].strip()
    start = text.index(window, found.dest_start)
    end = start + len(window)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end]


def context(text: str, place: Place) -> tuple[str, str]:
    """The words just before and just after a place."""
    return text[max(0, place.start - CONTEXT) : place.start], text[place.end :][:CONTEXT]
