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
    decomposed = unicodedata.normalize("NFKD", words).casefold().translate(_PLAIN)
    decomposed = unicodedata.normalize("NFKD", decomposed)  # a folded letter may be made of two
    base = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join("".join(mark if mark.isalnum() else " " for mark in base).split())


def nearest_spelling(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is spelled most like the word; None when none comes near.

    As a whole first: a part of a longer word may be the same (age and age_min_days, beside ages).
    """
    among = list(choices)
    fold = _folded_name if len(among) <= MOST_NAMES else fold_text
    plain, folded = fold_text(word), [fold(each) for each in among]
    for scorer, least in ((fuzz.ratio, 80), (fuzz.WRatio, 60)):
        found = process.extractOne(plain, folded, scorer=scorer, score_cutoff=least)
        if found is not None:
            return among[found[2]]
    return None


MOST_NAMES = 1000  # choices that are names of ours, the same for every request; slugs are more


@lru_cache(maxsize=10_000)
def _folded_name(name: str) -> str:
    return fold_text(name)
