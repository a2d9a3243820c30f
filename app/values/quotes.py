"""Where the words of a quote stand in a text."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

MOST_COMPARED = 500_000_000  # characters times characters: what takes about a second
PLACES_NAMED = 10  # places that an error names
CONTEXT = 32  # characters kept before and after a passage, as in the W3C text quote selector


class QuoteError(ValueError):
    """A quote does not name exactly one place; `nearest` is the text most like it, if any."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


@dataclass(frozen=True)
class TextSpan:
    """A stretch of a text: characters from start up to, not including, end."""

    start: int
    end: int


def find_quote(
    text: str,
    exact: str,
    occurrence: int | None = None,
    *,
    start: int | None = None,
    around: tuple[str, str] = ("", ""),
) -> TextSpan:
    """The one place where the words stand, or their given occurrence, counted from 1.

    A place is chosen, too, by its first character or by the words just before and just after it.
    Raises QuoteError when they are absent, or stand in several places and none was chosen.
    """
    starts = _starts(text, exact)
    if not starts:
        raise _not_found(text, exact)
    if start is not None:
        if start not in starts:
            raise QuoteError(f"does not stand at character {start}, but at {_places(starts)}")
        return TextSpan(start, start + len(exact))
    everywhere = starts
    starts = [
        each for each in starts if _stands_between(text, TextSpan(each, each + len(exact)), around)
    ]
    if not starts:
        where = f"at character {_places(everywhere)}"
        raise QuoteError(f"stands in the document {where}, but not between this prefix and suffix")
    occurrences = f"stands {len(starts)} times in the document, at character {_places(starts)}"
    if occurrence is None and len(starts) > 1:
        raise QuoteError(f"{occurrences}: add an occurrence")
    if occurrence is not None and not 1 <= occurrence <= len(starts):
        raise QuoteError(f"{occurrences}: no number {occurrence}")
    start = starts[(occurrence or 1) - 1]
    return TextSpan(start, start + len(exact))


def _places(starts: list[int]) -> str:
    return ", ".join(map(str, starts[:PLACES_NAMED])) + (", ..." if starts[PLACES_NAMED:] else "")


def _not_found(text: str, exact: str) -> QuoteError:
    """That the document does not say it, and what it says that is most like it, and where."""
    alike = _most_alike(text, exact)
    where = "" if alike is None else f"; what is most like it is at character {text.index(alike)}"
    return QuoteError(f"the document does not say this{where}", alike)


def _stands_between(text: str, place: TextSpan, around: tuple[str, str]) -> bool:
    """Whether a place stands between these words, spaces at their ends aside."""
    prefix, suffix = (words.strip() for words in around)
    reach = 2 * (len(prefix) + len(suffix)) + CONTEXT
    before, after = text[max(0, place.start - reach) : place.start], text[place.end :][:reach]
    return before.rstrip().endswith(prefix) and after.lstrip().startswith(suffix)


def _starts(text: str, exact: str) -> list[int]:
    starts, start = [], text.find(exact)
    while start >= 0:
        starts.append(start)
        start = text.find(exact, start + 1)
    return starts


def _most_alike(text: str, exact: str) -> str | None:
    """The whole words of the text most like these, where any are at all alike."""
    if len(text) * len(exact) > MOST_COMPARED:
        return None
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


def surrounding_words(text: str, place: TextSpan) -> tuple[str, str]:
    """The words just before and just after a place."""
    return text[max(0, place.start - CONTEXT) : place.start], text[place.end :][:CONTEXT]
