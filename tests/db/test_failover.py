"""The primary dies under load and a standby takes over: nothing that was answered is lost."""

from __future__ import annotations

import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest

from app import journal
from app.db.database import Database
from tests.commands import PATIENCE
from tests.db.replication import NAME, Pair, first_server, replicated, wait_until
from tests.keys import headers
from tests.postgres import Server
from tests.servers import served, stopped
from tests.storage import rows

SERVERS = 2
WRITERS = 2  # of each server
BEFORE, AFTER = 10, 5  # writes of each server that are waited for
SOON = 0.05  # seconds; people wait as long as Retry-After says
UNAVAILABLE = "503 database-unavailable again"
TITLES = "SELECT title, count(*) FROM citations WHERE title LIKE 'Paper %' GROUP BY title"


class Load:
    """What clients of one server ask and are answered, before, in and after an outage."""

    def __init__(self, address: str, key: dict[str, str], done: threading.Event) -> None:
        self.client = httpx.Client(base_url=f"{address}/v1/", headers=key, timeout=PATIENCE)
        self.done = done
        self.written: dict[str, str] = {}  # slug to title, of what was answered
        self.asked: list[str] = []  # titles
        self.writes: Counter[str] = Counter()
        self.reads: Counter[str] = Counter()

    def write(self) -> None:
        """Write one record after the other; each is sent again until it is answered."""
        while not self.done.is_set():
            title, key = f"Paper {uuid4()}", str(uuid4())
            self.asked.append(title)
            while not self.done.is_set():
                sent = {"title": title}
                reply = self.client.post("citations", json=sent, headers={"Idempotency-Key": key})
                self.writes[self.told(reply)] += 1
                if reply.status_code == 201:
                    self.written[reply.json()["slug"]] = title
                    break
                self.done.wait(SOON)

    def read(self) -> None:
        """Read the newest of what was answered, and lists; it has to be there."""
        while not self.done.is_set():
            for slug, title in list(self.written.items())[-1:]:
                reply = self.client.get(f"citations/{slug}")
                self.reads[self.told(reply)] += 1
                assert reply.status_code != 200 or reply.json()["title"] == title
            self.reads[self.told(self.client.get("citations"))] += 1
            self.done.wait(SOON)

    def told(self, reply: httpx.Response) -> str:
        """The status of a reply, with the name of its problem and whether to come again."""
        if reply.is_success:
            return str(reply.status_code)
        problem = reply.json()["type"].removeprefix("urn:evidence:problem:")
        return f"{reply.status_code} {problem}{' again' * ('retry-after' in reply.headers)}"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with first_server() as (home, first):
        yield replicated(home, first, "drill")


def test_when_the_primary_dies_nothing_that_was_answered_is_lost(pair: Pair) -> None:
    primary = Database(pair.primary.address(NAME))
    key = headers(primary)
    primary.close()
    done = threading.Event()
    with ExitStack() as opened:
        threads = opened.enter_context(ThreadPoolExecutor())
        starting = [threads.submit(served_until, opened, pair.address) for _ in range(SERVERS)]
        servers = [each.result() for each in starting]
        loads = [Load(address, key, done) for _, address in servers]
        jobs = [threads.submit(load.write) for load in loads for _ in range(WRITERS)]
        jobs += [threads.submit(load.read) for load in loads]
        try:
            wait_until(lambda: all(len(load.written) >= BEFORE for load in loads))
            pair.primary.kill()
            wait_until(lambda: all(_is_out(load.writes) and _is_out(load.reads) for load in loads))
            answered = {load: len(load.written) for load in loads}
            pair.standby.promote()
            wait_until(lambda: all(len(load.written) >= answered[load] + AFTER for load in loads))
        finally:
            done.set()
        for job in jobs:
            job.result()
        for load in loads:
            load.client.close()
        logged = [stopped(process)[1] for process, _ in servers]

    for load in loads:
        assert set(load.writes) - {"201"} <= {UNAVAILABLE, "503 outcome-unknown again"}
        assert set(load.reads) == {"200", UNAVAILABLE}
    assert '"event": "unexpected"' not in "".join(logged)
    _check_kept(pair.standby, loads)


def served_until(end: ExitStack, url: str) -> tuple[subprocess.Popen[str], str]:
    """A server that runs until the end, and its address."""
    return end.enter_context(served(url, busy_timeout=20, write_rate=""))


def _is_out(replies: Counter[str]) -> bool:
    return any(told.startswith("503") for told in replies)


def _check_kept(server: Server, loads: list[Load]) -> None:
    """What was answered is there once; what was sent in vain is there once or not at all."""
    database = Database(server.address(NAME))
    stored = dict(rows(database, TITLES))
    with database.read() as connection:
        assert list(journal.verify(connection)) == []
    database.close()
    assert set(stored.values()) == {1}
    assert {title for load in loads for title in load.written.values()} <= set(stored)
    assert set(stored) <= {title for load in loads for title in load.asked}
