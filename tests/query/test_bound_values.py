"""A statement that was made for one value serves any other of its shape, and answers the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.catalogue import RESOURCES
from app.records.study_list import STUDIES

Asked = Mapping[str, str]
# Each pair has one shape: which ends there are, whether words may be a name, and no more.
WORDS: tuple[tuple[Asked, Asked], ...] = (
    ({"q": "ketamine"}, {"q": "infusion"}),
    ({"q": "ketamine OR coma"}, {"q": "pain OR children"}),
    ({"q": "pain", "q.not": "coma"}, {"q": "ketamine", "q.not": "pain"}),
    ({"q": "ketamine", "age": "5..12"}, {"q": "pain", "age": "7..60"}),
)
PAIRS: tuple[tuple[Asked, Asked], ...] = (
    ({"age": "6..12"}, {"age": "20..60"}),
    ({"age": "18..", "match": "any"}, {"age": "3..", "match": "any"}),
    ({"age.within": "..17"}, {"age.within": "..60"}),
    ({"age.not": "6..12"}, {"age.not": "30..40"}),
    ({"year": "2000..2009"}, {"year": "2009..2020"}),
    ({"year": "..2008", "n": "1.."}, {"year": "..2020", "n": "5.."}),
    ({"year": "2008.5..2010"}, {"year": "2000..2009.5"}),
    ({"age": "6..12", "facet": "sex,year"}, {"age": "40..50", "facet": "sex,year"}),
)


@pytest.fixture
def forgetful() -> Iterator[None]:
    """No statement was made before."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    for resource in RESOURCES:
        resource.listing.statements._made.clear()


def _page(client: TestClient, asked: Asked, path: str = "studies") -> dict[str, Any]:
    reply = client.get(f"/v1/{path}", params=dict(asked))
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def _serves(client: TestClient, first: Asked, second: Asked) -> None:
    """The statement of one request serves another, which is answered as if it came first."""
    _page(client, first)
    made = len(STUDIES.statements._made)
    page = _page(client, second)
    assert len(STUDIES.statements._made) == made
    _forget()

    assert page == _page(client, second)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda each: " ".join(each.values()))
def test_another_value_of_the_same_shape_needs_no_statement_of_its_own(
    first: Asked, second: Asked, reader: TestClient
) -> None:
    _serves(reader, first, second)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize(("first", "second"), WORDS, ids=lambda each: " ".join(each.values()))
def test_other_words_need_no_statement_of_their_own(
    first: Asked, second: Asked, sqlite_reader: TestClient
) -> None:
    """On PostgreSQL each phrase, and so each other spelling, has a clause of its own."""
    _serves(sqlite_reader, first, second)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"age": "6..12"}, {"age": "0..200"}),  # all children lie in these, and everybody
        ({"age": "6..12"}, {"age": "6.."}),
        ({"year": "2009.."}, {"year": "..2009"}),
        ({"q": "ketamine"}, {"q": "ketamine*"}),  # a beginning is no name
        ({"q": '"ketamine infusion"'}, {"q": "ketamine infusion"}),
    ],
)
def test_what_means_something_else_is_asked_in_its_own_words(
    first: Asked, second: Asked, reader: TestClient
) -> None:
    _page(reader, first)
    page = _page(reader, second)
    _forget()

    assert page == _page(reader, second)


@pytest.mark.usefixtures("forgetful")
def test_every_later_page_of_matches_is_read_by_one_statement(reader: TestClient) -> None:
    cursor, seen = "", list[str]()
    while True:
        asked = {"q": "ketamine", "limit": "2", **({"cursor": cursor} if cursor else {})}
        page = _page(reader, asked, "claims")
        seen += [item["slug"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    claims = next(each.listing for each in RESOURCES if each.listing.kind.path == "claims")

    assert len(seen) == len(set(seen)) == page["total"]["value"] > 4
    assert len(claims.statements._made) == len(["the first page", "all others"])
