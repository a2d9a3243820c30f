"""The file under a server is deleted, replaced, cut short or full: noticed, and said in words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.access.accounts import create_key
from app.db.database import Database
from app.db.sqlite import DatabaseFileError
from app.vocabulary import Scope
from tests.conftest import Templates, serving
from tests.keys import headers
from tests.replies import check_problem

TERM = {"slug": "sham", "name": "Sham"}


@pytest.fixture
def sqlite(templates: dict[str, Templates]) -> Iterator[Database]:
    """A copy of the ketamine database that nobody looks at afterwards."""
    database = Database(templates["sqlite"].copy("ketamine"), busy_timeout=10)
    yield database
    database.close()


def path_of(database: Database) -> Path:
    """The file of a database."""
    return Path(str(database.url.database))


def delete(path: Path) -> None:
    """What somebody does who tidies up."""
    path.unlink()


def replace(path: Path) -> None:
    """What somebody does who puts a backup in place without stopping the server."""
    other = path.with_suffix(".other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def cut(path: Path) -> None:
    """What a full disk, or a copy that broke off, leaves."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    """What `> evidence.db` leaves."""
    os.truncate(path, 0)


def scribble(path: Path) -> None:
    """What another program may write."""
    with path.open("r+b") as file:
        file.write(b"no database at all")


def checkpointed(database: Database) -> Database:
    """A database with everything in its file, none of it in the log beside it."""
    database.close()
    return database


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (delete, "database-file-gone"),
        (replace, "database-file-replaced"),
        (cut, "database-file-damaged"),
        (empty, "database-file-damaged"),
        (scribble, "database-file-damaged"),
    ],
)
def test_a_file_that_changed_is_noticed_and_nothing_is_acknowledged(
    sqlite: Database, change: Callable[[Path], None], cause: str
) -> None:
    curator = headers(sqlite)
    with serving(checkpointed(sqlite)) as client:
        assert client.get("/ready").json() == {"status": "ready", "writes": "possible"}
        change(path_of(sqlite))
        ready = client.get("/ready")
        written = client.post("/v1/treatments", json=TERM, headers=curator)

    for reply in (ready, written):
        check_problem(reply, 503)
        assert int(reply.headers["retry-after"]) > 0
    assert check_problem(ready, 503)["type"] == f"urn:evidence:problem:{cause}"


@pytest.mark.parametrize("change", [delete, replace])
def test_a_file_that_is_gone_is_not_read_from_memory(
    sqlite: Database, change: Callable[[Path], None]
) -> None:
    with serving(sqlite) as client:
        client.get("/v1/treatments/ketamine")
        change(path_of(sqlite))

        for address in ("/v1/treatments/ketamine", "/v1/studies", "/v1/studies?format=ndjson"):
            assert "Restart the server" in check_problem(client.get(address), 503)["detail"]


def test_a_write_during_which_the_file_went_is_not_acknowledged(sqlite: Database) -> None:
    def write() -> None:
        with sqlite.write() as session:
            create_key(session, "ada", Scope.READER)
            path_of(sqlite).unlink()

    with pytest.raises(DatabaseFileError, match="cannot be found"):
        write()


LOOK = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM changes').close()"


def test_another_program_that_looks_at_it_does_not_take_the_log_away(sqlite: Database) -> None:
    """To close a file ends every lock of the process on it, so that the log would seem nobody's."""
    log = path_of(sqlite).with_name(path_of(sqlite).name + "-wal")
    with sqlite.write() as session:
        create_key(session, "ada", Scope.READER)
    before = log.stat().st_ino, log.stat().st_size

    subprocess.run([sys.executable, "-c", LOOK, path_of(sqlite)], check=True)

    assert before[1] > 0
    assert (log.stat().st_ino, log.stat().st_size) == before


def test_a_full_disk_is_said_and_nothing_is_half_done(sqlite: Database) -> None:
    curator = headers(sqlite)
    sqlite.close()
    event.listen(sqlite.engine, "connect", _fill)
    with serving(sqlite) as client:
        before = client.get("/v1/changes").json()["items"]
        refused = [_write(client, curator, number) for number in range(30)]
        after = client.get("/v1/changes").json()["items"]
        event.remove(sqlite.engine, "connect", _fill)
        sqlite.close()
        written = client.post("/v1/treatments", json=TERM, headers=curator)

    full = [reply for reply in refused if reply.status_code != 201]
    assert full
    for reply in full:
        problem = check_problem(reply, 503)
        assert problem["type"] == "urn:evidence:problem:disk-full"
        assert "no room left" in problem["detail"]
    assert len(after) - len(before) == len(refused) - len(full)
    assert written.status_code == 201


def _fill(connection: Any, _record: Any) -> None:
    """Leave room for a few pages only, as a full disk does."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 8}")


def _write(client: TestClient, curator: dict[str, str], number: int) -> Any:
    name = f"Treatment {number} " + "of many words " * 10
    term = {"slug": f"treatment-{number}", "name": name}
    return client.post("/v1/treatments", json=term, headers=curator)
