"""Keys that are not valid: all are refused in one way, which tells nobody whether a key exists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.access import accounts
from app.db.database import Database
from app.main import create_app
from app.settings import Settings
from app.values.datetimes import now
from app.vocabulary import Scope
from tests import keys
from tests.commands import address_of
from tests.conftest import serving
from tests.replies import check_problem

PUBLIC = ("/v1/studies", "/v1/studies/none", "/v1/vocabularies", "/v1/search?q=pain", "/v1/nowhere")
OPEN = ("/health", "/ready", "/docs", "/openapi.json", "/static/swagger-ui/swagger-ui.css")


def every_wrong_key(database: Database) -> dict[str, str]:
    """One key for each way in which a key can be wrong."""
    ada, bob = keys.key(database), keys.key(database, "bob")
    revoked = keys.key(database, "eve", Scope.ADMIN)
    expired = keys.key(database, "eve", Scope.ADMIN, expires_at=now())
    with database.write() as session:
        accounts.revoke_key(session, revoked)
        accounts.disable_account(session, "bob")
    return {
        "unknown": f"evb_00000000_{'A' * 43}",
        "wrong": ada[:-3] + ("AAA" if not ada.endswith("AAA") else "BBB"),
        "expired": expired,
        "revoked": revoked,
        "disabled": bob,
    }


def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(
    client: TestClient, database: Database
) -> None:
    answers = []
    for key in every_wrong_key(database).values():
        reply = client.get("/v1/keys", headers={"Authorization": f"Bearer {key}"})
        problem = check_problem(reply, 401)
        del problem["request_id"], reply.headers["x-request-id"]
        answers.append((problem, dict(reply.headers)))

    assert len(answers) == 5
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][1]["www-authenticate"] == 'Bearer realm="evidence"'


def test_a_wrong_key_costs_the_same_statements_whether_its_beginning_is_known_or_not(
    client: TestClient, database: Database
) -> None:
    wrong = every_wrong_key(database)
    counts = {}
    for why, key in wrong.items():
        statements: list[str] = []
        listen = lambda *of: statements.append(of[2])  # noqa: B023, E731
        event.listen(database.engine, "before_cursor_execute", listen)
        client.get("/v1/studies", headers={"Authorization": f"Bearer {key}"})
        event.remove(database.engine, "before_cursor_execute", listen)
        counts[why] = statements

    assert all(each == counts["unknown"] for each in counts.values())


def test_a_wrong_key_is_refused_where_no_key_is_needed(
    client: TestClient, database: Database
) -> None:
    wrong = {"Authorization": f"Bearer evb_00000000_{'A' * 43}"}
    mine = keys.headers(database)

    for path in PUBLIC:
        check_problem(client.get(path, headers=wrong), 401)
        assert client.get(path, headers=mine).status_code in {200, 404}
        assert client.get(path).status_code in {200, 404}


MALFORMED = (
    "",
    "Bearer",
    "Bearer ",
    "Basic YWRhOnNlY3JldA==",
    "Bearer x",
    "Bearer evb_",
    f"evb_00000000_{'A' * 43}",
    f"Bearer evb_00000000_{'A' * 44}",
    f"Bearer evb_0000000g_{'A' * 43}",
    f"Bearer evb_00000000_{'A' * 42}\xe9",
    f"Bearer evb_00000000_{'A' * 43}, Bearer x",
    "Bearer " + "A" * 10_000,
)


def test_a_header_that_has_no_key_is_refused(client: TestClient) -> None:
    for header in MALFORMED:
        headers = [(b"authorization", header.encode("latin-1"))]
        check_problem(client.get("/v1/studies", headers=headers), 401)


def test_two_keys_are_no_key(client: TestClient, database: Database) -> None:
    mine = keys.headers(database)["Authorization"].encode()

    twice = client.get("/v1/studies", headers=[(b"authorization", mine)] * 2)

    check_problem(twice, 401)


def test_the_scheme_may_be_written_in_any_case(client: TestClient, database: Database) -> None:
    mine = {"Authorization": f"bEARER  {keys.key(database)}"}

    assert client.get("/v1/studies", headers=mine).status_code == 200


def test_a_key_ends_when_it_says(client: TestClient, database: Database) -> None:
    soon = keys.headers(database, expires_at=accounts.parse_expiry("1d"))
    over = keys.headers(database, expires_at=now())

    assert client.get("/v1/studies", headers=soon).status_code == 200
    check_problem(client.get("/v1/studies", headers=over), 401)


@pytest.fixture
def closed(database: Database) -> Iterator[TestClient]:
    """A client of an application that lets nobody read without a key."""
    app = create_app(Settings(database_url=address_of(database), anonymous_reads=False))
    app.state.database = database
    with TestClient(app) as client:
        yield client


def test_without_anonymous_reads_every_read_needs_a_key(
    closed: TestClient, database: Database
) -> None:
    mine = keys.headers(database, scope=Scope.READER)

    for path in PUBLIC:
        check_problem(closed.get(path), 401)
        assert closed.get(path, headers=mine).status_code in {200, 404}


def test_what_tells_nothing_of_the_content_stays_open(closed: TestClient) -> None:
    assert [closed.get(path).status_code for path in OPEN] == [200] * len(OPEN)


def test_a_database_that_is_gone_is_a_problem_of_the_database(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    someones = {"Authorization": f"Bearer evb_00000000_{'A' * 43}"}

    problem = check_problem(TestClient(app).get("/v1/studies", headers=someones), 503)

    assert problem["type"] == "urn:evidence:problem:database-missing"


def test_other_sites_may_send_keys_and_conditions(sqlite: Database) -> None:
    asking = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,if-match,idempotency-key,content-type",
    }
    with serving(sqlite) as client:
        reply = client.options("/v1/studies/none", headers=asking)

    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    assert "PATCH" in reply.headers["access-control-allow-methods"]
