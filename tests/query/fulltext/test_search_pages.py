"""Pages by relevance: walks, the cap on what is put in order, and writing the index anew."""

from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, event, select, text, update

from app import journal
from app.db.database import Database
from app.journal import search_texts
from app.models import SearchText
from app.models.search_text import SEARCHED_KINDS, first_number, search_index_name
from app.query.fulltext import ranking, search
from app.query.fulltext.ranking import Ranking, goes_on
from app.query.fulltext.search import MOST_RANKED
from app.query.fulltext.syntax import read_query
from app.records.catalogue import KINDS
from tests.factories import Evidence
from tests.query.fulltext.test_search_properties import holding


def walked(client: TestClient, path: str, **params: Any) -> list[str]:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(f"/v1/{path}", params={**params, **cursor}).json()
        seen += [item["slug"] for item in page["items"]]
        if page["next"] is None:
            return seen
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize("path", ["claims", "search", "citations"])
@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("q", ["ketamine", "pain", "a*", "ketamine -pain", "pain OR coma"])
def test_all_pages_together_are_what_matches(
    path: str, limit: int, q: str, reader: TestClient
) -> None:
    whole = reader.get(f"/v1/{path}", params={"q": q, "limit": 200}).json()["items"]

    seen = walked(reader, path, q=q, limit=limit)

    assert seen == [item["slug"] for item in whole]


def test_a_walk_loses_nothing_while_records_are_added(
    evidence: Evidence, client: TestClient
) -> None:
    slugs = [evidence.citation(title="Ketamine " + "pain " * at) for at in range(8)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/v1/citations", params={"q": "ketamine", "limit": 2, **cursor}).json()
        seen += [item["slug"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
        evidence.citation(title="Ketamine and much else " * 3)

    assert set(slugs) <= set(seen)


def ranked(connection: Any, q: str, place: Any = None, limit: int = 200) -> Ranking:
    return Ranking(
        connection.dialect.name, [read_query(q)], ["document"], lambda _number: [], place, limit
    )


def pages(connection: Any, q: str) -> list[Sequence[int]]:
    """The numbers of the matches, page by page."""
    found: list[Sequence[int]] = []
    place = None
    while True:
        asked = ranked(connection, q, place)
        rows = list(connection.execute(asked.page()))
        found.append([row.number - first_number("document") for row in rows[:200]])
        if len(rows) > 200:
            place = (rows[199].sort_key, rows[199].number)
            continue
        place = goes_on(asked.place, connection.execute(asked.counts()).one().beyond)
        if place is None:
            return found


def test_what_is_beyond_the_cap_follows_after_what_is_ranked(database: Database) -> None:
    many = MOST_RANKED + 450
    documents = [["word" if at == 7 else "a word or two"] for at in range(1, many + 1)]
    with holding(database, documents) as connection:
        found = pages(connection, "word")
        whole = ranked(connection, "word", limit=10**6)
        export = [row.number for row in connection.execute(whole.page())]

    assert found[0][0] == 7  # called so, and older than those that are ranked
    seen = [number for page in found for number in page]
    assert len(seen) == many
    assert set(seen) == set(range(1, many + 1))
    assert export == [number + first_number("document") for number in seen]


def test_each_kind_has_its_newest_matches_ranked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_RANKED", 5)
    monkeypatch.setattr(ranking, "MOST_RANKED", 5)
    kinds = ("document", "study", "claim")
    with holding(database, [["word"], *[["a word or two"]] * 7], kinds) as connection:
        seen: list[tuple[float, int]] = []
        place = None
        while True:
            page = Ranking(
                connection.dialect.name, [read_query("word")], [], lambda _: [], place, 4
            )
            rows = [(row.sort_key, row.number) for row in connection.execute(page.page())]
            seen += rows[:4]
            place = rows[3] if len(rows) > 4 else None
            if place is None:
                place = goes_on(page.place, connection.execute(page.counts()).one().beyond)
            if place is None:
                break

    numbers = [number for _, number in seen]
    assert len(numbers) == len(set(numbers)) == 8 * len(kinds)
    assert set(numbers[:3]) == {first_number(kind) + 1 for kind in kinds}  # called so
    ordered = set(numbers[3:18])
    assert ordered == {first_number(kind) + at for kind in kinds for at in range(4, 9)}
    assert numbers[18:] == sorted(numbers[18:], reverse=True)


def test_texts_that_were_emptied_are_written_again(ketamine: Database) -> None:
    def texts() -> list[Any]:
        with ketamine.read() as connection:
            return list(connection.execute(select(SearchText.__table__).order_by(SearchText.id)))

    before, told = texts(), list[tuple[int, int]]()
    with ketamine.write() as session:
        session.execute(delete(SearchText))
    with ketamine.read() as connection:
        assert not search_texts.are_complete(connection)

    done = search_texts.complete(ketamine, progress=lambda _, count, of: told.append((count, of)))

    assert done == len(before)
    assert all(count <= of for count, of in told)
    assert texts() == before
    with ketamine.read() as connection:
        assert search_texts.are_complete(connection)


def test_every_kind_has_an_index_of_its_own() -> None:
    assert set(SEARCHED_KINDS) == {kind.name for kind in KINDS}


def test_a_page_says_that_not_all_were_ranked(database: Database, client: TestClient) -> None:
    assert client.get("/v1/search", params={"q": "word"}).json()["capped"] is None
    with holding(database, [["word"]] * 3) as connection:
        counts = connection.execute(ranked(connection, "word").counts()).one()
        assert (counts.listed, counts.beyond) == (3, None)


def test_writing_the_index_anew_mends_whatever_was_wrong(ketamine: Database) -> None:
    def texts() -> list[Any]:
        with ketamine.read() as connection:
            return list(connection.execute(select(SearchText.__table__).order_by(SearchText.id)))

    before = texts()
    with ketamine.write() as session:
        session.execute(update(SearchText).where(SearchText.kind == "claim").values(body="wrong"))
        session.execute(delete(SearchText).where(SearchText.kind == "study"))
        session.execute(update(SearchText).where(SearchText.kind == "document").values(kind="old"))
        if ketamine.sqlite:
            for index in map(search_index_name, SEARCHED_KINDS):
                session.execute(text(f"INSERT INTO {index}({index}) VALUES ('delete-all')"))  # noqa: S608

    assert journal.reindex(ketamine) == len(before)
    assert texts() == before


def test_a_page_of_matches_and_their_counts_are_one_statement(ketamine: Database) -> None:
    from tests.conftest import serving  # noqa: PLC0415 # pytest owns that module

    asked: list[str] = []
    with serving(ketamine) as client:
        engine = client.app.state.database.engine  # type: ignore[attr-defined]
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        assert client.get("/v1/claims?q=ketamine").status_code == 200

    assert len([each for each in asked if each.startswith(("SELECT", "WITH"))]) == 1


def test_the_server_is_not_ready_while_texts_are_missing(
    ketamine: Database, ketamine_client: TestClient
) -> None:
    assert ketamine_client.get("/ready").status_code == 200
    with ketamine.write() as session:
        session.execute(delete(SearchText).where(SearchText.kind == "study"))

    ready = ketamine_client.get("/ready")
    search_texts.complete(ketamine)

    assert (ready.status_code, ready.json()["type"].rpartition(":")[2]) == (503, "texts-outdated")
    assert "evidence migrate" in ready.json()["detail"]
    assert ketamine_client.get("/ready").status_code == 200
    assert ketamine_client.get("/v1/studies?q=ketamine").json()["items"]
