"""What readers notice while others keep the server busy: slow answers, with and without those.

    python -m benchmarks.disturbed benchmarks/data/100000.db

It works on a copy, because it imports studies: as many as it can while it measures.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from app.db.database import Database
from app.journal.bulk.load import BulkLoad
from benchmarks.corpus import studies
from benchmarks.peers import ROOT, Peer, serving
from benchmarks.stretch import beside, stretch
from benchmarks.work import Asked, Questions

SECONDS = 8.0
READERS, HOSTILE = 2, 4  # clients
BATCH = 100  # studies in one transaction of the import


def disturbed(path: Path, asked: dict[str, list[Asked]]) -> dict[str, Any]:
    """Figures of W2 beside an import, and of W1 beside questions that cost the most."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        pages, records = ([each.ours for each in asked[work]] for work in ("W2", "W1"))
        with serving("anew", copy) as peer:  # nothing is answered from what was kept
            found = {"W1, nothing else": _seen(peer, records)}
            for name, hostile in questions(copy).items():
                peer.get(hostile).raise_for_status()  # else refusals would be measured
                with beside(peer, [hostile], HOSTILE):
                    found[f"W1, {name}"] = _seen(peer, records)
        with serving("ours", copy) as peer:
            found["W2, nothing else"] = _seen(peer, pages)
            with importing(copy):
                found["W2, an import"] = _seen(peer, pages)
        return found


def _seen(peer: Peer, addresses: list[str]) -> dict[str, Any]:
    figures = stretch(peer, addresses, READERS, SECONDS)
    return {**asdict(figures), "rate": figures.rate}


def questions(path: Path) -> dict[str, str]:
    """Questions that cost the most: a word of most records, many terms, many facets."""
    terms = Questions(path)
    many = "&".join(f"condition={slug}" for slug in terms.conditions[:200])
    facets = "study_type,phase,masking,condition,treatment,outcome,adverse_effect,year"
    return {
        "a word of most studies": "/v1/studies?q=patients",
        "200 conditions": f"/v1/studies?{many}&sort=label",
        "facets of everything": f"/v1/studies?facet={facets}&year=1..&limit=1",
    }


@contextmanager
def importing(path: Path) -> Iterator[None]:
    """Studies come in, a batch after the other, as long as the block lasts."""
    command = [sys.executable, "-m", "benchmarks.disturbed", "import", str(path)]
    with subprocess.Popen(command, cwd=ROOT) as process:  # noqa: S603 # our own program
        time.sleep(3)  # so that it has begun
        yield
        ended = process.poll()
        process.kill()
    if ended is not None:
        raise RuntimeError(f"the import ended before the readers did: {ended}")


def bring_in(path: Path) -> None:
    """Import studies until somebody ends it."""
    database = Database(f"sqlite:///{path}", busy_timeout=30)
    load = BulkLoad(database, actor="benchmark", reason="more of the corpus")
    made = studies(1_000_000, first=2_000_000)
    while some := list(islice(made, BATCH)):
        with load.batch() as batch:
            for table, values in (entry for rows in some for entry in rows):
                batch.add(table, values)


def main() -> None:
    """Measure a database alone, or be the import of another process."""
    if sys.argv[1] == "import":
        bring_in(Path(sys.argv[2]))
        return
    path = Path(sys.argv[1])
    some = Questions(path)
    found = disturbed(path, {"W1": some.records(), "W2": some.pages()})
    print(json.dumps(found, indent=1))  # noqa: T201 # this is its answer


if __name__ == "__main__":
    main()
