"""Backups of an SQLite database: one file, taken while others write, put back in one rename."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection

from app.db.backups.files import (
    WRITTEN,
    BackupError,
    Contents,
    moment,
    publish,
    sync,
    unfinished,
)
from app.db.database import error_code
from app.db.sqlite import MAGIC

LOGS = ("-wal", "-shm", "-journal")  # SQLite keeps these beside a file, and applies them to it
MOST_TOLD = 5  # lines of what is damaged
PATIENCE = 1.0  # seconds that another process may take to let go of the database
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def back_up(connection: Connection, file: Path) -> None:
    """Copy the snapshot that a connection reads into a file. Raises BackupError."""
    source: Any = connection.connection.dbapi_connection
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as copy:
            # It is synced as a whole in the end, or thrown away.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            # All pages in one step, inside the snapshot: with several steps a backup begins anew
            # whenever another process has written between two, so that busy servers have none.
            # Writers go on, for they write beside the file. VACUUM INTO would do, too, but builds
            # every index anew: 9.3 s where this takes 5.3 s for 1 GB, and no better a copy.
            source.backup(copy, pages=-1)
    except sqlite3.Error as error:
        raise BackupError(f"The copy could not be written: {error}.") from error


def read_contents(file: Path) -> Contents:
    """What a backup holds, once all its pages were looked at. Raises BackupError."""
    for log in (Path(f"{file}{end}") for end in LOGS):
        if log.exists() and log.stat().st_size:
            raise BackupError(
                f"{log} stands beside {file}: that is a database in use, or a copy of one, "
                "and no backup. Make one of it with `evidence backup`."
            )
    if not _begins_well(file):
        raise BackupError(f"{file} is no backup of an SQLite database.")
    # immutable: nobody writes it, and SQLite is to make no files beside it
    address = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            # A third of the time of integrity_check, which compares indexes with tables besides:
            # copying cannot part them, and `evidence verify` looks closer at both.
            found = [row[0] for row in connection.execute(f"PRAGMA quick_check({MOST_TOLD})")]
            if found != ["ok"]:
                raise BackupError(f"{file} is damaged: {'; '.join(found)}.")
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            change = connection.execute("SELECT coalesce(max(id), 0) FROM changes").fetchone()
    except sqlite3.DatabaseError as error:
        if error_code(error).startswith(DAMAGED):
            raise BackupError(f"{file} is damaged, or not all of it is there: {error}.") from error
        raise BackupError(f"{file} is no backup of this program's: {error}.") from error
    if revision is None:
        raise BackupError(f"{file} has no schema: there is nothing in it.")
    return Contents(change[0], revision[0])


def restore(backup: Path, path: Path, *, replace: bool) -> Path | None:
    """Put a copy of a backup in the place of the database, in one rename.

    Gives what the old one is called now, None when there was none. Raises BackupError when the
    backup is damaged, another process has the database open, or, but for `replace`, it holds
    something.
    """
    path = path.resolve()  # what a link leads to is replaced, not the link
    if path.exists() and path.samefile(backup):
        raise BackupError(f"{backup} is the database itself.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path, replace=replace), unfinished(path) as copy:
        shutil.copyfile(backup, copy)
        read_contents(copy)
        _take_owner(copy, path if path.exists() else path.parent)
        old = _keep_old(path)
        publish(copy, path)
        return old


@contextmanager
def _alone(path: Path, *, replace: bool) -> Iterator[None]:
    """Hold a database so that no other process may open it, until the block ends.

    While it is held this process must not open the file: closing it would let go of the lock.
    """
    logs = any(Path(f"{path}{end}").exists() for end in LOGS)
    if not path.exists() or (not path.stat().st_size and not logs):
        yield
        return
    if not _begins_well(path):  # SQLite would throw away its logs, which may be worth something
        _refuse(path, replace=replace)
        yield
        return
    address = f"file:{quote(str(path))}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    with closing(connection):
        holds_something = True  # what cannot be read may have been something
        try:
            # Leaving WAL needs the file for oneself, and brings all of it into the file.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                raise BackupError(_in_use(path))  # somebody came between the two
            holds_something = _holds_something(connection)
        except sqlite3.DatabaseError as error:
            if error_code(error).startswith("SQLITE_BUSY"):
                raise BackupError(_in_use(path)) from error
            if not error_code(error).startswith(DAMAGED):
                raise BackupError(f"{path}: {error}.") from error
        if holds_something:
            _refuse(path, replace=replace)
        yield


def _refuse(path: Path, *, replace: bool) -> None:
    if not replace:
        raise BackupError(
            f"{path} holds something already. With --replace the backup takes its place, and "
            "it is kept beside it under another name."
        )


def _begins_well(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC


def _in_use(path: Path) -> str:
    return f"{path} is open in another process. Stop the server first."


def _holds_something(connection: sqlite3.Connection) -> bool:
    """Whether anything was ever written, a key or an account included."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    ours = [f"SELECT 1 FROM {each} LIMIT 1" for each in WRITTEN if each in tables]  # noqa: S608 # our names
    if not ours:
        return bool(tables - {"alembic_version", "sqlite_autoindex_alembic_version_1"})
    return any(connection.execute(look).fetchone() for look in ours)


def _take_owner(file: Path, like: Path) -> None:
    """Let whoever the database belongs to open the restored one, which root may have made."""
    status = like.stat()
    file.chmod(status.st_mode & 0o777 if like.is_file() else 0o644)
    with suppress(PermissionError):  # only root may give files away
        os.chown(file, status.st_uid, status.st_gid)


def _keep_old(path: Path) -> Path | None:
    """Give the database a second name, and take its logs away with it.

    Its first name stays until the new one has it: whenever this is killed, one of both is there.
    A log is left only of a database that is too damaged to be opened, or that is gone; beside the
    new one SQLite would apply it to that.
    """
    old = path.with_name(f"{path.name}.replaced-{moment('%Y%m%dT%H%M%S.%fZ')}")
    logs = [end for end in LOGS if Path(f"{path}{end}").exists()]
    there = ["", *logs] if path.exists() else logs
    for end in there:
        os.link(f"{path}{end}", f"{old}{end}")
    sync(path.parent)
    for end in logs:
        Path(f"{path}{end}").unlink()
    return old if there else None
