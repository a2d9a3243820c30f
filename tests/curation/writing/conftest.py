"""What tests of writing share: somebody who may write, and requests as they send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.db.database import Database
from app.vocabulary import Scope
from tests.conftest import ENGINES, Templates, serving
from tests.keys import headers

MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Person:
    """Somebody with a key."""

    client: TestClient
    headers: dict[str, str]

    def get(self, path: str) -> Response:
        """Read."""
        return self.client.get(f"/v1/{path}", headers=self.headers)

    def post(self, path: str, data: Any = None, **more: str) -> Response:
        """Write a record, or do something with one."""
        return self.client.post(f"/v1/{path}", json=data, headers={**self.headers, **_named(more)})

    def put(self, path: str, data: Any, match: str = "*") -> Response:
        """Replace a record."""
        named = {**self.headers, "If-Match": match}
        return self.client.put(f"/v1/{path}", json=data, headers=named)

    def patch(self, path: str, data: Any, match: str = "*") -> Response:
        """Change fields of a record."""
        named = {**self.headers, "If-Match": match, "Content-Type": MERGE_PATCH}
        return self.client.patch(f"/v1/{path}", json=data, headers=named)


def _named(more: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in more.items()}


def somebody(database: Database, client: TestClient, name: str, scope: Scope) -> Person:
    """A person with a new key of a scope."""
    return Person(client, headers(database, name, scope))


@pytest.fixture
def ada(database: Database, client: TestClient) -> Person:
    """A curator of the empty database."""
    return somebody(database, client, "ada", Scope.CURATOR)


@pytest.fixture
def curator(ketamine: Database, ketamine_client: TestClient) -> Person:
    """A curator of the ketamine document."""
    return somebody(ketamine, ketamine_client, "ada", Scope.CURATOR)


@pytest.fixture
def small(sqlite: Database) -> Iterator[Person]:
    """A curator of an empty SQLite database, for what does not hang on the engine."""
    with serving(sqlite) as client:
        yield somebody(sqlite, client, "ada", Scope.CURATOR)


@pytest.fixture(scope="session", params=ENGINES)
def ketamine_writer(
    request: pytest.FixtureRequest, templates: dict[str, Templates]
) -> Iterator[tuple[Database, Person]]:
    """A curator who only tries what to write, and the ketamine document they share."""
    with templates[request.param].opened("ketamine") as database, serving(database) as client:
        yield database, somebody(database, client, "ada", Scope.CURATOR)
