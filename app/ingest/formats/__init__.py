"""From any bytes to citations: what they are written in, and every record they hold.

`read` takes a whole file; `open_stream` one that is too long to hold all its entries at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from app.ingest.formats import (
    bibtex,
    csl_json,
    endnote_xml,
    pubmed_xml,
    reference_list,
    tagged,
    xml_records,
)
from app.ingest.formats.counting import counted
from app.ingest.formats.detection import HEAD, decoded, detected, sniffed
from app.ingest.formats.lines import Lines, Strays, unified
from app.ingest.formats.parsed import (
    Entry,
    EntryProblem,
    Format,
    Limits,
    Reading,
    Refused,
    Related,
    Relation,
    TooLarge,
    Unread,
)

__all__ = [
    "Entry",
    "EntryProblem",
    "Format",
    "Limits",
    "Reading",
    "Refused",
    "Related",
    "Relation",
    "Stream",
    "TooLarge",
    "Unread",
    "open_stream",
    "read",
]


def read(data: bytes, filename: str | None = None, limits: Limits | None = None) -> Reading:
    """Every record of a file, parsed or broken. The name serves messages only.

    Raises Refused for what is no citations, TooLarge beyond the limits.
    """
    stream = open_stream(BytesIO(data), filename, limits)
    entries = list(stream)
    return Reading(stream.format, stream.encoding, entries, stream.problems(), stream.counted())


def open_stream(
    file: BinaryIO, filename: str | None = None, limits: Limits | None = None
) -> Stream:
    """A file, ready to be read record by record; it has to be seekable."""
    try:
        return Stream(file, limits or Limits())
    except Refused as refused:
        if filename:
            refused.add_note(f"in {filename}")
        raise


class Stream:
    """A file of citations: iterate over its entries, then ask for `problems` and `counted`."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file, self._limits, self._strays = file, limits, Strays()
        self._detected = detected(file, limits)
        self.encoding = self._detected.name
        self.format = sniffed(_head(self._text()))
        self._found = 0

    def _text(self) -> Iterator[str]:
        return unified(decoded(self._file, self._detected))

    def _lines(self) -> Lines:
        return Lines(self._text(), self._limits)

    def __iter__(self) -> Iterator[Entry]:
        self._strays, self._found = Strays(), 0
        for entry in self._entries():
            self._found += 1
            if self._found > self._limits.records:
                message = f"the file has more than {self._limits.records:,} records"
                raise TooLarge(message, entry.line, "split it into several files")
            yield entry

    def _entries(self) -> Iterator[Entry]:
        if self.format in tagged.TAGGED:
            return tagged.entries(tagged.TAGGED[self.format], self._lines(), self._strays)
        if self.format is Format.BIBTEX:
            return bibtex.entries(self._lines(), self._strays)
        if self.format is Format.REFERENCE_LIST:
            return reference_list.entries(self._lines(), self._strays)
        if self.format is Format.REFERENCE_LINES:
            return reference_list.entries_by_line(self._lines())
        if self.format is Format.CSL_JSON:
            return csl_json.entries(self._text(), self._limits, self._strays)
        reader = _XML[self.format]
        return xml_records.entries(
            reader.NAMES, reader.draw, self._text(), self._limits, self._strays
        )

    def counted(self) -> int:
        """How many records a second look at the raw text finds."""
        return counted(self.format, self._text, self._lines)

    def problems(self) -> list[EntryProblem]:
        """What was wrong outside the records, once they have all been read."""
        return [*self._detected.problems, *self._strays.problems()]


_XML = {Format.PUBMED_XML: pubmed_xml, Format.ENDNOTE_XML: endnote_xml}


def _head(chunks: Iterator[str]) -> str:
    parts, length = [], 0
    for chunk in chunks:
        parts.append(chunk)
        length += len(chunk)
        if length >= HEAD:
            break
    return "".join(parts)[:HEAD]
