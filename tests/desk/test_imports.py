"""What was pasted or handed in stays, line by line, whatever becomes of it at the desk."""

from __future__ import annotations

from typing import Any

import pytest

from app.desk import duplicates, retractions
from app.ingest.imports.queries import read_rows
from tests.desk.conftest import Person
from tests.desk.test_adding import KNOWN, NEW, PAGE

TWO = """TY  - JOUR
AU  - Doe, Jane
TI  - On the first of two things
PY  - 2015
ER  -

TY  - JOUR
AU  - Roe, Richard
TI  - On the secnd of two things
PY  - 2016
X9  - shelf 12
ER  -
"""
FIELDS: dict[str, Any] = {
    "title": "On the second of two things",
    "authors": "Roe, Richard",
    "year": "2016",
}


def rows(ada: Person, number: str) -> list[Any]:
    """The rows of an import, as the database keeps them."""
    database = ada.client.app.state.database  # type: ignore[attr-defined] # the application itself
    with database.read() as connection:
        return list(read_rows(connection, int(number), limit=10).items)


def handed_in(ada: Person, text: str) -> str:
    seen = ada.send("/desk/imports", paste=text, at="/desk/imports")
    return seen.partition('action="/desk/imports/')[2].partition('"')[0]


def test_a_pasted_citation_keeps_the_lines_that_no_field_took(ada: Person) -> None:
    paste = KNOWN.replace("19604642", "99000001").replace("10.1016/j.pain.2009.06.023", "10.1000/x")
    ada.send(
        PAGE, do="save", another="1", reason="Read", paste=paste, **{**NEW, "doi": "10.1000/x"}
    )

    [row] = rows(ada, "1")
    assert (row.outcome, row.citation) == ("saved", "dahan-2019")
    assert [(each.tag, each.value) for each in row.unread][-1] == ("XX", "from the reading group")
    assert row.raw == paste.strip()
    history = ada.client.get("/v1/citations/dahan-2019/revisions").json()["items"]
    assert (history[0]["actor"], history[0]["reason"]) == ("ada", "Read")
    assert ada.client.get("/v1/citations/dahan-2019").json()["title"] == NEW["title"]


def test_a_pasted_citation_that_is_here_is_tied_to_it(ada: Person) -> None:
    read = ada.send(PAGE, do="read", paste=KNOWN)
    known = read.partition('name="into" value="')[2].partition('"')[0]
    ada.send(PAGE, into=known, paste=KNOWN, title="A title", authors="A, B")

    assert [(each.outcome, each.citation) for each in rows(ada, "1")] == [("identical", known)]


def test_a_row_is_corrected_before_it_is_saved(ada: Person) -> None:
    number = handed_in(ada, TWO)
    page = ada.see(f"/desk/imports/{number}/rows/2")
    wrong = ada.send(f"/desk/imports/{number}/rows/2", 422, do="save", **{**FIELDS, "year": "x"})
    ada.send(f"/desk/imports/{number}/rows/2", do="save", reason="A slip", **FIELDS)

    assert "On the secnd of two things" in page
    assert "line 11: <code>X9</code> shelf 12" in page
    assert '<a href="#f-year">Year</a>' in wrong
    assert [each.outcome for each in rows(ada, number)] == ["new", "saved"]
    assert ada.client.get("/v1/citations/roe-2016").json()["title"] == FIELDS["title"]
    assert "saved" in ada.send(f"/desk/imports/{number}/rows/2", 409, do="save", **FIELDS)


def test_a_row_is_tied_to_a_citation_by_its_slug_or_left_out(ada: Person) -> None:
    number = handed_in(ada, TWO)
    there = f"/desk/imports/{number}/rows/1"
    nothing = ada.send(there, 422, do="tie", same="", **FIELDS)
    nobody = ada.send(there, 422, do="tie", same="bredlau-2031", **FIELDS)
    ada.send(there, do="tie", same="bredlau-2013", **FIELDS)
    ada.send(f"/desk/imports/{number}/rows/2", do="skip", **FIELDS)

    assert "Write the slug" in nothing
    assert "bredlau-2013" in nobody
    assert [(each.outcome, each.citation) for each in rows(ada, number)] == [
        ("identical", "bredlau-2013"),
        ("skipped", None),
    ]
    assert ada.client.get(f"/desk/imports/{number}/rows/3").status_code == 404


def test_all_rows_are_ticked_or_none_without_javascript(ada: Person) -> None:
    number = handed_in(ada, TWO)
    none = ada.send(f"/desk/imports/{number}", do="untick", row="1")
    every = ada.send(f"/desk/imports/{number}", do="tick")

    assert (none.count(" checked>"), every.count(" checked>")) == (0, 2)
    assert [each.outcome for each in rows(ada, number)] == ["new", "new"]


def test_duplicates_are_looked_for_and_told_page_by_page(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(3):
        ada.send(PAGE, do="save", another="1", **{**NEW, "doi": "", "volume": str(20 + at)})
    monkeypatch.setattr(duplicates, "PAIRS_SHOWN", 2)
    first = ada.send("/desk/duplicates", do="look")
    further = first.partition("/desk/duplicates?cursor=")[2].partition('"')[0]
    second = ada.see(f"/desk/duplicates?cursor={further}")

    assert "11 citations compared." in first
    told = [page.count('name="pair"') for page in (first, second)]
    assert told == [2, 1]
    monkeypatch.setattr(duplicates, "MOST_COMPARED", 5)
    assert "evidence duplicates" in ada.send("/desk/duplicates", 422, do="look")


def test_marked_citations_go_on_where_the_page_ends(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in range(2):
        typed = {**NEW, "doi": f"10.1000/{at}", "others": "", "publication_status": "corrected"}
        ada.send(PAGE, do="save", another="1", **{**typed, "title": f"Thing {at} of them"})
    monkeypatch.setattr(retractions, "CITATIONS_SHOWN", 1)
    first = ada.see("/desk/retractions")
    further = first.partition("/desk/retractions?cursor=")[2].partition('"')[0]

    assert "Thing 1 of them" in first
    assert "Thing 0 of them" in ada.see(f"/desk/retractions?cursor={further}")
