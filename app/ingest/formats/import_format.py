"""What an import format declares: its name, how it is recognised, read, and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.ingest.formats.entry import Entry, Limits, UnreadableFileError, excerpt
from app.ingest.formats.lines import Lines, StrayLines

HEAD = 1 << 18  # characters at the beginning of a text by which its format is recognised
_LISTS = "reference lists, numbered or one reference a line"


class SourceText:
    """The text of a file, which may be gone through more than once.

    What stands outside records is reported to `strays`.
    """

    def __init__(
        self, chunks: Callable[[], Iterator[str]], limits: Limits, strays: StrayLines | None = None
    ) -> None:
        self.chunks, self.limits = chunks, limits
        self.strays = strays or StrayLines()

    def lines(self) -> Lines:
        """Each line; raises FileTooLargeError for one beyond the limit."""
        return Lines(self.chunks(), self.limits)


@dataclass(frozen=True)
class Recognition:
    """How the texts of one format are told from those of others; one of these is declared.

    `root`: an XML element that only this format has. `start`: how the text begins, where that
    alone is proof. `opening`: the line that opens a record; the format that has most of them is
    taken. `line`: what other lines look like, for a text that has lost the openings. `shape`: for
    formats without marks, asked last.
    """

    root: re.Pattern[str] | None = None
    start: re.Pattern[str] | None = None
    opening: re.Pattern[str] | None = None
    line: re.Pattern[str] | None = None
    shape: Callable[[str], bool] | None = None
    precedence: int = 0  # of formats with equally many openings the highest wins


@dataclass(frozen=True)
class ImportFormat:
    """A format that citations are imported from.

    `name` stands in the API, `label` in its documentation; `title` is what curators call it, where
    that is something else. `entries` reads every record, whole or broken. `count` gives the number
    of records by a second look at the raw text. It may share with `entries` how one line is told
    from another, and nothing of how records are made: a record that is lost in reading then shows
    up as a difference.
    """

    name: str
    label: str
    recognition: Recognition
    entries: Callable[[SourceText], Iterator[Entry]]
    count: Callable[[SourceText], int]
    title: str = ""

    def __str__(self) -> str:
        return self.title or self.label


def recognise(head: str, formats: Iterable[ImportFormat]) -> ImportFormat:
    """The format of a text of which this is the beginning; raises UnreadableFileError for none."""
    text, known = head.lstrip(), tuple(formats)
    if not text:
        raise UnreadableFileError("the file is empty")
    if text.startswith("<") and not any(_matches(each.recognition.opening, text) for each in known):
        return _xml_format(text, known)
    found = (
        next((each for each in known if _matches(each.recognition.start, text)), None)
        or _by_openings(head, known)
        or _by_lines(head, known)
        or next((each for each in known if (fits := each.recognition.shape) and fits(head)), None)
    )
    if found is None:
        raise UnreadableFileError(
            f"no citations in a format that is read here: {excerpt(text)}", 1, _known_formats(known)
        )
    return found


def _matches(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.match(text) is not None


def _by_openings(head: str, known: tuple[ImportFormat, ...]) -> ImportFormat | None:
    counts = [
        (len(pattern.findall(head)), each.recognition.precedence, each)
        for each in known
        if (pattern := each.recognition.opening)
    ]
    most, _, found = max(counts, key=lambda each: each[:2])
    return found if most else None


def _by_lines(head: str, known: tuple[ImportFormat, ...]) -> ImportFormat | None:
    counts = [
        (len(pattern.findall(head)), each) for each in known if (pattern := each.recognition.line)
    ]
    most, found = max(counts, key=lambda each: each[0])
    return found if most > 1 else None  # one such line happens in any prose


def _xml_format(text: str, known: tuple[ImportFormat, ...]) -> ImportFormat:
    # an entity may stand for gigabytes, or for a file of the server
    if "<!ENTITY" in text:
        raise UnreadableFileError(
            "the XML declares entities; they are not read", suggestion="write them out"
        )
    of_xml = [each for each in known if each.recognition.root]
    for each in of_xml:
        if each.recognition.root and each.recognition.root.search(text):
            return each
    names = " or ".join(each.label.removesuffix(" XML") for each in of_xml)
    raise UnreadableFileError(f"XML, but not of {names}: {excerpt(text)}", 1, _known_formats(known))


def marked_formats(formats: Iterable[ImportFormat]) -> Iterator[ImportFormat]:
    """The formats that machines write, as against reference lists."""
    return (each for each in formats if each.recognition.shape is None)


def _known_formats(known: tuple[ImportFormat, ...]) -> str:
    return f"{', '.join(map(str, marked_formats(known)))} and {_LISTS}"
