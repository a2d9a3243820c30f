"""A text cut into pieces: every character once, and each piece knows which passages cover it.

Passages overlap: a claim quotes the whole clause that it rests on. So each passage has a part of
its own, what no shorter one before it says, and that part is marked with its number; the whole
passage lights up together with its card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Card = dict[str, Any]
EDGES = re.compile(r"^[\s,;:.–—-]+|[\s]+$")
CONTAINERS = {"paragraph"}


@dataclass
class Passage:
    """A place in the text, with the claims whose last words stand there."""

    start: int
    end: int
    number: int = 0
    own: tuple[int, int] | None = None
    claims: list[Card] = field(default_factory=list)
    open_claims: list[Card] = field(default_factory=list)  # their quotation goes on elsewhere

    @property
    def has_claims(self) -> bool:
        """Whether some claim ends here, and not only begins."""
        return bool(self.claims)


@dataclass(frozen=True)
class Piece:
    """Characters that the same passages cover."""

    text: str
    keys: tuple[int, ...]
    hedge: bool
    begins: list[Passage]


@dataclass(frozen=True)
class Run:
    """Pieces side by side with one owner: the passage whose own part they are, or none."""

    owner: Passage | None
    pieces: list[Piece]


@dataclass(frozen=True)
class TextRow:
    """A sentence, an item, a reference: its runs, and the passages that end in it, keyed."""

    kind: str
    start: int
    end: int
    marker: str
    runs: list[Run]
    keys: dict[tuple[int, int], int]
    passages: list[Passage]


def passages_of(claims: Iterable[Card], document: str) -> list[Passage]:
    """The distinct passages of a document, numbered in the order in which they end."""
    found: dict[tuple[int, int], Passage] = {}
    for claim in claims:
        places = [each for each in claim["passages"] if each["document"]["slug"] == document]
        for at, place in enumerate(places):
            key = place["start"], place["end"]
            passage = found.setdefault(key, Passage(*key))
            last = at == len(places) - 1
            (passage.claims if last else passage.open_claims).append(claim)
    ordered = sorted(found.values(), key=lambda each: (each.end, -each.start))
    for number, passage in enumerate((each for each in ordered if each.has_claims), 1):
        passage.number = number
    return ordered


def assign_own_parts(passages: Sequence[Passage], text: str) -> None:
    """Give each passage what none before it says; a passage within others keeps its end."""
    taken: list[tuple[int, int]] = []
    for passage in passages:
        if not passage.has_claims:
            continue
        left = _subtract((passage.start, passage.end), taken)
        parts = [part for part in (_trim(each, text) for each in left) if part]
        if parts:
            passage.own = parts[-1]
            taken.append(parts[-1])


def _subtract(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a stretch without others."""
    left = [span]
    for start, end in taken:
        left = [
            part
            for low, high in left
            for part in ((low, min(high, start)), (max(low, end), high))
            if part[0] < part[1]
        ]
    return left


def _trim(span: tuple[int, int], text: str) -> tuple[int, int] | None:
    """A stretch without the punctuation before it; None: nothing else is in it."""
    words = text[span[0] : span[1]]
    before = EDGES.match(words)
    start = span[0] + (before.end() if before else 0)
    end = span[0] + len(words.rstrip())
    return (start, end) if start < end else None


def text_rows(text: str, segments: Sequence[Card], passages: Sequence[Passage]) -> list[TextRow]:
    """The text in rows, bullets and numbers before what they belong to; no character is lost."""
    rows, marker, at = [], "", 0
    for kind, start, end in leaf_segments(text, segments):
        if kind == "boilerplate" and _is_marker(text[start:end]):
            marker = text[start:end]
            continue
        rows.append(_row(text, (kind, start, end), marker, passages))
        marker, at = "", end
    if marker:
        rows.append(_row(text, ("boilerplate", at, len(text)), "", passages))
    return rows


def _is_marker(words: str) -> bool:
    """A bullet, or the number of an item."""
    return len(words) <= 4 and not words.strip("•-*·0123456789.()[]")


def leaf_segments(text: str, segments: Sequence[Card]) -> Iterator[tuple[str, int, int]]:
    """The segments that hold no other, and whatever stands between them, in order."""
    spans = [(each["kind"], each["start"], each["end"]) for each in segments]
    starts = {start for kind, start, _ in spans if kind not in CONTAINERS}
    at = 0
    for kind, start, end in sorted(spans, key=lambda each: (each[1], -each[2])):
        inner = kind in CONTAINERS and any(start <= each < end for each in starts)
        if inner or start < at:
            continue
        if text[at:start].strip():
            yield "paragraph", at, start
        yield kind, start, end
        at = end
    if text[at:].strip():
        yield "paragraph", at, len(text)


def _row(
    text: str, span: tuple[str, int, int], marker: str, passages: Sequence[Passage]
) -> TextRow:
    kind, start, end = span
    inside = [each for each in passages if each.start < end and each.end > start]
    keys = {(each.start, each.end): at for at, each in enumerate(inside, 1)}
    ending = [each for each in inside if start < each.end <= end]
    return TextRow(kind, start, end, marker, _runs(text, (start, end), inside, keys), keys, ending)


def _runs(
    text: str, span: tuple[int, int], inside: Sequence[Passage], keys: dict[tuple[int, int], int]
) -> list[Run]:
    """A row cut wherever a passage, a part of its own or a hedge begins or ends."""
    start, end = span
    hedges = [place for each in inside for place in _hedges(text, each)]
    cuts = {start, end}
    for each in inside:
        cuts |= {each.start, each.end, *(each.own or ())}
    cuts |= {edge for place in hedges for edge in place}
    edges = sorted(cut for cut in cuts if start <= cut <= end)
    runs: list[Run] = []
    for low, high in pairwise(edges):
        owner = next((e for e in inside if e.own and e.own[0] <= low and high <= e.own[1]), None)
        covering = tuple(keys[e.start, e.end] for e in inside if e.start <= low and high <= e.end)
        hedge = any(a <= low and high <= b for a, b in hedges)
        piece = Piece(text[low:high], covering, hedge, [e for e in inside if e.start == low])
        if runs and runs[-1].owner is owner:
            runs[-1].pieces.append(piece)
        else:
            runs.append(Run(owner, [piece]))
    return runs


def _hedges(text: str, passage: Passage) -> Iterator[tuple[int, int]]:
    """Where in a passage the words stand by which its claims hedge."""
    claims = (*passage.claims, *passage.open_claims)
    for hedge in {each["hedge"] for each in claims if each["hedge"]}:
        start = text.find(hedge, passage.start, passage.end)
        if start >= 0:
            yield start, start + len(hedge)
