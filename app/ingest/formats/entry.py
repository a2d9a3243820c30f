"""What a file of citations was found to say: every record of it, whole or broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Draft = dict[str, Any]  # as app.citations.edits.CitationDraft takes it, without a slug


class Relation(StrEnum):
    """How another publication stands to this one. Source: PubMed's comments and corrections."""

    RETRACTED_IN = "retracted_in"
    RETRACTION_OF = "retraction_of"
    PARTIALLY_RETRACTED_IN = "partially_retracted_in"
    PARTIAL_RETRACTION_OF = "partial_retraction_of"
    CONCERN_IN = "expression_of_concern_in"
    CONCERN_FOR = "expression_of_concern_for"
    ERRATUM_IN = "erratum_in"
    ERRATUM_FOR = "erratum_for"
    CORRECTED_IN = "corrected_and_republished_in"
    CORRECTED_FROM = "corrected_and_republished_from"
    REPUBLISHED_IN = "republished_in"
    REPUBLISHED_FROM = "republished_from"
    UPDATED_IN = "updated_in"
    UPDATE_OF = "update_of"
    COMMENTED_IN = "commented_in"
    COMMENT_ON = "comment_on"


class Limits(NamedTuple):
    """How much is read: of a file, of one line, of one record, and how deep things may nest.

    `line`, `record` and `expansion` are in characters. `values` is how many names, numbers and
    other things all records of a file may say; `expansion` how much abbreviations and references
    within a file may put in beside what is written there.
    """

    bytes: int = 64 * 1024 * 1024
    records: int = 100_000
    line: int = 1_000_000
    record: int = 4_000_000
    depth: int = 64
    values: int = 4_000_000  # one in 16 bytes of the largest file: an export has one in 30
    expansion: int = 16_000_000  # in each of the most records the name of a journal, twice


class UnreadableFileError(ValueError):
    """The file cannot be read as citations: what is wrong, where, and what would be right."""

    def __init__(
        self, message: str, line: int | None = None, suggestion: str | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.suggestion = message, line, suggestion


class FileTooLargeError(UnreadableFileError):
    """The file is longer, or one thing in it is longer, than is read."""


class RecordTooLargeError(ValueError):
    """One record says more than is read of one: what there is too much of, and on which line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


class EntryProblem(NamedTuple):
    """Something that is wrong at a line, and what would be right."""

    line: int
    message: str
    suggestion: str | None = None


class UnmappedField(NamedTuple):
    """What a record says and no field of a citation takes."""

    tag: str
    value: str
    line: int


class RelatedPublication(NamedTuple):
    """Another publication that the record names: a retraction, a comment, a correction."""

    relation: Relation
    text: str
    pmid: str | None
    doi: str | None
    line: int


@dataclass(slots=True)
class Entry:
    """One record of a file. A broken one has no draft, and a problem that says why.

    `line` and `last_line` count from 1; `raw` is the record's own text, line ends as LF.
    """

    position: int
    line: int
    last_line: int
    raw: str
    draft: Draft | None
    problems: list[EntryProblem] = field(default_factory=list)
    unread: list[UnmappedField] = field(default_factory=list)
    related: list[RelatedPublication] = field(default_factory=list)

    @property
    def values(self) -> int:
        """How many things the record says, and are said of it."""
        draft = self.draft or {}
        listed = len(draft.get("authors", ())) + len(draft.get("identifiers", ()))
        return listed + len(self.problems) + len(self.unread) + len(self.related)


def excerpt(text: str, longest: int = 80) -> str:
    """The beginning of a text, on one line, for a message."""
    line = " ".join(text[: longest * 4].split())
    return f"“{line}”" if len(line) <= longest else f"“{line[: longest - 1]}…”"
