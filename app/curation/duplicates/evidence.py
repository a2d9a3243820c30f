"""What authors, places and titles say for or against two being one, in bits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from app.curation.duplicates.publications import Publication
from app.curation.duplicates.titles import Likeness, likeness
from app.values.text import fold_text


class AuthorAgreement(Enum):
    """How far two lists of authors agree."""

    SAME = "the authors are the same"
    SOME = "some authors are the same"
    OTHER = "the authors are different"
    UNKNOWN = "authors are missing"


def author_agreement(one: Publication, other: Publication) -> AuthorAgreement:
    """Compare two lists of authors: cut short, misspelt, or names split otherwise, they agree."""
    if not one.authors or not other.authors:
        return AuthorAgreement.UNKNOWN
    if one.authors == other.authors:
        return AuthorAgreement.SAME
    short, long = sorted((one, other), key=lambda each: len(each.authors))
    known = set(long.authors)
    everything = frozenset().union(*long.name_words)
    found = sum(
        name in known or _is_among(name, words, known, everything)
        for name, words in zip(short.authors, short.name_words, strict=False)
    )
    share = found / len(short.authors)
    if share >= 0.6:
        return AuthorAgreement.SAME
    return AuthorAgreement.SOME if share >= 0.25 else AuthorAgreement.OTHER


def _is_among(
    name: str, words: frozenset[str], known: set[str], everything: frozenset[str]
) -> bool:
    """Whether somebody of this name is there: misspelt, or family and given names changed over."""
    if words and any(word in everything for word in words if len(word) > 3):
        return True
    return any(fuzz.ratio(name, each) >= 80 for each in known)


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
    return tuple(word for word in fold_text(plain or name).split() if word not in _SMALL)


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
        while at < len(long) and not _is_short_form(word, long[at]):
            at, skipped = at + 1, skipped + 1
        if at == len(long):
            return False
        at += 1
    left = skipped + len(long) - at
    return left == 0 or (left <= 2 and len(short) >= 3) or (left == 1 and len(short) == 2)


def _is_short_form(short: str, long: str) -> bool:
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


TITLE_BITS = {  # a long title, a short one
    Likeness.EQUAL: (8.0, 3.0),
    Likeness.SPELLING: (7.0, 2.0),
    Likeness.LONGER: (3.0, 1.0),
    Likeness.SIMILAR: (-1.0, -1.0),
    Likeness.OTHER: (-6.0, -6.0),
    Likeness.UNKNOWN: (0.0, 0.0),
}
AUTHOR_BITS = {
    AuthorAgreement.SAME: 4.0,
    AuthorAgreement.SOME: 1.0,
    AuthorAgreement.OTHER: -5.0,
    AuthorAgreement.UNKNOWN: 0.0,
}
FIRST_PAGE = "the first page is the same"


class Evidence(NamedTuple):
    """What one member says: for or against, in bits, and in a sentence."""

    bits: float
    sentence: str


def weigh(one: Publication, other: Publication) -> dict[str, Evidence]:
    """What every member says that both publications have."""
    found = {
        "title": _titles(one, other),
        "authors": _authors(one, other),
        "year": _years(one, other),
        "journal": _journals(one, other),
        "volume": _volume_or_issue("volume", one.volume, other.volume, (2.0, -3.0)),
        "issue": _volume_or_issue("issue", one.issue, other.issue, (1.0, -1.0)),
        "pages": _pages(one, other),
        "abstract": _abstracts(one, other),
        **dict(_identifiers(one, other)),
        "copy": _copy(one, other),
    }
    return {member: each for member, each in found.items() if each is not None}


def _copy(one: Publication, other: Publication) -> Evidence | None:
    """Nothing tells them apart, and a name that others gave them is among what they share."""
    named = one.doi | one.pmid | one.pmcid | one.registered
    if one != other or not named - one.shared:
        return None
    return Evidence(8.0, "all that is told of them is the same")


def _titles(one: Publication, other: Publication) -> Evidence:
    how = likeness(one.title, other.title)
    long, short = TITLE_BITS[how]
    return Evidence(short if one.title.short or other.title.short else long, how.value)


def _authors(one: Publication, other: Publication) -> Evidence | None:
    how = author_agreement(one, other)
    return None if how is AuthorAgreement.UNKNOWN else Evidence(AUTHOR_BITS[how], how.value)


def _years(one: Publication, other: Publication) -> Evidence | None:
    if one.year is None or other.year is None:
        return None
    apart = abs(one.year - other.year)
    if apart == 0:
        return Evidence(1.0, "the year is the same")
    said = f"the years are {min(one.year, other.year)} and {max(one.year, other.year)}"
    return Evidence(-0.5 if apart == 1 else -4.0, said)


def _journals(one: Publication, other: Publication) -> Evidence | None:
    same = same_journal(one.journal, other.journal)
    if same is None:
        return None
    return (
        Evidence(2.0, "the journal is the same")
        if same
        else Evidence(-2.5, f"the journals are {one.journal!r} and {other.journal!r}")
    )


def _volume_or_issue(
    member: str, mine: str | None, yours: str | None, bits: tuple[float, float]
) -> Evidence | None:
    if mine is None or yours is None:
        return None
    if mine == yours:
        return Evidence(bits[0], f"the {member} is the same")
    return Evidence(bits[1], f"the {member}s are {mine} and {yours}")


def _pages(one: Publication, other: Publication) -> Evidence | None:
    if one.page is None or other.page is None:
        return None
    mine, yours = page_range(one.pages), page_range(other.pages)
    if mine and mine == yours:
        return Evidence(4.0, "the pages are the same")
    if one.page == other.page:
        return Evidence(3.0, FIRST_PAGE)
    if one.page.lstrip("abcdefghijklmnopqrstuvwxyz") == other.page.lstrip(
        "abcdefghijklmnopqrstuvwxyz"
    ):
        return Evidence(1.0, "the first page is the same but for a letter")
    return Evidence(-4.0, f"the pages are {one.pages} and {other.pages}")


def _abstracts(one: Publication, other: Publication) -> Evidence | None:
    least = min(len(one.abstract), len(other.abstract))
    if least < 100:
        return None
    alike = fuzz.ratio(one.abstract[:least], other.abstract[:least])
    if alike >= 75:
        return Evidence(4.0, "the abstract is the same")
    return Evidence(-2.0, "the abstracts are different") if alike < 45 else None


def _identifiers(one: Publication, other: Publication) -> Iterator[tuple[str, Evidence]]:
    for scheme, bits in (("doi", (8.0, -6.0)), ("pmid", (12.0, -8.0)), ("pmcid", (12.0, -8.0))):
        mine: frozenset[str] = getattr(one, scheme)
        yours: frozenset[str] = getattr(other, scheme)
        if not mine or not yours:
            continue
        name = scheme.upper()
        if mine & yours:
            known = mine & yours & (one.shared | other.shared)
            if known:
                yield scheme, Evidence(0.0, f"they share a {name} that several publications have")
            else:
                yield scheme, Evidence(bits[0], f"the {name} is the same")
        else:
            said = f"the {name}s are {', '.join(sorted(mine))} and {', '.join(sorted(yours))}"
            yield scheme, Evidence(bits[1], said)
    if one.registered & other.registered:
        yield "registry", Evidence(1.0, "both name the same registered trial")
