"""Somebody proposes, a curator decides; until then readers see nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.vocabulary import Scope
from tests.curation.writing.conftest import Person, somebody
from tests.factories import Evidence
from tests.replies import check_problem
from tests.storage import everything, rows


@pytest.fixture
def grace(database: Database, client: TestClient) -> Person:
    """A contributor."""
    return somebody(database, client, "grace", Scope.CONTRIBUTOR)


@pytest.fixture
def ada(database: Database, client: TestClient) -> Person:
    """A curator."""
    return somebody(database, client, "ada", Scope.CURATOR)


def wanted(slug: str, patch: dict[str, Any], version: int = 1) -> dict[str, Any]:
    """A proposal to change a citation."""
    said = {"kind": "citation", "slug": slug, "base_version": version}
    return {**said, "patch": patch, "reason": "The journal says so."}


def test_a_contributor_who_writes_is_told_to_propose(grace: Person) -> None:
    for reply in (
        grace.post("citations", {"title": "T"}),
        grace.put("citations/x", {"title": "T"}),
        grace.patch("citations/x", {"title": "T"}),
    ):
        assert "POST /v1/proposals" in check_problem(reply, 403)["detail"]


def test_a_proposal_changes_nothing_until_it_is_accepted_in_its_authors_name(
    evidence: Evidence, database: Database, grace: Person, ada: Person
) -> None:
    slug = evidence.citation(title="Old")

    made = grace.post("proposals", wanted(slug, {"title": "New", "year": 2001}))

    assert made.status_code == 201, made.text
    assert [(each["pointer"], each["old"], each["new"]) for each in made.json()["difference"]] == [
        ("/title", "Old", "New"),
        ("/year", None, 2001),
    ]
    assert grace.get(f"citations/{slug}").json()["title"] == "Old"
    path = made.headers["Location"].removeprefix("/v1/")
    accepted = ada.post(f"{path}/accept").json()
    assert (accepted["state"], accepted["reviewer"]) == ("accepted", "ada")
    assert grace.get(f"citations/{slug}").json()["title"] == "New"
    changes = rows(database, "SELECT actor, action, reason, id FROM changes ORDER BY id")
    words = "The journal says so. (proposal 1, accepted by ada)"
    assert changes[-1] == ("grace", "accept", words, accepted["change_id"])


def test_some_fields_may_be_accepted(evidence: Evidence, grace: Person, ada: Person) -> None:
    slug = evidence.citation(title="Old")
    grace.post("proposals", wanted(slug, {"title": "New", "year": 2001}))

    check_problem(ada.post("proposals/1/accept", {"fields": ["titel"]}), 422)
    assert ada.post("proposals/1/accept", {"fields": ["year"]}).json()["fields"] == ["year"]

    card = ada.get(f"citations/{slug}").json()
    assert (card["title"], card["year"]) == ("Old", 2001)


def test_a_new_record_and_a_whole_draft_may_be_proposed(grace: Person, ada: Person) -> None:
    new = {"kind": "citation", "draft": {"title": "Proposed"}, "reason": "It is missing."}
    made = grace.post("proposals", new).json()
    assert made["slug"] == "proposed"
    assert grace.get("citations/proposed").status_code == 404
    ada.post("proposals/1/accept")

    draft = {**grace.get("citations/proposed/draft").json(), "year": 1999}
    changed = {"kind": "citation", "slug": "proposed", "base_version": 1, "draft": draft}
    made = grace.post("proposals", {**changed, "reason": "Found the year."}).json()

    assert made["patch"] == {"year": 1999}


def test_a_proposal_whose_record_moved_on_shows_both_and_asks_which_fields(
    evidence: Evidence, grace: Person, ada: Person
) -> None:
    slug = evidence.citation(title="Old")
    grace.post("proposals", wanted(slug, {"title": "New", "year": 2001}))
    assert grace.get("proposals/1").json()["moved_on"] is None
    ada.patch(f"citations/{slug}", {"title": "Newer", "volume": "7"})

    moved = grace.get("proposals/1").json()["moved_on"]

    assert (moved["version"], moved["conflicts"]) == (2, ["title"])
    assert [each["pointer"] for each in moved["difference"]] == ["/title", "/volume"]
    assert "title" in check_problem(ada.post("proposals/1/accept"), 409)["detail"]
    ada.post("proposals/1/accept", {"fields": ["year"]})
    card = ada.get(f"citations/{slug}").json()
    assert (card["title"], card["volume"], card["year"]) == ("Newer", "7", 2001)


def test_a_proposal_that_others_did_not_touch_is_accepted_on_top_of_their_edits(
    evidence: Evidence, grace: Person, ada: Person
) -> None:
    slug = evidence.citation(title="Old")
    grace.post("proposals", wanted(slug, {"year": 2001}))
    ada.patch(f"citations/{slug}", {"title": "Newer"})

    assert ada.post("proposals/1/accept").json()["state"] == "accepted"

    card = ada.get(f"citations/{slug}").json()
    assert (card["title"], card["year"]) == ("Newer", 2001)


def test_nobody_decides_on_their_own_proposal_but_may_take_it_back(
    evidence: Evidence, ada: Person, grace: Person
) -> None:
    ada.post("proposals", wanted(evidence.citation(), {"year": 2001}))

    for verb in ("accept", "reject"):
        check_problem(ada.post(f"proposals/1/{verb}", {"reason": "Mine."}), 403)
    check_problem(grace.post("proposals/1/accept"), 403)
    check_problem(grace.post("proposals/1/withdraw"), 403)
    assert ada.post("proposals/1/withdraw").json()["state"] == "retracted"


def test_what_is_decided_stays_decided(evidence: Evidence, grace: Person, ada: Person) -> None:
    grace.post("proposals", wanted(evidence.citation(), {"year": 2001}))
    check_problem(ada.post("proposals/1/reject"), 422)
    rejected = ada.post("proposals/1/reject", {"reason": "It was 2002."}).json()

    assert (rejected["state"], rejected["decision"]) == ("rejected", "It was 2002.")
    for verb in ("accept", "reject"):
        check_problem(ada.post(f"proposals/1/{verb}", {"reason": "Again."}), 409)
    check_problem(grace.post("proposals/1/withdraw"), 409)
    check_problem(ada.post("proposals/7/accept"), 404)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "citatoin"}, "/kind"),
        ({"patch": {"titel": "T"}}, "/titel"),
        ({"patch": None}, ""),
        ({"base_version": None}, ""),
        ({"base_version": 9}, "/base_version"),
        ({"reason": " "}, "/reason"),
        ({"patch": {"title": "A report"}}, ""),
        ({"slug": None}, ""),
    ],
)
def test_what_could_not_be_written_cannot_be_proposed(
    evidence: Evidence, database: Database, grace: Person, change: dict[str, Any], pointer: str
) -> None:
    slug = evidence.citation(title="A report")
    before = everything(database)

    problem = check_problem(
        grace.post("proposals", {**wanted(slug, {"year": 1}), "patch": {"year": 2001}, **change}),
        422,
    )

    assert problem["errors"][0]["pointer"] == pointer
    assert everything(database) == before


def test_proposals_are_listed_page_by_page_to_those_who_may_propose(
    evidence: Evidence, grace: Person, ada: Person
) -> None:
    slug = evidence.citation()
    for year in (2001, 2002, 2003):
        grace.post("proposals", wanted(slug, {"year": year}))
    ada.post("proposals/2/reject", {"reason": "No."})

    first = ada.get("proposals?limit=2").json()
    second = ada.get(f"proposals?limit=2&cursor={first['next']}").json()

    listed = [each["id"] for page in (first, second) for each in page["items"]]
    assert (listed, second["next"]) == ([3, 2, 1], None)
    found = ada.get("proposals?state=open&kind=citation&author=grace").json()["items"]
    assert [each["id"] for each in found] == [3, 1]
    assert ada.get("proposals?author=ada").json()["items"] == []
    check_problem(ada.get("proposals?stat=open"), 422)
    check_problem(ada.client.get("/v1/proposals"), 401)


def test_a_dry_run_of_a_proposal_keeps_nothing(
    evidence: Evidence, database: Database, grace: Person
) -> None:
    slug = evidence.citation()
    before = everything(database)

    reply = grace.post("proposals?dry_run=true", wanted(slug, {"year": 2001}))

    assert (reply.status_code, reply.json()["difference"][0]["new"]) == (200, 2001)
    assert everything(database) == before
