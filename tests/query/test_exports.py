"""Exports hold what all pages together hold, in the same order, and go on where they broke off."""

import csv
import io
import json

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.records.catalogue import RESOURCES
from tests.factories import Evidence
from tests.query.exporting import lines, pages

PATHS = [each.listing.kind.path for each in RESOURCES]
ORDERS = [(each.listing.kind.path, sort.name) for each in RESOURCES for sort in each.listing.sorts]


@pytest.mark.parametrize("path", PATHS)
def test_ndjson_is_the_union_of_the_pages(reader: TestClient, path: str) -> None:
    reply = reader.get(f"/v1/{path}?format=ndjson")
    assert reply.headers["content-type"] == "application/x-ndjson"
    assert reply.headers["content-disposition"] == f'attachment; filename="{path}.ndjson"'
    assert lines(reply.text) == list(pages(reader, f"/v1/{path}"))


@pytest.mark.parametrize("path", PATHS)
def test_csv_has_a_row_for_each_record_of_the_pages(reader: TestClient, path: str) -> None:
    reply = reader.get(f"/v1/{path}?format=csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(reply.text, newline="")))
    items = list(pages(reader, f"/v1/{path}"))
    assert [row["slug"] for row in rows] == [item["slug"] for item in items]
    assert all(list(row) == list(item) for row, item in zip(rows, items, strict=True))


@pytest.mark.parametrize("path", PATHS)
def test_lines_are_the_bytes_of_the_cards(reader: TestClient, path: str) -> None:
    whole = reader.get(f"/v1/{path}?limit=200").content
    found = reader.get(f"/v1/{path}?format=ndjson&limit=200").content
    assert whole.startswith(b'{"items":[' + b",".join(found.splitlines()) + b"]")


@pytest.mark.parametrize(("path", "sort"), ORDERS)
def test_every_order_is_the_order_of_the_pages(reader: TestClient, path: str, sort: str) -> None:
    for order in (sort, f"-{sort}"):
        address = f"/v1/{path}?sort={order}&fields=slug"
        found = lines(reader.get(f"{address}&format=ndjson").text)
        assert found == list(pages(reader, address))


@pytest.mark.parametrize(
    "query",
    [
        "condition=chronic%20pain",
        "age_group=child&match=any",
        "age=6..12&match=possible",
        "treatment=ketamine&sort=label",
        "q=ketamine",
    ],
)
def test_filters_mean_the_same(reader: TestClient, query: str) -> None:
    address = f"/v1/studies?{query}"
    expected = list(pages(reader, address))
    assert lines(reader.get(f"{address}&format=ndjson").text) == expected
    assert lines(reader.get(address, headers={"Accept": "application/x-ndjson"}).text) == expected


@pytest.mark.parametrize("query", ["", "&sort=slug", "&sort=-label", "&age_group=child&match=any"])
def test_a_broken_download_goes_on_after_its_last_whole_record(
    reader: TestClient, query: str
) -> None:
    address = f"/v1/studies?format=ndjson{query}"
    whole = lines(reader.get(address).text)
    for at, card in enumerate(whole):
        assert lines(reader.get(f"{address}&after={card['slug']}").text) == whole[at + 1 :]


def test_a_cursor_of_a_page_goes_on_in_an_export(reader: TestClient) -> None:
    page = reader.get("/v1/claims?limit=5").json()
    rest = lines(reader.get(f"/v1/claims?format=ndjson&cursor={page['next']}").text)
    assert page["items"] + rest == lines(reader.get("/v1/claims?format=ndjson").text)


def test_a_page_goes_on_after_a_slug_too(reader: TestClient) -> None:
    first, second = reader.get("/v1/studies?limit=2").json()["items"]
    assert reader.get(f"/v1/studies?limit=1&after={first['slug']}").json()["items"] == [second]


def test_a_record_that_was_withdrawn_meanwhile_is_still_a_place(
    client: TestClient, evidence: Evidence, database: Database
) -> None:
    for number in range(3):
        evidence.treatment(f"treatment-{number}")
    with database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE terms SET status = 'withdrawn' WHERE slug = 'treatment-1'"
        )
    found = lines(client.get("/v1/treatments?format=ndjson&after=treatment-1&sort=slug").text)
    assert [card["slug"] for card in found] == ["treatment-2"]
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE terms SET status = 'current'")


def test_limit_may_be_larger_than_a_page(reader: TestClient) -> None:
    assert len(lines(reader.get("/v1/claims?format=ndjson&limit=3").text)) == 3
    assert reader.get("/v1/claims?format=ndjson&limit=5000").status_code == 200
    assert reader.get("/v1/claims?limit=5000").status_code == 422


def test_fields_choose_members_and_columns(reader: TestClient) -> None:
    assert lines(reader.get("/v1/studies?format=ndjson&fields=year,slug&limit=1").text) == [
        {"slug": "children-oral-ketamine", "year": 2013}
    ]
    found = reader.get("/v1/studies?format=csv&fields=year,slug&limit=1").text
    assert found == "slug,year\r\nchildren-oral-ketamine,2013\r\n"


def test_nothing_is_an_empty_file_or_a_header_alone(reader: TestClient) -> None:
    nothing = "/v1/studies?year=1850&fields=slug"
    assert reader.get(f"{nothing}&format=ndjson").text == ""
    assert reader.get(f"{nothing}&format=csv").text == "slug\r\n"


def test_an_unchanged_export_costs_a_304(reader: TestClient) -> None:
    etag = reader.get("/v1/studies?format=ndjson").headers["etag"]
    held = {"If-None-Match": etag}
    assert reader.get("/v1/studies?format=ndjson", headers=held).status_code == 304
    assert reader.get("/v1/studies?format=csv", headers=held).status_code == 200


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/x-ndjson;q=0, text/csv", "text/csv"),
        ("application/x-ndjson;q=NaN, text/csv;q=0.1", "text/csv"),
        ("application/x-ndjson;q=inf, text/csv;q=0.1", "text/csv"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_accept_chooses_a_form(sqlite_reader: TestClient, accept: str, kind: str) -> None:
    reply = sqlite_reader.get("/v1/documents", headers={"Accept": accept})
    assert reply.headers["content-type"].startswith(kind)
    assert "Accept" in reply.headers["vary"]


def test_format_wins_over_accept(sqlite_reader: TestClient) -> None:
    reply = sqlite_reader.get("/v1/documents?format=json", headers={"Accept": "text/csv"})
    assert reply.headers["content-type"] == "application/json"


def test_an_unknown_accept_is_a_406(sqlite_reader: TestClient) -> None:
    assert sqlite_reader.get("/v1/studies", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("query", "parameter", "suggestion"),
    [
        ("format=ndjsn", "format", "ndjson"),
        ("format=csv&after=children-oral-ketamin", "after", "children-oral-ketamine"),
        ("format=csv&condition=chronic+pian", "condition", None),
        ("format=csv&cursor=x&after=y", "after", None),
        ("format=csv&facet=age_group", "facet", None),
        ("format=csv&limit=0", "limit", None),
        ("format=csv&format=csv", "format", None),
        ("format=ndjson&fields=slugg", "fields", "slug"),
    ],
)
def test_what_is_not_understood_is_a_problem_before_anything_is_sent(
    reader: TestClient, query: str, parameter: str, suggestion: str | None
) -> None:
    reply = reader.get(f"/v1/studies?{query}")
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    [error] = json.loads(reply.content)["errors"]
    assert error["parameter"] == parameter
    assert suggestion is None or error["suggestion"] == suggestion
