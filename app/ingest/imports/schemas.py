"""What an import looks like from outside."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import number_parameter
from app.ingest.imports.commit import Choice
from app.vocabulary import DuplicateAnswer, ImportOutcome, ImportState

NUMBER = number_parameter("number", "Number of the import.")


class RowProblem(BaseModel):
    """Something that is wrong at a line of the file."""

    line: int = Field(description="Line of the file, from 1.")
    message: str = Field(description="What is wrong.")
    suggestion: str | None = Field(description="What would be right; null: not known.")


class RowUnread(BaseModel):
    """What a record says and no field of a citation takes."""

    tag: str = Field(description="Its name in the file.")
    value: str = Field(description="What stands there.")
    line: int = Field(description="Line of the file, from 1.")


class RowRelated(BaseModel):
    """Another publication that a record names."""

    relation: str = Field(description="How it stands to the record, as retraction_of.")
    text: str = Field(description="The words of the record.")
    pmid: str | None = Field(description="Its PubMed number; null: not given.")
    doi: str | None = Field(description="Its DOI; null: not given.")
    line: int = Field(description="Line of the file, from 1.")


class RowMatch(BaseModel):
    """Something that a record may be already."""

    slug: str | None = Field(description="A stored citation; null: an earlier row of the file.")
    position: int | None = Field(description="That row; null: see slug.")
    answer: DuplicateAnswer = Field(description="same, or probable: then a person decides.")
    score: float = Field(description="How sure it is, 0 to 1.")
    reasons: list[str] = Field(description="Why, the most telling first.")


class ImportRowCard(BaseModel):
    """One record of the file; none is left out."""

    position: int = Field(description="Place in the file, from 1.")
    line: int = Field(description="Its first line.")
    last_line: int = Field(description="Its last line.")
    outcome: ImportOutcome = Field(description="What it is, or became.")
    citation: str | None = Field(description="Slug of the citation it is or became.")
    draft: dict[str, Any] | None = Field(description="What was understood; null: broken.")
    problems: list[RowProblem] = Field(description="What is wrong with it.")
    unread: list[RowUnread] = Field(description="What no field takes.")
    related: list[RowRelated] = Field(description="Other publications that it names.")
    matches: list[RowMatch] = Field(description="What it may be already, the best first.")
    raw: str = Field(description="The record as it stands in the file.")

    @classmethod
    def of(cls, row: Any) -> ImportRowCard:
        """The card of a stored row that comes with the slug of its citation."""
        lists = {
            name: orjson.loads(getattr(row, name) or "[]")
            for name in ("problems", "unread", "related", "matches")
        }
        plain = ("position", "line", "last_line", "outcome", "raw")
        draft = None if row.parsed is None else orjson.loads(row.parsed)
        values = {name: getattr(row, name) for name in plain}
        return cls(citation=row.slug, draft=draft, **values, **lists)


class ImportCard(BaseModel):
    """A file that somebody handed in."""

    id: int = Field(description="Number of the import.")
    filename: str | None = Field(description="Name of the file; null: pasted.")
    format: str = Field(description="The format that was recognised.")
    encoding: str = Field(description="The encoding that was recognised.")
    sha256: str = Field(description="SHA-256 of its bytes.")
    state: ImportState = Field(description="How far it has come.")
    actor: str = Field(description="Who handed it in.")
    created_at: str = Field(description="When.")
    change: int | None = Field(description="The change that saved it; null: none yet.")
    counted: int = Field(description="Records that a second look at the bytes finds.")
    records: int = Field(description="Rows: the records that were read, whole or broken.")
    outcomes: dict[ImportOutcome, int] = Field(description="How many rows are what.")
    problems: list[RowProblem] = Field(description="What is wrong between the records.")


class ImportPage(ImportCard):
    """An import with its first rows."""

    rows: list[ImportRowCard] = Field(description="The first rows.")
    next: str | None = Field(description="Where the rows go on; null: these are all.")


class RowPage(BaseModel):
    """Some rows of an import, in the order of the file."""

    items: list[ImportRowCard] = Field(description="The rows.")
    next: str | None = Field(description="Where they go on; null: these are the last.")


class ImportList(BaseModel):
    """Imports, the newest first."""

    items: list[ImportCard] = Field(description="The imports.")
    next: str | None = Field(description="Where they go on; null: these are the last.")


class ChoiceBody(BaseModel):
    """What is to become of the rows, by their positions."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"same": {"2": "bredlau-2013"}}}
    )

    save: list[int] | None = Field(
        default=None, description="Rows that become citations; null: all that are new."
    )
    same: dict[int, str] = Field(default={}, description="Rows that are a citation, by its slug.")
    skip: list[int] = Field(default=[], description="Rows that are left out for good.")
    edits: dict[int, dict[str, Any]] = Field(
        default={}, description="By row: JSON merge patches (RFC 7396) on its draft."
    )

    def choice(self) -> Choice:
        """The choice that the body makes."""
        save = None if self.save is None else frozenset(self.save)
        return Choice(save, self.same, frozenset(self.skip), self.edits)


class Committed(BaseModel):
    """What a commit did."""

    saved: int = Field(description="Rows that became citations.")
    tied: int = Field(description="Rows that were said to be a citation.")
    skipped: int = Field(description="Rows that were left out.")
    upload: ImportCard = Field(description="The import as it is now.", serialization_alias="import")
