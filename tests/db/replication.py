"""A primary with a standby that every commit waits for, as one runs more than one machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from app.db import schema
from app.db.database import Database
from tests.commands import PATIENCE
from tests.factories import Evidence
from tests.postgres import Server, servers_folder

NAME = "evidence"
CAUGHT_UP = """
    SELECT count(*) FROM pg_stat_replication
    WHERE replay_lsn >= pg_current_wal_flush_lsn() AND sync_state = 'sync'
"""


@dataclass(frozen=True)
class Pair:
    """A primary and its standby."""

    primary: Server
    standby: Server

    @property
    def address(self) -> str:
        """Both servers, as an operator names them."""
        ports = f"{self.primary.port},127.0.0.1:{self.standby.port}"
        return f"postgresql://postgres@127.0.0.1:{ports}/{NAME}"

    def wait(self) -> None:
        """Until the standby has all that the primary has."""
        wait_until(lambda: ask(self.primary, CAUGHT_UP) == [(1,)])


def wait_until(holds: Callable[[], Any]) -> None:
    """Until something is so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def ask(server: Server, *statements: str) -> list[tuple[Any, ...]]:
    """What the last of some statements gives, each in a transaction of its own."""
    engine = create_engine(server.address(NAME), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        results = [connection.execute(text(each)) for each in statements]
        return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []


@contextmanager
def first_server() -> Iterator[tuple[Path, Server]]:
    """A server with the schema and a record of most kinds, to be copied, and the folder of both."""
    with servers_folder() as home:
        server = Server(home, "first").make("--wal-segsize=1")  # MB, less to copy
        if not server.copies:
            pytest.skip(f"no pg_basebackup beside {server.binaries}: nothing replicates")
        admin = create_engine(server.address("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for name in (NAME, "bare"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        database = Database(server.address(NAME))
        schema.migrate(database)
        _fill(Evidence(database))
        database.close()
        yield home, server


def _fill(evidence: Evidence) -> None:
    with evidence.together():
        evidence.treatment("ketamine")
        evidence.condition("crps")
        evidence.outcome_measure("pain")
        evidence.adverse_effect("nausea")
        evidence.citation(slug="a-report")
        evidence.study(slug="a-study")


def replicated(home: Path, first: Server, name: str) -> Pair:
    """A copy of a server with a standby of its own, which every commit waits for."""
    primary = Server(home, f"{name}-primary").copy(first)
    standby = Server(home, f"{name}-standby").copy(primary, standby="other")
    waits = "ALTER SYSTEM SET synchronous_standby_names = 'other'"
    # on the command line it is off, which a role outdoes
    commits = "ALTER ROLE postgres SET synchronous_commit = 'on'"
    ask(primary, commits, waits, "SELECT pg_reload_conf()")
    pair = Pair(primary, standby)
    pair.wait()
    return pair
