"""When keys were last used: written now and then, and never at a reader's expense."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access import last_uses
from app.access.last_uses import LastUses
from app.db.database import Database
from tests import keys
from tests.storage import rows

USED = "SELECT last_used_at FROM api_keys ORDER BY id"


def uses(client: TestClient) -> LastUses:
    """What a client's application has noted."""
    assert isinstance(client.app, FastAPI)
    found: LastUses = client.app.state.last_uses
    return found


def test_many_uses_are_written_at_once(client: TestClient, database: Database) -> None:
    ada, _bob = keys.headers(database), keys.headers(database, "bob")

    for _ in range(3):
        assert client.get("/v1/vocabularies", headers=ada).status_code == 200
    before = rows(database, USED)
    uses(client).write()

    [(used,), (never,)] = rows(database, USED)
    assert before == [(None,), (None,)]
    assert used > "2026"
    assert never is None


def test_a_use_is_written_by_itself_after_a_while(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_uses, "INTERVAL", 0.01)

    client.get("/v1/vocabularies", headers=keys.headers(database))
    timer = uses(client)._timer
    if timer is not None:
        timer.join(10)

    assert rows(database, USED)[0][0]


def test_a_reader_waits_for_no_writer(client: TestClient, database: Database) -> None:
    ada = keys.headers(database)

    with database.write():
        assert client.get("/v1/vocabularies", headers=ada).status_code == 200


def test_what_cannot_be_written_harms_nobody(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any) -> None:
        raise TimeoutError("another writer holds the database")

    ada = keys.headers(database)
    monkeypatch.setattr(Database, "write", locked)
    client.get("/v1/vocabularies", headers=ada)

    uses(client).write()

    assert client.get("/v1/vocabularies", headers=ada).status_code == 200
