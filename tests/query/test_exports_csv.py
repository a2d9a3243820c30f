"""CSV is flat, safe to open in a spreadsheet, and loses nothing."""

import csv
import io
import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.query.exports import csv_text, escape_formula, scalar, unescape_formula
from tests.factories import Evidence

GOLDEN = Path(__file__).parent / "golden"
REWRITE = "REWRITE_GOLDEN"  # REWRITE_GOLDEN=1 make test: the golden files become what is given


def test_case_reports_are_the_golden_file(reader: TestClient) -> None:
    found = reader.get("/v1/case-reports?format=csv").content
    golden = GOLDEN / "case-reports.csv"
    if os.environ.get(REWRITE):
        golden.write_bytes(found)
    assert found == golden.read_bytes()


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_words_that_look_like_a_formula_get_an_apostrophe(begins: str) -> None:
    assert escape_formula(f"{begins}cmd|' /C calc'!A0") == f"'{begins}cmd|' /C calc'!A0"


@pytest.mark.parametrize("words", ["a=b", " =1", "'tis", "", "5 mg", "–5", "#1"])
def test_other_words_stay(words: str) -> None:
    assert escape_formula(words) == words


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-5, "-5"), (-0.5, "-0.5"), (None, ""), (True, "true"), ("-5", "'-5"), (0, "0")],
)
def test_numbers_stay_numbers_and_null_is_not_zero(value: object, cell: str) -> None:
    assert scalar(value) == cell


@given(st.text())
def test_a_guard_can_be_taken_off_again(words: str) -> None:
    assert unescape_formula(escape_formula(words)) == words
    assert escape_formula(words)[:1] not in set("=+-@\t\r\n＝＋－＠")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4))
def test_what_is_written_is_what_is_read(cells: list[str]) -> None:
    read = csv.reader(io.StringIO(csv_text([cells]), newline=""), strict=True)
    assert list(read) == [cells]


def test_a_hostile_title_is_harmless_and_whole(client: TestClient, evidence: Evidence) -> None:
    title = '=HYPERLINK("http://evil", "a, b")\r\nand ünïcode'
    evidence.citation(slug="hostile", title=title, year=2000, volume="-5")
    text = client.get("/v1/citations?format=csv").content.decode("utf-8")
    [row] = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert row["title"] == f"'{title}"
    assert (row["year"], row["volume"], row["abstract"]) == ("2000", "'-5", "")


def test_links_are_slugs_and_parts_are_json(reader: TestClient) -> None:
    address = "/v1/studies?format=csv&after=children-oral-ketamine&limit=1&sort=slug"
    text = reader.get(address).text
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    card = reader.get(f"/v1/studies/{row['slug']}").json()
    assert row["says"] == "; ".join(claim["slug"] for claim in card["says"])
    assert row["populations"].startswith('[{"key":')
    assert row["identifiers"] == ""
