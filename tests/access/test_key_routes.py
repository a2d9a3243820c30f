"""`/v1/keys`, `/v1/accounts`, `/v1/access-events`: what admins see and do."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.vocabulary import Scope
from tests import keys
from tests.replies import check_problem
from tests.storage import rows

EVENTS = "SELECT actor, action FROM access_events ORDER BY id"
ADMIN_ONLY = (
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("POST", "/v1/keys/evb_00000000/revoke"),
    ("POST", "/v1/accounts/ada/disable"),
    ("POST", "/v1/accounts/ada/enable"),
    ("GET", "/v1/access-events"),
)


@pytest.fixture
def admin(database: Database, client: TestClient) -> TestClient:
    """A client with the key of an admin."""
    client.headers.update(keys.headers(database, "grace", Scope.ADMIN))
    return client


def made(admin: TestClient, **wanted: Any) -> dict[str, Any]:
    """A key that was just made."""
    reply = admin.post("/v1/keys", json={"account": "ada", "scope": "curator", **wanted})
    assert reply.status_code == 201, reply.text
    card: dict[str, Any] = reply.json()
    return card


def works(client: TestClient, key: str) -> bool:
    """Whether a key opens anything."""
    reply = client.get("/v1/vocabularies", headers={"Authorization": f"Bearer {key}"})
    return reply.status_code == 200


def test_all_of_it_is_for_admins(client: TestClient, database: Database) -> None:
    curator = keys.headers(database)

    for method, path in ADMIN_ONLY:
        check_problem(client.request(method, path), 401)
        check_problem(client.request(method, path, headers=curator), 403)


def test_a_key_is_shown_once_and_says_who_made_it(admin: TestClient) -> None:
    card = made(admin, expires_at="90d")
    key = card.pop("key")
    listed = admin.get("/v1/keys")

    assert works(admin, key)
    assert (card["account"], card["scope"], card["created_by"]) == ("ada", "curator", "grace")
    assert card["expires_at"] > card["created_at"]
    assert listed.json()["items"][0] == card
    assert key.rpartition("_")[2] not in listed.text
    assert listed.headers["cache-control"] == "no-store"


def test_a_key_is_revoked_for_good_and_who_did_it_is_kept(
    admin: TestClient, database: Database
) -> None:
    key = made(admin)["key"]

    revoked = admin.post(f"/v1/keys/{key[:12]}/revoke").json()
    again = admin.post(f"/v1/keys/{key[:12]}/revoke").json()

    assert not works(admin, key)
    assert revoked["revoked_by"] == "grace"
    assert again == revoked
    assert rows(database, EVENTS) == [
        ("command line", "create_key"),
        ("grace", "create_key"),
        ("grace", "revoke_key"),
    ]


def test_a_disabled_account_is_shut_out_with_all_its_keys_until_enabled(
    admin: TestClient, database: Database
) -> None:
    first, second = made(admin)["key"], made(admin, scope="reader")["key"]

    disabled = admin.post("/v1/accounts/ada/disable").json()
    shut = [works(admin, first), works(admin, second)]
    problem = check_problem(admin.post("/v1/keys", json={"account": "ada", "scope": "reader"}), 409)
    enabled = admin.post("/v1/accounts/ada/enable").json()

    assert disabled["disabled_at"]
    assert shut == [False, False]
    assert problem["detail"] == "ada is disabled: enable the account first."
    assert enabled["disabled_at"] is None
    assert [works(admin, first), works(admin, second)] == [True, True]
    assert [action for _, action in rows(database, EVENTS)][-2:] == [
        "disable_account",
        "enable_account",
    ]


def test_admins_cannot_shut_themselves_out(admin: TestClient) -> None:
    [own] = [each["prefix"] for each in admin.get("/v1/keys").json()["items"]]
    for path in (f"/v1/keys/{own}/revoke", "/v1/accounts/grace/disable"):
        assert "No admin's key would be left" in check_problem(admin.post(path), 409)["detail"]
    assert admin.get("/v1/keys").status_code == 200

    other = made(admin, account="hope", scope="admin")
    assert admin.post(f"/v1/keys/{own}/revoke").json()["revoked_by"] == "grace"
    assert works(admin, other["key"])


def test_lists_are_walked_to_their_end(admin: TestClient) -> None:
    wanted = [made(admin, account=f"a{each}")["prefix"] for each in range(5)]

    for path, name in (("/v1/keys", "prefix"), ("/v1/access-events", "prefix")):
        found, cursor = [], None
        while True:
            page = admin.get(path, params={"limit": 2, **({"cursor": cursor} if cursor else {})})
            found += [each[name] for each in page.json()["items"]]
            cursor = page.json()["next"]
            if cursor is None:
                break
        assert found[:-1] == wanted[::-1]
        assert len(found) == 6


WRONG: tuple[tuple[Any, str, str], ...] = (
    ([], "", "valid dictionary"),
    ({}, "/account", "Field required"),
    ({"scope": "owner"}, "/scope", "'reader', 'contributor', 'curator' or"),
    ({"account": "seed"}, "/account", "the program's own changes"),
    ({"account": "Command Line"}, "/account", "the program's own changes"),
    ({"account": " ada"}, "/account", "begins with a letter or digit"),
    ({"account": "a/b"}, "/account", "letters, digits, spaces"),
    ({"account": "a" * 101}, "/account", "1 to 100"),
    ({"expires": "1d"}, "/expires", "Extra inputs"),
    ({"expires_at": "soon"}, "/expires_at", "is 90d, a date"),
    ({"expires_at": "2026-02-30"}, "/expires_at", "is 90d"),
    ({"expires_at": "9999-12-31T23:59:59-10:00"}, "/expires_at", "is 90d"),
    ({"expires_at": "2040-01-31T08:00:00"}, "/expires_at", "is 90d"),
    ({"expires_at": "0d"}, "/expires_at", "is over already"),
    ({"expires_at": 90}, "/expires_at", "valid string"),
)


def test_what_is_wrong_with_a_wanted_key_is_told_at_its_place(
    admin: TestClient, database: Database
) -> None:
    for wanted, place, said in WRONG:
        body = {"account": "ada", "scope": "curator", **wanted} if wanted else wanted
        problem = check_problem(admin.post("/v1/keys", json=body), 422)
        assert place in [each["pointer"] for each in problem["errors"]], wanted
        assert said in problem["detail"]

    assert len(rows(database, EVENTS)) == 1


def test_what_there_is_not_is_a_problem(admin: TestClient) -> None:
    check_problem(admin.post("/v1/keys/evb_00000000/revoke"), 404)
    check_problem(admin.post("/v1/accounts/nobody/disable"), 404)
    check_problem(admin.get("/v1/keys", params={"curser": "x"}), 422)
    check_problem(admin.get("/v1/keys", params={"cursor": "x"}), 422)
    check_problem(
        admin.post("/v1/keys", content=b"{", headers={"Content-Type": "application/json"}), 400
    )
    check_problem(admin.post("/v1/keys", content=b"account=ada"), 415)
    long = b'"' + b"a" * 20_000 + b'"'
    check_problem(
        admin.post("/v1/keys", content=long, headers={"Content-Type": "application/json"}), 413
    )
