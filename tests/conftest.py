"""What every test shares: a database of each engine, empty or with the ketamine document in it.

A test runs on both engines when a statement, a constraint, a lock or an error of the database can
make a difference: filters, orders, search, cards and their revisions, migrations, imports, and all
that writes. On SQLite alone (`sqlite`, `sqlite_reader`) runs what is decided before the database is
asked, or after it has answered: routing, methods, media types, the reading of parameters, headers,
the OpenAPI document, the looks of pages and files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import settings

from app import journal
from app.cli.server import configure_logs
from app.db.database import Database
from app.main import create_app
from app.settings import Settings
from tests.factories import Evidence
from tests.postgres import postgres_server
from tests.templates import KETAMINE, Templates

__all__ = ["ENGINES", "KETAMINE", "SHARED", "Blank", "Readers", "Templates", "serving"]
ENGINES = ("sqlite", "postgresql")
# Tests ask nobody outside; those of lookups have services of their own.
NOBODY: dict[str, Any] = {
    f"{name}_url": "" for name in ("crossref", "pubmed", "pmc", "clinical_trials")
}
SHARED = Path(__file__).parents[2] / "shared"  # more material, where it happens to be


# The same examples each time, and none that fails because the machine was busy.
settings.register_profile("tests", deadline=None, derandomize=True)
settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all workers, which inherit its address."""
    configure_logs(Settings(log_level="error"))
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    server = ExitStack()
    config.add_cleanup(server.close)
    os.environ["EVIDENCE_TEST_POSTGRES_URL"] = server.enter_context(postgres_server())


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Templates]]:
    """The templates of both engines."""
    made = {engine: Templates(engine, tmp_path_factory.mktemp("databases")) for engine in ENGINES}
    yield made
    for each in made.values():
        each.close()


@contextmanager
def _opened(templates: Templates, name: str) -> Iterator[Database]:
    """A copy of a template; whatever the test wrote has to verify in the end."""
    with templates.opened(name) as database:
        yield database
        with database.read() as connection:
            assert list(journal.verify(connection)) == []


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[Database]:
    """An empty database with the schema, of each engine in turn."""
    with _opened(templates[request.param], "empty") as database:
        yield database


@pytest.fixture(params=ENGINES)
def ketamine(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[Database]:
    """A database of one's own with both layers of the ketamine document, of each engine in turn."""
    with _opened(templates[request.param], "ketamine") as database:
        yield database


@pytest.fixture
def sqlite(templates: dict[str, Templates]) -> Iterator[Database]:
    """An empty SQLite database, for what does not hang on the engine."""
    with _opened(templates["sqlite"], "empty") as database:
        yield database


@pytest.fixture
def evidence(database: Database) -> Evidence:
    """Makes records in the empty database; a test names only what it is about."""
    return Evidence(database)


def serving(database: Database) -> TestClient:
    """A client of the application over a database, by the engine that the test writes with."""
    address = database.url.render_as_string(hide_password=False)
    # tests are refused more often in a minute than people are
    settings = Settings(database_url=address, busy_timeout=10, refusal_rate="", **NOBODY)
    app = create_app(settings)
    app.state.database = database
    return TestClient(app)


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    """A client of the application over the empty database."""
    with serving(database) as client:
        yield client


@pytest.fixture
def ketamine_client(ketamine: Database) -> Iterator[TestClient]:
    """A client over a ketamine database of one's own."""
    with serving(ketamine) as client:
        yield client


Readers = Callable[[str, str], TestClient]


@pytest.fixture(scope="session")
def readers(templates: dict[str, Templates]) -> Iterator[Readers]:
    """Gives the client of an engine over a template: one application each, for all who read."""
    with ExitStack() as opened:

        @cache
        def client(engine: str, template: str) -> TestClient:
            database = opened.enter_context(_opened(templates[engine], template))
            return opened.enter_context(serving(database))

        yield client


@pytest.fixture(scope="session", params=ENGINES)
def reader(request: pytest.FixtureRequest, readers: Readers) -> TestClient:
    """A client over both layers of the ketamine document, shared by tests that only read."""
    return readers(request.param, "ketamine")


@pytest.fixture(scope="session", params=ENGINES)
def document_reader(request: pytest.FixtureRequest, readers: Readers) -> TestClient:
    """The same, over what the document alone says."""
    return readers(request.param, "document")


@pytest.fixture(scope="session")
def sqlite_reader(readers: Readers) -> TestClient:
    """What `reader` is on SQLite, for what no engine can change."""
    return readers("sqlite", "ketamine")


Blank = Callable[[], Database]


@pytest.fixture(params=ENGINES)
def blank(
    request: pytest.FixtureRequest, templates: dict[str, Templates], tmp_path: Path
) -> Iterator[Blank]:
    """Makes databases with nothing in them, not even a schema, of each engine in turn."""
    made: list[Database] = []
    postgres = templates["postgresql"]

    def make() -> Database:
        name = f"blank{len(made)}"
        address = f"sqlite:///{tmp_path}/{name}.db"
        if request.param == "postgresql":
            address = postgres.address(name)
            postgres._run(f"DROP DATABASE IF EXISTS evidence_{postgres.worker}_{name}")
            postgres._run(f"CREATE DATABASE evidence_{postgres.worker}_{name}")
        made.append(Database(address, create=True))
        return made[-1]

    yield make
    for database in made:
        database.close()
        if not database.sqlite:
            postgres.drop(database.url.render_as_string(hide_password=False))
