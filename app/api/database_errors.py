"""What an error of the database means to who asked: its true cause, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.api.problems import Problem
from app.db.database import READ_ONLY, error_code
from app.db.postgresql import CommitInDoubtError
from app.db.sqlite import DatabaseFileError


@dataclass(frozen=True)
class Cause:
    """A kind of error: what drivers call it, words that tell it apart, and what is answered.

    Codes are SQLite's names, which extended codes begin with (sqlite.org/rescode.html), and
    PostgreSQL's SQLSTATEs (its appendix A). `retry` is when to ask again, in seconds.
    """

    codes: tuple[str, ...]
    problem: str
    detail: str
    retry: int | None = 5
    status: int = 503
    words: tuple[str, ...] = ()

    def is_meant(self, code: str, message: str) -> bool:
        """Whether an error is of this kind."""
        if not code.startswith(self.codes):
            return False
        return not self.words or any(word in message for word in self.words)


# The first that is meant counts.
CAUSES = (
    Cause(
        ("54001", "SQLITE_TOOBIG", "SQLITE_ERROR"),
        "too-complex",
        "This asks for too much at once: use fewer filters, or fewer values of each.",
        retry=None,
        status=422,
        words=("parser stack overflow", "Expression tree is too large", "too big", "too complex"),
    ),
    Cause(
        ("SQLITE_INTERRUPT", "57014"),
        "took-too-long",
        "This takes too long to answer: ask for less, or add a filter.",
        retry=60,
    ),
    Cause(
        READ_ONLY,
        "read-only",
        "The database behind this server can only be read: it is a standby, or lies where nothing"
        " may be written. Send changes to a server that writes to the primary.",
        retry=300,
    ),
    Cause(
        ("40001", "40P01"),
        "conflict-in-database",
        "The database ended this for what came in between. Nothing was done: ask again.",
    ),
    Cause(
        ("SQLITE_FULL", "53100"),
        "disk-full",
        "There is no room left on the disk of the database: nothing was changed, and reading goes"
        " on. Somebody has to make room.",
        retry=300,
    ),
    Cause(
        ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"),
        "database-damaged",
        "The database is damaged, or its file is no database. Restore a backup:"
        " `evidence restore`.",
        retry=300,
    ),
    Cause(
        ("SQLITE_ERROR", "42P01"),
        "not-migrated",
        "The database has not the tables that this program needs: run `evidence migrate`.",
        words=("no such table", "no such column", "does not exist"),
    ),
    Cause(
        ("SQLITE_IOERR",),
        "disk-error",
        "The disk of the database could not be read or written: nothing was changed.",
        retry=300,
    ),
    Cause(
        ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03"),
        "database-locked",
        "Another program holds the database. Try again.",
    ),
    Cause(
        ("SQLITE_CANTOPEN", "3D000"),
        "database-missing",
        "There is no database where the settings say, or it may not be opened. Try again;"
        " /ready says more.",
    ),
)
BUSY = Cause(
    (), "busy", "Too many others are being answered: nothing was done. Try again.", retry=2
)
UNAVAILABLE = Cause(
    (), "database-unavailable", "The database cannot be reached. Try again; /ready says more."
)


IN_DOUBT = Cause(
    (),
    "outcome-unknown",
    "The connection to the database broke while this was being saved: it may be saved, or not."
    " Sent again with the same Idempotency-Key, or with the same If-Match, it is not done twice;"
    " without either, look first whether it is there: /v1/changes has what was saved last.",
)


def database_problem(error: BaseException) -> Problem:
    """The problem of an error that a database or the wait for it raised."""
    if isinstance(error, DatabaseFileError):
        detail = f"{error} Restart the server once the right file is there: `evidence restore` puts"
        detail += " it there, without what is left of the other (-wal and -shm)."
        return Problem(503, error.cause, detail, headers={"Retry-After": "60"})
    cause = _cause(error)
    headers = {"Retry-After": str(cause.retry)} if cause.retry else {}
    return Problem(cause.status, cause.problem, cause.detail, headers=headers)


def _cause(error: BaseException) -> Cause:
    if isinstance(error, PoolTimeout | TimeoutError):
        return BUSY
    if isinstance(error, CommitInDoubtError):
        return IN_DOUBT
    code, message = error_code(error), str(getattr(error, "orig", None) or error)
    meant = next((each for each in CAUSES if each.is_meant(code, message)), UNAVAILABLE)
    if meant.problem == "read-only" and getattr(error, "connection_invalidated", False):
        return UNAVAILABLE  # a primary that became a standby: the next connection finds the other
    return meant


# Of the kinds of errors that else are ours: undefined_table, read_only_sql_transaction, and the
# server's idle_in_transaction_session_timeout, transaction_timeout.
ELSEWHERE = {"42P01", "25006", "25P03", "25P04"}


def is_of_the_database(error: BaseException) -> bool:
    """Whether an error that else would be a mistake of ours is one of the database's state."""
    return error_code(error) in ELSEWHERE or getattr(error, "connection_invalidated", False)
