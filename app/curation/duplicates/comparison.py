"""Whether two publications are one: same, probable (a person decides) or different, and why.

The evidence of all members gives a score. Whatever it is, a machine does not join what bears
another DOI or PubMed number, appeared in another place, or has a title with other words in it: that
is *probable* at most. An article and its erratum, or Part I and Part II, are *different*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.curation.duplicates.evidence import Evidence, weigh
from app.curation.duplicates.publications import Publication
from app.curation.duplicates.titles import Likeness, differing_numbers, likeness
from app.vocabulary import DuplicateAnswer

SAME, PROBABLE, DIFFERENT = DuplicateAnswer
PRIOR_BITS = -6.0  # bits before anything is compared: most that share a block are two publications
LEAST_SAME, LEAST_PROBABLE = 0.95, 0.5  # the least score of what is the same, or probably so


@dataclass(frozen=True)
class Verdict:
    """The answer, how sure it is (0 to 1), and the reasons, most telling first."""

    answer: DuplicateAnswer
    score: float
    reasons: list[str]


class Objection(NamedTuple):
    """Why two publications are not simply the same: the best answer left, in a sentence."""

    best: DuplicateAnswer
    sentence: str


def compare(one: Publication, other: Publication) -> Verdict:
    """Compare two publications member by member."""
    evidence = weigh(one, other)
    score = 1 / (1 + 2 ** -(PRIOR_BITS + sum(each.bits for each in evidence.values())))
    answer = SAME if score >= LEAST_SAME else PROBABLE if score >= LEAST_PROBABLE else DIFFERENT
    objections = list(_objections(one, other, evidence)) if answer is not DIFFERENT else []
    answer = max((answer, *(each.best for each in objections)), key=[*DuplicateAnswer].index)
    most = {SAME: 1.0, PROBABLE: LEAST_SAME - 0.01, DIFFERENT: LEAST_PROBABLE - 0.01}[answer]
    telling = sorted(evidence.values(), key=lambda each: -abs(each.bits))
    reasons = [each.sentence for each in objections] + [each.sentence for each in telling]
    return Verdict(answer, round(min(score, most), 4), list(dict.fromkeys(reasons)))


def _objections(
    one: Publication, other: Publication, evidence: dict[str, Evidence]
) -> Iterator[Objection]:
    certain = _agrees(evidence, "pmid") or _agrees(evidence, "pmcid")
    yield from _work_objections(one, other, certain or _agrees(evidence, "doi"))
    for scheme in ("doi", "pmid", "pmcid"):
        if _disagrees(evidence, scheme):
            yield Objection(PROBABLE, evidence[scheme].sentence)
    if not certain:
        yield from _title_objections(one, other, evidence)
        if not _agrees(evidence, "doi"):
            yield from _source_objections(evidence)


def _work_objections(
    one: Publication,
    other: Publication,
    named_alike: bool,  # noqa: FBT001
) -> Iterator[Objection]:
    """What makes it another work; when a name says otherwise, a person decides."""
    best = PROBABLE if named_alike else DIFFERENT
    if one.title.notice != other.title.notice:
        notices = " and ".join(each.title.notice or "the work itself" for each in (one, other))
        yield Objection(best, f"one is not what the other is: {notices}")
    if numbers := differing_numbers(one.title, other.title):
        yield Objection(best, "the titles have other numbers: {} and {}".format(*numbers))


def _title_objections(
    one: Publication, other: Publication, evidence: dict[str, Evidence]
) -> Iterator[Objection]:
    how = likeness(one.title, other.title)
    placed = _agrees(evidence, "pages") and _agrees(evidence, "volume")
    if how is Likeness.LONGER and not (placed or _agrees(evidence, "doi")):
        yield Objection(PROBABLE, how.value)
    if how in {Likeness.SIMILAR, Likeness.OTHER, Likeness.UNKNOWN}:
        yield Objection(PROBABLE, how.value)


def _source_objections(evidence: dict[str, Evidence]) -> Iterator[Objection]:
    """Another journal, volume, page or year: a reprint, a conference abstract, an update."""
    for member in ("pages", "volume"):
        if _disagrees(evidence, member):
            yield Objection(PROBABLE, evidence[member].sentence)
    placed = _agrees(evidence, "pages") and _agrees(evidence, "volume")
    if _disagrees(evidence, "journal") and not placed:
        yield Objection(PROBABLE, evidence["journal"].sentence)
    if "year" in evidence and evidence["year"].bits <= -1:
        yield Objection(PROBABLE, evidence["year"].sentence)


def _agrees(evidence: dict[str, Evidence], member: str) -> bool:
    return member in evidence and evidence[member].bits > 0


def _disagrees(evidence: dict[str, Evidence], member: str) -> bool:
    return member in evidence and evidence[member].bits < 0
