"""What every request passes: a name of its own, and a limit on its address."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.middleware import RequestMiddleware
from app.db.sqlite import DatabaseFileError
from app.main import create_app
from app.settings import Settings
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


def test_an_answer_that_breaks_off_is_cut_off_and_its_cause_is_kept() -> None:
    """So the client sees that it has not all, and the log says why in one line."""
    gone = DatabaseFileError("database-file-gone", "The database file cannot be found.")

    async def break_off(scope: Any, _receive: Any, send: Any) -> None:
        scope["app"] = create_app(Settings(database_url="sqlite:///none.db"))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("response already started") from gone

    async def anybody(_: Any) -> None: ...

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    cut: list[bool] = []
    scope = {
        "type": "http", "method": "GET", "path": "/v1/studies", "query_string": b"", "headers": [],
        "state": {"cut_off": lambda: cut.append(True)},
    }  # fmt: skip
    layer = RequestMiddleware(
        break_off, authenticate=anybody, cors={}, max_query_bytes=100, secret=re.compile("evb_")
    )
    asyncio.run(layer(scope, None, send))  # type: ignore[arg-type] # nothing is received

    assert (sent, cut) == (["http.response.start"], [True])
    assert scope["state"]["problem"] == "database-file-gone"  # type: ignore[index]
