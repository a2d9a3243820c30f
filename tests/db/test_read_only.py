"""A file that may be read and nothing else, in a folder where nothing may be written."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import PATIENCE, ROOT
from tests.conftest import Templates

READER = """
import json, os, pwd, sys
from fastapi.testclient import TestClient
from app import journal
from app.db import schema
from app.main import create_app
from app.settings import Settings

def served(path):
    return create_app(Settings(database_url=f"sqlite:///{path}", busy_timeout=1))

if os.geteuid() == 0:  # whom no permission holds back; the next one may not reach our modules
    with TestClient(served("/nowhere/at/all.db")) as client:
        [client.get(address) for address in sys.argv[2:]]
    schema.newest_revision()
    os.setgid(pwd.getpwnam("nobody").pw_gid)
    os.setuid(pwd.getpwnam("nobody").pw_uid)
app = served(sys.argv[1])
with TestClient(app) as client:
    replies = [client.get(address) for address in sys.argv[2:]]
    database = app.state.database
    try:
        with database.write() as session:
            session.connection().exec_driver_sql("DELETE FROM search_texts")
        refused = None
    except Exception as error:
        refused = str(error.orig)
    try:
        unsound = list(journal.index_errors(database))
    except Exception as error:
        unsound = [str(error.orig)]
told = [[each.status_code, each.json()] for each in replies]
print(json.dumps({"replies": told, "refused": refused, "unsound": unsound}))
"""
ADDRESSES = ("/ready", "/v1/studies", "/v1/search?q=ketamine")


@pytest.fixture
def copy(templates: dict[str, Templates]) -> Iterator[Path]:
    """A copy of the ketamine database in a folder that everybody reaches."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        path = Path(folder) / "evidence.db"
        with templates["sqlite"].opened("ketamine") as database:
            there, here = sqlite3.connect(str(database.url.database)), sqlite3.connect(path)
            there.backup(here)
            there.close()
            here.close()
        path.chmod(0o444)
        yield path
        Path(folder).chmod(0o755)


def read(path: Path, *addresses: str) -> dict[str, Any]:
    """What an application that may only read answers."""
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path), *addresses],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["folder-read-only", "folder-writable"])
def test_a_file_that_may_only_be_read_is_served(copy: Path, folder: int) -> None:
    copy.parent.chmod(folder)

    told = read(copy, *ADDRESSES)

    (ready, studies, found) = told["replies"]
    assert ready[0] == 200
    assert ready[1]["writes"].startswith("read-only: ")
    assert studies[0] == found[0] == 200
    assert studies[1]["total"]["value"] > 0
    assert "readonly database" in told["refused"]
    assert told["unsound"] == []


def test_a_file_that_somebody_may_be_writing_is_not_guessed_at(copy: Path) -> None:
    Path(f"{copy}-wal").write_bytes(b"a log that has not been taken in")
    copy.parent.chmod(0o555)

    told = read(copy, *ADDRESSES)

    assert [status for status, _ in told["replies"]] == [503] * 3
    assert len(told["unsound"]) == 1
