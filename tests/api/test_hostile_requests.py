"""Whatever is asked, the answer to what cannot be answered is a problem that says what to do."""

from __future__ import annotations

import time

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.records.catalogue import ADVERSE_EFFECT_TERMS, RESOURCES
from tests.replies import ask, check_problem

LISTS = [f"/v1/{each.listing.kind.path}" for each in (*RESOURCES, ADVERSE_EFFECT_TERMS)]
RECORDS = [
    f"/v1/{each.listing.kind.path}/{each.example}" for each in (*RESOURCES, ADVERSE_EFFECT_TERMS)
]
OTHERS = ["/v1/search", "/v1/vocabularies", "/v1/vocabularies/Sex", "/v1/changes"]


def app_of(reader: TestClient) -> FastAPI:
    assert isinstance(reader.app, FastAPI)
    return reader.app


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS])
def test_an_unknown_parameter_is_refused_by_name(reader: TestClient, path: str) -> None:
    problem = check_problem(reader.get(f"{path}?wibble=1"), 422)

    assert [error["parameter"] for error in problem["errors"]] == ["wibble"]


def test_the_nearest_parameter_is_suggested(reader: TestClient) -> None:
    problem = check_problem(reader.get("/v1/studies?tretment=ketamine&yaer=2010"), 422)

    assert [error["suggestion"] for error in problem["errors"]] == ["treatment", "year"]


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS, "/health", "/ready", "/docs"])
def test_a_wrong_method_is_told_the_right_ones(reader: TestClient, path: str) -> None:
    wrong = reader.request("DELETE", path)
    check_problem(wrong, 405)
    allowed = wrong.headers["allow"].split(", ")
    assert "GET" in allowed

    for method in ("POST", "PUT", "PATCH"):  # what is there needs a key
        check_problem(reader.request(method, path), 401 if method in allowed else 405)


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS])
def test_a_form_that_there_is_not_is_not_acceptable(reader: TestClient, path: str) -> None:
    problem = check_problem(reader.get(path, headers={"Accept": "image/png"}), 406)

    assert "application/json" in problem["detail"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, image/png", ""])
def test_what_can_be_had_is_given(reader: TestClient, accept: str) -> None:
    assert reader.get("/v1/studies?limit=1", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v2/studies", "/v1/studies/", "/v1/stud"])
def test_an_address_that_there_is_not_says_where_addresses_are(
    reader: TestClient, path: str
) -> None:
    assert "/openapi.json" in check_problem(reader.get(path), 404)["detail"]


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
def test_files_outside_the_static_folder_are_not_found(reader: TestClient, path: str) -> None:
    check_problem(ask(app_of(reader), path), 404)


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


@pytest.mark.parametrize("written", STRANGE, ids=repr)
def test_a_strange_value_of_any_parameter_is_answered_or_refused(
    reader: TestClient, written: bytes
) -> None:
    listings = [each.listing for each in (*RESOURCES, ADVERSE_EFFECT_TERMS)]
    for listing in listings:
        names = [*listing.named(), "sort", "limit", "cursor", "fields", "descendants"]
        for name in names:
            query = name.encode() + b"=" + written
            reply = ask(app_of(reader), f"/v1/{listing.kind.path}", query)
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
def test_a_parameter_that_says_one_thing_is_given_once(reader: TestClient, name: str) -> None:
    values = {"sort": "slug", "limit": "5", "cursor": "a", "descendants": "true"}
    query = f"{name}={values[name]}&{name}={values[name]}"

    problem = check_problem(reader.get(f"/v1/studies?{query}"), 422)

    assert problem["errors"][0]["parameter"] == name


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, *OTHERS, "/health", "/nowhere"])
def test_a_query_of_ten_megabytes_is_too_long(reader: TestClient, path: str) -> None:
    started = time.perf_counter()

    problem = check_problem(ask(app_of(reader), path, b"q=" + b"x" * 10_000_000), 414)

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


def test_five_thousand_parameters_are_too_long_an_address(reader: TestClient) -> None:
    check_problem(ask(app_of(reader), "/v1/studies", b"sex=male&" * 5000), 414)
