"""What the database says of itself."""

from __future__ import annotations

from fastapi.testclient import TestClient

from app.vocabulary import VOCABULARIES
from tests.factories import Evidence
from tests.replies import check_problem


def test_every_controlled_value_has_a_label_and_a_definition(reader: TestClient) -> None:
    listed = reader.get("/v1/vocabularies").json()["items"]

    assert [each["name"] for each in listed] == list(VOCABULARIES)
    for vocabulary in listed:
        assert vocabulary["about"]
        for value in vocabulary["values"]:
            assert value["value"]
            assert value["label"]
            assert value["definition"], (vocabulary["name"], value["value"])


def test_one_vocabulary_can_be_had_alone(reader: TestClient) -> None:
    sex = reader.get("/v1/vocabularies/Sex").json()

    assert [value["value"] for value in sex["values"]] == ["all", "female", "male"]


def test_a_vocabulary_that_there_is_not_suggests_the_nearest(reader: TestClient) -> None:
    assert "'Masking'" in check_problem(reader.get("/v1/vocabularies/masing"), 404)["detail"]


def test_changes_come_in_order_and_go_on_where_one_left_off(
    evidence: Evidence, client: TestClient
) -> None:
    for slug in ("gout", "migraine", "asthma"):
        evidence.condition(slug)

    first = client.get("/v1/changes?limit=2").json()
    second = client.get(f"/v1/changes?limit=2&since={first['next']}").json()

    assert [each["id"] for each in (*first["items"], *second["items"])] == [1, 2, 3]
    assert second["next"] is None
    assert {(each["actor"], each["action"], each["reason"]) for each in first["items"]} == {
        ("tester", "edit", "test")
    }


def test_a_change_that_changed_nothing_is_none(evidence: Evidence, client: TestClient) -> None:
    evidence.condition("gout")
    evidence.condition("gout")

    assert len(client.get("/v1/changes").json()["items"]) == 1


def test_since_is_the_number_of_a_change(reader: TestClient) -> None:
    for written in ("-1", "abc", "1.5", str(2**63), "", "٣"):
        check_problem(reader.get("/v1/changes", params={"since": written}), 422)
    check_problem(reader.get("/v1/changes?since=1&since=2"), 422)
    assert reader.get(f"/v1/changes?since={10**17}").json() == {"items": [], "next": None}


def test_the_server_is_alive_and_ready(reader: TestClient) -> None:
    assert reader.get("/health").json() == {"status": "alive"}
    assert reader.get("/ready").json() == {"status": "ready"}
