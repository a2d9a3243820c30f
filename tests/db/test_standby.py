"""A server at a standby reads everything and refuses changes; a commit that broke is not told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.db.database import Database, DatabaseDep
from app.main import create_app
from app.settings import Settings
from tests.commands import invoke
from tests.conftest import NOBODY
from tests.db.replication import NAME, Pair, ask, first_server, replicated, wait_until
from tests.keys import headers
from tests.replies import check_problem

PAGES = ("/", "/studies", "/studies/a-study", "/search?q=report")
RECORDS = ("/v1/studies/a-study", "/v1/studies/a-study/draft", "/v1/studies/a-study/revisions")
FORMS = {"text/csv", "application/x-ndjson", "application/json"}
WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with first_server() as (home, first):
        yield replicated(home, first, "reading")


@pytest.fixture(scope="module")
def key(pair: Pair) -> dict[str, str]:
    """A curator's key, which the standby knows as well."""
    database = Database(pair.primary.address(NAME))
    key = headers(database)
    database.close()
    pair.wait()
    return key


def client_of(address: str) -> TestClient:
    return TestClient(create_app(Settings(database_url=address, busy_timeout=10, **NOBODY)))


@pytest.fixture(scope="module")
def writer(pair: Pair) -> Iterator[TestClient]:
    """A client of a server that knows both hosts."""
    with client_of(pair.address) as client:
        yield client


@pytest.fixture(scope="module")
def reader(pair: Pair) -> Iterator[TestClient]:
    """A client of a server that knows the standby alone."""
    with client_of(pair.standby.address(NAME)) as client:
        yield client


def test_a_standby_answers_as_its_primary_does(
    pair: Pair, key: dict[str, str], writer: TestClient, reader: TestClient
) -> None:
    pair.wait()
    paths = reader.get("/openapi.json").json()["paths"]
    every = [path for path, does in paths.items() if "get" in does and "{" not in path]
    asked = [(path, form) for path in every if path != "/ready" for form in FORMS]
    asked += [(path, "*/*") for path in (*RECORDS, *PAGES)]

    for path, form in asked:
        sent = {**key, "Accept": form}
        there, here = writer.get(path, headers=sent), reader.get(path, headers=sent)
        assert here.status_code == there.status_code < 500, (path, here.text)
        if here.is_success:
            assert here.content == there.content
    assert len(every) > 30


def test_a_standby_is_ready_and_says_that_it_only_reads(
    writer: TestClient, reader: TestClient
) -> None:
    assert writer.get("/ready").json() == {"status": "ready", "writes": "possible"}
    assert reader.get("/ready").json()["writes"].startswith("read-only: ")


WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/citations", {"title": "A report"}),
    ("POST", "/v1/citations?dry_run=true", {"title": "A report"}),
    ("PATCH", "/v1/citations/a-report", {"title": "Another"}),
    ("POST", "/v1/citations/a-report/withdraw", {}),
]


@pytest.mark.parametrize(("method", "address", "body"), WRITES)
def test_a_standby_refuses_changes_and_says_where_to_send_them(
    key: dict[str, str], reader: TestClient, method: str, address: str, body: dict[str, Any]
) -> None:
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    sent = {**key, "Content-Type": kind, "If-Match": "*", "Idempotency-Key": "one"}

    problem = check_problem(reader.request(method, address, json=body, headers=sent), 503)

    assert problem["type"] == "urn:evidence:problem:read-only"
    assert "Send changes to a server that writes to the primary." in problem["detail"]


def test_a_standby_says_nothing_of_uses_of_keys_that_it_cannot_write(
    key: dict[str, str], reader: TestClient
) -> None:
    assert reader.get("/v1/studies", headers=key).status_code == 200
    assert isinstance(reader.app, FastAPI)

    with capture_logs() as logged:
        reader.app.state.last_uses.write()

    assert {each["log_level"] for each in logged} <= {"debug"}


@pytest.mark.parametrize("command", ["migrate", "seed", "key create ada --scope curator"])
def test_commands_that_write_name_the_primary_as_what_they_need(pair: Pair, command: str) -> None:
    name = "bare" if command == "migrate" else NAME

    done = invoke(*command.split(), url=pair.standby.address(name))

    assert done.returncode == 1
    assert "in a read-only transaction" in done.stderr
    assert "name the primary" in done.stderr


def test_migrating_with_several_hosts_reaches_the_primary(pair: Pair) -> None:
    done = invoke("migrate", url=pair.address.replace("postgres@", "postgres:secret@"))

    assert done.returncode == 0, done.stderr
    assert "postgres:***@" in done.stdout
    assert "secret" not in done.stdout


def test_a_read_that_gets_into_the_way_of_a_standby_is_to_be_asked_again(pair: Pair) -> None:
    app = create_app(Settings(database_url=pair.standby.address(NAME)))
    ask(pair.standby, "ALTER SYSTEM SET max_standby_streaming_delay = 0")
    ask(pair.standby, "SELECT pg_reload_conf()")

    @app.get("/slow")
    def slow(database: DatabaseDep) -> None:
        with database.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM idempotency_keys")
            ask(pair.primary, "SET synchronous_commit = off", "TRUNCATE idempotency_keys")
            connection.exec_driver_sql("SELECT pg_sleep(300)")

    with TestClient(app) as client:
        problem = check_problem(reply := client.get("/slow"), 503)

    assert problem["type"] == "urn:evidence:problem:conflict-in-database"
    assert int(reply.headers["retry-after"]) > 0


def test_a_commit_that_broke_is_not_told_as_done_and_the_same_key_finds_out(
    pair: Pair, key: dict[str, str], writer: TestClient
) -> None:
    sent = {**key, "Idempotency-Key": "broken"}
    names = "ALTER SYSTEM SET synchronous_standby_names = '{}'"

    with ThreadPoolExecutor(1) as thread:
        ask(pair.primary, names.format("nobody"), "SELECT pg_reload_conf()")
        body = {"title": "In doubt"}
        write = thread.submit(writer.post, "/v1/citations", json=body, headers=sent)
        try:
            wait_until(lambda: ask(pair.primary, WAITS))
            ask(pair.primary, WAITS.replace("pid", "pg_terminate_backend(pid)", 1))
            problem = check_problem(reply := write.result(), 503)
        finally:
            ask(pair.primary, names.format("other"), "SELECT pg_reload_conf()")

    assert problem["type"] == "urn:evidence:problem:outcome-unknown"
    assert "it may be saved, or not" in problem["detail"]
    assert int(reply.headers["retry-after"]) > 0
    again = writer.post("/v1/citations", json={"title": "In doubt"}, headers=sent)
    assert again.status_code == 201
    found = "SELECT count(*) FROM citations WHERE title = 'In doubt'"
    assert ask(pair.primary, found) == [(1,)]


def test_a_primary_that_became_a_standby_is_left_for_the_other(
    key: dict[str, str], writer: TestClient
) -> None:
    """A session that was there before: what a demotion that keeps sessions would do to it."""
    assert isinstance(writer.app, FastAPI)
    database: Database = writer.app.state.database
    held = threading.Barrier(database.pool_size)

    def demote() -> None:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SET default_transaction_read_only = on")
            connection.commit()
            held.wait()

    with ThreadPoolExecutor(database.pool_size) as threads:
        list(threads.map(lambda _: demote(), range(database.pool_size)))

    def write() -> Any:
        return writer.post("/v1/citations", json={"title": "After"}, headers=key)

    problem = check_problem(refused := write(), 503)
    assert problem["type"] == "urn:evidence:problem:database-unavailable"
    assert int(refused.headers["retry-after"]) > 0
    assert write().status_code == 201
