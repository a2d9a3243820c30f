"""The rows of a batch, found by number, by what they belong to, and by what joins them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

Row = dict[str, Any]


class Belonging(NamedTuple):
    """Rows of a table that belong to another row: the column that names it, and their order."""

    table: str
    column: str
    order: str


class Joined(NamedTuple):
    """Rows of another table, joined by a table of pairs, in the order of one of their columns."""

    pairs: str
    near: str
    far: str
    table: str
    order: str


class Graph:
    """A batch and the rows outside it that its cards link to.

    `numbered` holds rows of the batch and the linked ones from outside; `drawn` keeps the bytes
    of what is shown more than once.
    """

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self.rows = rows
        self.numbered: dict[str, dict[int, Row]] = defaultdict(dict)
        for table, those in rows.items():
            if those and "id" in those[0]:
                self.numbered[table] = {row["id"]: row for row in those}
        self.belonging: dict[Belonging, dict[int, list[Row]]] = {}
        self.joined: dict[Joined, dict[int, list[int]]] = {}
        self._alike: dict[str, dict[tuple[Any, ...], list[Row]]] = {}
        self.drawn: dict[Any, dict[int, orjson.Fragment]] = defaultdict(dict)

    def alike(self, table: str, names: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
        """The rows of a table by some of their columns, in the order of their numbers."""
        if table not in self._alike:
            found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
            for row in sorted(self.rows.get(table, ()), key=itemgetter("id")):
                found[tuple(row[name] for name in names)].append(row)
            self._alike[table] = found
        return self._alike[table]

    def gather(self, parts: Belonging) -> dict[int, list[Row]]:
        """Sort rows by what they belong to."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(self.rows.get(parts.table, ()), key=itemgetter(parts.order)):
            found[row[parts.column]].append(row)
        found.pop(None, None)  # type: ignore[call-overload] # rows that belong to nothing
        self.belonging[parts] = found
        return found

    def join(self, pairs: Joined) -> dict[int, list[int]]:
        """Sort the rows that a table of pairs joins, by the near side."""
        found: dict[int, list[int]] = defaultdict(list)
        rows, order = self.numbered[pairs.table], pairs.order
        for row in self.rows.get(pairs.pairs, ()):
            if row[pairs.near] is not None and row[pairs.far] is not None:
                found[row[pairs.near]].append(row[pairs.far])
        for numbers in found.values():
            if len(numbers) > 1:
                numbers.sort(key=lambda number: rows[number][order])
        self.joined[pairs] = found
        return found
