"""Processes that are killed in the middle of writing: when they write, and when nobody does."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time

from sqlalchemy import text

from app.db.database import Database
from tests.commands import PATIENCE

LOCKED = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def wait_until_it_writes(database: Database, process: subprocess.Popen[str]) -> None:
    """Until a process writes, or has ended well."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if is_being_written(database):
            return
        time.sleep(0.01)
    assert process.poll() == 0, process.communicate()


def kill_while_it_writes(database: Database, process: subprocess.Popen[str]) -> None:
    """Kill a process that is seen writing, stopped first so that it cannot finish meanwhile."""
    while process.poll() is None:
        wait_until_it_writes(database, process)
        process.send_signal(signal.SIGSTOP)
        if is_being_written(database):
            process.kill()
            process.wait(PATIENCE)
        else:
            process.send_signal(signal.SIGCONT)
    wait_until_nobody_writes(database)


def wait_until_nobody_writes(database: Database) -> None:
    """Until the database has noticed that a writer is gone."""
    end = time.monotonic() + PATIENCE
    while is_being_written(database):
        assert time.monotonic() < end
        time.sleep(0.005)


def is_being_written(database: Database) -> bool:
    """Whether somebody has a change under way."""
    if not database.sqlite:
        locked = text(LOCKED)
        with database.read() as connection:
            return bool(connection.execute(locked).scalar_one())
    writer = sqlite3.connect(str(database.url.database), timeout=0, isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        writer.close()
    return False
