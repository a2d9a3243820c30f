"""A database that is missing, locked, foreign or not migrated: a problem to try again, no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text

from app.db import schema
from app.db.database import Database
from app.main import create_app
from app.settings import Settings
from tests.conftest import Templates, serving
from tests.replies import check_problem

ADDRESSES = [
    "/v1/studies",
    "/v1/studies?condition=crps",
    "/v1/studies/adults-crps-12-weeks",
    "/v1/search?q=ketamine",
    "/v1/changes",
    "/v1/adverse-effects?treatment=ketamine",
    "/ready",
]


def client_of(url: str) -> TestClient:
    """A client of an application that waits for a database no longer than a moment."""
    return TestClient(create_app(Settings(database_url=url, busy_timeout=0.2)))


def check_unavailable(client: TestClient) -> None:
    """Every address asks to try again, but for those that need no database."""
    for address in ADDRESSES:
        reply = client.get(address)
        check_problem(reply, 503)
        assert int(reply.headers["retry-after"]) > 0
        assert "Traceback" not in reply.text
    for address in ("/health", "/docs", "/openapi.json", "/v1/vocabularies"):
        assert client.get(address).status_code == 200


def test_a_file_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with client_of(f"sqlite:///{tmp_path}/none.db") as client:
        check_unavailable(client)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "foreign.db").write_text("These are words. " * 100)

    with client_of(f"sqlite:///{tmp_path}/foreign.db") as client:
        check_unavailable(client)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with client_of(f"sqlite:///{tmp_path}") as client:
        check_unavailable(client)


def test_a_file_that_another_program_locks_is_unavailable_until_it_lets_go(
    tmp_path: Path,
) -> None:
    path = tmp_path / "evidence.db"
    database = Database(f"sqlite:///{path}", create=True)
    schema.migrate(database)
    database.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with client_of(f"sqlite:///{path}") as client:
        check_unavailable(client)
        other.execute("ROLLBACK")
        other.close()
        assert client.get("/ready").status_code == 200


def test_reading_goes_on_while_another_program_writes(sqlite: Database) -> None:
    other = sqlite3.connect(str(sqlite.url.database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with client_of(sqlite.url.render_as_string()) as client:
        assert client.get("/v1/studies").status_code == 200
        assert client.get("/ready").status_code == 200
    other.execute("ROLLBACK")
    other.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[str]:
    """The address of a database without the schema."""
    with templates[request.param].opened("empty") as database:
        schema.migrate(database, "base")
        yield database.url.render_as_string(hide_password=False)


def test_a_database_without_the_schema_is_not_ready(bare: str) -> None:
    with client_of(bare) as client:
        check_unavailable(client)
        assert "run `migrate`" in client.get("/ready").json()["detail"]


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with client_of("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2") as client:
        check_unavailable(client)


def test_a_server_without_the_database_is_unavailable(templates: dict[str, Templates]) -> None:
    url = make_url(templates["postgresql"].admin).set(database="never_made")

    with client_of(url.render_as_string(hide_password=False)) as client:
        check_unavailable(client)


def test_connections_that_the_server_cut_are_made_anew(database: Database) -> None:
    with serving(database) as client:
        assert client.get("/v1/studies").status_code == 200
        if not database.sqlite:
            _cut_connections(database)
        replies = [client.get("/v1/studies").status_code for _ in range(12)]

    assert set(replies) <= {200, 503}
    assert replies[-1] == 200


def _cut_connections(database: Database) -> None:
    admin = create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with admin.connect() as connection:
        connection.execute(cut, {"name": database.url.database})
    admin.dispose()
