"""How words are folded, so that people find what they mean whatever they type."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "ı": "i"})


def fold_text(words: str) -> str:
    """Lower case, no accents, everything but letters and digits as single spaces."""
    if words.isascii():  # most are, and this is fifty times as fast
        return " ".join(words.lower().translate(_ASCII).split())
    # in pieces, as each character is an object meanwhile, and one may become eighteen
    pieces = (_fold_letters(words[at : at + _PIECE]) for at in range(0, len(words), _PIECE))
    return " ".join("".join(pieces).split())


_PIECE = 10_000


def _fold_letters(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words).casefold().translate(_PLAIN)
    decomposed = unicodedata.normalize("NFKD", decomposed)  # a folded letter may be made of two
    base = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return "".join(mark if mark.isalnum() else " " for mark in base)


class Spellings:
    """Names, folded once, to find what may be meant by words that are none of them."""

    def __init__(self, choices: Iterable[str]) -> None:
        self._choices = list(choices)
        fold = _folded_name if len(self._choices) <= MOST_NAMES else fold_text
        self._folded = [fold(each) for each in self._choices]

    def nearest(self, word: str) -> str | None:
        """The name that is spelled most like the word; None when none comes near.

        As a whole first: a part of a longer word may be the same (age, age_min_days; and ages).
        """
        plain = fold_text(word)
        for scorer, cutoff in ((fuzz.ratio, 80.0), (fuzz.WRatio, 60.0)):
            best, least = None, cutoff
            for begin in range(0, len(self._folded), AT_ONCE):
                some = self._folded[begin : begin + AT_ONCE]
                found = process.extractOne(plain, some, scorer=scorer, score_cutoff=least)
                if found is not None and (best is None or found[1] > least):
                    best, least = begin + found[2], found[1]
            if best is not None:
                return self._choices[best]
        return None


AT_ONCE = 500  # choices that are compared before another thread may go on: some milliseconds
MOST_NAMES = 1000  # choices that are names of ours, the same for every request; slugs are more


@lru_cache(maxsize=10_000)
def _folded_name(name: str) -> str:
    return fold_text(name)


def nearest_spelling(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is spelled most like the word; None when none comes near."""
    return Spellings(choices).nearest(word)
