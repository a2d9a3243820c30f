"""Pages are made of what the API answers, and look at no database themselves.

So they run on one engine, and one test sees that the other gives the very same pages.
"""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database


@pytest.fixture(scope="session")
def reader(sqlite_reader: TestClient) -> TestClient:
    """The client of those who only read."""
    return sqlite_reader


@pytest.fixture
def database(sqlite: Database) -> Database:
    """The empty database that `client` and `evidence` are of."""
    return sqlite
