"""Kills the program (kill -9) in the middle of its work, often: what is lost, what half done.

python -m benchmarks.kills [--engine sqlite postgresql] [--kills 100] [--kinds writes import ...]
    [--seed 1] [--postgres-url postgresql+psycopg://...: a server to make databases on]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app import journal
from app.access.accounts import create_key
from app.db import schema
from app.db.database import Database
from app.vocabulary import Scope
from tests.db.killed_processes import is_being_written, wait_until_nobody_writes
from tests.postgres import postgres_server
from tests.servers import free_port
from tests.storage import everything, rows
from tests.templates import Templates

# Each process is forked from one that has imported everything: a start takes no seconds.
PROCESSES = multiprocessing.get_context("forkserver")
PRELOADED = ["app.__main__", "app.main", "app.cli.server"]
QUIET = {"WRITE_RATE": "", "BUSY_TIMEOUT": "60", "LOG_LEVEL": "error"}
OPEN = 0.8  # of the kills wait for a transaction that is open
PATIENCE = 120.0  # seconds until something counts as hanging
WRITERS = 20
RECORDS = 150  # of a file that is imported
PAIRS = 200  # of citations that are merged
OLD = "0005"  # the schema that a migration begins from
PATCH = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
Found = dict[str, list[tuple[Any, ...]]]


@dataclass
class Round:
    """One kill: the database, the moment, and what was found afterwards."""

    url: str
    chance: random.Random
    folder: Path
    key: str = ""
    answered: int = 0
    in_transaction: bool = False
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)


def command(url: str, arguments: list[str]) -> None:
    """Be `evidence` with some arguments, in a process of its own."""
    from app.__main__ import cli  # noqa: PLC0415 # imported where it was forked from

    os.environ.update({f"EVIDENCE_{name}": value for name, value in QUIET.items()})
    os.environ["EVIDENCE_DATABASE_URL"] = url
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    cli(arguments, prog_name="evidence")


def started(url: str, *arguments: str) -> Any:
    """A process that runs a command."""
    process = PROCESSES.Process(target=command, args=(url, list(arguments)), daemon=True)
    process.start()
    return process


def ended(url: str, *arguments: str) -> int | None:
    """How a command ends that nobody kills."""
    process = started(url, *arguments)
    process.join(PATIENCE)
    return int(process.exitcode) if process.exitcode is not None else None


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database, to look into."""
    database = Database(url, busy_timeout=60)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def server(round_: Round) -> Iterator[tuple[Any, httpx.Client]]:
    """A server and a client with a key."""
    port = free_port()
    process = started(round_.url, "serve", "--port", str(port))
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}/v1/",
        headers={"Authorization": f"Bearer {round_.key}"},
        timeout=PATIENCE,
        limits=httpx.Limits(max_connections=WRITERS),
    )
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                client.get(f"http://127.0.0.1:{port}/health")
                break
            except httpx.HTTPError:
                if time.monotonic() > end or not process.is_alive():
                    raise
                time.sleep(0.02)
        yield process, client
    finally:
        client.close()
        process.kill()
        process.join()


def kill(round_: Round, process: Any) -> None:
    """Kill a process at some moment; most often while a transaction of its is open."""
    wait_for_it, end = round_.chance.random() < OPEN, time.monotonic() + 20
    with opened(round_.url) as database:
        if wait_for_it:
            while process.is_alive() and not is_being_written(database):
                time.sleep(0.002)
        time.sleep(round_.chance.uniform(0, 0.4))
        while process.is_alive():
            with suppress(ProcessLookupError):  # it may have ended meanwhile
                os.kill(process.pid, signal.SIGSTOP)
            round_.in_transaction = is_being_written(database)
            if round_.in_transaction or not wait_for_it or time.monotonic() > end:
                process.kill()
                process.join()
            else:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGCONT)
                time.sleep(round_.chance.uniform(0, 0.02))
        wait_until_nobody_writes(database)


def killed_under(round_: Round, work: Callable[[httpx.Client], None], workers: int) -> None:
    """Let some threads work at a server until it is killed."""

    def until_it_is_gone(client: httpx.Client) -> None:
        try:
            while True:
                work(client)
        except (httpx.HTTPError, StopIteration):
            return

    with server(round_) as (process, client), ThreadPoolExecutor(workers) as threads:
        jobs = [threads.submit(until_it_is_gone, client) for _ in range(workers)]
        time.sleep(round_.chance.uniform(0.2, 3))
        kill(round_, process)
        for job in jobs:
            job.result()


def writes(round_: Round) -> None:
    """Twenty writers each add papers, and edit the last of them."""
    added: dict[str, int] = {}  # the volume that was answered last, by slug
    tried: dict[str, int] = {}
    lock, number = threading.Lock(), iter(range(10**9))

    def work(client: httpx.Client) -> None:
        with lock:
            name = f"paper-{next(number)}"
        reply = client.post("citations", json={"slug": name, "title": name, "volume": "0"})
        _expect(reply, 201)
        added[name] = 0
        tried[name] = 1
        _expect(client.patch(f"citations/{name}", json={"volume": "1"}, headers=PATCH), 200)
        added[name] = 1

    killed_under(round_, work, WRITERS)
    round_.answered = sum(1 + volume for volume in added.values())
    with opened(round_.url) as database:
        query = "SELECT slug, volume, version FROM citations WHERE slug LIKE 'paper-%'"
        stored = {slug: (int(volume), version) for slug, volume, version in rows(database, query)}
        changes = rows(database, "SELECT count(*) FROM changes WHERE id > 1")[0][0]
    for slug, volume in added.items():
        found = stored.get(slug)
        if found is None or found[0] < volume:
            round_.lost.append(f"{slug}: answered at volume {volume}, stored {found}")
    for slug, (volume, version) in stored.items():
        if version != volume + 1 or volume > tried.get(slug, 0):
            round_.half.append(f"{slug}: volume {volume} at version {version}")
    versions = sum(version for _, version in stored.values())
    if changes != versions:
        round_.half.append(f"{changes} changes for {versions} versions")
    with server(round_) as (_, client):
        for slug in [*added][-5:]:
            if client.get(f"citations/{slug}").status_code != 200:
                round_.lost.append(f"{slug} is not served")
        _expect(client.post("citations", json={"title": "And on it goes"}), 201)


def imports(round_: Round) -> None:
    """Files are handed in and saved, one after the other."""
    record = "TY  - JOUR\r\nTI  - Paper {0} on {0}\r\nDO  - 10.1000/{0}\r\nER  - \r\n\r\n"
    previewed, saved, turn = list[int](), list[int](), iter(range(10**9))

    def work(client: httpx.Client) -> None:
        name = next(turn)
        data = "".join(record.format(f"{name}.{each}") for each in range(RECORDS)).encode()
        kind = {"Content-Type": "application/octet-stream"}
        reply = client.post("citations/import", content=data, headers=kind)
        previewed.append(_expect(reply, 201)["id"])
        reply = client.post(f"citations/imports/{previewed[-1]}/commit", json={})
        _expect(reply, 200)
        saved.append(previewed[-1])

    killed_under(round_, work, 1)
    round_.answered = len(previewed) + len(saved)
    with opened(round_.url) as database:
        states = dict(rows(database, "SELECT id, state FROM imports"))
        counts = dict(rows(database, "SELECT import_id, count(*) FROM import_rows GROUP BY 1"))
        stored = rows(database, "SELECT count(*) FROM citations WHERE title LIKE 'Paper %'")[0][0]
    round_.lost += [f"import {each}" for each in previewed if each not in states]
    round_.lost += [f"saved {each}" for each in saved if states.get(each) == "previewed"]
    round_.half += [f"import {n}: {counts.get(n)} rows" for n in states if counts.get(n) != RECORDS]
    done = sum(state != "previewed" for state in states.values())
    if stored != done * RECORDS or not len(saved) <= done <= len(saved) + 1:
        round_.half.append(f"{stored} citations of {done} imports, {len(saved)} were answered")
    with server(round_) as (_, client):
        for number in states:
            _expect(client.post(f"citations/imports/{number}/commit", json={}), 200)
    with opened(round_.url) as database:
        stored = rows(database, "SELECT count(*) FROM citations WHERE title LIKE 'Paper %'")[0][0]
    if stored != RECORDS * len(states):
        round_.half.append(f"{stored} citations once all {len(states)} imports were saved")


def merges(round_: Round) -> None:
    """Citations become parts of others, and every second of them itself again."""
    with server(round_) as (_, client):
        for each in range(PAIRS // 20):
            for name in ("one", "other"):
                _expect(client.post("citations", json=_paper(f"{name}-{each}")), 201)
    status, tried, turn = dict[str, str](), dict[str, str](), iter(range(PAIRS // 20))

    def work(client: httpx.Client) -> None:
        number = next(turn)
        one, other = f"one-{number}", f"other-{number}"
        for _ in range(20):
            tried[one] = "merged"
            reply = client.post(
                f"citations/{one}/merge", json={"into": other}, headers={"If-Match": "*"}
            )
            merged = _expect(reply, 200)
            status[one] = "merged"
            tried[one] = "current"
            _expect(client.post(f"merges/{merged['id']}/undo"), 200)
            status[one] = "current"
            round_.answered += 2

    killed_under(round_, work, 2)
    with opened(round_.url) as database:
        stored = dict(rows(database, "SELECT slug, status FROM citations WHERE slug LIKE 'one-%'"))
        query = "SELECT count(*) FROM merges WHERE undone_by IS NULL"
        merged = rows(database, query)[0][0]
    for slug, answered in status.items():
        if stored[slug] not in {answered, tried[slug]}:
            round_.lost.append(f"{slug}: answered {answered}, stored {stored[slug]}")
    if merged != sum(each == "merged" for each in stored.values()):
        round_.half.append(f"{merged} merges hold, of {stored}")
    with server(round_) as (_, client):
        for slug, state in stored.items():
            reply = client.get(f"citations/{slug}", follow_redirects=False)
            if reply.status_code != (308 if state == "merged" else 200):
                round_.half.append(f"{slug}: {state}, but answers {reply.status_code}")


def seeds(round_: Round) -> None:
    """The ketamine document is loaded: all of it, or none."""
    with opened(round_.url) as database:
        before = everything(database)
    process = started(round_.url, "seed")
    kill(round_, process)
    with opened(round_.url) as database:
        loaded = rows(database, "SELECT count(*) FROM changes") == [(1,)]
        if not loaded and everything(database) != before:
            round_.half.append("something of the seed")
    if ended(round_.url, "seed") != 0:
        round_.half.append("the seed does not go on")


def migrations(round_: Round) -> None:
    """A database of an older schema is brought up to date."""
    with opened(round_.url) as database:
        before = {name: len(found) for name, found in everything(database).items()}
        schema.migrate(database, OLD)
    kill(round_, started(round_.url, "migrate"))
    with opened(round_.url) as database, database.read() as connection:
        revision = schema.current_revision(connection)
    if revision not in {OLD, schema.newest_revision()}:
        round_.half.append(f"schema {revision}")
    if ended(round_.url, "migrate") != 0:
        round_.half.append("the migration does not go on")
    with opened(round_.url) as database:
        after = {name: len(found) for name, found in everything(database).items()}
    if before != after:
        round_.lost.append(f"rows: {set(before.items()) ^ set(after.items())}")


def restores(round_: Round) -> None:
    """A backup takes the place of what was written since, or does not."""
    file = str(round_.folder / f"backup-{round_.chance.random()}")
    if ended(round_.url, "backup", file) != 0:
        round_.half.append("no backup")
    with server(round_) as (_, client):
        _expect(client.post("citations", json=_paper("later")), 201)
    process = started(round_.url, "restore", file, "--replace")
    time.sleep(round_.chance.uniform(0, 1.5))  # a restore is no transaction to wait for
    process.kill()
    process.join()
    with opened(round_.url) as database:
        wait_until_nobody_writes(database)
        changes = rows(database, "SELECT count(*) FROM changes")[0][0]
    if changes not in {1, 2}:
        round_.half.append(f"{changes} changes")
    if ended(round_.url, "restore", file, "--replace") != 0:
        round_.half.append("the restore does not go on")
    Path(file).unlink()


def _paper(slug: str) -> dict[str, str]:
    return {"slug": slug, "title": f"Paper {slug}"}


def _expect(reply: httpx.Response, status: int) -> Any:
    if reply.status_code != status:
        raise SystemExit(f"{reply.request.url}: {reply.status_code} {reply.text[:500]}")
    return reply.json()


KINDS = {
    "writes": ("ketamine", writes),
    "import": ("empty", imports),
    "merge": ("ketamine", merges),
    "seed": ("empty", seeds),
    "migrate": ("ketamine", migrations),
    "restore": ("ketamine", restores),
}


def kill_once(templates: Templates, kind: str, chance: random.Random) -> Round:
    """A database of its own, one kill, and all that is found wrong afterwards."""
    template, work = KINDS[kind]
    round_ = Round(templates.copy(template), chance, templates.folder)
    if kind != "seed":
        with opened(round_.url) as database, database.write() as session:
            round_.key = create_key(session, "ada", Scope.CURATOR)[1]
    work(round_)
    with opened(round_.url) as database:
        with database.read() as connection:
            round_.half += journal.verify(connection)
        round_.half += journal.index_errors(database)
    templates.drop(round_.url)
    return round_


def kill_often(engine: str, kills: int, kinds: list[str], seed: int) -> bool:
    """Print what became of each kind; whether all is well."""
    told: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    try:
        with tempfile.TemporaryDirectory() as folder:
            templates = Templates(engine, Path(folder))
            for number in range(kills):
                kind = kinds[number % len(kinds)]
                found = kill_once(templates, kind, random.Random(f"{seed} {number}"))
                told[kind] += Counter(
                    kills=1,
                    open=found.in_transaction,
                    answered=found.answered,
                    lost=len(found.lost),
                    half=len(found.half),
                )
                for each in (*found.lost, *found.half):
                    print(f"{engine} {kind} {number}: {each}", flush=True)  # noqa: T201
            templates.close()
    finally:  # whoever interrupts it is told, too
        for kind, count in told.items():
            print(  # noqa: T201
                f"{engine:10} {kind:8} {count['kills']:4} kills, {count['open']:4} in a "
                f"transaction, {count['answered']:6} answered, {count['lost']} lost, "
                f"{count['half']} half done",
                flush=True,
            )
    return not any(count["lost"] + count["half"] for count in told.values())


def main() -> None:
    """End with 1 when anything was lost or half done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--kills", type=int, default=100, help="on each engine")
    parser.add_argument("--kinds", nargs="+", default=[*KINDS], choices=[*KINDS])
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--postgres-url", help="a server to make databases on; else one is started")
    given = parser.parse_args()
    if given.postgres_url:
        os.environ["EVIDENCE_TEST_POSTGRES_URL"] = given.postgres_url
    PROCESSES.set_forkserver_preload(PRELOADED)
    with postgres_server() as address:
        os.environ["EVIDENCE_TEST_POSTGRES_URL"] = address
        well = [kill_often(each, given.kills, given.kinds, given.seed) for each in given.engine]
    sys.exit(not all(well))


if __name__ == "__main__":
    main()
