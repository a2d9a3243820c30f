"""What each member of two publications says for or against their being one, in bits.

+1 doubles the odds, -1 halves them. The weights are those of a careful reader, not fitted to any
set: a long title that is the same is worth more than the authors, these more than the year; equal
pages mean more than an equal volume, since there are more of them. A member that either lacks says
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz

from app.duplicates.people import Company, company
from app.duplicates.places import page_range, same_journal
from app.duplicates.publications import Publication
from app.duplicates.titles import Likeness, likeness

TITLES = {  # a long title, a short one
    Likeness.EQUAL: (8.0, 3.0),
    Likeness.SPELLED: (7.0, 2.0),
    Likeness.LONGER: (3.0, 1.0),
    Likeness.SIMILAR: (-1.0, -1.0),
    Likeness.OTHER: (-6.0, -6.0),
    Likeness.UNKNOWN: (0.0, 0.0),
}
COMPANIES = {
    Company.SAME: 4.0,
    Company.SOME: 1.0,
    Company.OTHER: -5.0,
    Company.UNKNOWN: 0.0,
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
        "volume": _printed("volume", one.volume, other.volume, (2.0, -3.0)),
        "issue": _printed("issue", one.issue, other.issue, (1.0, -1.0)),
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
    long, short = TITLES[how]
    return Evidence(short if one.title.short or other.title.short else long, how.value)


def _authors(one: Publication, other: Publication) -> Evidence | None:
    how = company(one, other)
    return None if how is Company.UNKNOWN else Evidence(COMPANIES[how], how.value)


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


def _printed(
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
