"""Who is worth comparing with whom: publications that share a block, the rarest blocks first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.duplicates.publications import Publication

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
    return sorted(weight, key=lambda other: (-weight[other], other))[:MOST_COMPARED]


def pairs(publications: Sequence[Publication]) -> Iterator[tuple[int, int]]:
    """Each pair worth comparing among these, by position, the earlier first."""
    blocks = blocks_of(publications)
    for at, publication in enumerate(publications):
        for other in sorted(candidates(publication, blocks, below=at)):
            yield other, at
