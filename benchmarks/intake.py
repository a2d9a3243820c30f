"""How fast citations come in: a preview against a large base, a commit, and who waits meanwhile.

python -m benchmarks.intake [citations in the base] [records of the file] [records of the commit]
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app import journal
from app.curation.writing.changes import open_writer
from app.db import schema
from app.db.database import Database
from app.ingest.imports import Choice, commit, preview
from app.journal.bulk.load import BulkLoad
from app.records.catalogue import EDITOR_NAMED
from benchmarks.corpus import FAMILIES, JOURNALS
from benchmarks.loading import peak
from benchmarks.words import prose

BATCH = 5000  # citations in one transaction
KNOWN = 0.3  # of the records of a file, how many are here already
PAUSE = 0.05  # seconds between two writes of the other writer


@dataclass(frozen=True)
class Paper:
    """A publication that nobody wrote, the same one for the same number."""

    number: int
    title: str
    journal: str
    year: int
    volume: str
    pages: str
    abstract: str
    authors: list[tuple[str, str]]

    @classmethod
    def of(cls, number: int) -> Paper:
        """The publication of a number."""
        chance = random.Random(number)
        first = chance.randint(1, 900)
        people = FAMILIES.draw(chance, chance.randint(1, 6))
        return cls(
            number,
            prose(chance, chance.randint(8, 14))[:-1],
            chance.choice(JOURNALS),
            chance.randint(1980, 2025),
            str(chance.randint(1, 99)),
            f"{first}-{first + chance.randint(3, 12)}",
            prose(chance, 150),
            [(family, chance.choice("ABCDEFGHJKLM")) for family in people],
        )

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        """Its DOI and its PubMed number."""
        return [("doi", f"10.1000/paper.{self.number}"), ("pmid", str(10_000_000 + self.number))]

    def ris(self) -> str:
        """Its record in a RIS file, without the PubMed number."""
        start, _, end = self.pages.partition("-")
        lines = ["TY  - JOUR", f"TI  - {self.title}", f"T2  - {self.journal}"]
        lines += [f"AU  - {family}, {given}" for family, given in self.authors]
        lines += [f"PY  - {self.year}", f"VL  - {self.volume}", f"SP  - {start}", f"EP  - {end}"]
        lines += [f"AB  - {self.abstract}", f"DO  - {self.identifiers[0][1]}", "ER  - ", ""]
        return "\r\n".join(lines) + "\r\n"


def load(database: Database, count: int) -> None:
    """Fill a database with so many citations."""
    bulk = BulkLoad(database, actor="benchmark", reason="the base")
    for start in range(0, count, BATCH):
        with bulk.batch() as batch:
            for number in range(start, min(start + BATCH, count)):
                paper = Paper.of(number)
                row = {
                    "slug": f"paper-{number}",
                    "type": "article_journal",
                    "title": paper.title,
                    "container_title": paper.journal,
                    "year": paper.year,
                    "volume": paper.volume,
                    "pages": paper.pages,
                    "abstract": paper.abstract,
                }
                own = {"citation_id": batch.add("citations", row)}
                for at, (family, given) in enumerate(paper.authors):
                    author = {"position": at, "family": family, "given": given}
                    batch.add("citation_authors", {**own, **author})
                for at, (scheme, value) in enumerate(paper.identifiers):
                    name = {"position": at, "scheme": scheme, "value": value}
                    batch.add("citation_identifiers", {**own, **name})


def records(base: int, count: int, *, known: float = KNOWN, start: int = 0) -> bytes:
    """A RIS file of so many records, a part of them in a base of so many citations."""
    here = int(count * known)
    numbers = [*range(here), *range(base + start, base + start + count - here)]
    return "".join(Paper.of(number).ris() for number in numbers).encode()


class OtherWriter(threading.Thread):
    """Somebody who writes one citation after another meanwhile, and takes the time."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database, self.waits = database, list[float]()
        self._end = threading.Event()

    def run(self) -> None:
        """Write until told to stop."""
        for number in self._numbers():
            started = time.perf_counter()
            with open_writer(self.database, actor="other", reason="meanwhile") as writer:
                writer.create(EDITOR_NAMED["citation"], {"title": f"Meanwhile {number}"})
            self.waits.append(time.perf_counter() - started)

    def _numbers(self) -> Iterator[int]:
        number = 0
        while not self._end.wait(PAUSE):
            number += 1
            yield number

    def stop(self) -> None:
        """Tell it to stop, and wait until it has."""
        self._end.set()
        self.join()


def measure(database: Database, base: int, count: int, saved: int) -> None:
    """Print how long each step took."""
    data = records(base, count)
    _say(f"file of {count} records", f"{len(data) / 1e6:.1f} MB")
    before, started, cpu = peak(), time.perf_counter(), time.process_time()
    preview(database, data, actor="benchmark")
    _say("preview", _took(started, cpu))
    _say("peak memory above the file", f"{(peak() - before) / 1e6:.0f} MB")
    small = preview(database, records(base, saved, known=0, start=10 * count), actor="benchmark")
    other = OtherWriter(database)
    other.start()
    time.sleep(1)
    alone = sorted(other.waits)
    started, cpu = time.perf_counter(), time.process_time()
    done = commit(database, small, Choice(), actor="benchmark")
    _say(f"commit of {done['saved']}", _took(started, cpu))
    other.stop()
    _say("another writer alone, median", f"{alone[len(alone) // 2]:.3f} s")
    _say("another writer meanwhile, longest", f"{max(other.waits):.2f} s")


def _took(started: float, cpu: float) -> str:
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    return f"{wall:.2f} s ({used:.2f} s of one core)"


def _say(what: str, value: str) -> None:
    print(f"{what:36} {value}", flush=True)  # noqa: T201


def main() -> None:
    """Measure on SQLite; ends with 1 when anything is stale."""
    base, count, saved = [*map(int, sys.argv[1:4]), *(100_000, 20_000, 2000)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'intake.db'}", create=True)
        schema.migrate(database)
        started, cpu = time.perf_counter(), time.process_time()
        load(database, base)
        _say(f"base of {base} citations", _took(started, cpu))
        measure(database, base, count, saved)
        with database.read() as connection:
            stale = list(journal.verify(connection))
        database.close()
    sys.exit("\n".join(stale[:50]) if stale else 0)


if __name__ == "__main__":
    main()
