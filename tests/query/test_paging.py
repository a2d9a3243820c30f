"""What a page of a list takes and what it gives."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.catalogue import RESOURCES
from tests.factories import Evidence
from tests.replies import check_problem

PATHS = [each.listing.kind.path for each in RESOURCES]


def sealed(*inside: Any) -> str:
    """A cursor that says this."""
    return base64.urlsafe_b64encode(json.dumps(inside).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_list_is_a_list(client: TestClient, path: str) -> None:
    reply = client.get(f"/v1/{path}")

    assert reply.status_code == 200
    assert reply.json()["items"] == []
    assert reply.json()["next"] is None
    assert reply.json()["total"] == {"value": 0, "relation": "eq"}
    assert "not shown to be absent" in reply.json()["scope"]["note"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "abc", "", "1.5", "1e2", "٣", "9" * 30])
@pytest.mark.parametrize("path", ["studies", "search?q=a", "changes"])
def test_a_limit_is_from_1_to_200(sqlite_reader: TestClient, path: str, limit: str) -> None:
    mark = "&" if "?" in path else "?"

    problem = check_problem(sqlite_reader.get(f"/v1/{path}{mark}limit={limit}"), 422)

    assert problem["errors"] == [
        {"parameter": "limit", "message": "is a whole number from 1 to 200"}
    ]


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_a_page_has_at_most_as_many_rows_as_asked(reader: TestClient, limit: int) -> None:
    page = reader.get(f"/v1/claims?limit={limit}").json()

    assert len(page["items"]) == min(limit, page["total"]["value"])
    assert (page["next"] is None) == (page["total"]["value"] <= limit)


@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "!!!",
        "",
        "é",
        "W10",
        sealed("-year", 2010),
        sealed("-year", 2010, 1, 1),
        sealed("year", 2010, 1),  # of the other direction
        sealed("slug", "a", 1),  # of another order
        sealed("-year", "2010", 1),
        sealed("-year", None, 1),
        sealed("-year", True, 1),
        sealed("-year", 2010.5, 1),
        sealed("-year", 2010, "1"),
        sealed("-year", 2010, 0),
        sealed("-year", 2010, -1),
        sealed("-year", 2010, 2**63),
        sealed("-year", 2**63, 1),
        sealed("-year", [2010], 1),
        sealed({"a": 1}, 2010, 1),
    ],
)
def test_a_cursor_that_is_none_is_refused_with_where_to_take_one(
    reader: TestClient, cursor: str
) -> None:
    problem = check_problem(reader.get("/v1/studies", params={"cursor": cursor}), 422)

    assert problem["errors"][0]["parameter"] == "cursor"
    assert "take `next`" in problem["detail"]


@pytest.mark.parametrize("key", ["a\0b", "\ud800", 5])
def test_a_cursor_with_characters_no_database_takes_is_refused(
    reader: TestClient, key: Any
) -> None:
    for path in ("/v1/studies?sort=slug", "/v1/search?q=a"):
        order = "slug" if "sort" in path else "found"
        check_problem(reader.get(f"{path}&cursor={sealed(order, key, 1)}"), 422)


def test_an_order_that_there_is_not_is_refused_with_the_nearest(reader: TestClient) -> None:
    problem = check_problem(reader.get("/v1/studies?sort=yeer"), 422)

    assert problem["errors"][0]["suggestion"] == "year"
    assert "year, -year" in problem["errors"][0]["message"]


@pytest.mark.parametrize("path", PATHS)
def test_fields_picks_members_of_each_row(reader: TestClient, path: str) -> None:
    whole = reader.get(f"/v1/{path}?limit=3").json()
    some = reader.get(f"/v1/{path}?limit=3&fields=slug").json()

    assert some["items"] == [{"slug": each["slug"]} for each in whole["items"]]
    assert some["total"] == whole["total"]


def test_fields_may_be_given_together_or_one_by_one(reader: TestClient) -> None:
    together = reader.get("/v1/studies?fields=slug,year").json()["items"]
    apart = reader.get("/v1/studies?fields=year&fields=slug").json()["items"]

    assert together == apart
    assert set(together[0]) == {"slug", "year"}


@pytest.mark.parametrize("path", ["/v1/studies", "/v1/studies/adults-crps-12-weeks"])
def test_a_field_that_there_is_not_is_refused_with_the_nearest(
    reader: TestClient, path: str
) -> None:
    problem = check_problem(reader.get(f"{path}?fields=slug,lable"), 422)

    assert problem["errors"][0]["suggestion"] == "label"


def test_no_value_at_all_is_refused_where_one_is_needed(reader: TestClient) -> None:
    for name in ("fields", "sex", "year", "condition", "descendants"):
        check_problem(reader.get(f"/v1/studies?{name}="), 422)


def test_every_unknown_thing_is_named_at_once(reader: TestClient) -> None:
    problem = check_problem(reader.get("/v1/studies?sexx=all&sex=femal&year=ten"), 422)

    assert [(each["parameter"], each.get("suggestion")) for each in problem["errors"]] == [
        ("sexx", "sex"),
        ("sex", "female"),
        ("year", None),
    ]


def test_values_of_vocabularies_may_be_written_as_people_read_them(
    evidence: Evidence, client: TestClient
) -> None:
    study = evidence.study(study_type="expanded_access")

    for written in ("expanded_access", "Expanded access", "EXPANDED-ACCESS"):
        found = client.get("/v1/studies", params={"study_type": written}).json()["items"]
        assert [each["slug"] for each in found] == [study]
