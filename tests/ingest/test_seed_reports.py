"""All that is wrong is told at once; and how YAML is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.database import Database
from app.ingest.seeding import SeedError, seed
from app.ingest.seeding.yaml_nodes import read_yaml, to_python
from tests.api_client import read
from tests.conftest import serving
from tests.ingest.willow import edit, write_files
from tests.ingest.writing import places, refused

ADULTS = "studies/adults.yaml"


def written(tmp_path: Path, text: str) -> object:
    """A YAML file as plain values."""
    write_files(tmp_path, {"some.yaml": text})
    return to_python(read_yaml(tmp_path / "some.yaml", "some.yaml"))


def test_all_files_that_cannot_be_read_are_told_at_once(sqlite: Database, folder: Path) -> None:
    edit(folder, "terms.yaml", "{name: Headache}", "{name: Headache")
    edit(folder, ADULTS, "enrollment: 20\n", "enrollment: 20\nenrollment: 20\n")
    edit(folder, "document.yaml", "title: Willow bark", "title: [Willow bark")
    write_files(folder, {"more.yaml": "- a list\n", "void.yaml": ""})

    assert {each.file for each in refused(sqlite, folder)} == {
        "terms.yaml",
        ADULTS,
        "document.yaml",
        "more.yaml",
        "void.yaml",
    }


def test_all_values_that_make_no_sense_are_told_at_once(sqlite: Database, folder: Path) -> None:
    edits = [
        ("claims.yaml", ": possible", ": posible"),
        ("terms.yaml", ": skin", ": skni"),
        (ADULTS, ": single group", ": singel group"),
        (ADULTS, "    n: 20\n", "    n: many\n"),
        ("case_reports/itch.yaml", "country: NO", "country: Norway"),
        ("sources/discrepancies.yaml", "location: title", "loaction: title"),
    ]
    expected = {(name, edit(folder, name, old, new)) for name, old, new in edits}

    found = refused(sqlite, folder)

    assert set(places(found)) == expected
    assert len(found) == len(expected)


def test_all_names_and_quotes_that_are_not_found_are_told_at_once(
    database: Database, folder: Path
) -> None:
    seed(database, folder)
    edits = [
        ("claims.yaml", '"Headache came back."', '"Headache came bakc."'),
        ("claims.yaml", "    object: itch", "    object: ihtc"),
        (ADULTS, "[headache]", "[headahce]"),
        (ADULTS, "[{treatment: willow-bark}]", "[{treatment: wilow-bark}]"),
        (ADULTS, "    metric: event\n    says: went", "    metric: event\n    says: wnt"),
        ("sources/discrepancies.yaml", "willow.came-back", "willow.came-bak"),
    ]
    lines = [edit(folder, name, old, new) for name, old, new in edits]
    expected = {(name, line) for (name, *_), line in zip(edits, lines, strict=True)}
    expected -= {(ADULTS, lines[4])}
    expected |= {(ADULTS, lines[4] + 1)}  # says stands on the second line of its edit

    found = refused(database, folder)

    assert set(places(found)) == expected
    assert len(found) == len(expected)


def test_the_error_reads_as_one_line_a_problem(sqlite: Database, folder: Path) -> None:
    line = edit(folder, "claims.yaml", ": possible", ": posible")

    with pytest.raises(SeedError) as caught:
        seed(sqlite, folder)

    sentence = str(caught.value)
    assert sentence.startswith(f"claims.yaml:{line}: willow.itch.modality: ")
    assert sentence.endswith("(did you mean 'possible'?)")


def test_no_stays_text(database: Database, folder: Path) -> None:
    seed(database, folder)

    with serving(database) as client:
        exposure, _ = read(client, "case-reports/one-itch")["events"]
    assert exposure["country"] == "NO"


def test_only_null_true_false_and_numbers_are_resolved(tmp_path: Path) -> None:
    text = (
        "a: [NO, no, Yes, off, y, True, NULL, 2009-01-01, 1e3, 0x10, 1_000, .5, 12:30, '1']\n"
        "b: [true, false, null, ~, 12, -3, 007, 1.5, -0.25]\n"
        "c:\n"
    )

    words = ["NO", "no", "Yes", "off", "y", "True", "NULL", "2009-01-01", "1e3", "0x10"]
    assert written(tmp_path, text) == {
        "a": [*words, "1_000", ".5", "12:30", "1"],
        "b": [True, False, None, None, 12, -3, 7, 1.5, -0.25],
        "c": None,
    }


def test_keys_are_words_whatever_they_look_like(tmp_path: Path) -> None:
    assert written(tmp_path, "1: a\nno: b\nnull: c\n") == {"1": "a", "no": "b", "null": "c"}


def test_a_file_that_is_not_utf_8_is_refused(sqlite: Database, folder: Path) -> None:
    (folder / "more.yaml").write_bytes("treatments: {a: {name: Süß}}".encode("latin-1"))

    (found,) = refused(sqlite, folder)

    assert found.file == "more.yaml"
    assert found.message.startswith("not UTF-8")


def test_a_yaml_tag_makes_no_object(sqlite: Database, folder: Path) -> None:
    write_files(folder, {"more.yaml": "treatments:\n  a: !!python/object/apply:os.getcwd []\n"})

    (found,) = refused(sqlite, folder)

    assert (found.file, found.field) == ("more.yaml", "a.name")
