"""Exports take little memory, few statements, no lock, and give back what they hold."""

import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import event

from app.db.database import Database
from app.main import create_app
from app.query.exports import export
from app.query.formats import ListFormat
from app.query.request import EVERYTHING, ListRequest
from app.records.study_list import STUDIES
from app.settings import Settings
from tests.conftest import ENGINES, Templates
from tests.query.exporting import many_studies

COUNT = 50_000
MEGABYTE = 2**20
ALL = ListRequest.of(STUDIES, EVERYTHING)


@pytest.fixture(scope="module", params=ENGINES)
def crowded(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[Database]:
    """50,000 studies, of each engine in turn."""
    address = templates[request.param].copy("empty")
    database = Database(address, busy_timeout=10, query_timeout=10)
    many_studies(database, COUNT)
    yield database
    database.close()
    templates[request.param].drop(address)


@contextmanager
def served(database: Database) -> Iterator[str]:
    """The address of a server, as clients reach it, over a database."""
    address = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=address, pool_size=5, busy_timeout=5))
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def resident() -> int:
    """Bytes of memory that this process has; 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


@pytest.mark.parametrize("form", [ListFormat.NDJSON, ListFormat.CSV])
def test_memory_does_not_grow_with_the_list(crowded: Database, form: ListFormat) -> None:
    with crowded.stream() as connection:
        before = largest = resident()
        tracemalloc.start()
        count = 0
        for chunk in export(connection, STUDIES, ALL, form):
            count += chunk.count(b"\n")
            largest = max(largest, resident())
        allocated = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == COUNT + (form is ListFormat.CSV)
    assert allocated < 8 * MEGABYTE
    assert largest - before < 32 * MEGABYTE


def test_few_statements_however_long_the_list(crowded: Database) -> None:
    said: list[str] = []
    with crowded.stream() as connection:
        event.listen(connection, "before_cursor_execute", lambda *found: said.append(found[2]))
        assert (
            sum(len(chunk) for chunk in export(connection, STUDIES, ALL, ListFormat.NDJSON)) > COUNT
        )
    assert len(said) == 1


def test_a_writer_does_not_wait_and_the_snapshot_stays(crowded: Database) -> None:
    with (
        crowded.stream() as connection,
        closing(export(connection, STUDIES, ALL, ListFormat.NDJSON)) as chunks,
    ):
        found = next(chunks).count(b"\n")
        with crowded.write() as session:
            rows = session.connection().exec_driver_sql(
                "UPDATE studies SET status = 'withdrawn' WHERE id <= 100"
            )
            assert rows.rowcount == 100
        found += sum(chunk.count(b"\n") for chunk in chunks)
    with crowded.write() as session:
        session.connection().exec_driver_sql("UPDATE studies SET status = 'current'")
    assert found == COUNT


def hung_up(address: str) -> bytes:
    """The beginning of an export, after which the client is gone without a word."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"GET /v1/studies?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
        return client.recv(20)


def test_20_clients_that_hang_up_do_not_exhaust_a_pool_of_5(crowded: Database) -> None:
    with served(crowded) as address:
        threads = [threading.Thread(target=hung_up, args=(address,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        assert httpx.get(f"{address}/v1/studies?limit=1").status_code == 200
        for thread in threads:
            thread.join()
        begun = time.monotonic()
        while httpx.get(f"{address}/v1/studies?format=ndjson&limit=1").status_code == 503:
            assert time.monotonic() - begun < 60
        for _ in range(5):
            assert hung_up(address).startswith(b"HTTP/1.1 200")
            time.sleep(0.2)
        whole = httpx.get(f"{address}/v1/studies?format=ndjson", timeout=60)
        assert whole.content.count(b"\n") == COUNT


def test_more_exports_than_may_run_are_told_to_come_again(crowded: Database) -> None:
    with served(crowded) as address, httpx.Client(base_url=address) as client:
        slow = [client.stream("GET", "/v1/studies?format=ndjson", timeout=30) for _ in range(3)]
        for each in slow:
            assert each.__enter__().status_code == 200
        reply = client.get("/v1/studies?format=csv")
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert reply.headers["content-type"] == "application/problem+json"
        assert client.get("/v1/studies").status_code == 200
        for each in slow:
            each.__exit__(None, None, None)
