"""What readers notice while others keep the server busy: answers with and without those.

    python -m benchmarks.disturbed benchmarks/data/100000.db

It works on a copy, because it imports studies: as many as it can while it measures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from app.db.database import Database
from app.journal.bulk.load import BulkLoad
from benchmarks.copies import copied
from benchmarks.corpus import studies
from benchmarks.peers import ROOT, Peer, serving
from benchmarks.questions import EVERY_FACET, Questions
from benchmarks.stretch import beside, stretch

READERS, HOSTILE = 2, 4  # clients
BATCH = 100  # studies in one transaction of the import
QUIET = "nothing else"
IMPORT = "an import"
FIRST_YEARS = 1000  # a question is asked anew with another first year


def disturbed(path: Path, questions: Questions, rounds: int, seconds: float) -> dict[str, Any]:
    """Figures of W1 beside questions that cost the most and of W1 and W2 beside an import.

    In each round all are measured once, quiet first; a list of one a round under each name. A
    question that the server does not answer is told, and what it does to others is measured.
    """
    found: dict[str, Any] = {"figures": {}, "refused": {}}
    with copied(path) as copy, serving("ours", copy) as peer:
        hostile = dearest_questions(questions)
        for name, some in hostile.items():
            if trouble := _trouble(peer, some[0]):
                found["refused"][name] = trouble
        for turn in range(rounds):
            for work in ("W1", "W2"):
                for name, others in _others(work, peer, copy, hostile, turn):
                    asked = questions.for_stretch(work, f"beside {turn}", seconds)
                    with others:
                        seen = stretch(peer, [each.ours for each in asked], READERS, seconds)
                    found["figures"].setdefault(f"{work}, {name}", []).append(seen)
    return found


def _others(
    work: str, peer: Peer, copy: Path, hostile: dict[str, list[str]], turn: int
) -> Iterator[tuple[str, AbstractContextManager[None]]]:
    yield QUIET, nullcontext()
    if work == "W1":
        for name, some in hostile.items():
            yield name, beside(peer, some, HOSTILE)
    yield IMPORT, importing(copy, 2_000_000 + turn * 100_000 + 50_000 * (work == "W2"))


def _trouble(peer: Peer, address: str) -> str:
    """What is wrong with an answer; empty where it is one."""
    try:
        answer = peer.get(address)
    except httpx.HTTPError as error:
        return type(error).__name__
    return "" if answer.status_code == 200 else f"{answer.status_code}"


def dearest_questions(questions: Questions) -> dict[str, list[str]]:
    """Questions that cost the most: a word of most records, many terms, many facets.

    Each stands in many ways, with another year each, so that none is asked a second time.
    """
    many = "&".join(f"condition={slug}" for slug in questions.conditions[:200])
    each = {
        "a word of most studies": "/v1/studies?q=people",
        "200 conditions": f"/v1/studies?{many}&sort=label",
        "facets of everything": f"/v1/studies?facet={EVERY_FACET}&limit=1",
    }
    years = range(1, FIRST_YEARS)
    return {name: [f"{base}&year={year}.." for year in years] for name, base in each.items()}


@contextmanager
def importing(path: Path, first: int) -> Iterator[None]:
    """Studies come in from a number on, a batch after the other, as long as the block lasts."""
    command = [sys.executable, "-m", "benchmarks.disturbed", "import", str(path), str(first)]
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 # our own program
        time.sleep(3)  # so that it has begun
        try:
            yield
        finally:
            ended = process.poll()
            process.kill()
    if ended is not None:
        raise RuntimeError(f"the import ended before the readers did: {ended}")


def bring_in(path: Path, first: int) -> None:
    """Import studies until somebody ends it."""
    database = Database(f"sqlite:///{path}", busy_timeout=30)
    load = BulkLoad(database, actor="benchmark", reason="more of the corpus")
    made = studies(50_000, first=first)
    while some := list(islice(made, BATCH)):
        with load.batch() as batch:
            for table, values in (entry for rows in some for entry in rows):
                batch.add(table, values)


def main() -> None:
    """Measure a database alone, or be the import of another process."""
    if sys.argv[1] == "import":
        bring_in(Path(sys.argv[2]), int(sys.argv[3]))
        return
    path = Path(sys.argv[1])
    found = disturbed(path, Questions(path), rounds=3, seconds=4.0)
    print(json.dumps(found, indent=1))  # noqa: T201 # this is its answer


if __name__ == "__main__":
    main()
