"""Quotes, boilerplate and texts of seed files that are not what the document has."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.database import Database
from app.ingest.seeding import seed
from tests.ingest.willow import FILES, edit
from tests.ingest.writing import only, refused

QUOTE = '"Headache came back."'


def test_an_absent_quote_names_file_line_and_nearest_text(database: Database, folder: Path) -> None:
    found = only(database, folder, "claims.yaml", QUOTE, '"Headache came bakc."')

    assert found.field == "willow.came-back.quote.0.exact"
    assert found.message.startswith("the document does not say this; what is most like it is at")
    assert found.suggestion == "Headache came back."


def test_each_quote_of_a_list_has_its_own_place(database: Database, folder: Path) -> None:
    parts = '["Willow bark may cause:", "Itch"]'
    broken = '["Willow bark may cause:",\n            "Ihtc"]'
    line = edit(folder, "claims.yaml", parts, broken)

    (found,) = refused(database, folder)

    assert (found.line, found.field) == (line + 1, "willow.itch.quote.1.exact")


def test_an_ambiguous_quote_says_how_often_it_stands(database: Database, folder: Path) -> None:
    found = only(database, folder, "claims.yaml", QUOTE, '"Headache"')

    assert found.message == "stands 2 times in the document, at character 50, 78: add an occurrence"


@pytest.mark.parametrize("number", [0, 3, -1])
def test_an_occurrence_out_of_range_is_refused(
    database: Database, folder: Path, number: int
) -> None:
    quote = f"{{exact: Headache, occurrence: {number}}}"
    found = only(database, folder, "claims.yaml", QUOTE, quote)

    assert found.field.startswith("willow.came-back.quote.0.")


def test_an_occurrence_chooses_among_equal_words(database: Database, folder: Path) -> None:
    edit(folder, "claims.yaml", QUOTE, "{exact: Headache, occurrence: 2}")

    assert seed(database, folder).added["claims"] == 5


def test_boilerplate_that_the_text_does_not_have_is_refused(
    database: Database, folder: Path
) -> None:
    found = only(database, folder, "document.yaml", "Share this page.", "Share that page.")

    assert (found.field, found.suggestion) == ("willow.boilerplate", "Share this page.")


def test_a_reference_number_that_the_text_does_not_have_is_refused(
    database: Database, folder: Path
) -> None:
    found = only(database, folder, "document.yaml", "  1: ger", "  2: ger")

    assert found.field == "willow.references.2"
    assert "lists 1 references" in found.message


def test_the_text_of_a_document_never_changes(database: Database, folder: Path) -> None:
    seed(database, folder)
    edit(folder, "text.txt", "Share this page.", "Share this page. Please.")

    (found,) = refused(database, folder)

    assert (found.file, found.field) == ("document.yaml", "willow.text")
    assert "never changes" in found.message


@pytest.mark.parametrize("name", ["txet.txt", "../secret.txt", "/etc/hostname", "studies"])
def test_a_text_outside_the_folder_or_missing_is_refused(
    sqlite: Database, folder: Path, name: str
) -> None:
    (folder.parent / "secret.txt").write_text(FILES["text.txt"])

    found = only(sqlite, folder, "document.yaml", "text.txt", name)

    assert (found.field, found.message) == ("text_file", f"no file {name!r} in the folder")


def test_a_text_that_is_not_utf_8_is_refused(sqlite: Database, folder: Path) -> None:
    (folder / "text.txt").write_bytes("Weidenrinde, süß".encode("latin-1"))

    (found,) = refused(sqlite, folder)

    assert (found.file, found.line, found.field) == ("document.yaml", 3, "text_file")
    assert "not UTF-8" in found.message
