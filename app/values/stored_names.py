"""Stored names that are spelled like a written one, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.values.text import nearest_spelling

FEW = 1000  # names that are all compared, which takes some milliseconds
NEXT = 150  # names before and after a written one, where there are more
LONGEST = 200  # characters of a written name that are looked at


@dataclass(frozen=True)
class StoredNames:
    """Names that `query` selects; `order` is a column with an index, by which they are in order."""

    connection: Connection | Session
    query: Any
    order: Any

    @cached_property
    def few(self) -> list[str] | None:
        """All of them; None: there are many."""
        found = list(self.connection.scalars(self.query.limit(FEW + 1)))
        return found if len(found) <= FEW else None

    def near(self, written: str) -> list[str]:
        """Names of which one may be meant: all where they are few, else the next in their order."""
        if self.few is not None:
            return self.few
        word = written[:LONGEST].replace("\0", "")
        after = self.query.where(self.order >= word).order_by(self.order)
        before = self.query.where(self.order < word).order_by(self.order.desc())
        both = (self.connection.scalars(each.limit(NEXT)) for each in (after, before))
        return [name for some in both for name in some]

    def nearest(self, written: str) -> str | None:
        """The one that is spelled most like it; None: none comes near."""
        return nearest_spelling(written[:LONGEST], self.near(written))
