"""What @string and crossref put into the records of a BibTeX file, measured before it is built."""

from __future__ import annotations

from app.ingest.formats.bibtex.blocks import Value
from app.ingest.formats.entry import EntryProblem, Limits, RecordTooLargeError
from app.ingest.formats.lines import StrayLines

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Expansion:
    """How much has been put into the records of a file beside what is written there."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._left = limits, limits.expansion

    def add(self, characters: int, what: str) -> None:
        """Count what is about to be put in; raises RecordTooLargeError beyond the limits."""
        if characters > self._limits.record:
            most = f"{self._limits.record:,} characters"
            raise RecordTooLargeError(f"{what} would put in more than {most}: write it out shorter")
        if characters > self._left:
            most = f"the {self._limits.expansion:,} characters that"
            rest = "strings and cross-references of a file may put in are used up: write it out"
            raise RecordTooLargeError(f"{what} is not put in, as {most} {rest}")
        self._left -= max(characters, 0)


class Strings:
    """The texts that @string gives names to; names of months are there from the beginning."""

    def __init__(self, expansion: Expansion) -> None:
        self._expansion = expansion
        self._texts = {name: name for name in _MONTHS}
        self._refused: dict[str, int] = {}  # names without a text, as it is too long: line of each

    def define(self, name: str, values: list[Value], line: int, strays: StrayLines) -> None:
        """Give a name to a text; one that is too long is told, and has none."""
        try:
            self._texts[name] = self.join(values)
            self._refused.pop(name, None)
        except RecordTooLargeError as error:
            self._texts.pop(name, None)
            self._refused[name] = line
            strays.report(EntryProblem(line, f"@string {name}: {error.message}"))

    def unknown(self, values: list[Value]) -> list[str]:
        """The names among values that nothing is called."""
        return [
            text
            for text, bare in values
            if bare and not text.isdigit() and not self._has(text.lower())
        ]

    def _has(self, name: str) -> bool:
        return name in self._texts or name in self._refused

    def join(self, values: list[Value]) -> str:
        """Values as one text; raises RecordTooLargeError for what is too long, before it is made.

        A name that nothing is called stands for itself.
        """
        parts, longer = [], 0
        for text, bare in values:
            part = self._text(text) if bare else text
            longer += len(part) - len(text)
            parts.append(part)
        if longer > 0:
            names = " # ".join(text for text, bare in values[:10] if bare)
            self._expansion.add(longer, names[:80])
        return "".join(parts)

    def _text(self, written: str) -> str:
        name = written.lower()
        if name in self._refused:
            line = self._refused[name]
            what = f"@string {written} of line {line}"
            raise RecordTooLargeError(f"{what} stands for too long a text")
        return written if written.isdigit() else self._texts.get(name, written)
