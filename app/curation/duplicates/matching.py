"""What is here already: entries of a file against stored citations, by shared blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from app.curation.duplicates.comparison import DIFFERENT, SAME, Verdict, compare
from app.curation.duplicates.publications import Publication
from app.models import Citation, CitationBlock
from app.vocabulary import DuplicateAnswer, RecordStatus

MOST_IN_BLOCK = 60  # a block of more says nothing; who belongs together shares another
MOST_COMPARED = 30  # candidates of one publication, so that no input makes for endless comparing

Blocks = Mapping[int, Sequence[int]]


def blocks_of(publications: Iterable[Publication]) -> Blocks:
    """The positions of publications by block."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for at, publication in enumerate(publications):
        for key in publication.keys:
            blocks[key].append(at)
    return blocks


def candidates(publication: Publication, blocks: Blocks, below: int | None = None) -> list[int]:
    """Whom to compare a publication with, by the blocks they share; `below`: only these numbers."""
    weight: dict[int, float] = defaultdict(float)
    for key in publication.keys:
        block = blocks.get(key, ())
        if len(block) <= MOST_IN_BLOCK:
            for other in block:
                if below is None or other < below:
                    weight[other] += 1 / len(block)
    # rare blocks weigh most, and numbers break ties: the same input gives the same answer
    return sorted(weight, key=lambda other: (-weight[other], other))[:MOST_COMPARED]


def candidate_pairs(publications: Sequence[Publication]) -> Iterator[tuple[int, int]]:
    """Each pair worth comparing among these, by position, the earlier first."""
    blocks = blocks_of(publications)
    for at, publication in enumerate(publications):
        for other in sorted(candidates(publication, blocks, below=at)):
            yield other, at


BATCH_SIZE = 500  # entries, and parameters of a statement: what is held beside the file itself


@dataclass(frozen=True)
class Match:
    """Something that an entry may be: a stored citation, or an earlier entry of the same file."""

    verdict: Verdict
    slug: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class MatchResult:
    """What is known of an entry: the best answer, and all it may be, the best first."""

    answer: DuplicateAnswer = DIFFERENT
    matches: list[Match] = field(default_factory=list)


def find_matches(
    connection: Connection, entries: Sequence[Mapping[str, Any] | None]
) -> Iterator[MatchResult]:
    """What each entry is, in their order; nothing is known of an entry that is None.

    An entry has the members of a citation's draft. Memory: the entries, and one batch of stored
    citations.
    """
    read = [Publication.of(entry or {}) for entry in entries]
    inside = blocks_of(read)
    for start in range(0, len(read), BATCH_SIZE):
        batch = read[start : start + BATCH_SIZE]
        stored = StoredCandidates(connection, batch)
        for at, publication in enumerate(batch, start):
            earlier = (
                Match(compare(publication, read[other]), position=other)
                for other in candidates(publication, inside, below=at)
            )
            yield _match_result([*stored.matches(publication), *earlier])


def _match_result(matches: list[Match]) -> MatchResult:
    alike = [each for each in matches if each.verdict.answer is not DIFFERENT]
    alike.sort(key=lambda each: (each.verdict.answer is not SAME, -each.verdict.score))
    return MatchResult(alike[0].verdict.answer, alike) if alike else MatchResult()


class StoredCandidates:
    """The stored citations that share a block with any of some publications."""

    def __init__(self, connection: Connection, publications: Sequence[Publication]) -> None:
        wanted = {key for each in publications for key in each.keys}
        self.blocks = stored_blocks(connection, sorted(wanted))
        chosen = {id_ for each in publications for id_ in candidates(each, self.blocks)}
        self.slugs: dict[int, str] = {}
        self.publications: dict[int, Publication] = {}
        for id_, slug, publication in stored_publications(connection, sorted(chosen)):
            self.slugs[id_], self.publications[id_] = slug, publication

    def candidates(self, publication: Publication) -> list[int]:
        """Whom to compare a publication with."""
        return [id_ for id_ in candidates(publication, self.blocks) if id_ in self.publications]

    def matches(self, publication: Publication) -> Iterator[Match]:
        """What a publication is compared with, and how that came out."""
        for id_ in self.candidates(publication):
            yield Match(compare(publication, self.publications[id_]), slug=self.slugs[id_])


def stored_blocks(connection: Connection, keys: Sequence[int]) -> Blocks:
    """The citations in these blocks; blocks that are too large to say anything are left out."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(keys), BATCH_SIZE):
        telling = (
            select(CitationBlock.key)
            .where(CitationBlock.key.in_(keys[start : start + BATCH_SIZE]))
            .group_by(CitationBlock.key)
            .having(func.count() <= MOST_IN_BLOCK)
        )
        query = select(CitationBlock.key, CitationBlock.citation_id)
        for key, id_ in connection.execute(query.where(CitationBlock.key.in_(telling))):
            blocks[key].append(id_)
    return blocks


def stored_publications(
    connection: Connection, ids: Sequence[int]
) -> Iterator[tuple[int, str, Publication]]:
    """Number, slug and publication of each of these citations that stands."""
    for start in range(0, len(ids), BATCH_SIZE):
        query = select(Citation.id, Citation.slug, Citation.card).where(
            Citation.id.in_(ids[start : start + BATCH_SIZE]),
            Citation.status == RecordStatus.CURRENT,
        )
        for id_, slug, card in connection.execute(query):
            yield id_, slug, Publication.of(orjson.loads(card))
