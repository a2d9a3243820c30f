"""What an answer costs does not grow with what somebody sends: bounds of every request."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.problems import MOST_ERRORS
from app.query.request import MOST_GIVEN, MOST_NAMES
from app.query.routes import MOST_BYTES
from tests.keys import headers
from tests.replies import check_problem

SEARCH = "/v1/studies/search"


def names(count: int) -> dict[str, str]:
    """Members of an object that no list knows."""
    return {f"wibble{number}": "1" for number in range(count)}


@pytest.mark.parametrize(
    "body",
    [
        names(1500),
        {"year": ["never"] * 1500},
        {"any": [names(15), {"year": ["never"] * 150}]},
        {"outcomes": {"wibble": ["x"] * 150, "year": ["never"] * 40}},
    ],
    ids=["names", "values", "nested", "elements"],
)
def test_twenty_errors_are_told_and_the_rest_counted(
    sqlite_reader: TestClient, body: dict[str, Any]
) -> None:
    reply = sqlite_reader.post(SEARCH, json=body)

    problem = check_problem(reply, 422)
    assert len(problem["errors"]) <= MOST_ERRORS
    assert len(reply.content) < 50_000
    if "more_errors" in problem:
        assert problem["detail"].endswith(f"and {problem['more_errors']} more")


def test_what_is_not_told_is_counted(sqlite_reader: TestClient) -> None:
    problem = check_problem(sqlite_reader.post(SEARCH, json=names(150)), 422)

    assert problem["more_errors"] == 150 - MOST_ERRORS


def test_more_values_than_any_question_has_are_not_read(sqlite_reader: TestClient) -> None:
    for body, most in ((names(MOST_NAMES + 1), MOST_NAMES), ({"n": [1] * 2001}, MOST_GIVEN)):
        problem = check_problem(sqlite_reader.post(SEARCH, json=body), 422)

        assert problem["type"] == "urn:evidence:problem:too-many-values"
        assert f"at most {most}" in problem["detail"]


def test_a_search_is_shorter_than_a_book(sqlite_reader: TestClient) -> None:
    body = b'{"q": "' + b"x" * MOST_BYTES + b'"}'

    reply = sqlite_reader.post(SEARCH, content=body, headers={"Content-Type": "application/json"})

    check_problem(reply, 413)


@pytest.mark.parametrize("depth", [40, 1_000, 100_000])
@pytest.mark.parametrize("shape", [('{"not":', "}"), ('{"any":[', "]}"), ("[", "]")])
def test_what_is_nested_without_end_is_told_so(
    sqlite_reader: TestClient, shape: tuple[str, str], depth: int
) -> None:
    begin, end = shape
    body = begin * depth + "1" + end * depth

    reply = sqlite_reader.post(SEARCH, content=body, headers={"Content-Type": "application/json"})

    assert reply.status_code in {400, 413, 422}
    assert "ecursion" not in reply.text


def test_a_wrong_value_in_a_list_is_pointed_at(sqlite_reader: TestClient) -> None:
    problem = check_problem(sqlite_reader.post(SEARCH, json={"year": ["2001", "never"]}), 422)

    assert [each["pointer"] for each in problem["errors"]] == ["/year/1"]


def test_of_a_record_with_thousands_of_mistakes_twenty_are_told(client: TestClient) -> None:
    curator = headers(client.app.state.database)  # type: ignore[attr-defined] # it is FastAPI
    draft = {"name": "Sham", **names(5000)}

    problem = check_problem(client.post("/v1/treatments", json=draft, headers=curator), 422)

    assert len(problem["errors"]) == MOST_ERRORS
    assert problem["more_errors"] == 5000 - MOST_ERRORS


@pytest.mark.parametrize("size", [11_000, 200_000, 30_000_000])
@pytest.mark.parametrize("form", ["/desk/sign-in", "/desk/imports"])
def test_who_is_not_signed_in_sends_kilobytes(
    sqlite_reader: TestClient, form: str, size: int
) -> None:
    key = "application/x-www-form-urlencoded"
    content = b"key=" + b"%41" * (size // 3)

    reply = sqlite_reader.post(form, content=content, headers={"Content-Type": key})

    assert reply.status_code == (403 if size < 100_000 and form != "/desk/sign-in" else 413)


EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "content-security-policy": "default-src 'none'",
}
ADDRESSES = [
    "/",
    "/studies",
    "/studies/nothing",
    "/treatments/ketamine",
    "/v1/studies",
    "/v1/studies?wibble=1",
    "/v1/treatments/ketamine",
    "/v1/treatments/ketamine?fields=slug",
    "/v1/studies?format=ndjson",
    "/v1/evidence-map/figure.svg",
    "/v1/releases/current/evidence.ndjson",
    "/static/app.css",
    "/desk",
    "/desk/sign-in",
    "/desk/nothing",
    "/docs",
    "/openapi.json",
    "/health",
    "/ready",
    "/metrics",
    "/nothing",
]


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_how_a_browser_is_to_take_it(
    sqlite_reader: TestClient, address: str, accept: str
) -> None:
    reply = sqlite_reader.get(address, headers={"Accept": accept}, follow_redirects=False)

    for name, begin in EVERYWHERE.items():
        assert reply.headers[name].startswith(begin), name
    assert reply.headers["cache-control"]
    assert reply.headers["x-request-id"]
    if reply.status_code >= 400 or address.startswith("/desk"):
        assert "no-store" in reply.headers["cache-control"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/v1/studies", "GET, HEAD, POST"),
        ("/v1/studies/one", "GET, HEAD, PUT, PATCH"),
        ("/v1/studies/search", "POST"),
        ("/v1/citations/import", "POST"),
        ("/v1/citations/imports", "GET, HEAD"),
        ("/health", "GET, HEAD"),
        ("/desk/sign-in", "GET, HEAD, POST"),
        ("/static/app.css", "GET, HEAD"),
    ],
)
def test_the_methods_that_are_there_are_named(
    sqlite_reader: TestClient, address: str, allowed: str
) -> None:
    assert sqlite_reader.request("DELETE", address).headers["allow"] == allowed


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//host", "http:///x"])
def test_a_document_is_found_on_the_web_or_nowhere(client: TestClient, url: str) -> None:
    curator = headers(client.app.state.database)  # type: ignore[attr-defined] # it is FastAPI
    draft = {"slug": "text", "title": "A text", "text": "Words.", "url": url}

    problem = check_problem(client.post("/v1/documents", json=draft, headers=curator), 422)

    assert [each["pointer"] for each in problem["errors"]] == ["/url"]


@pytest.mark.parametrize(
    ("codes", "status"),
    [({}, 201), ({"MeSH": "D1"}, 201), ({"MeSH": {"x": 1}}, 422), ("D1", 422), ([1], 422)],
)
def test_codes_are_a_list_or_an_object_by_scheme(
    client: TestClient, codes: Any, status: int
) -> None:
    curator = headers(client.app.state.database)  # type: ignore[attr-defined] # it is FastAPI

    reply = client.post("/v1/conditions", json={"name": "Pain", "codes": codes}, headers=curator)

    assert reply.status_code == status, reply.text


def test_a_form_of_a_stranger_has_at_most_500_fields(sqlite_reader: TestClient) -> None:
    form = {f"field{number}": "x" for number in range(500)}
    assert sqlite_reader.post("/desk/imports", data=form).status_code == 403

    refused = sqlite_reader.post("/desk/imports", data={**form, "one-more": "x"})
    assert "500 fields" in check_problem(refused, 400)["detail"]
