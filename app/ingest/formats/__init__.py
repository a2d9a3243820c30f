"""From any bytes to citations: what they are written in, and every record they hold.

`read` takes a whole file; `open_stream` one that is too long to hold all its entries at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from app.ingest.formats.bibtex.records import BIBTEX
from app.ingest.formats.csl_json import CSL_JSON
from app.ingest.formats.endnote_xml import ENDNOTE_XML
from app.ingest.formats.entry import (
    Entry,
    EntryProblem,
    FileTooLargeError,
    Limits,
    RelatedPublication,
    Relation,
    UnmappedField,
    UnreadableFileError,
)
from app.ingest.formats.import_format import (
    HEAD,
    ImportFormat,
    SourceText,
    marked_formats,
    recognise,
)
from app.ingest.formats.lines import StrayLines, unify_line_ends
from app.ingest.formats.pubmed_xml import PUBMED_XML
from app.ingest.formats.reference_list import REFERENCE_LINES, REFERENCE_LIST
from app.ingest.formats.tagged.medline import MEDLINE
from app.ingest.formats.tagged.ovid import OVID
from app.ingest.formats.tagged.refer import REFER
from app.ingest.formats.tagged.ris import RIS
from app.ingest.formats.tagged.web_of_science import WEB_OF_SCIENCE
from app.ingest.formats.text_encoding import decode_chunks, detect_encoding

__all__ = [
    "FORMATS",
    "Entry",
    "EntryProblem",
    "FileTooLargeError",
    "ImportFormat",
    "Limits",
    "Reading",
    "RelatedPublication",
    "Relation",
    "Stream",
    "UnmappedField",
    "UnreadableFileError",
    "marked_formats",
    "open_stream",
    "read",
]

# In the order in which the API names them. Where two fit a text equally well, the first is taken.
FORMATS = (
    RIS,
    MEDLINE,
    PUBMED_XML,
    ENDNOTE_XML,
    BIBTEX,
    CSL_JSON,
    OVID,
    WEB_OF_SCIENCE,
    REFER,
    REFERENCE_LIST,
    REFERENCE_LINES,
)


@dataclass(slots=True)
class Reading:
    """A whole file: `counted` is how many records a second look at the raw text finds.

    Each of them is an entry: those with a draft and those without add up to it. `problems` are
    those of no record, such as lines between records.
    """

    format: ImportFormat
    encoding: str
    entries: list[Entry]
    problems: list[EntryProblem]
    counted: int

    @property
    def parsed(self) -> list[Entry]:
        """The records that could be read."""
        return [entry for entry in self.entries if entry.draft is not None]

    @property
    def broken(self) -> list[Entry]:
        """The records that could not be read."""
        return [entry for entry in self.entries if entry.draft is None]


def read(data: bytes, filename: str | None = None, limits: Limits | None = None) -> Reading:
    """Every record of a file, parsed or broken. The name serves messages only.

    Raises UnreadableFileError for what is no citations, FileTooLargeError beyond the limits.
    """
    stream = open_stream(BytesIO(data), filename, limits)
    entries = list(stream)
    return Reading(
        stream.format, stream.encoding, entries, stream.problems(), stream.count_records()
    )


def open_stream(
    file: BinaryIO, filename: str | None = None, limits: Limits | None = None
) -> Stream:
    """A file, ready to be read record by record; it has to be seekable."""
    try:
        return Stream(file, limits or Limits())
    except UnreadableFileError as refused:
        if filename:
            refused.add_note(f"in {filename}")
        raise


class Stream:
    """A file of citations: iterate over its entries, then ask for `problems` and `counted`."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file, self._limits, self._strays = file, limits, StrayLines()
        self._detected = detect_encoding(file, limits)
        self.encoding = self._detected.name
        self.format = recognise(_head(self._text()), FORMATS)

    def _text(self) -> Iterator[str]:
        return unify_line_ends(decode_chunks(self._file, self._detected))

    def __iter__(self) -> Iterator[Entry]:
        self._strays = StrayLines()
        source = SourceText(self._text, self._limits, self._strays)
        left = self._limits.values
        for number, entry in enumerate(self.format.entries(source), 1):
            if number > self._limits.records:
                message = f"the file has more than {self._limits.records:,} records"
                raise FileTooLargeError(message, entry.line, "split it into several files")
            left -= entry.values
            if left < 0:
                message = f"the records say more than {self._limits.values:,} things"
                raise FileTooLargeError(message, entry.line, "split it into several files")
            yield entry

    def count_records(self) -> int:
        """How many records a second look at the raw text finds."""
        return self.format.count(SourceText(self._text, self._limits))

    def problems(self) -> list[EntryProblem]:
        """What was wrong outside the records, once they have all been read."""
        return [*self._detected.problems, *self._strays.problems()]


def _head(chunks: Iterator[str]) -> str:
    parts, length = [], 0
    for chunk in chunks:
        parts.append(chunk)
        length += len(chunk)
        if length >= HEAD:
            break
    return "".join(parts)[:HEAD]
