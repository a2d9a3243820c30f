"""The database as the program sees it: a block that reads one snapshot, or a block that writes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from app.db.scheduling import FifoLock, LowPriorityThreads
from app.db.statements import ANSWERS, BoundedCache

WRITER_LOCK = 0x65766964  # 'evid': the advisory lock that PostgreSQL writers queue for
MOST_TOLD = 10  # rows in the message of BrokenReferencesError
STEPS_BETWEEN_LOOKS = 20_000  # SQLite instructions between two looks at the clock
PRAGMAS = (
    "journal_mode=WAL",  # readers and the writer do not wait for each other
    "synchronous=NORMAL",  # safe against kill -9; a power cut may lose the last commits, never more
    "foreign_keys=ON",
    "cache_size=-65536",  # 64 MB
)


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
        answers_kept: int = 0,
        create: bool = False,
    ) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_timeout": busy_timeout, "max_overflow": 0}
        if self.sqlite:
            self.engine = _sqlite_engine(
                self.url.database, busy_timeout, "rwc" if create else "rw", pool_size, options
            )
            self._reading: Engine = self.engine
            self._writing: Engine = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        else:
            self.engine = _postgres_engine(self.url, pool_size, options)
            self._reading = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writing = self.engine
        self._streaming = self._streams(max(1, pool_size - 2), busy_timeout)
        self.answers: BoundedCache[Any] = BoundedCache(answers_kept)
        event.listen(self.engine, "connect", self._know_answers)
        self.pool_size, self.busy_timeout = pool_size, busy_timeout
        self.low_priority = LowPriorityThreads(pool_size)
        self._turn = FifoLock(busy_timeout)
        self._query_timeout = query_timeout

    def _streams(self, most: int, busy_timeout: float) -> Engine:
        """Connections for answers of any length: slow clients take none that others wait for."""
        options: dict[str, Any] = {"pool_timeout": 0, "max_overflow": 0}  # full: refused at once
        if not self.sqlite:
            return _postgres_engine(self.url, most, options).execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        engine = _sqlite_engine(self.url.database, busy_timeout, "rw", most, options)
        event.listen(engine, "connect", _shrink_cache)
        return engine

    @contextmanager
    def stream(self) -> Iterator[Connection]:
        """One snapshot for an answer of any length; `restart_clock` lets the limit begin anew."""
        with (
            self._streaming.connect() as connection,
            connection.begin(),
            self._limited(connection),
        ):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot: whatever is read inside the block was true at one moment."""
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
        """Commit when the block ends, before any reply is sent; roll back if it raises."""
        with self._turn, Session(self._writing, autoflush=False) as session, session.begin():
            if not self.sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            yield session

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

    def _know_answers(self, _connection: Any, record: Any) -> None:
        record.info[ANSWERS] = self.answers

    def close(self) -> None:
        """Close every connection, once what is under way aside has ended."""
        self.low_priority.close()
        self.engine.dispose()
        self._streaming.dispose()
        self.answers.clear()


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


def _postgres_engine(url: URL, pool_size: int, options: dict[str, Any]) -> Engine:
    """Statements are short and many: compiling one takes seconds where running it takes none."""
    settings = f"{url.query.get('options', '')} -c jit=off".strip()
    return create_engine(url, pool_size=pool_size, connect_args={"options": settings}, **options)


def _shrink_cache(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA cache_size=-4096")  # what is read once is not worth keeping


def _sqlite_engine(
    path: str | None, timeout: float, mode: str, pool_size: int, options: dict[str, Any]
) -> Engine:
    file = Path(path or "").absolute()

    def connect(how: str = mode) -> sqlite3.Connection:
        address = f"file:{quote(str(file))}?mode={how}"
        connection = sqlite3.connect(
            address, uri=True, timeout=timeout, check_same_thread=False, isolation_level=None
        )
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            connection.close()
            if how != mode or not _can_only_be_read(file, error):
                raise
            return connect("ro&immutable=1")
        return connection

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=pool_size, **options
    )
    event.listen(engine, "begin", _begin)
    return engine


def _can_only_be_read(file: Path, error: sqlite3.OperationalError) -> bool:
    """Nothing can be written beside the file, where SQLite keeps its log, and no log is there."""
    unwritable = error_code(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN"))
    return unwritable and file.is_file() and not Path(f"{file}-wal").exists()


def _begin(connection: Connection) -> None:
    """Begin as the block wants: the driver begins nothing, and a late BEGIN loses its snapshot."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


async def _database_of(request: Request) -> Database:  # async: FastAPI needs no thread for it
    database: Database = request.app.state.database
    return database


DatabaseDep = Annotated[Database, Depends(_database_of)]
