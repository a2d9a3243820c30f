"""A long request, as JSON, is answered exactly as the same parameters in the address."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

SEARCH = "/v1/studies/search"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"condition": ["crps"], "age": "6..12", "match": "any", "limit": 10},
        {"condition": ["crps", "chronic pain"], "fields": ["slug", "label"]},
        {"year": [2012, 2013], "sort": "label", "descendants": True},
        {"n": "10..", "n.missing": False, "facet": "age_group"},
        {"q": "ketamine", "limit": 2},
    ],
)
def test_the_answer_is_that_of_the_list(reader: TestClient, asked: dict[str, Any]) -> None:
    address = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in asked.items()
    }
    expected = reader.get(f"/v1/studies?{urlencode(address, doseq=True)}")
    found = reader.post(SEARCH, json=asked)
    assert found.status_code == 200
    assert found.content == expected.content


def test_it_takes_hundreds_of_terms_on_every_engine(reader: TestClient) -> None:
    spans = [f"{number}..{number + 1}" for number in range(100)]
    terms = ["crps", *(["chronic pain"] * 499)]
    found = reader.post(SEARCH, json={"n": spans, "condition": terms, "match": "any"})
    assert found.status_code == 200
    assert found.json()["items"]


def test_it_exports_as_the_list_does(reader: TestClient) -> None:
    found = reader.post(SEARCH, json={"format": "csv", "fields": "slug"})
    assert found.content == reader.get("/v1/studies?format=csv&fields=slug").content


@pytest.mark.parametrize(
    ("body", "pointer", "suggestion"),
    [
        ({"conditon": "crps"}, "/conditon", "condition"),
        ({"condition": ["crps", {"slug": "x"}]}, "/condition/1", None),
        ({"condition": None}, "/condition", None),
        ({"condition": "crpss"}, "/condition", "CRPS"),
        ({"match": "perhaps"}, "/match", None),
        ({"limit": [1, 2]}, "/limit", None),
        ({"a/b~c": 1}, "/a~1b~0c", None),
        ({"age": []}, "/age", None),  # and not everybody
        ({"n": [*range(101)]}, "/n", None),
        ({"age.within": [f"{at}..{at}" for at in range(0, 33, 3)]}, "/age.within", None),
        ({"n": [*range(60)], "year": [*range(60)]}, "/year", None),  # too many ranges together
        (["crps"], "", None),
    ],
)
def test_what_is_not_understood_is_pointed_at(
    reader: TestClient, body: Any, pointer: str, suggestion: str | None
) -> None:
    reply = reader.post(SEARCH, json=body)
    assert reply.status_code == 422
    [error] = reply.json()["errors"]
    assert error["pointer"] == pointer
    assert "parameter" not in error
    assert suggestion is None or error["suggestion"] == suggestion


def test_a_member_given_twice_is_refused(reader: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    reply = reader.post(SEARCH, content=b'{"year": 1, "year": 2}', headers=headers)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/year")


def test_parameters_in_the_address_are_refused(reader: TestClient) -> None:
    reply = reader.post(f"{SEARCH}?limit=1", json={})
    assert (reply.status_code, reply.json()["errors"][0]["parameter"]) == (422, "limit")


@pytest.mark.parametrize("body", [b"", b"{", b'{"q": NaN}', b'"\\ud800"', b"\xff", b"[" * 5000])
def test_what_is_no_json_is_a_400(reader: TestClient, body: bytes) -> None:
    reply = reader.post(SEARCH, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_a_415(reader: TestClient, kind: str) -> None:
    reply = reader.post(SEARCH, content=b"{}", headers={"Content-Type": kind})
    assert reply.status_code == 415


def test_a_body_beyond_a_megabyte_is_a_413(reader: TestClient) -> None:
    assert reader.post(SEARCH, json={"q": "x" * 1_000_001}).status_code == 413


def test_every_list_can_be_asked_so_and_says_how(reader: TestClient) -> None:
    paths = reader.get("/openapi.json").json()["paths"]
    searches = {path: paths[path] for path in paths if path.endswith("/search")}
    found = {path: each["post"] for path, each in searches.items() if "post" in each}
    assert len(found) == 12
    for path, operation in found.items():
        examples = operation["requestBody"]["content"]["application/json"]["examples"]
        for example in examples.values():
            reply = reader.post(path, json=example["value"])
            assert reply.status_code == 200, (path, json.dumps(example))
