"""The database as the program sees it: a block that reads one snapshot, or a block that writes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.orm import Session

from app.db.postgresql import (
    IS_READ_ONLY,
    QUEUE,
    READ_ONLY_TRANSACTION,
    WRITER_LOCK,
    postgresql_engine,
)
from app.db.scheduling import FifoLock, WorkQueue
from app.db.sqlite import DatabaseFile, RawConnection, shrink_cache, sqlite_engine

# What drivers call a refusal to write, begun: SQLite has extended codes of its own.
READ_ONLY = ("SQLITE_READONLY", READ_ONLY_TRANSACTION)
LEFT = 2  # connections that questions over many records never hold
MOST_TOLD = 10  # rows in the message of BrokenReferencesError
STEPS_BETWEEN_LOOKS = 20_000  # SQLite instructions between two looks at the clock


class Database:
    """Hands out transactions; one writer at a time, on both engines.

    `create` lets SQLite make the file when it is missing; a server must not, because an empty
    file would hide that the right one is gone.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 5,
        busy_timeout: float = 30,
        query_timeout: float = 0,
        create: bool = False,
    ) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_timeout": busy_timeout, "max_overflow": 0}
        if self.sqlite:
            self.file: DatabaseFile | None = DatabaseFile(
                self.url.database, busy_timeout, "rwc" if create else "rw"
            )
            self.engine = sqlite_engine(self.file, pool_size, options)
            self._reading: Engine = self.engine
            self._writing: Engine = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        else:
            self.file = None
            self.engine = postgresql_engine(self.url, pool_size, options)
            self._reading = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writing = self.engine
        self._streaming = self._streams(max(1, pool_size - LEFT))
        self.pool_size, self.busy_timeout = pool_size, busy_timeout
        most = max(1, pool_size - LEFT)
        if self.sqlite:  # works in the thread itself: more than there are processors do no more
            most = min(most, os.cpu_count() or 1)
        self.list_threads = WorkQueue("lists", most, busy_timeout, low_priority=True)
        # SQLite works in the thread itself, one record after the other; PostgreSQL is waited for.
        self.record_threads = WorkQueue("records", 1 if self.sqlite else LEFT, busy_timeout)
        self.writers = FifoLock(busy_timeout)
        self._own, self._raw = threading.local(), list[RawConnection]()
        self._query_timeout = query_timeout

    def _streams(self, most: int) -> Engine:
        """Connections for answers of any length: slow clients take none that others wait for."""
        options: dict[str, Any] = {"pool_timeout": 0, "max_overflow": 0}  # full: refused at once
        if self.file is None:
            return postgresql_engine(self.url, most, options).execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        engine = sqlite_engine(self.file, most, options)
        event.listen(engine, "connect", shrink_cache)
        return engine

    @contextmanager
    def stream(self) -> Iterator[Connection]:
        """One snapshot for an answer of any length; `restart_clock` lets the limit begin anew."""
        self._check_file()
        with (
            self._streaming.connect() as connection,
            connection.begin(),
            self._limited(connection),
        ):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot: whatever is read inside the block was true at one moment."""
        self._check_file()
        with (
            self._reading.connect() as connection,
            connection.begin(),
            self._limited(connection),
        ):
            yield connection

    @contextmanager
    def _limited(self, connection: Connection) -> Iterator[None]:
        """End a statement that runs on past the limit: it raises OperationalError."""
        if not self._query_timeout:
            yield
        elif self.sqlite:
            raw = connection.connection.dbapi_connection
            clock = connection.info["clock"] = Clock(self._query_timeout)
            raw.set_progress_handler(clock.over, STEPS_BETWEEN_LOOKS)  # type: ignore[union-attr]
            try:
                yield
            finally:
                raw.set_progress_handler(None, 0)  # type: ignore[union-attr]
        else:
            limit = int(1000 * self._query_timeout)
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {limit}")
            yield

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Commit when the block ends, before any reply is sent; roll back if it raises.

        Raises DatabaseFileError when the file is not the one it was: looked at before, so that
        nothing is written into what is gone, and once more before anybody is told that it is done.
        """
        with self.writers:
            self._check_file(content=True)
            with Session(self._writing, autoflush=False) as session, session.begin():
                if not self.sqlite:
                    waits = {"key": WRITER_LOCK, "wait": f"{int(1000 * self.busy_timeout)}ms"}
                    session.execute(QUEUE, waits)
                yield session
            self._check_file(content=True)

    def writing_hindrance(self, connection: Connection) -> str | None:
        """What stands against writing, in words, as far as it can be seen; None: nothing.

        Raises DatabaseFileError when the file is not the one it was, or cut short.
        """
        if self.file is not None:
            self.file.check_content()
            return self.file.hindrance()
        if connection.exec_driver_sql(IS_READ_ONLY).scalar_one():
            return "read-only: the database is a standby; the primary takes changes"
        return None

    def connections_in_use(self) -> dict[str, int]:
        """How many connections are held, by what for."""
        pools = {"requests": self.engine.pool, "exports": self._streaming.pool}
        return {name: pool.checkedout() for name, pool in pools.items()}  # type: ignore[attr-defined] # QueuePool

    def _check_file(self, *, content: bool = False) -> None:
        if self.file is not None:
            self.file.check_content() if content else self.file.check()

    @contextmanager
    def read_raw(self) -> Iterator[RawConnection]:
        """One snapshot of SQLite for prepared statements, on a connection of this thread."""
        assert self.file is not None  # noqa: S101 # asked of SQLite only
        self.file.check()
        connection: RawConnection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = RawConnection(self.file.connect())
            self._raw.append(connection)
        with connection.snapshot():
            yield connection

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """Alter the schema, alone: whoever comes second waits, and finds it altered.

        On SQLite foreign keys are not enforced inside: a table is altered by making it anew, and
        dropping the old one would take along, or be refused for, all rows that name its rows.
        Whoever altered something calls `check_references` before the block ends.
        """
        with (
            self._writing.connect() as connection,
            self._unenforced(connection),
            connection.begin(),
        ):
            if not self.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            yield connection

    @contextmanager
    def _unenforced(self, connection: Connection) -> Iterator[None]:
        raw: Any = connection.connection.dbapi_connection
        if not self.sqlite:
            yield
            return
        raw.execute("PRAGMA foreign_keys=OFF")  # inside a transaction it would do nothing
        try:
            yield
        finally:
            raw.execute("PRAGMA foreign_keys=ON")

    def close(self) -> None:
        """Close every connection, once what is under way aside has ended."""
        self.list_threads.close()
        self.record_threads.close()
        while self._raw:
            self._raw.pop().close()
        self._own = threading.local()
        self.engine.dispose()
        self._streaming.dispose()
        if self.file is not None:
            self.file.forget()


class BrokenReferencesError(RuntimeError):
    """Rows would name others that are not there; nothing was altered."""


def check_references(connection: Connection) -> None:
    """Raise BrokenReferencesError when SQLite's rows name rows that are not there.

    PostgreSQL enforces foreign keys while a schema is altered.
    """
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST_TOLD + 1)
    if found:
        told = [f"row {row} of {table} names a row of {of}" for table, row, of, _ in found]
        more = ["and more"] if len(found) > MOST_TOLD else []
        missing = "; ".join([*told[:MOST_TOLD], *more])
        raise BrokenReferencesError(f"Nothing was altered: {missing}, which would not be there.")


def error_code(error: BaseException) -> str:
    """What a driver calls its error: SQLITE_... of SQLite, the SQLSTATE of PostgreSQL; else empty.

    Takes the error of SQLAlchemy or that of the driver. Codes stay the same where sentences change
    with versions and locales (sqlite.org/rescode.html; PostgreSQL, appendix A).
    """
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""


class Clock:
    """The time that reading may take."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.start()

    def start(self) -> None:
        """Let the time begin, again."""
        self.until = time.monotonic() + self.limit

    def over(self) -> bool:
        """Whether it has run out."""
        return time.monotonic() > self.until


def restart_clock(connection: Connection) -> None:
    """Let the time limit begin anew, as it does for every statement on PostgreSQL."""
    clock = connection.info.get("clock")
    if clock is not None:
        clock.start()


async def _database_of(request: Request) -> Database:  # async: FastAPI needs no thread for it
    database: Database = request.app.state.database
    return database


DatabaseDep = Annotated[Database, Depends(_database_of)]
