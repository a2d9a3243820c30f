"""What the database says of itself."""

from __future__ import annotations

from fastapi.testclient import TestClient

from app.vocabulary import VOCABULARIES
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


def test_the_server_is_alive_and_ready(reader: TestClient) -> None:
    assert reader.get("/health").json() == {"status": "alive"}
    assert reader.get("/ready").json() == {"status": "ready", "writes": "possible"}
