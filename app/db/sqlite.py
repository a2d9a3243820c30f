"""SQLite: its connections, and the file under them, which may be changed behind our back."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import SQLAlchemyError

PRAGMAS = (
    "journal_mode=WAL",  # readers and the writer do not wait for each other
    "synchronous=NORMAL",  # safe against kill -9; a power cut may lose the last commits, never more
    "foreign_keys=ON",
    "cache_size=-65536",  # 64 MB
)
MAGIC = b"SQLite format 3\0"  # how every file begins: sqlite.org/fileformat.html, 1.3
HEAD = 100  # bytes of the header
LOOKS, BETWEEN_LOOKS = 5, 0.1  # seconds
LEAST_FREE = 16 * 1024 * 1024  # bytes of disk below which it counts as full


class DatabaseFileError(SQLAlchemyError):
    """The file is not what it was when it was opened; `cause` is a short name for what happened."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(detail)
        self.cause, self.detail = cause, detail

    def __reduce__(self) -> tuple[type[DatabaseFileError], tuple[str, str]]:
        """Let it be raised in another process."""
        return type(self), (self.cause, self.detail)


Identity = tuple[int, int]  # of a file: its device and inode


class OpenFiles:
    """Files held open beside SQLite, so that their bytes can be looked at.

    When a process closes a file, the system takes away every lock that it has on that file, those
    of SQLite too (sqlite.org/howtocorrupt.html, 2.2); another process would then take the log for
    nobody's. So each file is opened once, and closed when no connection of ours is left.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held: dict[Identity, tuple[int, int]] = {}  # the descriptor, and how many hold it

    def hold(self, path: Path) -> Identity:
        """Hold a file open, once more."""
        with self._guard:
            found = path.stat()
            descriptor, count = self._held.get((found.st_dev, found.st_ino), (None, 0))
            if descriptor is None:
                descriptor = os.open(path, os.O_RDONLY)
                found = os.fstat(descriptor)
            self._held[found.st_dev, found.st_ino] = descriptor, count + 1
            return found.st_dev, found.st_ino

    def release(self, identity: Identity) -> None:
        """Close a file that nobody else holds."""
        with self._guard:
            descriptor, count = self._held.pop(identity)
            if count > 1:
                self._held[identity] = descriptor, count - 1
            else:
                os.close(descriptor)

    def read_head(self, identity: Identity) -> tuple[bytes, int]:
        """The first bytes of a file that is held, and how long it is."""
        descriptor = self._held[identity][0]
        return os.pread(descriptor, HEAD, 0), os.fstat(descriptor).st_size


OPEN_FILES = OpenFiles()


class DatabaseFile:
    """The file of a database: its connections, and whether it is still the one that they opened."""

    def __init__(self, path: str | None, timeout: float, mode: str) -> None:
        self.path = Path(path or "").absolute()
        self._timeout, self._mode = timeout, mode
        self._identity: Identity | None = None

    def connect(self, how: str | None = None) -> sqlite3.Connection:
        """A new connection; raises DatabaseFileError when the file is not the one it was."""
        self.check()
        how = how or self._mode
        address = f"file:{quote(str(self.path))}?mode={how}"
        connection = sqlite3.connect(
            address, uri=True, timeout=self._timeout, check_same_thread=False, isolation_level=None
        )
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            connection.close()
            if how != self._mode or not self._can_only_be_read(error):
                raise
            return self.connect("ro&immutable=1")
        if self._identity is None:
            self._identity = OPEN_FILES.hold(self.path)
        return connection

    def forget(self) -> None:
        """Take whatever file is there next for the one: every connection to this one is closed."""
        if self._identity is not None:
            OPEN_FILES.release(self._identity)
        self._identity = None

    def check(self) -> None:
        """Raise DatabaseFileError when the file was deleted or another took its place."""
        if self._identity is None:
            return
        try:
            found = os.stat(self.path)  # noqa: PTH116 # asked for every read: half the time
        except OSError as error:
            detail = f"The database file cannot be found any more: {error.strerror}."
            raise DatabaseFileError("database-file-gone", detail) from error
        if (found.st_dev, found.st_ino) != self._identity:
            detail = "Another file took the place of the database file while it was being served."
            raise DatabaseFileError("database-file-replaced", detail)

    def check_content(self) -> None:
        """Raise DatabaseFileError when it was cut short, or is no database any more, too."""
        self.check()
        identity, seen, looks = self._identity, -1, 0
        while identity is not None and looks < LOOKS:
            head, length = OPEN_FILES.read_head(identity)
            if is_whole(head, length):
                return
            # a checkpoint writes the first page before the last: while the file grows it goes on
            looks, seen = (0 if length > seen else looks + 1), length
            time.sleep(BETWEEN_LOOKS)
        if identity is not None:
            detail = "The database file was cut short, or written over, while it was being served."
            raise DatabaseFileError("database-file-damaged", detail)

    def hindrance(self) -> str | None:
        """What stands against writing, in words; None: nothing that can be seen from outside."""
        if not os.access(self.path, os.W_OK) or not os.access(self.path.parent, os.W_OK):
            return "read-only: the database lies where this server may not write"
        room = os.statvfs(self.path.parent)
        if room.f_bavail * room.f_frsize < LEAST_FREE:
            return "disk full: there is no room left where the database lies"
        return None

    def _can_only_be_read(self, error: sqlite3.OperationalError) -> bool:
        """Nothing can be written beside the file, where the log would be, and no log is there."""
        unwritable = error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
        return unwritable and self.path.is_file() and not Path(f"{self.path}-wal").exists()


def is_whole(head: bytes, length: int) -> bool:
    """Whether a file begins as databases do, and is as long as its first page says."""
    if len(head) < HEAD or not head.startswith(MAGIC):
        return False
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    return length >= pages * (page if page > 1 else 65_536)


def sqlite_engine(file: DatabaseFile, pool_size: int, options: dict[str, Any]) -> Engine:
    """Connections to the file; their transactions begin as the block that reads or writes wants."""
    engine = create_engine(
        "sqlite://", creator=file.connect, poolclass=QueuePool, pool_size=pool_size, **options
    )
    event.listen(engine, "begin", _begin)
    return engine


def shrink_cache(connection: Any, _record: Any) -> None:
    """Keep little in memory: what is read once is not worth keeping."""
    connection.execute("PRAGMA cache_size=-4096")


def _begin(connection: Connection) -> None:
    """Begin as the block wants: the driver begins nothing, and a late BEGIN loses its snapshot."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


class RawConnection:
    """A connection without SQLAlchemy around it, for statements that are prepared.

    SQLAlchemy takes longer than such a statement. One thread uses it, and it has no time limit: a
    record's page is bounded.
    """

    dialect = SQLiteDialect_pysqlite()

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def exec_driver_sql(self, text: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """The rows of a statement, as tuples."""
        return self._connection.execute(text, values)

    @contextmanager
    def snapshot(self) -> Iterator[RawConnection]:
        """Whatever is read inside the block was true at one moment."""
        self._connection.execute("BEGIN")
        try:
            yield self
        finally:
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let it go."""
        self._connection.close()
