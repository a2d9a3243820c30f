"""`evidence backup`: one whole file of all there is, or none under that name."""

import hashlib
import os
import re
import resource
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.db.backups.files import UNFINISHED
from app.db.backups.sqlite import read_contents
from app.db.database import Database
from tests.commands import PATIENCE, address_of, invoke, start
from tests.conftest import Blank, Templates
from tests.postgres import client_folder

SOME_BYTES = 100_000  # fewer than any database has
STUB = """#!/bin/sh
case "$1" in --version) echo "pg_dump (PostgreSQL) {version}"; exit;; esac
printf '%s\\n' "$@" > '{folder}/arguments'
file=$(printf '%s\\n' "$@" | sed -n 's/^--dbname=.*passfile=\\([^ ]*\\).*/\\1/p')
cat "$file" > '{folder}/password'
exit 1
"""


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{client_folder()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def postgres(templates: dict[str, Templates]) -> Iterator[Database]:
    """A PostgreSQL database, for what its tools say."""
    with templates["postgresql"].opened("empty") as database:
        yield database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for backups."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@contextmanager
def _small_files_only() -> Iterator[None]:
    """What a full disk is to whoever writes to it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SOME_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _stub(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """A pg_dump of another version, which writes down what it is given and fails."""
    (folder / "pg_dump").write_text(STUB.format(folder=folder, version=version))
    (folder / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_folder_gets_a_file_that_tells_when_and_up_to_which_change(
    ketamine: Database, folder: Path
) -> None:
    done = invoke("backup", str(folder), url=address_of(ketamine))

    assert done.returncode == 0, done.stderr
    [file] = folder.iterdir()
    ending = "db" if ketamine.sqlite else "dump"
    assert re.fullmatch(rf"evidence-\d{{8}}T\d{{6}}Z-change-1\.{ending}", file.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600  # keys are in it


def test_a_backup_says_what_it_holds_and_how_it_is_restored(
    ketamine: Database, folder: Path
) -> None:
    file = folder / "nightly"

    done = invoke("backup", str(file), url=address_of(ketamine))

    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert done.stdout.splitlines() == [
        f"backup: {file}",
        f"{file.stat().st_size} bytes, sha256 {sha256}",
        "holds change 1, schema 0013: 186 records, 6 of them studies",
        "to restore: stop the server, then run",
        f"  evidence restore {file}",
    ]


def test_what_is_no_file_is_never_replaced(sqlite: Database, folder: Path) -> None:
    """`--force` on /dev/null would make it a file."""
    pipe, link = folder / "pipe", folder / "link"
    os.mkfifo(pipe)
    link.symlink_to(folder / "elsewhere")

    for target in (pipe, link):
        refused = invoke("backup", str(target), "--force", url=address_of(sqlite))
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"{target} is no file, but a link or a device")
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_a_file_that_is_there_is_replaced_only_when_told(sqlite: Database, folder: Path) -> None:
    file = folder / "nightly.db"
    file.write_text("precious")

    refused = invoke("backup", str(file), url=address_of(sqlite))
    assert refused.returncode == 1
    assert refused.stderr == f"{file} is there already. Give another name, or --force.\n"
    assert file.read_text() == "precious"

    assert invoke("backup", str(file), "--force", url=address_of(sqlite)).returncode == 0
    assert file.read_bytes().startswith(b"SQLite")


@pytest.mark.parametrize("name", ["", "-wal", "-shm"])
def test_the_database_itself_is_no_target(sqlite: Database, name: str) -> None:
    target = f"{sqlite.url.database}{name}"

    refused = invoke("backup", target, "--force", url=address_of(sqlite))

    assert refused.returncode == 1
    assert refused.stderr == f"{target} is the database itself.\n"


def test_the_database_under_another_name_is_no_target(sqlite: Database, folder: Path) -> None:
    link = folder / "other.db"
    link.hardlink_to(str(sqlite.url.database))

    refused = invoke("backup", str(link), "--force", url=address_of(sqlite))

    assert refused.stderr == f"{link} is the database itself.\n"


def test_a_folder_that_is_not_there_is_told(sqlite: Database, folder: Path) -> None:
    refused = invoke("backup", str(folder / "not" / "there"), url=address_of(sqlite))

    assert refused.returncode == 1
    assert refused.stderr == f"There is no folder {folder / 'not'}: make it first.\n"


def test_a_database_without_a_schema_is_told(blank: Blank, folder: Path) -> None:
    database = blank()
    with database.read():
        pass  # makes the file

    refused = invoke("backup", str(folder), url=address_of(database))

    assert refused.returncode == 1
    assert "`evidence migrate`" in refused.stderr
    assert list(folder.iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing_behind(ketamine: Database, folder: Path) -> None:
    with _small_files_only():
        failed = invoke("backup", str(folder), url=address_of(ketamine))

    assert failed.returncode == 1
    assert failed.stderr
    assert list(folder.iterdir()) == []


def test_a_backup_that_is_killed_never_looks_like_one(sqlite: Database, folder: Path) -> None:
    process = start("backup", str(folder), url=address_of(sqlite))
    end = time.monotonic() + PATIENCE
    while not any(folder.iterdir()):
        assert time.monotonic() < end
        time.sleep(0.0005)
    process.kill()
    process.communicate()

    [left] = folder.iterdir()
    if UNFINISHED not in left.name:  # it was quicker
        read_contents(left)
        left = left.rename(folder / f"other{UNFINISHED}1")
    again = invoke("backup", str(folder), url=address_of(sqlite))
    assert again.returncode == 0
    assert again.stderr == f"{left} is of a backup or restore that was killed, or still runs\n"


def test_without_pg_dump_the_command_to_run_elsewhere_is_told(
    postgres: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    url = postgres.url.set(password="secret")

    failed = invoke("backup", str(folder / "x.dump"), url=url.render_as_string(hide_password=False))

    assert failed.returncode == 1
    assert failed.stderr.startswith("pg_dump is not installed here. Where it is, run: pg_dump ")
    assert f"--file={folder}/x.dump" in failed.stderr
    assert f"dbname={url.database}" in failed.stderr
    assert "secret" not in failed.stderr
    assert list(folder.iterdir()) == []


def test_a_pg_dump_that_is_older_than_the_server_is_told(
    postgres: Database, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stub(tmp_path, monkeypatch, "9.6.24")

    failed = invoke("backup", str(folder), url=address_of(postgres))

    assert failed.returncode == 1
    assert failed.stderr.startswith("pg_dump here is version 9, the server is ")
    assert list(folder.iterdir()) == []


def test_pg_dump_is_given_the_password_where_nobody_else_reads_it(
    postgres: Database, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stub(tmp_path, monkeypatch, "99.1")
    url = make_url(address_of(postgres)).set(password="se:cr\\et")

    failed = invoke("backup", str(folder), url=url.render_as_string(hide_password=False))

    assert failed.returncode == 1
    assert "cr" not in (tmp_path / "arguments").read_text().replace("postgres", "")
    assert (tmp_path / "password").read_text() == "*:*:*:*:se\\:cr\\\\et\n"
    assert shutil.which("pg_dump") == str(tmp_path / "pg_dump")
