"""Fills databases with the corpus: by the fast path and, to compare, by bare executemany."""

from __future__ import annotations

import hashlib
import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.db import schema
from app.db.database import Database
from app.db.sqlite import PRAGMAS
from app.journal.bulk.load import BulkLoad
from app.journal.bulk.rows import FOLDED, TABLES, layout
from benchmarks.corpus import studies, vocabulary
from benchmarks.corpus_terms import Entry

BATCH = 500  # studies in one transaction
ROOT = Path(__file__).parents[1]


@dataclass
class Load:
    """How a load went; `seconds` is the time in the database's hands, without making the rows."""

    studies: int
    rows: int
    seconds: float
    size: int
    peak_growth: int
    peak: int = 0  # the most memory that the process held, in bytes

    @property
    def rate(self) -> float:
        """Rows of the corpus a second."""
        return self.rows / self.seconds


def parts_of(count: int) -> Iterator[list[Entry]]:
    """The corpus in batches: the vocabulary, then so many studies at a time."""
    yield vocabulary()
    made = studies(count)
    while some := list(islice(made, BATCH)):
        yield [entry for rows in some for entry in rows]


def load_fast(database: Database, count: int, *, searched: bool = True) -> Load:
    """Load the corpus as the program would."""
    load = BulkLoad(database, actor="benchmark", reason="the corpus", searched=searched)
    rows, seconds, before = 0, 0.0, peak()
    for part in parts_of(count):
        rows += len(part)
        started = time.perf_counter()
        with load.batch() as batch:
            for table, values in part:
                batch.add(table, values)
        seconds += time.perf_counter() - started
    size = _size(database)
    return Load(count, rows, seconds, size, peak() - before, peak())


def load_bare(path: Path, count: int) -> Load:
    """Load the same rows by sqlite3 executemany into the same tables; nothing is derived."""
    database = Database(f"sqlite:///{path}", create=True)
    schema.migrate(database)
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    rows, seconds, before = 0, 0.0, peak()
    for part in parts_of(count):
        rows += len(part)
        ready = _tuples(part)
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, values in ready:
            columns = layout(table).columns
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
        connection.execute("COMMIT")
        seconds += time.perf_counter() - started
    connection.close()
    return Load(count, rows, seconds, path.stat().st_size, peak() - before, peak())


def _tuples(part: list[Entry]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Whole rows by table, ready to be written; no cards."""
    by_table: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for table, values in part:
        row = layout(table).fill(values)
        if table in FOLDED:
            row["folded"] = FOLDED[table](row)
        by_table[table].append(layout(table).values(row))
    return [(table, by_table[table]) for table in TABLES if table in by_table]


def make(path: Path, count: int) -> Load:
    """A database with the corpus in it: the one of last time where it would be the same."""
    note, recipe = path.with_suffix(".json"), recipe_now()
    if path.exists() and note.exists():
        made = json.loads(note.read_text())
        if made.pop("recipe") == recipe:
            return Load(**made)
    path.parent.mkdir(parents=True, exist_ok=True)
    for each in path.parent.glob(path.stem + ".*"):
        each.unlink()
    load = load_apart("searched", count, path)
    note.write_text(json.dumps({**asdict(load), "recipe": recipe}, indent=1))
    return load


def load_apart(way: str, count: int, path: Path) -> Load:
    """The corpus loaded in one of three ways, by a process of its own: its memory is told."""
    command = [sys.executable, "-m", "benchmarks.loading", way, str(count), str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 # ours
    return Load(**json.loads(done.stdout))


def recipe_now() -> str:
    """A name for everything that decides what a database of the corpus holds."""
    sources = [ROOT / each for each in ("app/records/links.py", "app/journal/pages/indexes.py")]
    for pattern in (
        "app/models/*.py", "app/records/*/card.py", "app/journal/bulk/*.py",
        "benchmarks/corpus*.py", "benchmarks/words.py", "migrations/versions/*.py",
    ):  # fmt: skip
        sources += sorted(ROOT.glob(pattern))
    return hashlib.sha256(b"".join(each.read_bytes() for each in sources)).hexdigest()


def _size(database: Database) -> int:
    if not database.sqlite:
        with database.read() as connection:
            query = "SELECT pg_database_size(current_database())"
            return int(connection.exec_driver_sql(query).scalar() or 0)
    return Path(database.url.database or "").stat().st_size


def peak() -> int:
    """The most memory that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def make_postgres(url: str, count: int) -> Load | None:
    """The corpus in a database of PostgreSQL, unless as many studies are there already."""
    database = Database(url)
    try:
        schema.migrate(database)
        with database.read() as connection:
            # studies that a run of writes has left there have other names
            counted = text("SELECT count(*) FROM studies WHERE slug LIKE 'nct%'")
            there = connection.scalar(counted)
        if there == count:
            return None
        load = load_fast(database, count)
        with database.alter() as connection:
            connection.execute(text("ANALYZE"))
        return load
    finally:
        database.close()


def main() -> None:
    """Load a corpus in a process of its own and print how it went: WAY COUNT PATH."""
    way, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if way == "bare":
        load = load_bare(path, count)
    else:
        database = Database(f"sqlite:///{path}", create=True)
        schema.migrate(database)
        load = load_fast(database, count, searched=way == "searched")
        database.close()
    print(json.dumps(asdict(load)))  # noqa: T201 # this is its answer


if __name__ == "__main__":
    main()
