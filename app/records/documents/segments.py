"""How a text falls into paragraphs, sentences, lists, references and boilerplate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.quotes import TextSpan, find_quote
from app.vocabulary import SegmentKind

_BLOCK = re.compile(r"[ \t\r]*\S[^\n]*(?:\n(?![ \t\r]*\n)[^\n]*)*")
_ITEM = re.compile(r"^[ \t]*(?P<marker>[•*‣◦-]|\d{1,3}[.)])[ \t]+(?P<words>\S)", re.MULTILINE)
_SENTENCE = re.compile(r"\S.*?(?:[.!?]+(?=\s+[A-Z])|$)", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A stretch of text and what it is."""

    kind: SegmentKind
    start: int
    end: int


def segment(text: str, boilerplate: list[str]) -> list[Part]:
    """The parts of a text in order; list markers and the words named as boilerplate are such.

    Raises QuoteError for boilerplate that does not stand at exactly one place.
    """
    idle = [find_quote(text, words) for words in boilerplate]
    parts = [Part(SegmentKind.BOILERPLATE, place.start, place.end) for place in idle]
    for block in _BLOCK.finditer(text):
        found = _block_parts(text, TextSpan(block.start(), block.end()))
        parts.extend(part for part in found if not any(_inside(part, place) for place in idle))
    return sorted(parts, key=lambda part: (part.start, -part.end))


def _block_parts(text: str, block: TextSpan) -> Iterator[Part]:
    """A list falls into markers and items; what stands before it, and any other block, is prose."""
    items = list(_ITEM.finditer(text, block.start, block.end))
    starts = [*(item.start() for item in items), block.end]
    words = trim_span(text, TextSpan(block.start, starts[0]))
    if words.start < words.end:
        yield from _prose(text, words)
    for item, end in zip(items, starts[1:], strict=True):
        yield from _item_parts(item, trim_span(text, TextSpan(item.start("words"), end)))


def _prose(text: str, words: TextSpan) -> Iterator[Part]:
    """The line that introduces a list, or a paragraph of sentences."""
    if text[words.start : words.end].endswith(":"):
        yield Part(SegmentKind.LIST_HEADER, words.start, words.end)
        return
    yield Part(SegmentKind.PARAGRAPH, words.start, words.end)
    for sentence in _SENTENCE.finditer(text, words.start, words.end):
        yield Part(SegmentKind.SENTENCE, sentence.start(), sentence.end())


def _item_parts(item: re.Match[str], words: TextSpan) -> Iterator[Part]:
    """The marker and, up to the next one, the words of an item."""
    numbered = item["marker"][0].isdigit()
    yield Part(SegmentKind.BOILERPLATE, item.start("marker"), item.end("marker"))
    kind = SegmentKind.REFERENCE if numbered else SegmentKind.LIST_ITEM
    yield Part(kind, words.start, words.end)


def _inside(part: Part, place: TextSpan) -> bool:
    return place.start <= part.start and part.end <= place.end


def uncovered_spans(text: str, covered: list[TextSpan]) -> list[TextSpan]:
    """The stretches of a text, spaces at their ends left out, that no place covers."""
    seen = bytearray(len(text))
    for place in covered:
        seen[place.start : place.end] = b"\1" * (place.end - place.start)
    gaps = [TextSpan(gap.start(), gap.end()) for gap in re.finditer(rb"\0+", bytes(seen))]
    return [trim_span(text, gap) for gap in gaps if text[gap.start : gap.end].strip()]


def trim_span(text: str, place: TextSpan) -> TextSpan:
    """The place without the spaces at its ends."""
    words = text[place.start : place.end]
    lead, tail = len(words) - len(words.lstrip()), len(words) - len(words.rstrip())
    return TextSpan(place.start + lead, place.end - tail)
