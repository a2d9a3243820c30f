"""Duplicates and merges over HTTP: listed, decided, merged, redirected, undone."""

from typing import Any

from fastapi.testclient import TestClient

from app.curation.duplicates.scan import scan
from app.db.database import Database
from app.vocabulary import Scope
from tests.factories import Evidence
from tests.keys import headers
from tests.replies import check_problem
from tests.storage import rows

PLACE: dict[str, Any] = {
    "title": "Ketamine infusions for complex regional pain syndrome in adults",
    "year": 2009,
    "volume": "145",
    "pages": "304-11",
}


def pair(evidence: Evidence) -> None:
    for slug in ("first", "second"):
        evidence.citation(slug=slug, **PLACE)


def test_a_curator_merges_what_was_read_and_a_retry_merges_nothing_again(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    pair(evidence)
    key = headers(database)

    address = "/v1/citations/second/merge"
    missing = client.post(address, json={"into": "first"}, headers=key)
    stale = {**key, "If-Match": '"v9"'}
    refused = client.post(address, json={"into": "first"}, headers=stale)
    fresh = {**key, "If-Match": '"v1"', "Idempotency-Key": "once"}
    reply, again = (
        client.post(
            "/v1/citations/second/merge?reason=Embase", json={"into": "first"}, headers=fresh
        )
        for _ in range(2)
    )

    check_problem(missing, 428)
    check_problem(refused, 412)
    assert reply.status_code == 200, reply.text
    assert again.json() == reply.json()
    assert {name: reply.json()[name] for name in ("kept", "merged", "actor", "reason")} == {
        "kept": "first",
        "merged": "second",
        "actor": "ada",
        "reason": "Embase",
    }


def test_every_address_of_a_merged_citation_leads_on(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    pair(evidence)
    key = {**headers(database), "If-Match": "*"}
    client.post("/v1/citations/second/merge", json={"into": "first"}, headers=key)

    moved = client.get("/v1/citations/second?fields=title", follow_redirects=False)
    assert (moved.status_code, moved.headers["Location"]) == (
        308,
        "/v1/citations/first?fields=title",
    )
    assert client.get("/v1/citations/second").json()["slug"] == "first"
    draft = client.get("/v1/citations/second/draft", headers=key, follow_redirects=False)
    assert draft.headers["Location"] == "/v1/citations/first/draft"
    changed = client.patch(
        "/v1/citations/second",
        content=b"{}",
        headers={**key, "Content-Type": "application/merge-patch+json"},
        follow_redirects=False,
    )
    assert (changed.status_code, changed.headers["Location"]) == (308, "/v1/citations/first")
    check_problem(client.get("/v1/citations/third"), 404)


def test_a_merge_is_undone_and_listed_with_who_did_both(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    pair(evidence)
    key = {**headers(database), "If-Match": "*"}
    made = client.post("/v1/citations/second/merge", json={"into": "first"}, headers=key).json()

    tried = client.post(f"/v1/merges/{made['id']}/undo?dry_run=true", headers=key)
    assert client.get("/v1/citations/second", follow_redirects=False).status_code == 308
    undone = client.post(f"/v1/merges/{made['id']}/undo", headers=key)

    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert (undone.json()["undone_by"], undone.status_code) == ("ada", 200)
    assert client.get("/v1/citations/second", follow_redirects=False).status_code == 200
    assert client.get("/v1/merges", headers=key).json()["items"] == [undone.json()]
    check_problem(client.post(f"/v1/merges/{made['id']}/undo", headers=key), 409)
    check_problem(client.post("/v1/merges/77/undo", headers=key), 404)


def test_a_dry_run_merges_nothing(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    pair(evidence)
    key = {**headers(database), "If-Match": "*"}
    address = "/v1/citations/second/merge?dry_run=true"

    assert client.post(address, json={"into": "first"}, headers=key).json()["kept"] == "first"
    assert rows(database, "SELECT count(*) FROM merges") == [(0,)]


def test_pairs_are_listed_until_somebody_decides(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    pair(evidence)
    scan(database)
    key = headers(database)

    [found] = client.get("/v1/duplicates", headers=key).json()["items"]
    address = f"/v1/duplicates/{found['id']}"
    wrong = client.post(address, json={"answer": "probable"}, headers=key)
    decided = client.post(address, json={"answer": "different"}, headers=key)

    assert (found["first"], found["second"], found["answer"]) == ("first", "second", "same")
    assert "the titles are the same" in found["reasons"]
    assert check_problem(wrong, 422)["errors"][0]["pointer"] == "/answer"
    assert (decided.json()["answer"], decided.json()["decided_by"]) == ("different", "ada")
    scan(database)
    assert client.get("/v1/duplicates", headers=key).json()["items"] == []
    listed = client.get("/v1/duplicates?state=decided", headers=key).json()["items"]
    assert listed == [decided.json()]
    check_problem(client.get("/v1/duplicates?state=closed", headers=key), 422)


def test_only_curators_merge_and_decide(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    pair(evidence)
    weak = headers(database, "bob", Scope.CONTRIBUTOR)

    for method, address in (
        ("GET", "/v1/duplicates"),
        ("POST", "/v1/duplicates/1"),
        ("GET", "/v1/merges"),
        ("POST", "/v1/merges/1/undo"),
        ("POST", "/v1/citations/second/merge"),
    ):
        body = b"{}" if method == "POST" else b""
        typed = {"Content-Type": "application/json"}
        check_problem(client.request(method, address, content=body, headers=weak | typed), 403)
        check_problem(client.request(method, address, content=body, headers=typed), 401)
