"""A server that people start: a real process on a free port."""

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.db.database import Database
from tests.commands import PATIENCE, address_of, invoke, run
from tests.conftest import Blank
from tests.servers import free_port, served, stopped

WAITING = """
    SELECT count(*) FROM pg_locks WHERE NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def test_a_server_answers_and_says_where(ketamine: Database) -> None:
    with served(address_of(ketamine)) as (process, base):
        studies = httpx.get(f"{base}/v1/studies").json()
        ready = httpx.get(f"{base}/ready")
        printed, _ = stopped(process)

    assert studies["total"]["value"] > 0
    assert ready.json() == {"status": "ready", "writes": "possible"}
    assert [line.split()[0] for line in printed.splitlines()] == [
        f"{base}/docs",
        f"{base}/v1/studies",
        f"{base}/ready",
    ]


def test_health_ends_with_0_when_the_server_answers(database: Database) -> None:
    with served(address_of(database)) as (_, base):
        assert invoke("health", port=base.rpartition(":")[2]).returncode == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_request_under_way_still_ends_when_the_server_is_told_to_stop(
    database: Database,
) -> None:
    with served(address_of(database)) as (process, base), ThreadPoolExecutor(1) as thread:
        with database.engine.begin() as connection:
            connection.execute(text("LOCK TABLE studies"))
            reply = thread.submit(httpx.get, f"{base}/v1/studies", timeout=PATIENCE)
            _wait_until_somebody_waits(database)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert not reply.done()
        assert reply.result().status_code == 200
        assert process.wait(timeout=PATIENCE) == 0


def _wait_until_somebody_waits(database: Database) -> None:
    waiting = text(WAITING)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with database.read() as connection:
            if connection.execute(waiting).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_a_port_in_use_is_told(database: Database) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = run("serve", "--port", str(port), url=address_of(database))

    assert refused.returncode != 0
    assert "address already in use" in refused.stderr
    assert str(port) in refused.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_is_none_is_told(port: str) -> None:
    refused = invoke("serve", "--port", port)

    assert refused.returncode == 2
    assert "--port" in refused.stderr


def test_a_server_migrates_when_told_to(blank: Blank) -> None:
    url = address_of(blank())
    with served(url, migrate_on_start=True) as (process, base):
        assert httpx.get(f"{base}/ready").status_code == 200
        stopped(process)


def test_a_server_does_not_migrate_unasked(blank: Blank) -> None:
    url = address_of(blank())
    with served(url) as (process, base):
        ready, studies = (httpx.get(base + path) for path in ("/ready", "/v1/studies"))
        stopped(process)

    assert (ready.status_code, studies.status_code) == (503, 503)
    assert ready.headers["content-type"] == "application/problem+json"


def test_a_server_over_a_missing_file_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "gone.db"
    with served(f"sqlite:///{path}") as (process, base):
        assert httpx.get(f"{base}/v1/studies").status_code == 503
        stopped(process)

    assert not path.exists()


def test_a_server_that_cannot_migrate_says_so() -> None:
    refused = run(
        "serve", url="sqlite:////dev/null/evidence.db", migrate_on_start=True, port=free_port()
    )

    assert refused.returncode == 1
    assert "/dev/null/evidence.db" in refused.stderr


def test_several_workers_serve_on_one_port(ketamine: Database) -> None:
    with served(address_of(ketamine), workers=2) as (process, base):
        replies = [httpx.get(f"{base}/v1/studies").status_code for _ in range(10)]
        stopped(process)

    assert replies == [200] * 10
