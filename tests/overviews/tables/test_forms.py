"""Flat tables over HTTP: forms, ETags, what is refused, and what they cost."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from app.overviews.tables.definition import FlatTable
from app.overviews.tables.routes import TABLES
from app.query.exports import unescape_formula
from app.records.outcomes.draft import OUTCOME_EDITOR
from app.vocabulary import Vocabulary
from tests.factories import Evidence
from tests.overviews.tables.reading import cells, lines, page, read_cell, rows
from tests.query.test_statement_counts import cost
from tests.replies import check_problem

PAGE = Path(__file__).parents[3] / "docs" / "flat-tables.md"
REWRITE = "REWRITE_GOLDEN"  # REWRITE_GOLDEN=1 make test: the page becomes what is given
LIST_AND_ROWS = 3
HELD = {str: "text", int: "whole number", float: "number", bool: "true or false"}
EVERY = [pytest.param(each, id=each.path) for each in TABLES]


@pytest.mark.parametrize("table", EVERY)
def test_a_table_comes_as_json_ndjson_and_csv(sqlite_reader: TestClient, table: FlatTable) -> None:
    for accept, kind in (
        ("application/json", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
    ):
        reply = sqlite_reader.get(f"/v1/{table.path}", headers={"Accept": accept})
        assert (reply.status_code, reply.headers["content-type"]) == (200, kind)
        if kind != "application/json":
            assert f'"{table.path}.' in reply.headers["content-disposition"]
    refused = sqlite_reader.get(f"/v1/{table.path}", headers={"Accept": "image/png"})
    check_problem(refused, 406)


@pytest.mark.parametrize("table", EVERY)
@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_a_table_that_the_client_has_is_not_sent_again(
    sqlite_reader: TestClient, table: FlatTable, form: str
) -> None:
    address = f"/v1/{table.path}?format={form}&limit=2"
    first = sqlite_reader.get(address)
    looked_at = sqlite_reader.head(address)
    again = sqlite_reader.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert (looked_at.status_code, looked_at.content) == (200, b"")
    assert looked_at.headers["etag"] == first.headers["etag"]
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("table", EVERY)
@pytest.mark.parametrize(
    "asked", ["fields=slug", "as_of=2026-01-01T00:00:00Z", "facet=year", "tretment=x", "format=xml"]
)
def test_what_a_table_does_not_take_is_refused_by_name(
    sqlite_reader: TestClient, table: FlatTable, asked: str
) -> None:
    problem = check_problem(sqlite_reader.get(f"/v1/{table.path}?{asked}"), 422)

    assert problem["errors"][0]["parameter"] == asked.partition("=")[0]


@pytest.mark.parametrize("table", EVERY)
def test_the_next_page_is_linked(sqlite_reader: TestClient, table: FlatTable) -> None:
    reply = sqlite_reader.get(f"/v1/{table.path}?limit=1&sort=id")

    assert f"cursor={reply.json()['next']}" in reply.headers["link"]
    assert f"</v1/{table.path}?limit=1&sort=id" in reply.headers["link"]


@pytest.mark.parametrize("table", EVERY)
def test_a_page_takes_one_statement_more_than_the_list_however_many_rows(
    reader: TestClient, table: FlatTable
) -> None:
    address = f"/v1/{table.path}?"
    listed = f"/v1/{table.listing.kind.path}?"
    asked = "age_group=child&match=any&"

    costs = {cost(reader, f"{address}limit={limit}") for limit in (1, 3, 200)}

    assert costs == {LIST_AND_ROWS}
    for limit in (1, 200):
        with_people = f"{asked}limit={limit}"
        assert cost(reader, address + with_people) == cost(reader, listed + with_people) + 1


@pytest.mark.parametrize("table", EVERY)
@pytest.mark.parametrize(
    "asked",
    [{}, {"match": "any", "age_group": "child"}, {"treatment": "placebo"}],
    ids=str,
)
def test_the_three_forms_have_the_same_rows(
    reader: TestClient, table: FlatTable, asked: dict[str, str]
) -> None:
    found = rows(reader, table.path, **asked)

    assert found
    assert lines(reader, table.path, **asked) == found
    csv = cells(reader, table.path, **asked)
    assert [
        {name: read_cell(cell, row[name]) for name, cell in told.items()}
        for row, told in zip(found, csv, strict=True)
    ] == found


@pytest.mark.parametrize("table", EVERY)
def test_a_program_reads_each_column_as_what_it_holds_and_takes_no_cell_apart(
    reader: TestClient, table: FlatTable
) -> None:
    found = cells(reader, table.path, match="any", treatment="ketamine")
    assert found

    for column in table.columns:
        told = [row[column.name] for row in found if row[column.name] != ""]
        assert [cell for cell in told if cell.startswith(("{", "["))] == []
        if column.holds is bool:
            assert set(told) <= {"true", "false"}, column.name
        elif column.holds in (int, float):
            for cell in told:
                column.holds(cell)  # raises ValueError for what is no number
        elif column.holds is not str:
            assert {*map(unescape_formula, told)} <= {*_words(column.holds)}, column.name
    for each in lines(reader, table.path):
        assert [cell for cell in each.values() if isinstance(cell, dict | list)] == []


def _words(kind: Any) -> list[str]:
    """The words that a column of words may hold."""
    return list(get_args(kind)) or [each.value for each in kind]


@pytest.mark.parametrize("table", EVERY)
def test_a_nested_question_chooses_records_and_people_tell_their_rows_apart(
    reader: TestClient, table: FlatTable
) -> None:
    path, record = table.listing.kind.path, table.listing.kind.name
    where = {"where": '{"not": {"basis": "secondary_document"}}'}
    both = {**where, "age_group": "child", "match": "any"}

    for asked in (where, both):
        found = rows(reader, table.path, **asked)
        listed = [each["slug"] for each in page(reader, path, **asked, limit=200)["items"]]
        assert list(dict.fromkeys(each[record] for each in found)) == listed
        assert lines(reader, table.path, **asked) == found
    assert {each["match"] for each in rows(reader, table.path, **where)} == {None}
    assert None not in {each["match"] for each in rows(reader, table.path, **both)}


@pytest.mark.parametrize("table", EVERY)
def test_where_nothing_is_found_the_header_is_there(
    sqlite_reader: TestClient, table: FlatTable
) -> None:
    found = page(sqlite_reader, table.path, year="1900")
    csv = sqlite_reader.get(f"/v1/{table.path}?year=1900&format=csv").text

    assert (found["items"], found["next"], found["total"]["value"]) == ([], None, 0)
    assert csv.split("\r\n") == [",".join(table.names), ""]
    assert lines(sqlite_reader, table.path, year="1900") == []


def test_a_broader_term_that_would_find_something_is_named(sqlite_reader: TestClient) -> None:
    asked = {"measure": "pain-relief", "condition": "crps-type-1", "treatment": "placebo"}
    listed = page(sqlite_reader, "outcomes", **asked)

    assert page(sqlite_reader, "results", **asked).get("hint") == listed.get("hint")


def test_words_of_a_harm_that_look_like_a_formula_are_guarded_too(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.adverse_effect("nausea")
    counted = [{"group": "all", "affected": 1, "note": "-see table 2"}]
    evidence.adverse_event(
        evidence.study(), "", "nausea", term_verbatim="+nausea", note="=mild", counts=counted
    )

    [cell], [row] = cells(client, "counts"), rows(client, "counts")

    words = ("term_verbatim", "note", "count_note")
    assert [cell[name] for name in words] == ["'+nausea", "'=mild", "'-see table 2"]
    assert [row[name] for name in words] == ["+nausea", "=mild", "-see table 2"]


def test_words_that_look_like_a_formula_are_guarded_in_csv_alone(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.outcome_measure("pain")
    study = evidence.study(label="=1+1")
    evidence.outcome(study, "pain", instrument="@scale", results=[{"value": -1.5}])

    [cell], [row] = cells(client, "results"), rows(client, "results")

    assert (cell["study_label"], cell["instrument"], cell["value"]) == ("'=1+1", "'@scale", "-1.5")
    assert (row["study_label"], row["instrument"], row["value"]) == ("=1+1", "@scale", -1.5)


def test_more_records_than_are_read_at_once_come_in_order(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.outcome_measure("pain")
    study = evidence.study()
    for at in range(3):
        evidence.outcome(study, "pain", slug=f"first-{at}")
    dull: dict[str, Any] = {"study": study, "measure": "pain", "basis": "abstract"}
    result = {"conclusion": "no difference", "basis": "abstract", "says": [evidence.support()]}
    dull |= {"says": [evidence.support()], "results": [result, result]}
    evidence.write((OUTCOME_EDITOR, {**dull, "slug": f"more-{at:03}"}) for at in range(260))

    listed = [each["slug"] for each in lines(client, "outcomes", sort="-slug")]
    found = [each["outcome"] for each in lines(client, "results", sort="-slug")]

    assert list(dict.fromkeys(found)) == listed
    assert len(found) == 3 + 2 * 260
    some = lines(client, "results", sort="-slug", limit=2, after="more-258")
    assert [each["outcome"] for each in some] == ["more-257"] * 2 + ["more-256"] * 2


@pytest.mark.parametrize("table", EVERY)
def test_the_docs_have_every_column_with_what_it_holds(table: FlatTable) -> None:
    head, rest = PAGE.read_text().split(f"## Columns of {table.path}\n", 1)
    _, mark, after = rest.partition("\n## ")
    text = f"{head}## Columns of {table.path}\n\n{columns(table)}{mark}{after}"
    if os.environ.get(REWRITE):
        PAGE.write_text(text)
    assert PAGE.read_text() == text


def columns(table: FlatTable) -> str:
    """The columns of a table as the docs have them."""
    told = [f"| `{each.name}` | {_held(each.holds)} | {each.meaning} |" for each in table.columns]
    return "\n".join(["| column | holds | meaning |", "|---|---|---|", *told]) + "\n"


def _held(kind: Any) -> str:
    word = not isinstance(kind, type) or issubclass(kind, Vocabulary)
    return "word" if word else HELD[kind]


def test_no_meaning_breaks_the_table_of_the_docs() -> None:
    for table in TABLES:
        for each in table.columns:
            assert re.fullmatch(r"\w[^|\n]*\.", each.meaning), each.name
