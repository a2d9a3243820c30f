"""`evidence restore`: all of a backup, or what was there before."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.db import schema
from app.db.backups.files import UNFINISHED
from app.db.database import Database
from tests.commands import address_of, invoke
from tests.conftest import Blank
from tests.factories import Evidence
from tests.postgres import client_folder
from tests.storage import everything

Contents = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{client_folder()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def backup(ketamine: Database, tmp_path: Path) -> Path:
    """A backup of the ketamine database."""
    assert invoke("backup", str(tmp_path / "backup"), url=address_of(ketamine)).returncode == 0
    return tmp_path / "backup"


@contextmanager
def _same_afterwards(database: Database) -> Iterator[None]:
    before = everything(database)
    database.close()  # nobody has it open
    yield
    assert everything(database) == before


@pytest.fixture
def written(ketamine: Database, backup: Path) -> Database:
    """The database of the backup, with something in it that was written since."""
    assert backup.exists()
    Evidence(ketamine).citation()
    return ketamine


def test_all_that_was_backed_up_is_restored(blank: Blank, tmp_path: Path) -> None:
    old, new, file = blank(), blank(), str(tmp_path / "backup")
    schema.migrate(old)
    Evidence(old).citation()
    assert invoke("backup", file, url=address_of(old)).returncode == 0

    done = invoke("restore", file, url=address_of(new))

    assert done.returncode == 0, done.stderr
    assert done.stdout == "restored: change 1, schema 0013: 1 records, 0 of them studies\n"
    assert everything(new) == everything(old)
    assert invoke("verify", url=address_of(new)).returncode == 0


def test_a_database_that_holds_something_is_replaced_only_when_told(
    written: Database, backup: Path
) -> None:
    with _same_afterwards(written):
        refused = invoke("restore", str(backup), url=address_of(written))

    assert refused.returncode == 1
    assert "holds something already. With --replace" in refused.stderr


def test_a_database_that_is_replaced_is_kept(written: Database, backup: Path) -> None:
    written_before = everything(written)
    written.close()

    done = invoke("restore", str(backup), "--replace", url=address_of(written))

    assert done.returncode == 0, done.stderr
    assert len(everything(written)["changes"]) == 1
    [kept] = re.findall(r"^what was there before is kept as (\S+)$", done.stdout, re.MULTILINE)
    if written.sqlite:
        old = Database(f"sqlite:///{kept}")
        assert everything(old) == written_before
        old.close()
    else:
        with written.read() as connection:
            count = connection.execute(text(f"SELECT count(*) FROM {kept}.changes"))  # noqa: S608 # its name
            assert count.scalar_one() == 2


def test_what_was_put_aside_is_in_no_backup_and_in_nobodys_way(
    written: Database, backup: Path
) -> None:
    written.close()
    again = backup.with_name("again")
    assert invoke("restore", str(backup), "--replace", url=address_of(written)).returncode == 0
    assert invoke("backup", str(again), url=address_of(written)).returncode == 0

    assert invoke("restore", str(again), "--replace", url=address_of(written)).returncode == 0

    assert b"replaced_" not in again.read_bytes()
    assert invoke("verify", url=address_of(written)).returncode == 0


def test_a_database_that_somebody_has_open_is_not_replaced(written: Database, backup: Path) -> None:
    before = everything(written)  # its connections stay open, as those of a server do

    refused = invoke("restore", str(backup), "--replace", url=address_of(written))

    assert refused.returncode == 1
    assert "Stop the server first." in refused.stderr
    assert everything(written) == before


@pytest.mark.parametrize("part", [0, 0.3, 0.97], ids=["nothing", "the head", "most"])
def test_what_is_not_all_there_is_not_restored(
    written: Database, backup: Path, part: float
) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: int(part * len(data))])

    with _same_afterwards(written):
        refused = invoke("restore", str(backup), "--replace", url=address_of(written))

    assert refused.returncode == 1
    assert f"{backup} is " in refused.stderr
    assert not [each for each in backup.parent.iterdir() if UNFINISHED in each.name]


def test_what_is_damaged_inside_is_not_restored(written: Database, backup: Path) -> None:
    data = bytearray(backup.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"x" * 4096
    backup.write_bytes(data)

    with _same_afterwards(written):
        refused = invoke("restore", str(backup), "--replace", url=address_of(written))

    assert refused.returncode == 1
    assert f"{backup} is damaged" in refused.stderr


def test_what_is_no_backup_is_not_restored(written: Database, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada, here is the backup")

    with _same_afterwards(written):
        refused = invoke(
            "restore", str(tmp_path / "letter.txt"), "--replace", url=address_of(written)
        )

    assert refused.returncode == 1
    assert "letter.txt is no backup of " in refused.stderr


def test_a_backup_of_the_other_engine_is_told(written: Database, tmp_path: Path) -> None:
    begins = b"PGDMP" if written.sqlite else b"SQLite format 3\x00"
    (tmp_path / "other").write_bytes(begins + b"...")

    refused = invoke("restore", str(tmp_path / "other"), "--replace", url=address_of(written))

    assert refused.returncode == 1
    assert " is of " in refused.stderr
    assert "EVIDENCE_DATABASE_URL names one of " in refused.stderr


def test_a_backup_with_an_older_schema_says_to_migrate(blank: Blank, tmp_path: Path) -> None:
    old, new, file = blank(), blank(), str(tmp_path / "old")
    schema.migrate(old, "0007")
    assert invoke("backup", file, url=address_of(old)).returncode == 0

    done = invoke("restore", file, url=address_of(new))

    assert done.returncode == 0, done.stderr
    assert "run `evidence migrate`" in done.stdout
    assert invoke("migrate", url=address_of(new)).returncode == 0


def test_a_backup_of_a_newer_version_is_not_restored(blank: Blank, tmp_path: Path) -> None:
    newer, file = blank(), str(tmp_path / "newer")
    schema.migrate(newer)
    with newer.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert invoke("backup", file, url=address_of(newer)).returncode == 0

    refused = invoke("restore", file, url=address_of(blank()))

    assert refused.returncode == 1
    assert "has the schema 9999, which this version does not know" in refused.stderr


def test_a_copy_of_a_database_in_use_is_no_backup(sqlite: Database, tmp_path: Path) -> None:
    Evidence(sqlite).citation()
    original, copy = sqlite.url.database, tmp_path / "copy.db"
    for end in ("", "-wal", "-shm"):
        shutil.copyfile(f"{original}{end}", f"{copy}{end}")

    refused = invoke("restore", str(copy), url=f"sqlite:///{tmp_path}/new.db")

    assert refused.returncode == 1
    assert f"{copy}-wal stands beside {copy}" in refused.stderr


def test_a_damaged_database_is_put_aside_with_its_logs(tmp_path: Path, sqlite: Database) -> None:
    backup, damaged = tmp_path / "backup.db", tmp_path / "damaged.db"
    assert invoke("backup", str(backup), url=address_of(sqlite)).returncode == 0
    ends = ("", "-shm", "-wal")
    for end in ends:
        Path(f"{damaged}{end}").write_text(f"nonsense{end}" * 1000)
    refused = invoke("restore", str(backup), url=f"sqlite:///{damaged}")
    assert "holds something already" in refused.stderr

    done = invoke("restore", str(backup), "--replace", url=f"sqlite:///{damaged}")

    assert done.returncode == 0, done.stderr
    kept = sorted(tmp_path.glob("damaged.db.replaced-*"))
    assert [each.read_text() for each in kept] == [f"nonsense{end}" * 1000 for end in ends]
    assert invoke("verify", url=f"sqlite:///{damaged}").returncode == 0
