"""The feed: a mirror that follows it equals a fresh export, whatever happens in between."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.history import feed
from app.overviews.release import write_release
from app.records.studies.card import STUDY
from app.records.terms.draft import CONDITION_EDITOR, TREATMENT_EDITOR
from app.values import datetimes
from tests.api_client import read
from tests.factories import Evidence
from tests.history.happening import happen
from tests.replies import check_problem
from tests.storage import edit, last_change


class Mirror:
    """A copy of the records somewhere else, kept by whoever follows the feed."""

    def __init__(self, client: TestClient, *, cards: bool) -> None:
        self.client, self.cards = client, cards
        self.records: dict[tuple[str, str], Any] = {}
        self.since = "0"
        self.changes: list[int] = []

    def follow(self, limit: int = 3) -> None:
        """Take in what is new, page by page."""
        more = True
        while more:
            asked = {"since": self.since, "limit": limit, "cards": str(self.cards).lower()}
            page = read(self.client, "changes", **asked)
            for change in page["items"]:
                self.changes.append(change["id"])
                for record in change["records"]:
                    self._apply(record)
            self.since, more = page["next"], page["more"]

    def _apply(self, record: dict[str, Any]) -> None:
        name = (record["kind"], record["slug"])
        self.records.pop(name, None)
        if record["status"] != "current":
            return
        if self.cards:
            self.records[name] = record["card"]
            return
        there = f"{record['url']}/revisions/{record['version']}".removeprefix("/v1/")
        self.records[name] = read(self.client, there)


def exported(database: Database) -> dict[tuple[str, str], Any]:
    """The records of a fresh release."""
    file = io.BytesIO()
    with database.read() as connection:
        write_release(connection, file)
    lines = [json.loads(line) for line in file.getvalue().splitlines()[1:]]
    return {(line["kind"], line["card"]["slug"]): line["card"] for line in lines}


@pytest.mark.parametrize("cards", [True, False])
def test_a_mirror_that_follows_equals_a_fresh_export(
    evidence: Evidence, database: Database, client: TestClient, cards: bool
) -> None:
    mirror, late = Mirror(client, cards=cards), Mirror(client, cards=cards)
    for _ in happen(evidence, database):
        mirror.follow()
        assert mirror.records == exported(database)

    late.follow(limit=200)
    assert late.records == mirror.records
    assert mirror.changes == late.changes == list(range(1, last_change(database) + 1))


def test_a_record_is_told_once_in_a_change_with_what_became_of_it(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    evidence.condition("pain")
    study = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    before = last_change(database)
    evidence.condition("pain", name="Ache")
    edit(database, STUDY, study, status="withdrawn")
    edit(database, STUDY, study, status="current")

    told = [
        [
            (each["slug"], each["version"], each["status"], each["effect"])
            for each in change["records"]
        ]
        for change in read(client, "changes", since=before)["items"]
    ]
    assert told == [
        [("pain", 2, "current", "edited"), (study, 1, "current", "linked")],
        [(study, 2, "withdrawn", "withdrawn")],
        [(study, 3, "current", "restored")],
    ]


def test_a_change_of_many_records_goes_on_on_the_next_page(
    evidence: Evidence, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_RECORDS", 4)
    terms = [(CONDITION_EDITOR, {"slug": f"c{at}", "name": f"C {at}"}) for at in range(9)]
    drugs = [(TREATMENT_EDITOR, {"slug": f"t{at}", "name": f"T {at}"}) for at in range(3)]
    evidence.write([*terms, *drugs])
    evidence.condition("after")

    pages: list[Any] = []
    since = "0"
    while not pages or pages[-1]["more"]:
        pages.append(read(client, "changes", since=since))
        since = pages[-1]["next"]

    parts = [(change["id"], change["complete"]) for page in pages for change in page["items"]]
    assert parts == [(1, False), (1, False), (1, True), (2, True)]
    slugs = [r["slug"] for page in pages for change in page["items"] for r in change["records"]]
    assert slugs == [*(f"c{at}" for at in range(9)), *(f"t{at}" for at in range(3)), "after"]


def test_where_nothing_is_new_the_feed_says_where_to_ask_again(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("pain")
    first = read(client, "changes")
    nothing = read(client, "changes", since=first["next"])
    evidence.condition("gout")
    again = read(client, "changes", since=nothing["next"])

    assert (first["next"], nothing) == ("1", {"items": [], "next": "1", "more": False})
    assert [each["id"] for each in again["items"]] == [2]


def test_asking_again_costs_nothing_until_something_changes(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("pain")
    etag = client.get("/v1/changes?since=1").headers["etag"]
    held = {"If-None-Match": etag}
    assert client.get("/v1/changes?since=1", headers=held).status_code == 304

    evidence.condition("gout")

    assert client.get("/v1/changes?since=1", headers=held).status_code == 200


def test_a_change_that_changed_nothing_is_none(evidence: Evidence, client: TestClient) -> None:
    evidence.condition("gout")
    evidence.condition("gout")

    assert len(read(client, "changes")["items"]) == 1


def test_since_is_the_number_of_a_change_or_what_a_page_said(reader: TestClient) -> None:
    other = read(reader, "studies", limit=1)["next"]
    for written in ("-1", "abc", "1.5", str(2**70), "", "٣", other):
        problem = check_problem(reader.get("/v1/changes", params={"since": written}), 422)
        assert problem["errors"][0]["parameter"] == "since"
    check_problem(reader.get("/v1/changes?since=1&since=2"), 422)
    check_problem(reader.get("/v1/changes?cards=maybe"), 422)
    assert read(reader, "changes", since=10**17)["items"] == []


def test_time_rises_with_the_numbers_of_changes_though_a_clock_is_set_back(
    evidence: Evidence, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence.condition("pain")
    [first] = read(client, "changes")["items"]

    class SetBack(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr(datetimes, "datetime", SetBack)
    evidence.condition("gout")

    second = read(client, "changes")["items"][-1]
    assert second["at"] == datetimes.to_iso(
        datetime.fromisoformat(first["at"]) + timedelta(microseconds=1)
    )
