"""Every foreign key that points at a record, found in the tables, so that none can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, UniqueConstraint, inspect, select
from sqlalchemy.orm import Session

from app.kinds import KINDS
from app.models import Base, Record

# Rows about two records as they were found: they stay with those, and say what was decided.
STAYING = frozenset({"duplicate_candidates"})
# What may stand twice in the table, and yet says nothing the second time.
TWICE = {"study_citations": ("study_id", "citation_id", "role")}


@dataclass(frozen=True)
class Pointer:
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

    def twin(self, session: Session, row: Any, record: int) -> Any | None:
        """The row that points at a record already, and is otherwise what this row would be."""
        for names in self.identities:
            wanted = {name: getattr(row, name) for name in names} | {self.column: record}
            found = session.scalar(select(self.model).filter_by(**wanted))
            if found is not None:
                return found
        return None


def models() -> dict[str, type[Any]]:
    """The class of each table that has one."""
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    return {str(each.local_table.name): each.base_mapper.class_ for each in mappers}  # type: ignore[attr-defined] # tables have names


def pointers(target: str) -> Iterator[Pointer]:
    """Every foreign key to a table that moves when one of its records becomes part of another.

    Raises TypeError for a table without a class: its rows could not be moved.
    """
    known = models()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if table.name in STAYING or not _leads_to(column, target):
                continue
            if table.name not in known:
                raise TypeError(f"{table.name} has no class, so its {column.name} cannot be moved")
            yield Pointer(known[table.name], column.name, _identities(table, column.name))


def _leads_to(column: Any, target: str) -> bool:
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
    known = [*indexes, *constraints, *([TWICE[table.name]] if table.name in TWICE else [])]
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
                return session.get(models()[table], getattr(row, column.name))
    return None
