"""What every request passes: a name of its own, and a limit on its address."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.replies import check_problem

PATHS = ["/v1/studies", "/v1/studies/none", "/nowhere", "/health", "/docs", "/openapi.json"]


@pytest.mark.parametrize("path", PATHS)
def test_a_request_keeps_the_name_that_its_client_gave_it(reader: TestClient, path: str) -> None:
    name = "0b6f1f52-9c1e-4c9b-a1aa-7a3f1d0d9f11"

    assert reader.get(path, headers={"X-Request-ID": name}).headers["x-request-id"] == name


@pytest.mark.parametrize("name", ["", "x" * 65, "a b", "a;b", "<script>", "né", "a\tb", "../x"])
def test_a_name_that_would_harm_the_logs_is_replaced(reader: TestClient, name: str) -> None:
    reply = reader.get("/health", headers=[(b"x-request-id", name.encode("latin-1"))])

    assert re.fullmatch("[0-9a-f]{32}", reply.headers["x-request-id"])


def test_every_request_without_a_name_gets_one_of_its_own(reader: TestClient) -> None:
    names = {reader.get("/health").headers["x-request-id"] for _ in range(20)}

    assert len(names) == 20


def test_a_problem_names_the_request_for_whoever_reads_the_logs(reader: TestClient) -> None:
    problem = check_problem(reader.get("/nowhere", headers={"X-Request-ID": "mine"}), 404)

    assert problem["request_id"] == "mine"


def test_an_address_may_be_as_long_as_the_setting_says(reader: TestClient) -> None:
    path = "/v1/search"
    query = "q=a" + "&kind=claim" * 2000
    query = query[: 16_384 - len(path)]

    check_problem(reader.get(f"{path}?{query}"), 422)
    check_problem(reader.get(f"{path}?{query}m"), 414)


def test_other_sites_may_read(reader: TestClient) -> None:
    reply = reader.get("/v1/studies", headers={"Origin": "https://example.org"})

    assert reply.headers["access-control-allow-origin"] == "*"
    assert "etag" in reply.headers["access-control-expose-headers"].lower()


def test_a_large_reply_is_compressed_for_who_asks(reader: TestClient) -> None:
    plain = reader.get("/v1/claims", headers={"Accept-Encoding": "identity"})
    small = reader.get("/v1/claims", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.json() == plain.json()
