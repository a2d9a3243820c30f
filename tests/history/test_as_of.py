"""As of: lists and records as they were after the last change at or before a moment."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.db.database import Database
from app.models import Change
from app.query.routes import Resource
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.catalogue import RESOURCES
from app.records.studies.card import STUDY
from tests.api_client import read
from tests.factories import Evidence
from tests.history.happening import happen
from tests.replies import check_problem
from tests.storage import edit, last_change

FUTURE = "2999-01-01T00:00:00Z"
EVERY = [pytest.param(each, id=each.listing.kind.path) for each in RESOURCES]


def moments(database: Database) -> dict[int, str]:
    """When each change was made."""
    with database.read() as connection:
        return {row.id: row.at for row in connection.execute(select(Change.id, Change.at))}


def walk(client: TestClient, path: str, **asked: str) -> list[Any]:
    """All records of a list, page by page."""
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = read(client, path, **asked, **cursor)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize("resource", EVERY)
def test_a_moment_in_the_future_is_now_for_every_list_and_record(
    reader: TestClient, resource: Resource
) -> None:
    path = resource.listing.kind.path
    own = resource.listing.own_order
    now = read(reader, path, limit=200, **({} if own is None else {"sort": own}))

    assert read(reader, path, limit=200, as_of=FUTURE) == now
    for record in now["items"]:
        there = f"{path}/{record['slug']}"
        assert read(reader, there, as_of=FUTURE) == read(reader, there)


ORDERS = {
    "studies": ("-year", "label", "-slug"),
    "citations": ("year",),
    "conditions": ("-name",),
    "outcomes": ("id",),
    "case-reports": ("-label",),
}
PAGES = (
    "studies/first",
    "studies/second",
    "outcomes/pain-of-first",
    "citations/paper",
    "treatments/drug",
    "conditions/pain",
    "case-reports/case",
    "claims/news",
    "documents/document-1",
)


YEARS = ("2001", "1990..", "..2000")


def lists(client: TestClient, **asked: str) -> dict[str, Any]:
    """Lists of several kinds in several orders, walked from the first page to the last."""
    found = {
        f"{path} by {order}": walk(client, path, sort=order, **asked)
        for path, orders in ORDERS.items()
        for order in orders
    }
    return found | {year: walk(client, "studies", year=year, **asked) for year in YEARS}


def pages(client: TestClient, **asked: str) -> dict[str, Any]:
    """Records with all that is in them; for one that is not there, 404."""
    replies = {there: client.get(f"/v1/{there}", params=asked) for there in PAGES}
    return {
        there: reply.json() if reply.status_code == 200 else reply.status_code
        for there, reply in replies.items()
    }


def test_every_list_as_of_every_change_is_the_list_that_was_seen_then(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    seen = {0: lists(client)}
    for _ in happen(evidence, database):
        seen[last_change(database)] = lists(client)

    at = moments(database)
    assert len(seen) > 15
    assert all(any(then[year] for then in seen.values()) for year in YEARS)
    for change, then in seen.items():
        moment = at.get(change, "2000-01-01T00:00:00Z")
        assert lists(client, limit="2", as_of=moment) == then, change


def test_every_record_as_of_every_change_is_the_page_that_was_seen_then(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    seen = {}
    for _ in happen(evidence, database):
        seen[last_change(database)] = pages(client)

    at = moments(database)
    for change, then in seen.items():
        assert pages(client, as_of=at[change]) == then, change


def test_what_was_inside_a_record_goes_on_where_there_were_hundreds(
    evidence: Evidence, client: TestClient
) -> None:
    study = evidence.study()
    dull: dict[str, Any] = {"study": study, "counts": [{"group": "all"}], "term_verbatim": "sick"}
    dull |= {"basis": "abstract", "says": [evidence.support()], "scope": "any_event"}
    evidence.write((ADVERSE_EVENT_EDITOR, {**dull, "slug": f"n-{at}"}) for at in range(205))

    first = read(client, f"studies/{study}", as_of=FUTURE)["adverse_events"]
    rest = client.get(first["next"]).json()

    assert set(rest) == {"adverse_events"}
    slugs = [each["slug"] for part in (first, rest["adverse_events"]) for each in part["items"]]
    assert slugs == [f"n-{at}" for at in range(205)]
    assert rest["adverse_events"]["next"] is None
    check_problem(client.get(f"/v1/studies/{study}?as_of={FUTURE}&cursor=x"), 422)
    check_problem(client.get(f"/v1/studies/{study}?cursor=x"), 422)


def test_the_fields_and_the_scope_of_a_list_are_of_then(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    slug = evidence.study(label="Before")
    then = last_change(database)
    evidence.study(slug=slug, label="After")

    page = read(client, "studies", fields="label", as_of=moments(database)[then])

    assert page["items"] == [{"label": "Before"}]
    assert page["scope"]["last_change"] == then


def test_before_the_first_change_lists_are_empty_and_records_are_not_there(
    reader: TestClient,
) -> None:
    asked = {"as_of": "1999-12-31T23:59:59+01:00"}
    assert read(reader, "studies", **asked)["items"] == []

    problem = check_problem(reader.get("/v1/treatments/ketamine", params=asked), 404)

    assert "/v1/treatments/ketamine/revisions" in problem["detail"]


def test_a_record_is_not_there_while_it_is_withdrawn(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    slug = evidence.study()
    made = last_change(database)
    withdrawn = edit(database, STUDY, slug, status="withdrawn")
    restored = edit(database, STUDY, slug, status="current")
    at = moments(database)

    def status(change: int) -> int:
        return client.get(f"/v1/studies/{slug}", params={"as_of": at[change]}).status_code

    assert [status(change) for change in (made, withdrawn, restored)] == [200, 404, 200]


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z", "1767225600"],
)
def test_what_is_no_moment_is_refused_with_one(reader: TestClient, written: str) -> None:
    for path in ("studies", "treatments/ketamine"):
        problem = check_problem(reader.get(f"/v1/{path}", params={"as_of": written}), 422)
        assert problem["errors"][0]["parameter"] == "as_of"
        assert problem["errors"][0]["suggestion"] == "2026-01-01T00:00:00Z"


def test_a_plus_that_was_read_as_a_space_is_understood(reader: TestClient) -> None:
    assert reader.get("/v1/studies?as_of=2999-01-01T00:00:00+02:00").json()["items"]


def test_what_does_not_go_with_as_of_is_named_with_what_does(reader: TestClient) -> None:
    asked = {"as_of": FUTURE, "condition": "pain", "facet": "year", "format": "csv"}

    problem = check_problem(reader.get("/v1/studies", params=asked), 422)

    assert [each["parameter"] for each in problem["errors"]] == ["condition", "facet", "format"]
    assert "sort, limit, cursor, fields, year" in problem["errors"][0]["message"]
    by_release = ["use a release" in each["message"] for each in problem["errors"]]
    assert by_release == [True, False, False]  # a filter of what was
    check_problem(reader.get(f"/v1/claims?as_of={FUTURE}&year=2001"), 422)
    [near] = check_problem(reader.get("/v1/studies?asof=1"), 422)["errors"]
    assert near["suggestion"] == "as_of"
    check_problem(reader.get(f"/v1/studies?as_of={FUTURE}&as_of={FUTURE}"), 422)


def test_a_long_request_can_be_about_the_past(reader: TestClient) -> None:
    body = {"as_of": FUTURE, "limit": 2}
    assert len(reader.post("/v1/studies/search", json=body).json()["items"]) == 2


def test_who_has_the_past_already_gets_304(reader: TestClient) -> None:
    for path in ("studies", "treatments/ketamine"):
        etag = reader.get(f"/v1/{path}?as_of={FUTURE}").headers["etag"]
        held = {"If-None-Match": etag}
        assert reader.get(f"/v1/{path}?as_of={FUTURE}", headers=held).status_code == 304
