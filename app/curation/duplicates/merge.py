"""Joining two citations: whatever points at one points at the other, remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Table, UniqueConstraint, inspect, select
from sqlalchemy.orm import Session

from app.api.problems import FieldError, Problem
from app.curation.writing import Writer
from app.models import (
    Base,
    Citation,
    CitationAuthor,
    CitationIdentifier,
    Merge,
    MergeMove,
    Record,
    SlugRedirect,
)
from app.records.catalogue import KINDS
from app.records.citations.card import CITATION
from app.vocabulary import LinkBasis, PublicationStatus, RecordStatus

# Rows about two records as they were found: they stay with those, and say what was decided.
UNMOVED_TABLES = frozenset({"duplicate_candidates"})
# What may stand twice in the table, and yet says nothing the second time.
IDENTITIES = {"study_citations": ("study_id", "citation_id", "role")}


@dataclass(frozen=True)
class ForeignKeyColumn:
    """A foreign key, and the sets of columns in which no two rows of its table may be equal."""

    model: type[Any]
    column: str
    identities: tuple[tuple[str, ...], ...]

    @property
    def table(self) -> str:
        """The name of its table."""
        return str(self.model.__tablename__)

    def rows(self, session: Session, record: int) -> list[Any]:
        """The rows that point at a record."""
        here = getattr(self.model, self.column) == record
        return list(session.scalars(select(self.model).where(here).order_by(self.model.id)))

    def equal_row(self, session: Session, row: Any, record: int) -> Any | None:
        """The row that points at a record already, and is otherwise what this row would be."""
        for names in self.identities:
            wanted = {name: getattr(row, name) for name in names} | {self.column: record}
            found = session.scalar(select(self.model).filter_by(**wanted))
            if found is not None:
                return found
        return None


def table_models() -> dict[str, type[Any]]:
    """The class of each table that has one."""
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    return {str(each.local_table.name): each.base_mapper.class_ for each in mappers}  # type: ignore[attr-defined] # tables have names


def foreign_keys_to(target: str) -> Iterator[ForeignKeyColumn]:
    """Every foreign key to a table that moves when one of its records becomes part of another.

    Raises TypeError for a table without a class: its rows could not be moved.
    """
    known = table_models()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if table.name in UNMOVED_TABLES or not _is_reference_to(column, target):
                continue
            if table.name not in known:
                raise TypeError(f"{table.name} has no class, so its {column.name} cannot be moved")
            yield ForeignKeyColumn(known[table.name], column.name, _identities(table, column.name))


def _is_reference_to(column: Any, target: str) -> bool:
    return any(key.column.table.name == target for key in column.foreign_keys)


def _identities(table: Table, column: str) -> tuple[tuple[str, ...], ...]:
    """The sets of columns, this one among them, that tell rows apart."""
    partial = ("sqlite", "postgresql")
    indexes = [
        tuple(each.columns.keys())
        for each in table.indexes
        if each.unique and all(each.dialect_options[name]["where"] is None for name in partial)
    ]
    constraints = [
        tuple(each.columns.keys())
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
    ]
    known = [
        *indexes,
        *constraints,
        *([IDENTITIES[table.name]] if table.name in IDENTITIES else []),
    ]
    return tuple(names for names in known if column in names)


def owner_of(session: Session, row: Any) -> Any | None:
    """The record whose content a row is part of: itself, or what it cannot be without."""
    if isinstance(row, Record):
        return row
    records = {kind.table.name for kind in KINDS}
    for column in inspect(type(row)).local_table.columns:
        for key in column.foreign_keys:
            table = key.column.table.name
            if table in records and not column.nullable and table != "citations":
                return session.get(table_models()[table], getattr(row, column.name))
    return None


OWN_PARTS = ("citation_authors", "citation_identifiers")  # parts of the citation itself


def merge(writer: Writer, slug: str, into: str, *, expected: int | None = None) -> Merge:
    """Make one citation part of another; raises Problem.

    404, 409 or 412 when either is not there, does not stand, or has changed meanwhile.
    """
    if slug == into:
        what = "is the citation itself: name the one that stays"
        raise Problem(422, "invalid-record", what, [FieldError(pointer="/into", message=what)])
    gone, kept = writer.current(CITATION, slug, expected), writer.current(CITATION, into)
    row = Merge(kind=CITATION.name, kept=into, merged=slug, change_id=writer.change.id, moves=[])
    _CitationMerge(writer, kept, gone, row).join()
    writer.session.add(row)
    writer.session.add(SlugRedirect(kind=CITATION.name, slug=slug, target=into))
    return row


class _CitationMerge:
    """One merge under way."""

    def __init__(self, writer: Writer, kept: Any, gone: Any, row: Merge) -> None:
        self.writer, self.session = writer, writer.session
        self.kept, self.gone, self.row = kept, gone, row

    def join(self) -> None:
        """Move everything, and remember it."""
        self.gone.status = RecordStatus.MERGED
        self._fill_empty()
        for pointer in foreign_keys_to("citations"):
            for each in pointer.rows(self.session, self.gone.id):
                if pointer.table not in OWN_PARTS:
                    self._move(pointer, each)
        self._redirect()
        for record in (self.kept, self.gone):
            self.writer.change.touch(record)

    def _fill_empty(self) -> None:
        """Give the kept citation what it lacks; it keeps its own words where it has any."""
        for column in Citation.__table__.columns:
            name = column.name
            if column.nullable and column.computed is None and getattr(self.kept, name) is None:
                self._set(self.kept, name, getattr(self.gone, name))
        graver = list(PublicationStatus).index
        if graver(self.gone.publication_status) > graver(self.kept.publication_status):
            self._set(self.kept, "publication_status", self.gone.publication_status)
        if not self.kept.authors and self.gone.authors:
            self._set(self.kept, "authors_truncated", self.gone.authors_truncated)
            self._adopt_parts(self.gone.authors, 0)
        held = {(each.scheme, each.value) for each in self.kept.identifiers}
        new = [each for each in self.gone.identifiers if (each.scheme, each.value) not in held]
        self._adopt_parts(new, len(self.kept.identifiers))
        for each in new:
            each.current = True

    def _adopt_parts(
        self, parts: list[CitationAuthor] | list[CitationIdentifier], after: int
    ) -> None:
        for at, part in enumerate(parts, after):
            self._set(part, "citation_id", self.kept.id)
            self._set(part, "position", at)

    def _move(self, pointer: ForeignKeyColumn, row: Any) -> None:
        """Let a row point at the kept citation, or leave it out where that says nothing new."""
        twin = pointer.equal_row(self.session, row, self.kept.id)
        if twin is None:
            self._set(row, pointer.column, self.kept.id)
        else:
            self._keep_better_basis(twin, row, {"id", "position", *pointer.identities[0]})
            self._remember(row, None, column_values(row), None)
            self.session.delete(row)
        owner = owner_of(self.session, row)
        if owner is not None:
            self.writer.change.touch(owner)

    def _keep_better_basis(self, twin: Any, row: Any, but: set[str]) -> None:
        """Let the row that stays say how the link is known, where the other knows it better."""
        known = list(LinkBasis).index
        if hasattr(row, "basis") and known(row.basis) < known(twin.basis):
            for name, value in column_values(row).items():
                if name not in but:
                    self._set(twin, name, value)

    def _redirect(self) -> None:
        """Let slugs that led to the other citation lead on to the kept one."""
        old = (SlugRedirect.kind == CITATION.name) & (SlugRedirect.target == self.gone.slug)
        for each in self.session.scalars(select(SlugRedirect).where(old)).all():
            self._set(each, "target", self.kept.slug)

    def _set(self, row: Any, name: str, value: Any) -> None:
        if getattr(row, name) != value:
            self._remember(row, name, getattr(row, name), value)
            setattr(row, name, value)

    def _remember(self, row: Any, name: str | None, old: Any, new: Any) -> None:
        written = orjson.dumps(new).decode() if name else None
        move = MergeMove(table_name=row.__tablename__, row_id=row.id, column_name=name)
        move.old_value, move.new_value = orjson.dumps(old).decode(), written
        self.row.moves.append(move)


def column_values(row: Any) -> dict[str, Any]:
    """The columns of a row."""
    columns = row.__table__.columns
    return {each.name: getattr(row, each.name) for each in columns if each.computed is None}
