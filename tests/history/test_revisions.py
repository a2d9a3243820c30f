"""Revisions: who made which version when and why, its card, and what differs between two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.journal.differences import differences
from app.query.cards import Kind, upgrade_card
from app.records.catalogue import KINDS
from app.records.studies.card import STUDY
from tests.api_client import read
from tests.factories import Evidence
from tests.history.happening import happen
from tests.journal.test_differences import patched
from tests.replies import check_problem
from tests.storage import all_stored, edit, last_change, revisions, stored

TOLD = ("version", "status", "effect", "change", "until", "actor", "action", "reason")


def test_every_card_of_a_record_is_listed_newest_first(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    evidence.condition("pain")
    slug = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    first = last_change(database)
    evidence.condition("pain", name="Ache")
    edit(database, STUDY, slug, status="withdrawn")

    page = read(client, f"studies/{slug}/revisions")

    made = ("tester", "edit", "test")
    assert [tuple(each[name] for name in TOLD) for each in page["items"]] == [
        (2, "withdrawn", "withdrawn", first + 2, None, *made),
        (1, "current", "linked", first + 1, first + 2, *made),
        (1, "current", "created", first, first + 1, *made),
    ]
    assert (page["next"], page["total"]) == (None, {"value": 3, "relation": "eq"})
    times = [each["at"] for each in page["items"]]
    assert times == sorted(times, reverse=True)


def test_revisions_come_in_pages(evidence: Evidence, client: TestClient) -> None:
    slug = evidence.study()
    for number in range(6):
        evidence.study(slug=slug, enrollment=number)

    pages: list[Any] = []
    cursor: dict[str, str] = {}
    while not pages or pages[-1]["next"]:
        pages.append(read(client, f"studies/{slug}/revisions", limit=3, **cursor))
        cursor = {"cursor": pages[-1]["next"]}

    told = [(each["version"], each["effect"]) for page in pages for each in page["items"]]
    assert [len(page["items"]) for page in pages] == [3, 3, 1]
    assert told == [*((at, "edited") for at in range(7, 1, -1)), (1, "created")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_revisions_and_the_current_version_is_one(
    reader: TestClient, kind: Kind
) -> None:
    record = read(reader, kind.path, limit=1)["items"][0]
    there = f"{kind.path}/{record['slug']}"

    [revision] = read(reader, f"{there}/revisions")["items"]

    assert (revision["actor"], revision["effect"], revision["until"]) == ("seed", "created", None)
    assert read(reader, f"{there}/revisions/1") == record
    assert read(reader, f"{there}/difference")["items"] == []


def test_a_version_is_served_in_its_very_bytes(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    slug = evidence.study(label='Before \u2013 "quoted"')
    before = stored(database, STUDY, slug)
    evidence.study(slug=slug, label="After")

    reply = client.get(f"/v1/studies/{slug}/revisions/1")

    assert reply.text == before.card
    assert reply.headers["etag"].startswith('"v1-')
    assert client.get(f"/v1/studies/{slug}/revisions/2").text == stored(database, STUDY, slug).card


def test_of_several_cards_of_a_version_the_last_is_served(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("pain", name="Pain")
    slug = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    evidence.condition("pain", name="Ache")
    evidence.study(slug=slug, label="Another")

    first = read(client, f"studies/{slug}/revisions/1")

    assert first["populations"][0]["conditions"][0]["name"] == "Ache"


def test_the_past_of_a_withdrawn_record_stays_readable(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    slug = evidence.study(label="Gone")
    edit(database, STUDY, slug, status="withdrawn")

    check_problem(client.get(f"/v1/studies/{slug}"), 404)
    assert read(client, f"studies/{slug}/revisions")["items"][0]["status"] == "withdrawn"
    assert read(client, f"studies/{slug}/revisions/1")["label"] == "Gone"
    assert read(client, f"studies/{slug}/difference")["to"]["status"] == "withdrawn"


def test_a_part_that_was_put_in_front_is_all_that_differs(
    evidence: Evidence, client: TestClient
) -> None:
    arms = [{"key": "drug"}, {"key": "placebo"}]
    slug = evidence.study(label="Before", arms=arms, groups=[])
    evidence.study(slug=slug, label="After", arms=[{"key": "none"}, *arms], groups=[])

    found = read(client, f"studies/{slug}/difference", **{"from": 1, "to": 2})

    told = [(each["what"], each["pointer"], each["was_at"]) for each in found["items"]]
    assert told == [("changed", "/label", None), ("added", "/arms/0", None)]
    assert (found["items"][0]["old"], found["items"][0]["new"]) == ("Before", "After")
    assert (found["from"]["version"], found["to"]["version"]) == (1, 2)


def test_versions_can_be_compared_backwards(evidence: Evidence, client: TestClient) -> None:
    slug = evidence.study(label="Before")
    evidence.study(slug=slug, label="After")

    [item] = read(client, f"studies/{slug}/difference", **{"from": 2, "to": 1})["items"]

    assert (item["old"], item["new"]) == ("After", "Before")


def test_a_version_that_there_is_not_is_told_with_those_that_there_are(
    reader: TestClient,
) -> None:
    there = "/v1/treatments/ketamine"
    assert "1 to 1" in check_problem(reader.get(f"{there}/revisions/2"), 404)["detail"]
    assert "1 to 1" in check_problem(reader.get(f"{there}/difference?to=2"), 422)["detail"]
    check_problem(reader.get(f"{there}/revisions/first"), 422)
    check_problem(reader.get(f"{there}/difference?from=0"), 422)
    check_problem(reader.get(f"{there}/difference?since=1"), 422)
    check_problem(reader.get(f"{there}/revisions?cursor=x"), 422)
    assert (
        "'ketamine'" in check_problem(reader.get("/v1/treatments/ketamin/revisions"), 404)["detail"]
    )


def test_replaying_the_revisions_of_every_record_rebuilds_its_card_byte_for_byte(
    evidence: Evidence, database: Database
) -> None:
    for _ in happen(evidence, database):
        pass

    steps = 0
    for (name, slug), now in all_stored(database).items():
        kind = next(each for each in KINDS if each.name == name)
        cards = [each.card for each in revisions(database, kind, slug)] + [now.card]
        card = orjson.loads(cards[0])
        for next_ in cards[1:]:
            card = patched(card, differences(card, orjson.loads(next_)))
            steps += 1
        assert kind.card.model_validate(card).model_dump_json() == now.card
    assert steps > 20


def test_cards_of_older_layouts_are_lifted_step_by_step() -> None:
    kind = replace(
        STUDY,
        card_format=3,
        upgrades={
            1: lambda card: {**card, "b": 2},
            2: lambda card: {**card, "c": card["b"] + 1},
        },
    )

    assert upgrade_card(kind, '{"a":1}', 1) == '{"a":1,"b":2,"c":3}'
    assert upgrade_card(kind, '{"a":1,"b":5}', 2) == '{"a":1,"b":5,"c":6}'
    assert upgrade_card(kind, '{"a": 1}', 3) == '{"a": 1}'
