"""Long work on everything that is derived, range by range, in one process or several.

A derivation, or a check of `verify`, is a function of a connection and a range of record numbers.
It is declared once, and runs in this process or in reading processes (app/db/processes.py); this
process alone writes, a range a transaction, so that a run that was killed is simply run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, func, select
from sqlalchemy.orm import Session

from app.db.database import Database
from app.db.processes import ReadingProcesses, processors
from app.journal.revisions import BATCH
from app.models import Change
from app.records.catalogue import KINDS

LEAST, MOST = -(2**62), 2**62  # beyond every number of a row
SMALL = 10_000  # records of all kinds that one process has done before others have started
Progress = Callable[[str, int, int], None]  # what is done, how many of them, of how many


class IdRange(NamedTuple):
    """Numbers of rows: from `first` on, below `end`."""

    first: int
    end: int

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Whether a column has one of these numbers."""
        return and_(column >= self.first, column < self.end)


EVERYTHING = IdRange(LEAST, MOST)


def id_ranges(
    connection: Connection, column: Column[Any], *, newest_first: bool = False
) -> Iterator[IdRange]:
    """All numbers that there are or could be, cut into ranges of at most BATCH rows.

    Between them they leave nothing out, so that rows of records that are gone are in one, too.
    """
    reached = MOST if newest_first else LEAST
    while True:
        if newest_first:
            last = connection.execute(select(func.max(column)).where(column < reached)).scalar()
            first = LEAST if last is None else last - BATCH + 1
            below = select(column).where(column < first).limit(1)
            if last is None or connection.execute(below).first() is None:
                yield IdRange(LEAST, reached)
                return
            yield IdRange(first, reached)
            reached = first
        else:
            first = connection.execute(select(func.min(column)).where(column >= reached)).scalar()
            end = MOST if first is None else first + BATCH
            above = select(column).where(column >= end).limit(1)
            if first is None or connection.execute(above).first() is None:
                yield IdRange(reached, MOST)
                return
            yield IdRange(reached, end)
            reached = end


@dataclass(frozen=True)
class Derivation:
    """Rows that are derived from others, range by range of the numbers in `walked`.

    `derive` reads, and gives what is to be written; None: nothing is. It may run in another
    process, and is a function of a module, or `functools.partial` of one with plain arguments.
    `write` stores that, in a transaction, if nothing that it rests on has changed since; else, or
    given None, it derives anew. It gives how many records it wrote.
    """

    name: str  # what there is done for, as people are told
    walked: Column[Any]
    derive: Callable[[Connection, IdRange], Any]
    write: Callable[[Session, IdRange, Any], int]
    newest_first: bool = False


def last_change(connection: Connection) -> int:
    """The number of the last change: as long as it stays, so do all records."""
    return connection.execute(select(func.max(Change.id))).scalar() or 0


def processes_for(connection: Connection, asked: int | None) -> int:
    """How many processes long work is worth: those asked for, else by processors and records."""
    if asked is not None:
        return asked
    numbers = {kind.table.name: kind.table.c.id for kind in KINDS}.values()
    records = sum(connection.execute(select(func.max(each))).scalar() or 0 for each in numbers)
    return processors() if records > SMALL else 1


def run(
    database: Database,
    derivations: Sequence[Derivation],
    *,
    processes: int | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write what is derived, in the order of the ranges; gives how many records, by name."""
    with database.read() as connection:
        count = processes_for(connection, processes)
        pieces = [
            (derivation, each)
            for derivation in derivations
            for each in id_ranges(
                connection, derivation.walked, newest_first=derivation.newest_first
            )
        ]
        told = RangesDone(connection, progress, ((each.name, each.walked) for each, _ in pieces))
    written: Counter[str] = Counter()
    for derivation, each, derived in _derived(database, pieces, count):
        if derived is not None or count == 1:
            with database.write() as session:
                written[derivation.name] += derivation.write(session, each, derived)
        told.advance(derivation.name)
    return {name: number for name, number in written.items() if number}


Piece = tuple[Derivation, IdRange]


def _derived(
    database: Database, pieces: list[Piece], count: int
) -> Iterator[tuple[Derivation, IdRange, Any]]:
    """Each piece with what was derived for it; in one process that is left to the writing."""
    if count == 1:
        yield from ((derivation, each, None) for derivation, each in pieces)
        return
    by_number = dict(enumerate(pieces))
    tasks = ((number, derivation.derive, each) for number, (derivation, each) in by_number.items())
    with ReadingProcesses(database, count, derive_piece) as processes:
        for (number, _, each), derived in processes.map(tasks, in_order=True):
            yield by_number[number][0], each, derived


def derive_piece(
    connection: Connection, task: tuple[int, Callable[[Connection, IdRange], Any], IdRange]
) -> Any:
    """What a reading process does for one range."""
    _, derive, each = task
    return derive(connection, each)


class RangesDone:
    """Tells how far the work of each name is, as records of all that there are.

    Ranges are taken to hold the same number of records, as they all but do.
    """

    def __init__(
        self,
        connection: Connection,
        progress: Progress | None,
        pieces: Iterable[tuple[str, Column[Any] | None]],
    ) -> None:
        pieces = list(pieces)
        self._progress, self._done = progress, Counter[str]()
        self._ranges = Counter(name for name, _ in pieces)
        self._records = {
            name: 1
            if walked is None
            else connection.execute(select(func.count()).select_from(walked.table)).scalar_one()
            for name, walked in dict(pieces).items()
        }

    def advance(self, name: str) -> None:
        """One range more is done."""
        self._done[name] += 1
        if self._progress is not None:
            records = self._records[name]
            done = records * self._done[name] // self._ranges[name]
            self._progress(name, done, records)
