"""The lines of a text, however they end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.ingest.formats.readings import Limits, TooLarge


def unified(chunks: Iterable[str]) -> Iterator[str]:
    """The same text with every line end (CR, LF or CRLF) as LF."""
    held = ""
    for chunk in chunks:
        text = held + chunk
        held = "\r" if text.endswith("\r") else ""
        if held:
            text = text[:-1]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if text:
            yield text
    if held:
        yield "\n"


class Lines:
    """Each line of unified text, without its end; `cut` when the last one has none.

    Raises TooLarge for a line beyond the limit.
    """

    def __init__(self, chunks: Iterable[str], limits: Limits) -> None:
        self._chunks, self._limits = chunks, limits
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        parts: list[str] = []
        length, number = 0, 1
        for chunk in self._chunks:
            first, *rest = chunk.split("\n")
            parts.append(first)
            length += len(first)
            if length > self._limits.line:
                raise self._too_long(number)
            self._measure(rest, len(chunk), number)
            if rest:
                yield "".join(parts)
                yield from rest[:-1]
                number += len(rest)
                parts, length = [rest[-1]], len(rest[-1])
        if last := "".join(parts):
            self.cut = True
            yield last

    def _measure(self, rest: list[str], length: int, number: int) -> None:
        """Refuse long lines that lie whole in one chunk, when a chunk is that long at all."""
        if length > self._limits.line:
            for at, line in enumerate(rest, number + 1):
                if len(line) > self._limits.line:
                    raise self._too_long(at)

    def _too_long(self, number: int) -> TooLarge:
        message = f"line {number} has more than {self._limits.line:,} characters"
        return TooLarge(message, number, "break it into several lines")
