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
    letters = fold_letters(words)
    return " ".join("".join(mark if mark.isalnum() else " " for mark in letters).split())


def fold_letters(words: str) -> str:
    """Lower case, no accents; all else stays where it is."""
    # in pieces, as each character is an object meanwhile, and one may become eighteen
    return "".join(_folded(words[at : at + _PIECE]) for at in range(0, len(words), _PIECE))


_PIECE = 10_000


def _folded(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words).casefold().translate(_PLAIN)
    decomposed = unicodedata.normalize("NFKD", decomposed)  # a folded letter may be made of two
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def nearest_spelling(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is spelled most like the word; None when none comes near.

    As a whole first: a part of a longer word may be the same (age, age_min_days; and ages).
    """
    names, plain = list(choices), fold_text(word)
    folded = [_folded_name(each) for each in names]
    for scorer, cutoff in ((fuzz.ratio, 80.0), (fuzz.WRatio, 60.0)):
        found = process.extractOne(plain, folded, scorer=scorer, score_cutoff=cutoff)
        if found is not None:
            return names[found[2]]
    return None


@lru_cache(maxsize=10_000)
def _folded_name(name: str) -> str:
    return fold_text(name)


LONGEST_VALUE = 1000  # characters of a value that is compared


def storable_text(written: str) -> str:
    """A value that no database chokes on; raises ValueError for any other."""
    if "\0" in written or len(written) > LONGEST_VALUE:
        raise ValueError("is too long, or has a character that cannot be searched for")
    return written
