"""Databases for tests: made once, copied for each test, or emptied and used again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, make_url, text

from app.db import schema
from app.db.database import Database
from app.ingest.seeding import seed
from app.models import Base

KETAMINE = Path(__file__).parents[1] / "seed_data" / "ketamine"
MOST_GROWTH = 8 * 2**20  # bytes that emptied tables may leave behind
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Everything that makes a database another one, but for its rows: columns, constraints, indexes,
# triggers, functions, and what the planner was told of its tables.
BUILT = """
    WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat_ws('/', oid, relname, relkind, reltuples) FROM ours
    UNION ALL SELECT concat_ws('/', attrelid, attname, atttypid, attnotnull, attisdropped)
        FROM pg_attribute WHERE attrelid IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws('/', oid, conname, convalidated) FROM pg_constraint
    UNION ALL SELECT concat_ws('/', oid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws('/', oid, xmin) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws('/', starelid, staattnum) FROM pg_statistic
        WHERE starelid IN (SELECT oid FROM ours)
    UNION ALL SELECT concat_ws('/', setdatabase, setconfig) FROM pg_db_role_setting
    ) AS parts(part)
"""
TABLES = [table.name for table in Base.metadata.sorted_tables]
FILLED = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})"  # noqa: S608 # our names
    for name in TABLES
)
BEGUN = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"


class Emptied:
    """A PostgreSQL database with the schema and nothing in it, and again after each test."""

    def __init__(self, address: str) -> None:
        self.engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.built, self.size = self._shape()

    def again(self) -> bool:
        """Take away what a test wrote; false when it changed more than rows."""
        with self.engine.connect() as connection:
            connection.execute(text(OTHERS))
        built, size = self._shape()
        if built != self.built or size > self.size + MOST_GROWTH:
            return False
        with self.engine.connect() as connection:
            filled = connection.execute(text(FILLED)).scalars().all()
            begun = connection.execute(text(BEGUN)).scalars().all()
            restart = [f"ALTER SEQUENCE {name} RESTART" for name in begun]
            away = [f"DELETE FROM {name}" for name in filled]  # noqa: S608 # our names
            keys = "SET session_replication_role = "  # which foreign keys heed
            connection.execute(text("; ".join([keys + "replica", *away, *restart])))
        return True

    def _shape(self) -> tuple[Any, int]:
        size = "SELECT pg_database_size(current_database())"
        with self.engine.connect() as connection:
            return connection.scalar(text(BUILT)), int(connection.scalar(text(size)) or 0)


class Templates:
    """Databases of one engine that are made once and copied for each test."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        self.admin = os.environ["EVIDENCE_TEST_POSTGRES_URL"]
        self.made: set[str] = set()
        self.count = 0
        self.idle: list[tuple[str, Database]] = []
        self.emptied: dict[str, Emptied] = {}

    @contextmanager
    def opened(self, name: str) -> Iterator[Database]:
        """A new copy of a template (empty, document, ketamine), thrown away in the end.

        An engine is used again for one copy after the other, at one address: it knows by then how
        to write most statements in SQL, which takes longer than running them. PostgreSQL takes
        seconds for a copy: one of nothing is emptied and used again, unless it was rebuilt.
        """
        if name not in self.made:
            self._make(name)
            self.made.add(name)
        if not self.idle:
            self.count += 1
            copy = f"copy{self.count}"
            database = Database(self.address(copy), busy_timeout=10)
            self.idle.append((copy, database))
        copy, database = self.idle.pop()
        database.close()  # an application nobody closed may have come back since
        if name != "empty" or copy not in self.emptied:
            self.emptied.pop(copy, None)
            self._copied(name, copy)
            if name == "empty" and self.engine == "postgresql":
                self.emptied[copy] = Emptied(self.address(copy))
        try:
            yield database
        finally:
            database.close()
            if copy not in self.emptied or not self.emptied[copy].again():
                self.emptied.pop(copy, None)
                self.drop(self.address(copy))
            self.idle.append((copy, database))

    def close(self) -> None:
        """Throw away what was kept for the next test."""
        for copy in self.emptied:
            self.drop(self.address(copy))

    def copy(self, name: str) -> str:
        """The address of a new copy of a template, for whoever opens it otherwise."""
        if name not in self.made:
            self._make(name)
            self.made.add(name)
        self.count += 1
        self._copied(name, f"copy{self.count}")
        return self.address(f"copy{self.count}")

    def address(self, name: str) -> str:
        """Where a database of this name is."""
        if self.engine == "sqlite":
            return f"sqlite:///{self.folder}/{name}.db"
        url = make_url(self.admin).set(database=f"evidence_{self.worker}_{name}")
        return url.render_as_string(hide_password=False)

    def _make(self, name: str) -> None:
        if self.engine == "postgresql":
            self._run(f"DROP DATABASE IF EXISTS evidence_{self.worker}_{name}")
            self._run(f"CREATE DATABASE evidence_{self.worker}_{name}")
        database = Database(self.address(name), create=True)
        schema.migrate(database)
        if name != "empty":
            seed(database, KETAMINE, document_only=name == "document")
        database.close()

    def _copied(self, name: str, copy: str) -> None:
        if self.engine == "sqlite":
            shutil.copyfile(self.folder / f"{name}.db", self.folder / f"{copy}.db")
        else:
            names = (f"evidence_{self.worker}_{copy}", f"evidence_{self.worker}_{name}")
            self.drop(self.address(copy))
            self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY".format(*names))

    def drop(self, address: str) -> None:
        """Throw a copy away."""
        if self.engine == "sqlite":
            for path in self.folder.glob(Path(address).name + "*"):
                path.unlink()
        else:
            self._run(f"DROP DATABASE IF EXISTS {make_url(address).database} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.admin, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
