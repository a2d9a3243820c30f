"""Keys: who is let in, and what everybody else is told."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access import AdminDep, ContributorDep, CuratorDep, ReaderDep
from app.db.database import Database
from app.vocabulary import Scope
from tests import keys
from tests.replies import check_problem
from tests.storage import rows

LISTS = "/v1/studies"


@pytest.fixture
def asked(client: TestClient) -> TestClient:
    """A client of an application with a route for each scope, which says who called it."""
    app = client.app
    assert isinstance(app, FastAPI)

    @app.get("/v1/for/reader")
    def reader(actor: ReaderDep) -> str:
        return actor.name

    @app.post("/v1/for/contributor")
    def contributor(actor: ContributorDep) -> str:
        return actor.name

    @app.post("/v1/for/curator")
    def curator(actor: CuratorDep) -> str:
        return actor.name

    @app.post("/v1/for/admin")
    def admin(actor: AdminDep) -> str:
        return actor.name

    return client


def test_a_key_says_who_calls(asked: TestClient, database: Database) -> None:
    for scope in Scope:
        mine = keys.headers(database, f"the {scope}", scope)
        reply = asked.request(
            "GET" if scope is Scope.READER else "POST", f"/v1/for/{scope}", headers=mine
        )
        assert (reply.status_code, reply.json()) == (200, f"the {scope}")


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_allows_what_lesser_ones_allow_and_no_more(
    asked: TestClient, database: Database, scope: Scope
) -> None:
    mine = keys.headers(database, scope=scope)

    for at, needed in enumerate(Scope):
        method = "GET" if needed is Scope.READER else "POST"
        reply = asked.request(method, f"/v1/for/{needed}", headers=mine)
        if at <= list(Scope).index(scope):
            assert reply.status_code == 200
        else:
            problem = check_problem(reply, 403)
            assert (
                problem["detail"]
                == f"This needs a key of scope {needed} or more; yours has {scope}."
            )


def test_only_the_hash_of_a_key_is_kept(database: Database) -> None:
    key = keys.key(database)

    [(prefix, sha256)] = rows(database, "SELECT prefix, sha256 FROM api_keys")

    assert re.fullmatch("evb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", key)
    assert key.startswith(f"{prefix}_")
    assert sha256 not in key
    assert key not in str(rows(database, "SELECT * FROM api_keys"))
