"""Servers that are killed (kill -9) in the middle: nothing is half there, and all can go on."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from app.db import schema
from app.db.database import Database
from tests.commands import PATIENCE, address_of, invoke, start
from tests.conftest import serving
from tests.db.killed_processes import kill_while_it_writes, wait_until_nobody_writes
from tests.factories import Evidence
from tests.keys import headers
from tests.servers import served
from tests.storage import everything, rows

RECORDS = 300  # saving them takes long enough to be killed in the middle
WRITERS = 4
OLD_SCHEMA = "0005"
ROWS = "SELECT count(*) FROM import_rows"
CITATIONS = "SELECT count(*) FROM citations"
Send = Callable[[], httpx.Response]


def _file() -> bytes:
    record = "TY  - JOUR\r\nTI  - Paper {0} on {0} things\r\nDO  - 10.1000/p{0}\r\nER  - \r\n\r\n"
    return "".join(record.format(number) for number in range(RECORDS)).encode()


@contextmanager
def _served(
    database: Database, key: dict[str, str], **settings: object
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A server in a process of its own, and a client with a key."""
    with (
        served(address_of(database), busy_timeout=PATIENCE, **settings) as (process, address),
        httpx.Client(base_url=f"{address}/v1/", headers=key, timeout=PATIENCE) as client,
    ):
        yield process, client


def _killed(database: Database, process: subprocess.Popen[str], send: Send) -> None:
    """Send something to a server, and kill it while it writes that."""
    with ThreadPoolExecutor(1) as thread:
        sent = thread.submit(_in_vain, send)
        kill_while_it_writes(database, process)
        assert sent.result() is None


def _in_vain(send: Send) -> int | None:
    try:
        return send().status_code
    except httpx.HTTPError:
        return None


def test_an_import_that_is_killed_is_not_half_there_and_can_be_done_again(
    database: Database,
) -> None:
    # what the killed servers left behind is verified by the fixture
    key, data = headers(database), _file()
    binary = {"Content-Type": "application/octet-stream"}

    with _served(database, key) as (process, client):
        send = partial(client.post, "citations/import", content=data, headers=binary)
        _killed(database, process, send)
    assert rows(database, ROWS) == [(0,)]

    with _served(database, key) as (process, client):
        number = client.post("citations/import", content=data, headers=binary).json()["id"]
        assert rows(database, ROWS) == [(RECORDS,)]
        commit = f"citations/imports/{number}/commit"
        _killed(database, process, partial(client.post, commit, json={}))
    assert rows(database, CITATIONS) == [(0,)]
    assert rows(database, "SELECT state FROM imports") == [("previewed",)]

    with serving(database) as later:
        address = f"/v1/{commit}"
        saved = [later.post(address, json={}, headers=key).json()["saved"] for _ in range(2)]
    assert saved == [RECORDS, 0]
    assert rows(database, CITATIONS) == [(RECORDS,)]


def test_single_writes_that_were_answered_survive_a_kill(database: Database) -> None:
    key = headers(database)
    answered: list[str] = []

    def write(client: httpx.Client, writer: int, process: subprocess.Popen[str]) -> None:
        for number in range(10**6):
            try:
                reply = client.post("citations", json={"title": f"Paper {writer} {number}"})
            except httpx.HTTPError:
                process.wait(PATIENCE)  # only its death ends this
                return
            assert reply.status_code == 201
            answered.append(reply.json()["slug"])

    with (
        _served(database, key, write_rate="") as (process, client),
        ThreadPoolExecutor(WRITERS) as threads,
    ):
        jobs = [threads.submit(write, client, each, process) for each in range(WRITERS)]
        while len(answered) < 5 * WRITERS:
            time.sleep(0.01)
            assert process.poll() is None
        process.kill()
        for job in jobs:
            job.result()
    wait_until_nobody_writes(database)

    stored: set[Any] = {slug for (slug,) in rows(database, "SELECT slug FROM citations")}
    assert set(answered) <= stored
    assert len(stored) <= len(answered) + WRITERS
    assert rows(database, "SELECT count(*) FROM changes") == [(len(stored),)]


def test_a_merge_that_is_killed_and_one_that_is_undone_are_whole(database: Database) -> None:
    key, evidence = headers(database), Evidence(database)
    one, other = evidence.citation(), evidence.citation()
    before, answered = rows(database, "SELECT count(*) FROM changes")[0][0], 0

    def merge_and_undo(client: httpx.Client) -> httpx.Response:
        nonlocal answered
        while True:  # only the death of the server ends this
            any_version = {"If-Match": "*"}
            made = client.post(f"citations/{one}/merge", json={"into": other}, headers=any_version)
            answered += made.raise_for_status().status_code == 200
            undone = client.post(f"merges/{made.json()['id']}/undo")
            answered += undone.raise_for_status().status_code == 200

    with _served(database, key, write_rate="") as (process, client):
        _killed(database, process, partial(merge_and_undo, client))

    made = rows(database, "SELECT count(*) FROM changes")[0][0] - before
    assert answered <= made <= answered + 1
    merged = "merged" if made % 2 else "current"
    assert {(one, merged), (other, "current")} == {
        *rows(database, "SELECT slug, status FROM citations")
    }
    assert rows(database, "SELECT count(*) FROM merges WHERE undone_by IS NULL") == [(made % 2,)]


def test_a_migration_that_is_killed_goes_on(ketamine: Database) -> None:
    before = {table: len(found) for table, found in everything(ketamine).items()}
    schema.migrate(ketamine, OLD_SCHEMA)
    url = address_of(ketamine)

    process = start("migrate", url=url)
    kill_while_it_writes(ketamine, process)
    process.communicate()

    with ketamine.read() as connection:
        assert schema.current_revision(connection) in {OLD_SCHEMA, schema.newest_revision()}
    assert invoke("migrate", url=url).returncode == 0
    assert {table: len(found) for table, found in everything(ketamine).items()} == before


def test_a_restore_that_is_killed_leaves_what_was_there_or_what_was_to_be(
    sqlite: Database, tmp_path: Path
) -> None:
    url, backup = address_of(sqlite), str(tmp_path / "backup.db")
    empty = everything(sqlite)
    assert invoke("backup", backup, url=url).returncode == 0
    Evidence(sqlite).citation()
    filled = everything(sqlite)
    sqlite.close()

    process = start("restore", backup, "--replace", url=url)
    for _ in range(5):
        try:
            kill_while_it_writes(sqlite, process)
            break
        except AssertionError as error:  # to look is to begin to write: it may be in the way
            if "is open in another process" not in str(error):
                raise
            process = start("restore", backup, "--replace", url=url)
    process.communicate()

    assert everything(sqlite) in (empty, filled)
    sqlite.close()
    assert invoke("restore", backup, "--replace", url=url).returncode == 0
    assert everything(sqlite) == empty
