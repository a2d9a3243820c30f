"""Twenty writers and fifty readers for a minute: what they were answered, and whether all is well.

EVIDENCE_WRITE_RATE= python -m benchmarks.many_writers [seconds] [writers] [readers] [address]

The address is that of an empty PostgreSQL database; without one, the database is SQLite's.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from app import journal
from app.access.accounts import create_key
from app.db import schema
from app.db.database import Database
from app.vocabulary import Scope
from benchmarks.peers import serving

PATHS = ("citations?limit=20", "citations/counter", "search?q=paper", "changes?limit=20")
PATCH = "application/merge-patch+json"
EXPECTED = {200, 201, 409, 412, 429}


class Tally:
    """What was answered, and how long it took, by who asked."""

    def __init__(self) -> None:
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.times: dict[str, list[float]] = {"write": [], "read": []}
        self._guard = threading.Lock()

    def ask(
        self, kind: str, client: httpx.Client, method: str, path: str, **more: Any
    ) -> httpx.Response:
        """Send one request."""
        started = time.perf_counter()
        reply = client.request(method, path, **more)
        with self._guard:
            self.statuses[kind, reply.status_code] += 1
            self.times[kind].append(time.perf_counter() - started)
        return reply


def write(tally: Tally, client: httpx.Client, until: float, name: int) -> int:
    """Add papers and count a shared record up, by turns; how often that was counted up."""
    counted = turn = 0
    while time.monotonic() < until:
        turn += 1
        tally.ask("write", client, "POST", "citations", json={"title": f"Paper {name} {turn}"})
        draft = tally.ask("read", client, "GET", "citations/counter/draft")
        more = {"volume": str(int(draft.json()["volume"]) + 1)}
        headers = {"If-Match": draft.headers["ETag"], "Content-Type": PATCH}
        path = "citations/counter"
        reply = tally.ask("write", client, "PATCH", path, json=more, headers=headers)
        counted += reply.status_code == 200
    return counted


def read(tally: Tally, client: httpx.Client, until: float, name: int) -> int:
    """Read one thing after another."""
    turn = name
    while time.monotonic() < until:
        turn += 1
        tally.ask("read", client, "GET", PATHS[turn % len(PATHS)])
    return 0


def run(address: str, key: str, seconds: float, writers: int, readers: int) -> tuple[Tally, int]:
    """All of them at once; what they were answered, and how often the counter was counted up."""
    tally = Tally()
    limits = httpx.Limits(max_connections=writers + readers)
    headers = {"Authorization": f"Bearer {key}"}
    with (
        httpx.Client(base_url=address, headers=headers, timeout=120, limits=limits) as client,
        ThreadPoolExecutor(writers + readers) as threads,
    ):
        client.post("citations", json={"slug": "counter", "title": "Counter", "volume": "0"})
        until = time.monotonic() + seconds
        jobs = [threads.submit(write, tally, client, until, each) for each in range(writers)]
        jobs += [threads.submit(read, tally, client, until, each) for each in range(readers)]
        counted = sum(job.result() for job in jobs)
        volume = int(client.get("citations/counter").json()["volume"])
    if volume != counted:
        raise SystemExit(f"lost updates: {counted} were answered 200, the counter says {volume}")
    return tally, counted


def report(tally: Tally, counted: int) -> None:
    """Print the figures."""
    for (kind, status), count in sorted(tally.statuses.items()):
        print(f"{kind:6} {status} {count:8}")  # noqa: T201
    for kind, times in tally.times.items():
        times.sort()
        median, slow = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
        told = f"median {median:.0f} ms, p99 {slow:.0f} ms"
        print(f"{kind:6} {told}, longest {times[-1] * 1000:.0f} ms")  # noqa: T201
    print(f"counted up {counted} times, none lost")  # noqa: T201


def main() -> None:
    """Ask a server of its own, over an empty database; ends with 1 when not all is well."""
    numbers = [int(each) for each in sys.argv[1:4]]
    seconds, writers, readers = [*numbers, *(60, 20, 50)[len(numbers) :]]
    given = sys.argv[4] if len(sys.argv) > 4 else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.db"
        database = Database(given or f"sqlite:///{path}", create=True)
        schema.migrate(database)
        with database.write() as session:
            key = create_key(session, "ada", Scope.CURATOR)[1]
        with serving("ours", path, given) as peer:
            address = f"http://127.0.0.1:{peer.port}/v1/"
            tally, counted = run(address, key, seconds, writers, readers)
        report(tally, counted)
        with database.read() as connection:
            stale = list(journal.verify(connection))
        database.close()
    unexpected = sorted({status for _, status in tally.statuses} - EXPECTED)
    sys.exit("\n".join(stale[:50]) or (f"unexpected: {unexpected}" if unexpected else 0))


if __name__ == "__main__":
    main()
