"""The items of a JSON array, cut out one by one: a broken one leaves the others whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.ingest.formats.readings import Limits, TooLarge
from app.ingest.formats.slices import Slice, Window
from app.ingest.formats.strays import Strays

_STRUCTURE = re.compile(r'["\\{}\[\],]')
_IN_STRING = re.compile(r'["\\]')
WRAPPED = re.compile(r'\s*\{\s*"(?:items|references|records)"\s*:\s*(?=\[)')


class Items:
    """The values inside the outermost array; without one, the objects one after the other.

    Raises TooLarge for what nests deeper than the limit.
    """

    def __init__(self, window: Window, limits: Limits, strays: Strays) -> None:
        self._window, self._limits, self._strays = window, limits, strays
        self._searched = 0  # characters after window.at
        self._depth = 0
        self._quoted = False
        self._base = 0  # depth at which items lie

    def __iter__(self) -> Iterator[Slice]:
        window = self._window
        window.more()
        wrapped = WRAPPED.match(window.text[:10_000])
        if wrapped:
            window.take(wrapped.end())
        self._base = 1 if window.text[window.at :].lstrip()[:1] == "[" else 0
        while (mark := self._next()) is not None:
            self._searched = mark.end() - window.at
            if mark[0] == "\\":
                self._searched += 1  # what is escaped
            elif mark[0] == '"':
                self._quoted = not self._quoted
            else:
                yield from self._structure(mark[0])
        if self._depth >= self._base:
            yield from self._cut(len(window.text), "the file ends inside it")
        elif not wrapped:
            self._leave(len(window.text))

    def _next(self) -> re.Match[str] | None:
        window = self._window
        while True:
            pattern = _IN_STRING if self._quoted else _STRUCTURE
            if mark := pattern.search(window.text, window.at + self._searched):
                return mark
            self._searched = max(self._searched, len(window.text) - window.at)
            if not window.more():
                return None

    def _structure(self, mark: str) -> Iterator[Slice]:
        end = self._window.at + self._searched
        if mark in "{[":
            if self._depth < self._base:
                self._leave(end - 1)
                self._pass(end)  # the array itself opens
            self._depth += 1
            if self._depth > self._limits.depth:
                message = f"values nest deeper than {self._limits.depth}"
                raise TooLarge(message, self._window.line)
        elif mark in "}]":
            yield from self._close(end)
        elif self._depth == self._base:
            yield from self._cut(end - 1, None)
            self._pass(end)

    def _close(self, end: int) -> Iterator[Slice]:
        if self._base and self._depth == self._base:
            yield from self._cut(end - 1, None)
            self._pass(end)
        elif self._depth == 1 and not self._base:
            yield from self._cut(end, None)
        self._depth = max(0, self._depth - 1)

    def _pass(self, end: int) -> None:
        self._window.take(max(end, self._window.at))
        self._searched = 0

    def _leave(self, end: int) -> None:
        line = self._window.line
        for at, words in enumerate(self._window.take(end).split("\n")):
            self._strays.add(words, line + at)
        self._searched = 0

    def _cut(self, end: int, fault: str | None) -> Iterator[Slice]:
        window = self._window
        whole = window.text[window.at : end]
        window.take(window.at + len(whole) - len(whole.lstrip()))
        line = window.line
        text = window.take(end).rstrip()
        self._searched = 0
        if text:
            yield Slice(text, line, fault)
