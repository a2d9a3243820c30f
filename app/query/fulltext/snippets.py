"""Snippets: where a record has the words that were looked for, as it has them.

A snippet is plain text from the record's own members; each match stands **between asterisks**.
Asterisks of the record itself become ∗, so that every ** is a mark. It is not HTML: a page
escapes it as any text, and may turn the marks into elements afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from app.query.cards import Kind, members
from app.query.fulltext.spellings import respelled
from app.query.fulltext.syntax import AllOf, Node, Query, Term
from app.query.fulltext.words import JOINT, LONGEST_WORD, placed

MARK = "**"
AROUND = 70  # characters of the record before and after the first match
MOST_PARTS = 3  # members that a snippet takes words from
Span = tuple[int, int]


class Highlighter:
    """Finds what queries want in texts, and shows it."""

    def __init__(self, queries: Iterable[Query]) -> None:
        spelled = (_spellings(respelled(query.root)) for query in queries)
        terms = dict.fromkeys(each for query in spelled for each in query)
        self._patterns = [re.compile("|".join(map(_pattern, each))) for each in terms]
        self._words = [{term.words[0] for term in each} for each in terms]

    def snippet(self, texts: Iterable[str]) -> str:
        """The first texts that have the words, cut around them; empty when none has any."""
        left, parts = set(range(len(self._patterns))), []
        for text in texts:
            folded, places = placed(text)
            every = [self._spans(at, folded, places) for at in range(len(self._patterns))]
            found = {at for at in left if every[at]}
            if found:
                parts.append(_cut(text, _merged(span for each in every for span in each)))
                left -= found
            if not left or len(parts) == MOST_PARTS:
                break
        return " … ".join(part.strip("… ") if at else part for at, part in enumerate(parts))

    def _spans(self, at: int, folded: str, places: Sequence[int]) -> list[Span]:
        if JOINT not in folded and not any(word in folded for word in self._words[at]):
            return []  # a word is looked for faster than a pattern
        spans = (found.span() for found in self._patterns[at].finditer(folded))
        if not places:
            return list(spans)
        return [(places[start], places[end - 1] + 1) for start, end in spans]


def _spellings(node: Node) -> Iterator[tuple[Term, ...]]:
    """Each term that is wanted, in all its spellings."""
    if isinstance(node, Term):
        yield (node,)
    elif isinstance(node, AllOf):
        for part in node.wanted:
            yield from _spellings(part)
    elif all(isinstance(part, Term) for part in node.parts):
        yield tuple(part for part in node.parts if isinstance(part, Term))
    else:
        for part in node.parts:
            yield from _spellings(part)


def _pattern(term: Term) -> str:
    """A term in a canonical text, where the joints of compounds may stand between any letters."""
    words = [f"{JOINT}?".join(word) + "[^ -]*" * (len(word) == LONGEST_WORD) for word in term.words]
    return f"(?<![^ -])(?:{'[ -]+'.join(words)}{'[^ -]*' if term.prefix else ''})(?![^ -])"


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, spans: Sequence[Span]) -> str:
    """The text around the first match, with every match in it marked."""
    low, high = spans[0][0] - AROUND, spans[0][1] + AROUND
    start = 0 if low <= 0 else max(text.find(" ", low, spans[0][0]) + 1, low)
    end = len(text) if high >= len(text) else max(text.rfind(" ", spans[0][1], high), spans[0][1])
    pieces, at = [], start
    for first, last in (span for span in spans if span[1] <= end):
        pieces += [_plain(text[at:first]), MARK, _plain(text[first:last]), MARK]
        at = last
    shown = " ".join("".join((*pieces, _plain(text[at:end]))).split())
    return ("… " if start else "") + shown + (" …" if end < len(text) else "")


def _plain(text: str) -> str:
    return text.replace("*", "∗")


def snippets(
    queries: Sequence[Query], found: Iterable[tuple[str, Iterable[str]]]
) -> dict[str, str]:
    """By slug, where each record has the words; for records given with their texts."""
    finder = Highlighter(queries)
    return {slug: finder.snippet(texts) for slug, texts in found}


def page_snippets(
    kind: Kind, queries: list[Query] | None, rows: Sequence[Any]
) -> dict[str, str] | None:
    """Where each record of a page has the words of the query, if there is one."""
    if queries is None:
        return None
    return snippets(queries, ((row.slug, snippet_texts(kind, row.card)) for row in rows))


def snippet_texts(kind: Kind, card: str) -> Iterator[str]:
    """What full text finds a record by, as it stands in its card."""
    parsed = orjson.loads(card)
    return (text for path in kind.words for text in members(parsed, path))
