"""New records as the drafting machinery builds them, put into a batch as rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.interfaces import MANYTOMANY, MANYTOONE

from app.journal.bulk.load import Batch


@dataclass(frozen=True)
class _Layout:
    """Where the attributes of a class go: each by its name, then columns and tables."""

    table: str
    columns: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str, str, str], ...]


@cache
def _layout_of(model: Any) -> _Layout:
    """The layout of a model."""
    mapper: Mapper[Any] = inspect(model)
    columns = tuple(
        (each.key, each.columns[0].name)
        for each in mapper.column_attrs
        if each.columns[0].computed is None
    )
    links, parts, pairs = [], [], []
    for each in mapper.relationships:
        if each.viewonly or each.back_populates == "says":  # facts name claims, not these them
            continue
        near, far = each.local_remote_pairs[0]
        if each.direction is MANYTOONE:
            links.append((each.key, str(near.name)))
        elif each.direction is MANYTOMANY:
            [(_, of)] = each.synchronize_pairs
            [(_, to)] = each.secondary_synchronize_pairs or []
            pairs.append((each.key, str(of.table.name), str(of.name), str(to.name)))
        elif each.cascade.delete_orphan:
            parts.append((each.key, str(far.name)))
    table = str(model.__tablename__)
    return _Layout(table, columns, tuple(links), tuple(parts), tuple(pairs))


class RecordRows:
    """Puts records that no session has, with their parts and all that is new, into a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no other object gets the address of one

    def number(self, found: Any) -> int:
        """The number of a record or a part: what is not stored yet is put into the batch first."""
        stored = vars(found).get("id")
        if stored is not None:
            return int(stored)
        return self._numbers[id(found)] if id(found) in self._numbers else self.put(found, {})

    def put(self, new: Any, owner: dict[str, int]) -> int:
        """Put a record or a part into the batch, then what belongs to it; gives its number."""
        held, form = vars(new), _layout_of(new.__class__)
        number = self.batch.number(form.table)
        self._numbers[id(new)] = number  # first of all: what it names may name it in turn
        self._kept.append(new)
        values: dict[str, Any] = {
            column: getattr(value, "value", value)
            for name, column in form.columns
            if (value := held.get(name)) is not None
        }
        for name, column in form.links:
            if (linked := held.get(name)) is not None:
                values[column] = self.number(linked)
        self.batch.add(form.table, {**values, **owner, "id": number})
        for name, column in form.parts:
            for part in held.get(name) or ():
                if id(part) not in self._numbers:  # a sibling may have named it
                    self.put(part, {column: number})
        for name, table, near, far in form.pairs:
            for linked in held.get(name) or ():
                self.batch.add(table, {near: number, far: self.number(linked)})
        return number
