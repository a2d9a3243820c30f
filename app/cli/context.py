"""What every command begins with: its settings, its database, and how it says what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db.database import READ_ONLY, Database, error_code
from app.db.postgresql import CommitInDoubtError
from app.db.processes import ReadingProcessError
from app.db.sqlite import DatabaseFileError
from app.settings import Settings

DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def open_database(settings: Settings, *, create: bool = False) -> Iterator[Database]:
    """The database of the settings; what goes wrong with it ends the command in one sentence."""
    url = settings.database_url
    database = Database(
        url, pool_size=settings.pool_size, busy_timeout=settings.busy_timeout, create=create
    )
    try:
        if create and database.sqlite and database.url.database:
            Path(database.url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
        yield database
    except ReadingProcessError as error:
        fail(str(error))
    except (DBAPIError, PoolTimeout, DatabaseFileError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        shown = database.url.render_as_string(hide_password=True)
        fail(f"{shown}: {str(cause).strip()}", _advice(error))
    finally:
        database.close()


def _advice(error: Exception) -> str:
    if isinstance(error, CommitInDoubtError):
        return "It broke while saving: whether that was saved is not known. Look before a new try."
    if error_code(error).startswith(READ_ONLY):
        return (
            "This database can only be read, as a standby can, and nothing was changed: name the "
            "primary, or every host with target_session_attrs=read-write."
        )
    if error_code(error).startswith(DAMAGED):
        return "The file is damaged, or no database: restore a backup."
    return "Does it exist, and has `migrate` been run?"


def fail(*sentences: str) -> NoReturn:
    """Say what went wrong on standard error, and end with 1."""
    for sentence in sentences:
        err.print(sentence, markup=False)
    raise typer.Exit(1)


def settings_or_fail() -> Settings:
    """The settings; a variable that makes no sense ends the command in one sentence."""
    try:
        return Settings()
    except ValidationError as error:
        fail(*(f"EVIDENCE_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()))
