"""A POST with an Idempotency-Key may be sent again, and is carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient

from app.db.database import Database
from app.models import IdempotencyKey
from app.vocabulary import Scope
from tests.curation.writing.conftest import Person, somebody
from tests.replies import check_problem
from tests.storage import everything, rows

KEY = "Idempotency-Key"
PAPER = {"title": "Ketamine"}


def send(person: Person, key: str, data: Any = PAPER, query: str = "") -> Any:
    """Send a new citation with a key."""
    named = {**person.headers, KEY: key}
    return person.client.post(f"/v1/citations{query}", json=data, headers=named)


def test_a_retry_has_the_same_answer_and_writes_nothing(ada: Person, database: Database) -> None:
    first = send(ada, "one")
    before = everything(database)

    again = send(ada, "one")

    assert (again.status_code, again.content) == (201, first.content)
    assert {again.headers[name] for name in ("ETag", "Location")} == {
        first.headers[name] for name in ("ETag", "Location")
    }
    assert everything(database) == before


def test_retries_at_the_same_time_write_once(ada: Person, database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: send(ada, "one"), range(8)))

    assert {reply.headers["Location"] for reply in replies} == {"/v1/citations/ketamine"}
    assert rows(database, "SELECT count(*) FROM citations") == [(1,)]


def test_a_key_is_for_one_request_of_one_actor(
    ada: Person, database: Database, client: TestClient
) -> None:
    send(ada, "one")

    for reply in (send(ada, "one", {"title": "T"}), send(ada, "one", query="?reason=why")):
        assert check_problem(reply, 422)["errors"][0]["parameter"] == KEY
    bob = somebody(database, client, "bob", Scope.CURATOR)
    assert send(bob, "one").headers["Location"] == "/v1/citations/ketamine-2"


def test_what_was_refused_or_only_tried_is_not_kept(ada: Person, database: Database) -> None:
    check_problem(send(ada, "one", {}), 422)
    assert send(ada, "one", query="?dry_run=true").status_code == 200

    assert send(ada, "one").status_code == 201
    assert rows(database, "SELECT count(*) FROM idempotency_keys") == [(1,)]


def test_a_withdrawal_that_is_sent_again_is_answered_as_before(ada: Person) -> None:
    etag = send(ada, "one").headers["ETag"]
    replies = [
        ada.post("citations/ketamine/withdraw", If_Match=etag, Idempotency_Key="two")
        for _ in range(2)
    ]

    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].content == replies[1].content


def test_keys_are_thrown_away_in_the_end(ada: Person, database: Database) -> None:
    old = IdempotencyKey(key="old", actor="ada", request_sha256="", status=201, headers="{}")
    old.body, old.created_at = "", "2020-01-01T00:00:00.000000Z"
    with database.write() as session:
        session.add(old)

    send(ada, "new")

    assert rows(database, "SELECT key FROM idempotency_keys") == [("new",)]


def test_a_key_has_a_form(small: Person) -> None:
    for key in ("", "x" * 201, "\t"):
        check_problem(send(small, key), 422)
