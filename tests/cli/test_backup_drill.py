"""The drill: twenty people write, a backup is made meanwhile, the server dies, all is put back."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.db.database import Database
from tests.commands import PATIENCE, address_of, invoke
from tests.db.killed_processes import wait_until_nobody_writes
from tests.keys import headers
from tests.postgres import client_folder
from tests.servers import served
from tests.storage import last_change, rows

WRITERS = 20
RELEASE = "releases/current/evidence.ndjson"


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{client_folder()}{os.pathsep}{os.environ['PATH']}")


@contextmanager
def _writing(client: httpx.Client) -> Iterator[list[str]]:
    """Twenty writers, from their first answers on; gives the slugs that were answered."""
    answered, stop = list[str](), threading.Event()

    def write(writer: int) -> None:
        for number in range(10**6):
            try:
                reply = client.post("citations", json={"title": f"Paper {writer} {number}"})
            except httpx.HTTPError:
                return  # the server is gone
            assert reply.status_code == 201, reply.text
            answered.append(reply.json()["slug"])
            if stop.is_set():
                return

    with ThreadPoolExecutor(WRITERS) as threads:
        jobs = [threads.submit(write, each) for each in range(WRITERS)]
        _wait(lambda: len(answered) >= WRITERS)
        try:
            yield answered
        finally:
            stop.set()
        for job in jobs:
            job.result()


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end
        time.sleep(0.005)


def _slugs(database: Database) -> set[str]:
    return {slug for (slug,) in rows(database, "SELECT slug FROM citations")}


def test_a_backup_made_while_twenty_write_holds_all_up_to_its_change_and_brings_it_back(
    database: Database, tmp_path: Path
) -> None:
    url, key = address_of(database), headers(database)
    busy, quiet, exported = (str(tmp_path / name) for name in ("busy", "quiet", "exported"))
    with (
        served(url, write_rate="", busy_timeout=PATIENCE) as (process, address),
        httpx.Client(base_url=f"{address}/v1/", headers=key, timeout=PATIENCE) as client,
    ):
        with _writing(client) as answered:
            before = set(answered)
            assert invoke("backup", busy, url=url).returncode == 0
            after = len(answered)
            _wait(lambda: len(answered) > after)  # they went on all the time
        release = client.get(RELEASE).content
        assert invoke("backup", quiet, url=url).returncode == 0

        with _writing(client):
            refused = invoke("restore", quiet, "--replace", url=url)
            assert "Stop the server first." in refused.stderr
            process.kill()
            process.wait()
    wait_until_nobody_writes(database)
    all_there_was = {*rows(database, "SELECT slug, edited FROM citations")}
    database.close()

    # As it was at the last quiet moment, in the place of what the killed server left.
    assert invoke("restore", quiet, "--replace", url=url).returncode == 0
    assert invoke("export", exported, url=url).returncode == 0
    assert Path(exported).read_bytes() == release

    # And as it was in the middle of it all.
    database.close()
    assert invoke("restore", busy, "--replace", url=url).returncode == 0
    assert invoke("verify", url=url).returncode == 0
    change = last_change(database)
    assert before <= _slugs(database)
    assert _slugs(database) == {slug for slug, edited in all_there_was if edited <= change}
    assert invoke("export", exported, url=url).returncode == 0
    header, *lines = Path(exported).read_bytes().splitlines()
    assert header != release.splitlines()[0]  # fewer records
    assert set(lines) < set(release.splitlines())
