"""Whatever is asked, the answer to what cannot be answered is a problem that says what to do."""

from __future__ import annotations

import time
from collections.abc import Hashable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import QueryParams

from app.query.request import CONTROLS
from app.records.catalogue import RESOURCES
from app.values.text import storable_text
from tests.replies import ask, check_problem

LISTINGS = [each.listing for each in RESOURCES]
LISTS = [f"/v1/{each.kind.path}" for each in LISTINGS]
RECORDS = [f"/v1/{each.listing.kind.path}/{each.example}" for each in RESOURCES]
OTHERS = ["/v1/search", "/v1/vocabularies", "/v1/vocabularies/Sex", "/v1/changes"]


def app_of(reader: TestClient) -> FastAPI:
    assert isinstance(reader.app, FastAPI)
    return reader.app


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS])
def test_an_unknown_parameter_is_refused_by_name(sqlite_reader: TestClient, path: str) -> None:
    problem = check_problem(sqlite_reader.get(f"{path}?wibble=1"), 422)

    assert [error["parameter"] for error in problem["errors"]] == ["wibble"]


def test_the_nearest_parameter_is_suggested(sqlite_reader: TestClient) -> None:
    problem = check_problem(sqlite_reader.get("/v1/studies?tretment=ketamine&yaer=2010"), 422)

    assert [error["suggestion"] for error in problem["errors"]] == ["treatment", "year"]


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS, "/health", "/ready", "/docs"])
def test_a_wrong_method_is_told_the_right_ones(sqlite_reader: TestClient, path: str) -> None:
    wrong = sqlite_reader.request("DELETE", path)
    check_problem(wrong, 405)
    allowed = wrong.headers["allow"].split(", ")
    assert "GET" in allowed

    for method in ("POST", "PUT", "PATCH"):  # what is there needs a key
        check_problem(sqlite_reader.request(method, path), 401 if method in allowed else 405)


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS])
def test_a_form_that_there_is_not_is_not_acceptable(sqlite_reader: TestClient, path: str) -> None:
    problem = check_problem(sqlite_reader.get(path, headers={"Accept": "image/png"}), 406)

    assert "application/json" in problem["detail"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, image/png", ""])
def test_what_can_be_had_is_given(sqlite_reader: TestClient, accept: str) -> None:
    assert sqlite_reader.get("/v1/studies?limit=1", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v2/studies", "/v1/studies/", "/v1/stud"])
def test_an_address_that_there_is_not_says_where_addresses_are(
    sqlite_reader: TestClient, path: str
) -> None:
    assert "/openapi.json" in check_problem(sqlite_reader.get(path), 404)["detail"]


@pytest.mark.parametrize(
    "slug",
    [
        "..",
        "../../etc/passwd",
        "..\\..\\windows",
        "9223372036854775808",
        "%",
        "_",
        "' OR 1=1 --",
        '"; DROP TABLE studies; --',
        "\0",
        "adults\0",
        "\x07\x1b[31m",
        "\ufffd",
        "\u202e",
        "é" * 3000,
        "null",
        "{slug}",
    ],
)
def test_a_strange_slug_is_not_found(reader: TestClient, slug: str) -> None:
    for path in LISTS:
        check_problem(ask(app_of(reader), f"{path}/{slug}"), 404)


@pytest.mark.parametrize(
    "path", ["/static/../main.py", "/static/%2e%2e/main.py", "/static//etc/passwd", "/static/no"]
)
def test_files_outside_the_static_folder_are_not_found(
    sqlite_reader: TestClient, path: str
) -> None:
    check_problem(ask(app_of(sqlite_reader), path), 404)


STRANGE = [
    b"%00",
    b"a%00b",
    b"%ED%A0%80",  # a lone surrogate
    b"%FF%FE",  # not UTF-8
    b"%",
    b"%25",
    b"_",
    b"%27%20OR%201%3D1%20--",
    b"%22%3B%20DROP%20TABLE%20studies",
    b"%1B%5B31m",
    b"%E2%80%AE",
    b"*",
    b"%22",
    b"a%20AND%20NOT%20b%20NEAR%28c%29",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"1e999",
    b"NaN",
    b"",
    b"x" * 1001,
    "ﬁ\u0300\u0301".encode(),
]


def test_a_reader_of_parameters_reads_a_strange_value_or_says_what_would_be_right() -> None:
    """Every parameter of every list is given every strange value."""
    silent = []
    for listing in LISTINGS:
        for name, filter_ in listing.parameters().items():
            for written in STRANGE:
                query = QueryParams(name.encode() + b"=" + written)
                try:
                    filter_.read(storable_text(query[name]))
                except ValueError as error:
                    silent += [(name, written)] if len(str(error)) < 10 else []
    assert silent == []


def read_alike() -> dict[Hashable, tuple[str, str]]:
    """One parameter of each way to read a value and to find it: the first one, with its list.

    Alike are those that one function reads. What is compared as it is written reaches the database
    as it is: there, what it is compared with counts, or the kind of record that it names.
    """
    found: dict[Hashable, tuple[str, str]] = {}
    for listing in LISTINGS:
        for name, filter_ in listing.parameters().items():
            read = getattr(filter_.read, "__code__", filter_.read)
            compared = getattr(filter_.where, "__code__", filter_.where)
            to = compared if filter_.words and filter_.term is None else filter_.term
            found.setdefault((read, to), (listing.kind.path, name))
    return found


CONTROLLED = [("studies", name) for name in CONTROLS]


@pytest.mark.parametrize(("path", "name"), [*read_alike().values(), *CONTROLLED])
def test_a_strange_value_is_answered_or_refused(reader: TestClient, path: str, name: str) -> None:
    for written in STRANGE:
        reply = ask(app_of(reader), f"/v1/{path}", name.encode() + b"=" + written)
        if reply.status != 200:
            problem = check_problem(reply, 422)
            assert {error["parameter"] for error in problem["errors"]} == {name}


@pytest.mark.parametrize("path", LISTS)
def test_a_strange_word_is_searched_for_in_every_list(reader: TestClient, path: str) -> None:
    for written in STRANGE:
        reply = ask(app_of(reader), path, b"q=" + written)
        if reply.status != 200:
            check_problem(reply, 422)


@pytest.mark.parametrize("path", ["/v1/search?q", "/v1/search?q=a&kind", "/v1/changes?since"])
def test_a_strange_value_elsewhere_is_answered_or_refused(reader: TestClient, path: str) -> None:
    address, _, name = path.partition("?")
    for written in STRANGE:
        reply = ask(app_of(reader), address, name.encode() + b"=" + written)
        if reply.status != 200:
            check_problem(reply, 422)


def test_a_wildcard_of_sql_is_a_character_like_any_other(reader: TestClient) -> None:
    for name in ("title", "journal", "author"):
        for wildcard in ("%", "_", "%%", "\\"):
            found = reader.get("/v1/citations", params={name: wildcard}).json()
            assert found["total"]["value"] == 0, (name, wildcard)


@pytest.mark.parametrize("name", ["sort", "limit", "cursor", "descendants"])
def test_a_parameter_that_says_one_thing_is_given_once(
    sqlite_reader: TestClient, name: str
) -> None:
    values = {"sort": "slug", "limit": "5", "cursor": "a", "descendants": "true"}
    query = f"{name}={values[name]}&{name}={values[name]}"

    problem = check_problem(sqlite_reader.get(f"/v1/studies?{query}"), 422)

    assert problem["errors"][0]["parameter"] == name


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS, "/health", "/nowhere"])
def test_a_query_of_ten_megabytes_is_too_long(sqlite_reader: TestClient, path: str) -> None:
    started = time.perf_counter()

    problem = check_problem(ask(app_of(sqlite_reader), path, b"q=" + b"x" * 10_000_000), 414)

    assert "16384" in problem["detail"]
    assert time.perf_counter() - started < 30  # it would hang


@pytest.mark.parametrize(
    "pair", [b"q=a&", b"n=1&", b"sex=all&", b"age=1&", b"condition=z&", b"x=1&", b"treatment=z&"]
)
@pytest.mark.parametrize("path", ["/v1/studies", "/v1/outcomes", "/v1/adverse-effects"])
def test_thousands_of_parameters_are_answered_or_refused_soon(
    reader: TestClient, path: str, pair: bytes
) -> None:
    most = min(5000, 16_000 // len(pair))
    started = time.perf_counter()

    reply = ask(app_of(reader), path, (pair * most)[:-1])

    if reply.status != 200:
        check_problem(reply, 422)
    assert time.perf_counter() - started < 30  # a fraction of that on a machine that is idle


def test_a_filter_takes_a_hundred_values(reader: TestClient) -> None:
    for pair in ("q=ketamine", "n=1..", "age=1", "year=2009"):
        assert reader.get("/v1/outcomes?" + "&".join([pair] * 100)).status_code == 200, pair
        problem = check_problem(reader.get("/v1/outcomes?" + "&".join([pair] * 101)), 422)
        assert "at most 100" in problem["detail"]


def test_a_filter_by_terms_takes_five_hundred(reader: TestClient) -> None:
    address = "/v1/outcomes?" + "&".join(["condition=crps"] * 501)
    problem = check_problem(reader.get(address), 422)
    assert "at most 500 values" in problem["detail"]


def test_five_thousand_parameters_are_too_long_an_address(sqlite_reader: TestClient) -> None:
    check_problem(ask(app_of(sqlite_reader), "/v1/studies", b"sex=male&" * 5000), 414)
