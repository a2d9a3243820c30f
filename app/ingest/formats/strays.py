"""Lines that belong to no record: quoted, a run of them as one problem."""

from __future__ import annotations

from app.ingest.formats.readings import EntryProblem, quoted


class Strays:
    """Gathers what stands outside records."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int, str]] = []

    def add(self, line: str, number: int) -> None:
        """Take a line; an empty one is nothing."""
        text = line.strip()
        if not text:
            return
        if self._runs and self._runs[-1][1] == number - 1:
            first, _, quote = self._runs.pop()
            self._runs.append((first, number, quote))
        else:
            self._runs.append((number, number, quoted(text)))

    def problems(self) -> list[EntryProblem]:
        """One problem for each run of lines."""
        return [
            EntryProblem(first, f"in no record: {quote}{_more(last - first)}")
            for first, last, quote in self._runs
        ]


def _more(lines: int) -> str:
    return f" and {lines} more lines" if lines else ""
