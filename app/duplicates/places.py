"""Where two publications appeared: journals by their names, pages as they are printed."""

from __future__ import annotations

import re
from functools import lru_cache

from app.core.folding import fold

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]| = .*| : .*|: (the )?official.*|;.*")
_SMALL_WORDS = "the of and for in on a an de der die das des du la le les el und et y e i di da do"
_SMALL = frozenset(_SMALL_WORDS.split())
_RANGE = re.compile(r"([a-z]*)0*(\d+)\s*[-‐‑‒–—−]\s*([a-z]*)0*(\d+)", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def journal_words(name: str) -> tuple[str, ...]:
    """The words of a journal's name that its abbreviation keeps."""
    if name.startswith(("http://", "https://")):
        return (name.lower(),)  # a registry's address stands where a journal would
    plain = _ASIDE.sub("", name)
    return tuple(word for word in fold(plain or name).split() if word not in _SMALL)


@lru_cache(maxsize=100_000)
def same_journal(one: str, other: str) -> bool | None:
    """Whether two names are those of one journal, one perhaps abbreviated; None: not known."""
    mine, yours = journal_words(one), journal_words(other)
    if not mine or not yours:
        return None
    short, long = sorted((mine, yours), key=lambda words: (len("".join(words)), words))
    if short == long or "".join(short) == "".join(long):
        return True
    return _abbreviates(short, long) or _is_acronym(short, long) or _is_acronym(long, short)


def _abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether each word of one begins (or contracts) the next word of the other, none left over.

    One word may be missing: editions and places come and go ("Supplement", "London").
    """
    at = 0
    skipped = 0
    for word in short:
        while at < len(long) and not _short_for(word, long[at]):
            at, skipped = at + 1, skipped + 1
        if at == len(long):
            return False
        at += 1
    left = skipped + len(long) - at
    return left == 0 or (left <= 2 and len(short) >= 3) or (left == 1 and len(short) == 2)


def _short_for(short: str, long: str) -> bool:
    """`hosp` for hospital, `intl` for international, `j` for journal."""
    if long.startswith(short) or short.startswith(long):
        return True
    if short[0] != long[0] or len(short) < 2:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _is_acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long)


def page_range(pages: str | None) -> tuple[str, str] | None:
    """First and last page, the last written out: `304-11` is 304 to 311; None: no range."""
    found = _RANGE.search(pages or "")
    if found is None:
        return None
    letter, first, _, last = (part.lower() for part in found.groups())
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return f"{letter.removeprefix('pp')}{first}", last
