"""Lines of a text; records cut out of them; lines that belong to none, quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.ingest.formats.entry import EntryProblem, FileTooLargeError, Limits, excerpt


def unify_line_ends(chunks: Iterable[str]) -> Iterator[str]:
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

    Raises FileTooLargeError for a line beyond the limit.
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

    def _too_long(self, number: int) -> FileTooLargeError:
        message = f"line {number} has more than {self._limits.line:,} characters"
        return FileTooLargeError(message, number, "break it into several lines")


MOST_RUNS = 1_000  # of lines outside records that are quoted; nobody reads more


class StrayLines:
    """Gathers what stands outside records: the first runs of lines quoted, the others counted."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int, str]] = []
        self._reported: list[EntryProblem] = []
        self._first = self._others = 0  # of the lines that are only counted

    def add(self, line: str, number: int) -> None:
        """Take a line; an empty one is nothing."""
        text = line.strip()
        if not text:
            return
        if self._runs and self._runs[-1][1] == number - 1:
            first, _, quote = self._runs.pop()
            self._runs.append((first, number, quote))
        elif len(self._runs) == MOST_RUNS:
            self._first, self._others = self._first or number, self._others + 1
        else:
            self._runs.append((number, number, excerpt(text)))

    def report(self, problem: EntryProblem) -> None:
        """Take what is wrong with something that is no record itself."""
        if len(self._reported) < MOST_RUNS:
            self._reported.append(problem)

    def problems(self) -> list[EntryProblem]:
        """What was reported; a problem for each run that is quoted, and one for all the others."""
        found = [
            EntryProblem(first, f"in no record: {quote}{_more_lines(last - first)}")
            for first, last, quote in self._runs
        ]
        if self._others:
            message = f"from here on {self._others:,} more lines are in no record"
            found.append(EntryProblem(self._first, message))
        return self._reported + found


def _more_lines(lines: int) -> str:
    return f" and {lines} more lines" if lines else ""


class RecordText(NamedTuple):
    """A piece of the text without its last `left_out` lines; `fault`: why it is no whole record."""

    text: str
    line: int
    fault: str | None = None
    left_out: int = 0

    @property
    def last_line(self) -> int:
        """The line on which the piece ends."""
        return self.line + self.text.count("\n") + self.left_out


class RecordLines:
    """The lines of one record; those beyond the limit are counted, and not held."""

    def __init__(self, limits: Limits, line: int) -> None:
        self.line, self._most = line, limits.record
        self._held: list[str] = []
        self._length = self._left_out = 0

    def add(self, line: str) -> None:
        """Take the next line of the record."""
        if self._left_out or self._length + len(line) > self._most:
            self._left_out += 1
        else:
            self._held.append(line)
            self._length += len(line) + 1

    def record(self) -> RecordText:
        """The record; one that is too long is faulty, and cut at the limit."""
        fault = f"it has more than {self._most:,} characters" if self._left_out else None
        return RecordText("\n".join(self._held), self.line, fault, self._left_out)


class TextWindow:
    """A text that arrives in chunks, read once from front to back, counting lines.

    `text` from `at` on is not yet taken; `more` gets another chunk. What has been taken is let go.
    """

    def __init__(self, chunks: Iterable[str], limits: Limits) -> None:
        self._chunks, self._limits = iter(chunks), limits
        self.text, self.at, self.line, self.done = "", 0, 1, False

    def more(self) -> bool:
        """Get another chunk; false at the end. Raises FileTooLargeError for an endless record."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self.done = True
            return False
        rest = len(self.text) - self.at
        if rest > self._limits.record:
            message = f"a record of more than {self._limits.record:,} characters"
            raise FileTooLargeError(f"{message} begins on line {self.line}", self.line)
        self.text, self.at = self.text[self.at :] + chunk, 0
        return True

    def take(self, end: int) -> str:
        """The text up to a place, which counts as read."""
        taken = self.text[self.at : end]
        self.line += taken.count("\n")
        self.at = end
        return taken


_SKIPPED = {"<!--": "-->", "<![CDATA[": "]]>"}
_MARKUP = re.compile(r"<[^<>]*>")


class XmlElements:
    """Each element of one of these names (`a|b`) in an XML text, comments and CDATA aside.

    One that the next begins inside of, or that never ends, is cut off there and faulty: the
    others stay whole. Elements of these names do not lie inside one another. Text between them
    goes to `strays`.
    """

    def __init__(self, names: str, window: TextWindow, strays: StrayLines) -> None:
        self._window, self._strays = window, strays
        self._opening, self._closing = rf"<(?:{names})(?=[\s>/])", rf"</(?:{names})\s{{0,9}}>"
        self._mark = re.compile(rf"<!--|<!\[CDATA\[|{self._opening}|{self._closing}")
        self._opened = False
        self._searched = 0  # characters after window.at
        self._unended: set[str] = set()

    def __iter__(self) -> Iterator[RecordText]:
        while mark := self._next():
            if (text := mark[0]) in _SKIPPED:
                self._skip(mark.end(), _SKIPPED[text])
            elif not text.startswith("</"):
                yield from self._begin(mark)
            elif self._opened:
                yield self._cut(mark.end(), None)
            else:
                self._searched = mark.end() - self._window.at
        if self._opened:
            yield self._cut(len(self._window.text), "the file ends inside it")
        self._leave(len(self._window.text))

    def _next(self) -> re.Match[str] | None:
        window = self._window
        while True:
            if mark := self._mark.search(window.text, window.at + self._searched):
                return mark
            # every mark begins with <: one that is not all here yet begins at the last of them
            last = window.text.rfind("<", window.at + self._searched)
            self._searched = (last if last >= 0 else len(window.text)) - window.at
            if not self._opened:
                self._leave(window.at + self._searched)
            if not window.more():
                return None

    def _begin(self, mark: re.Match[str]) -> Iterator[RecordText]:
        if self._opened:
            yield self._cut(mark.start(), "the next begins inside it")
        self._leave(mark.start())
        self._opened, self._searched = True, len(mark[0])

    def _cut(self, end: int, fault: str | None) -> RecordText:
        line = self._window.line
        text = self._window.take(end)
        self._opened, self._searched = False, 0
        return RecordText(text.rstrip(), line, fault)

    def _leave(self, end: int) -> None:
        line = self._window.line
        text = self._window.take(max(end, self._window.at))
        self._searched = 0
        for at, words in enumerate(_MARKUP.sub("", text).split("\n")):
            self._strays.add(words, line + at)

    def _skip(self, start: int, ending: str) -> None:
        """Pass over a comment or CDATA; one without an end is none."""
        window, offset = self._window, start - self._window.at
        found = -1 if ending in self._unended else window.text.find(ending, start)
        while found < 0 and ending not in self._unended:
            if not window.more():
                self._unended.add(ending)
            found = window.text.find(ending, window.at + offset)
        self._searched = offset if found < 0 else found + len(ending) - window.at
