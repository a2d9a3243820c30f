"""Backups of a PostgreSQL database: what pg_dump writes, put back in one transaction."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, text

from app.db.backups.files import WRITTEN, BackupError, Contents, moment
from app.db.database import Database
from app.db.postgresql import WRITER_LOCK

MAGIC = b"PGDMP"
KEPT = "replaced_"  # schemas that a restore put aside: no backup takes them along
COPY = re.compile(r"COPY \S*?(\w+) \((.*)\) FROM stdin;\n")
CHUNK = 1 << 16
OTHERS = text("""
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()
""")
TABLES = text("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public')::oid")
PUT_ASIDE = 'ALTER SCHEMA public RENAME TO "{}"; CREATE SCHEMA public;'
PUT_ASIDE += " GRANT USAGE ON SCHEMA public TO PUBLIC;"
# Newer tools say this to older servers as well, which do not know it.
TOO_NEW = b"SET transaction_timeout = 0;\n"


def back_up(database: Database, connection: Connection, file: Path, target: Path) -> None:
    """Have pg_dump write the snapshot that a connection reads into a file. Raises BackupError.

    The target is what the file is going to be called.
    """
    snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    options = ["--format=custom", f"--exclude-schema={KEPT}*"]
    elsewhere = ["pg_dump", *options, f"--file={target}", f"--dbname={_address(database)}"]
    command = shlex.join(elsewhere)
    hint = f"Where it is, run: {command} (with the password in PGPASSWORD or in ~/.pgpass)"
    tool, server = _tool("pg_dump", hint), _server_version(connection)
    if (version := _version(tool)) < server:
        raise BackupError(
            f"pg_dump here is version {version}, the server is {server}: an older one cannot read "
            f"a newer server. Install the client of PostgreSQL {server}. {hint}"
        )
    _ask(database, [tool, *options, f"--snapshot={snapshot}", f"--file={file}"])


def read_contents(file: Path) -> Contents:
    """What a dump holds, once all of it was read. Raises BackupError."""
    with file.open("rb") as opened:
        if opened.read(len(MAGIC)) != MAGIC:
            raise BackupError(f"{file} is no backup of a PostgreSQL database.")
    tool = _tool("pg_restore", "It comes with the client of PostgreSQL.")
    _read(file, [tool, "--list"])  # quick, but only the head
    _read(file, [tool, "--file=/dev/null"])  # to its end: a head says nothing of what is cut off
    tables = ["--table=changes", "--table=alembic_version"]
    change, revision = 0, ""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        _read(file, [tool, "--data-only", *tables, "--file=-"], said)
        said.seek(0)
        for row in _rows(said):
            revision = row.get("version_num", revision)
            change = max(change, int(row.get("id", 0)))
    if not revision:
        raise BackupError(f"{file} is no backup of this program's: it has no schema of its.")
    return Contents(change, revision)


def restore(backup: Path, database: Database, *, replace: bool) -> str | None:
    """Restore a dump in one transaction; gives the schema that what was there is kept in now.

    Raises BackupError when somebody else has the database open, or, but for `replace`, it holds
    something.
    """
    reading = _tool("pg_restore", "It comes with the client of PostgreSQL.")
    writing = _tool("psql", "It comes with the client of PostgreSQL.")
    with database.read() as connection:
        server = _server_version(connection)
        if others := connection.execute(OTHERS).scalar_one():
            name = database.url.database
            raise BackupError(
                f"{others} other connection{'s have' if others > 1 else ' has'} the database "
                f"{name} open. Stop the server first."
            )
        old = _to_put_aside(connection, replace=replace)
    # pg_restore itself cannot put aside what is there in the transaction that it restores in
    lock = f"SELECT pg_advisory_xact_lock({WRITER_LOCK});"
    before = f"BEGIN; {lock} {PUT_ASIDE.format(old) if old else ''}\n"
    script = [reading, "--no-owner", "--no-privileges", "--file=-", str(backup)]
    with subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as said:  # noqa: S603 # its own words
        _write(database, writing, _statements(said, before.encode(), too_new=server < 17))
    with database.engine.connect() as connection:  # a dump has no statistics
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return old


def _to_put_aside(connection: Connection, *, replace: bool) -> str | None:
    """What the schema that is there is to be called; None when there is nothing in it."""
    tables = {*connection.execute(TABLES).scalars()} - {"alembic_version", "alembic_version_pkc"}
    ours = [f"SELECT 1 FROM public.{each} LIMIT 1" for each in WRITTEN if each in tables]  # noqa: S608 # our names
    holds = any(connection.execute(text(look)).first() for look in ours) if ours else bool(tables)
    if holds and not replace:
        raise BackupError(
            "The database holds something already. With --replace the backup takes its place, "
            "and it is kept in a schema beside it."
        )
    return f"{KEPT}{moment('%Y%m%dt%H%M%S_%fz')}" if tables else None


def _statements(said: subprocess.Popen[bytes], before: bytes, *, too_new: bool) -> Iterator[bytes]:
    """All that is to be run; it is committed only once pg_restore has said all without an error."""
    script, errors = cast("IO[bytes]", said.stdout), cast("IO[bytes]", said.stderr)
    head = script.read(CHUNK)
    yield before
    yield head.replace(TOO_NEW, b"") if too_new else head
    while chunk := script.read(CHUNK):
        yield chunk
    if said.wait() != 0:
        raise BackupError(f"Nothing was restored: {errors.read().decode().strip()}")
    yield b"\nCOMMIT;\n"


def _write(database: Database, tool: str, statements: Iterable[bytes]) -> None:
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
    with tempfile.TemporaryFile() as errors, _credentials(database) as (address, handles):
        with subprocess.Popen(  # noqa: S603 # the tool that was found
            [tool, *options, "--no-password", f"--dbname={address}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=handles,
        ) as process:
            pipe = cast("IO[bytes]", process.stdin)
            try:
                for statement in statements:
                    pipe.write(statement)
                pipe.close()
            except BrokenPipeError:  # it has ended, and says why
                with suppress(BrokenPipeError):
                    pipe.close()
            except BaseException:
                process.kill()  # before the pipe ends: it is not to take that for the end
                raise
        if process.returncode != 0:
            errors.seek(0)
            said = _said(errors.read().decode(), process.returncode)
            raise BackupError(f"Nothing was restored: {said}")


def _ask(database: Database, command: list[str]) -> None:
    """Run a tool on the database. Raises BackupError with what it says."""
    with _credentials(database) as (address, handles):
        done = subprocess.run(  # noqa: S603 # a tool that was found
            [*command, "--no-password", f"--dbname={address}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=handles,
        )
    if done.returncode != 0:
        raise BackupError(_said(done.stderr, done.returncode))


def _read(file: Path, command: list[str], out: IO[str] | int = subprocess.DEVNULL) -> None:
    done = subprocess.run(  # noqa: S603 # a tool that was found
        [*command, str(file)],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = _said(done.stderr, done.returncode)
        if "unsupported version" in said:
            raise BackupError(f"{file} is of a newer pg_dump: install its client here. ({said})")
        raise BackupError(f"{file} is damaged, or not all of it is there: {said}")


def _said(errors: str, status: int) -> str:
    """What a tool says of its end; one that was killed says nothing."""
    return errors.strip() or f"it ended with {status}"


def _rows(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows in a script of pg_restore, by column."""
    columns: list[str] | None = None
    for line in lines:
        if columns is None:
            found = COPY.fullmatch(line)
            columns = found[2].split(", ") if found else None
        elif line == "\\.\n":
            columns = None
        else:
            yield dict(zip(columns, line.rstrip("\n").split("\t"), strict=True))


@contextmanager
def _credentials(database: Database) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Where a tool finds the database, and the open files it needs for it.

    The password stands in a file without a name: not among arguments, which everybody on the
    machine may read, nor on disk after a kill.
    """
    password = database.url.password
    if password is None:  # the tool asks PGPASSWORD and ~/.pgpass
        yield _address(database), ()
        return
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    with tempfile.TemporaryFile() as file:
        file.write(f"*:*:*:*:{escaped}\n".encode())
        file.flush()
        file.seek(0)
        handle = file.fileno()
        yield _address(database, passfile=f"/dev/fd/{handle}"), (handle,)


def _address(database: Database, **more: str) -> str:
    """A connection string as the tools take it, without the password."""
    _, named = database.engine.dialect.create_connect_args(database.url)
    own = {"password", "context"}  # the second is SQLAlchemy's
    kept: dict[str, Any] = {name: value for name, value in named.items() if name not in own}
    return make_conninfo(**kept, **more)


def _tool(name: str, hint: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not installed here. {hint}")
    return found


def _version(tool: str) -> int:
    command = [tool, "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 # a tool that was found
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _server_version(connection: Connection) -> int:
    version: Any = connection.dialect.server_version_info
    return int(version[0])
