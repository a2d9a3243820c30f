"""All pages of a list together are the list, in every order, each row once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.catalogue import RESOURCES
from app.records.citations.draft import CITATION_EDITOR
from app.records.terms.draft import TREATMENT_EDITOR
from tests.factories import Evidence

ORDERS = [(each.listing.kind.path, sort.name) for each in RESOURCES for sort in each.listing.sorts]


def pages(client: TestClient, path: str, **asked: Any) -> Iterator[list[Any]]:
    """Each page of a list, by following `next`."""
    cursor: str | None = ""
    while cursor is not None:
        here = {**asked, **({"cursor": cursor} if cursor else {})}
        reply = client.get(f"/v1/{path}", params=here)
        assert reply.status_code == 200, reply.text
        yield reply.json()["items"]
        cursor = reply.json()["next"]


def slugs(client: TestClient, path: str, **asked: Any) -> list[str]:
    return [each["slug"] for page in pages(client, path, **asked) for each in page]


BY_STUDY = {("outcomes", "year"), ("adverse-events", "year")}


@pytest.mark.parametrize(("path", "sort"), ORDERS)
def test_the_pages_of_every_order_are_the_list_and_its_reverse(
    reader: TestClient, path: str, sort: str
) -> None:
    whole = reader.get(f"/v1/{path}?limit=200&sort={sort}").json()
    listed = [each["slug"] for each in whole["items"]]
    limit = max(1, len(listed) // 4)

    upward = slugs(reader, path, sort=sort, limit=limit)
    downward = slugs(reader, path, sort=f"-{sort}", limit=limit)

    assert whole["next"] is None
    assert len(set(upward)) == len(upward) == whole["total"]["value"] > 0
    assert upward == listed
    if (path, sort) in BY_STUDY:  # what one study found comes as it was written, either way
        parts = [list(some) for _, some in groupby(upward, key=lambda slug: slug.split(".")[0])]
        assert downward == [slug for part in reversed(parts) for slug in part]
    else:
        assert downward == upward[::-1]


PEOPLE = [
    ("studies", "condition", "crps"),
    ("outcomes", "age_group", "child"),
    ("adverse-events", "sex", "female"),
    ("case-reports", "sex", "female"),
    ("case-reports", "age_group", "child"),
]


@pytest.mark.parametrize(("path", "name", "value"), PEOPLE)
def test_the_pages_of_people_asked_for_are_the_list(
    reader: TestClient, path: str, name: str, value: str
) -> None:
    asked = {name: value, "match": "any"}
    whole = reader.get(f"/v1/{path}", params={**asked, "limit": "200"}).json()

    found = slugs(reader, path, **asked, limit="1")

    assert found == [each["slug"] for each in whole["items"]]
    assert len(found) == whole["total"]["value"] > 1


@pytest.mark.parametrize("path", ["studies", "citations"])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_rows_of_the_same_year_and_of_none_are_each_seen_once(
    evidence: Evidence, client: TestClient, path: str, limit: int
) -> None:
    make = evidence.study if path == "studies" else evidence.citation
    years = (2001, None, 1999, None, 2001, 2020, None)
    year_of = {make(year=year): year for year in years}

    for sort, newest_first in (("year", False), ("-year", True)):
        seen = slugs(client, path, sort=sort, limit=limit)
        keys = [year_of[slug] or 0 for slug in seen]
        assert sorted(seen) == sorted(year_of)
        assert keys == sorted(keys, reverse=newest_first)


@pytest.mark.parametrize(("path", "sort"), [("citations", "title"), ("treatments", "name")])
def test_text_is_ordered_by_its_characters_on_both_databases(
    evidence: Evidence, client: TestClient, path: str, sort: str
) -> None:
    words = ["b", "B", "a", "A", "é", "e", "z", "Z", "_", "10", "9", "ß", "𝛼", "\uffee"]
    editor = CITATION_EDITOR if path == "citations" else TREATMENT_EDITOR
    evidence.write((editor, {"slug": f"row-{at}", sort: word}) for at, word in enumerate(words))

    seen = [each[sort] for page in pages(client, path, sort=sort, limit=3) for each in page]

    assert seen == sorted(words)


def test_a_walk_goes_on_where_it_was_while_rows_are_added(
    evidence: Evidence, client: TestClient
) -> None:
    before = [evidence.study(year=year) for year in (2020, 2018, 2016, 2014)]
    seen: list[str] = []
    for page in pages(client, "studies", limit=1):
        seen += [study["slug"] for study in page]
        if len(seen) == 2:
            evidence.study(slug="newest", year=2021)
            evidence.study(slug="between", year=2015)

    assert seen == [*before[:3], "between", before[3]]


def test_the_cursor_keeps_the_filters(evidence: Evidence, client: TestClient) -> None:
    wanted = {evidence.study(study_type="review", year=2000 + at) for at in range(3)}
    for at in range(3):
        evidence.study(study_type="commentary", year=2000 + at)

    assert set(slugs(client, "studies", study_type="review", limit=1)) == wanted


def test_many_matches_are_counted_as_at_least_a_thousand(
    evidence: Evidence, client: TestClient
) -> None:
    drafts: list[Any] = [
        (CITATION_EDITOR, {"slug": f"c-{at}", "title": "One of many"}) for at in range(1001)
    ]
    evidence.write(drafts[:1000])
    assert client.get("/v1/citations").json()["total"] == {"value": 1000, "relation": "eq"}

    evidence.write(drafts[1000:])

    assert client.get("/v1/citations").json()["total"] == {"value": 1000, "relation": "gte"}
    found = client.get("/v1/search?q=many").json()
    assert found["total"] == {"value": 1000, "relation": "gte"}
