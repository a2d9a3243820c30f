"""Commands that make a backup of the database, and put one back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection, func, inspect, select

from app.cli.context import err, fail, open_database, out, settings_or_fail
from app.db import schema
from app.db.backups import postgresql, sqlite
from app.db.backups.files import BackupError, Contents, left_over, moment, publish, unfinished
from app.db.database import Database
from app.db.sqlite import MAGIC
from app.models import Study
from app.query.ordering import LAST_CHANGE
from app.records.catalogue import KINDS
from app.settings import Settings


def backup(
    target: Annotated[
        Path, typer.Argument(help="A file that is not there yet, or a folder: names it by itself.")
    ],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there.")
    ] = False,
) -> None:
    """Write all of the database into one file, also while a server writes; whole or not at all."""
    with (
        open_database(settings_or_fail()) as database,
        _problems_told(),
        database.read() as connection,  # one snapshot: what is told of is what is copied
    ):
        contents = _contents(connection)
        file = _file(database, target, contents.change, force=force)
        _tell_left_over(file.parent)
        with unfinished(file) as part:
            if database.sqlite:
                sqlite.back_up(connection, part)
            else:
                postgresql.back_up(database, connection, part, file)
            found = _reader(of_sqlite=database.sqlite)(part)
            if found != contents:
                raise BackupError(f"The copy has {found}, the database {contents}.")
            with part.open("rb") as opened:
                sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
            publish(part, file)
        out.print(f"backup: {file}", markup=False)
        out.print(f"{file.stat().st_size} bytes, sha256 {sha256}")
        out.print(f"holds {_told(connection, contents)}")
        out.print("to restore: stop the server, then run", markup=False)
        out.print(f"  evidence restore {file.absolute()}", markup=False)


def restore(
    backup: Annotated[Path, typer.Argument(help="What `evidence backup` wrote.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Do so where something is; that is kept, too.")
    ] = False,
) -> None:
    """Put a backup in the place of the database: all of it, or nothing. Stop the server first."""
    settings = settings_or_fail()
    with _problems_told():
        contents = _checked(settings, backup)
    with open_database(settings, create=True) as database, _problems_told():
        if database.sqlite:
            path = Path(str(database.url.database))
            _tell_left_over(path.resolve().parent)
            kept: object = sqlite.restore(backup, path, replace=replace)
        else:
            kept = postgresql.restore(backup, database, replace=replace)
        with database.read() as connection:
            out.print(f"restored: {_told(connection, _contents(connection))}")
    if kept:
        out.print(f"what was there before is kept as {kept}", markup=False)
    if contents.revision != schema.newest_revision():
        out.print("Its schema is an older one: run `evidence migrate` before you serve it.")


@contextmanager
def _problems_told() -> Iterator[None]:
    """End the command in one sentence when a backup cannot be made or read."""
    try:
        yield
    except BackupError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename2 or error.filename}: {error.strerror}")


def _tell_left_over(folder: Path) -> None:
    for each in left_over(folder):
        err.print(f"{each} is of a backup or restore that was killed, or still runs", markup=False)


def _reader(*, of_sqlite: bool) -> Callable[[Path], Contents]:
    return sqlite.read_contents if of_sqlite else postgresql.read_contents


def _contents(connection: Connection) -> Contents:
    revision = schema.current_revision(connection)
    if revision is None:
        raise BackupError("The database has no schema yet: run `evidence migrate` first.")
    return Contents(connection.execute(select(LAST_CHANGE)).scalar_one(), revision)


def _told(connection: Connection, contents: Contents) -> str:
    """What there is, in one line; tables that an older schema does not have count for nothing."""
    there = set(inspect(connection).get_table_names())
    tables = {kind.table for kind in KINDS if kind.table.name in there}
    counts = {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }
    studies = counts.get(Study.__tablename__, 0)
    records = sum(counts.values())
    told = f"change {contents.change}, schema {contents.revision}"
    return f"{told}: {records} records, {studies} of them studies"


def _file(database: Database, target: Path, change: int, *, force: bool) -> Path:
    """The file to write. Raises BackupError when it may not be written."""
    if target.is_dir():
        now = moment("%Y%m%dT%H%M%SZ")
        ending = "db" if database.sqlite else "dump"
        target /= f"evidence-{now}-change-{change}.{ending}"
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}: make it first.")
    if database.sqlite:
        path = Path(str(database.url.database)).resolve()
        own = [path, *(Path(f"{path}{end}") for end in sqlite.LOGS)]
        same = target.exists() and target.samefile(path)
        if same or target.resolve() in own:
            raise BackupError(f"{target} is the database itself.")
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise BackupError(f"{target} is no file, but a link or a device: name a file, or a folder.")
    if target.exists() and not force:
        raise BackupError(f"{target} is there already. Give another name, or --force.")
    return target


def _checked(settings: Settings, backup: Path) -> Contents:
    """What a backup holds, if it fits the database and this program. Raises BackupError."""
    if not backup.is_file():
        raise BackupError(f"There is no file {backup}.")
    of_sqlite = settings.database_url.startswith("sqlite")
    with backup.open("rb") as opened:
        begins = opened.read(len(MAGIC))
    if begins.startswith(postgresql.MAGIC if of_sqlite else MAGIC):
        mine, its = ("SQLite", "PostgreSQL") if of_sqlite else ("PostgreSQL", "SQLite")
        raise BackupError(f"{backup} is of {its}, EVIDENCE_DATABASE_URL names one of {mine}.")
    contents = _reader(of_sqlite=of_sqlite)(backup)
    if not schema.is_known(contents.revision):
        raise BackupError(
            f"{backup} has the schema {contents.revision}, which this version does not know: "
            "restore it with the version that made it, or a newer one."
        )
    return contents
