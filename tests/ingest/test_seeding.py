"""Loading a folder of seed files: once, again, and after an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.database import Database
from app.ingest.seeding import seed
from tests.api_client import read
from tests.conftest import KETAMINE, serving
from tests.factories import Evidence
from tests.ingest.willow import edit
from tests.ingest.writing import changed, places, records, refused, rows

ADULTS = "studies/adults.yaml"


def test_a_folder_is_loaded_in_one_change(database: Database, folder: Path) -> None:
    report = seed(database, folder)

    assert report.added == {
        "treatments": 1,
        "conditions": 1,
        "adverse-effects": 1,
        "outcome-measures": 1,
        "citations": 1,
        "documents": 1,
        "studies": 1,
        "outcomes": 1,
        "case-reports": 1,
        "claims": 5,
        "discrepancies": 1,
    }
    assert set(records(database).values()) == {(1, 1)}
    (change,) = rows(database)["changes"]
    assert {"seed", "seed willow"} <= set(change)
    assert rows(database)["revisions"] == []


def test_a_second_run_changes_nothing(database: Database, folder: Path) -> None:
    first = seed(database, folder)
    before = rows(database)

    report = seed(database, folder)

    assert (report.added, report.updated, report.left_alone) == ({}, [], [])
    assert report.unchanged == sum(first.added.values())
    assert rows(database) == before


@pytest.mark.parametrize("document_only", [False, True])
def test_a_second_run_over_the_ketamine_document_changes_nothing(
    database: Database, document_only: bool
) -> None:
    first = seed(database, KETAMINE, document_only=document_only)
    before = rows(database)

    report = seed(database, KETAMINE, document_only=document_only)

    assert report.unchanged == sum(first.added.values())
    assert rows(database) == before


def test_a_changed_line_updates_only_its_record(database: Database, folder: Path) -> None:
    seed(database, folder)
    before = records(database)
    edit(folder, "claims.yaml", "modality: possible", "modality: association")

    report = seed(database, folder)

    assert report.updated == ["claim willow.itch"]
    assert changed(before, records(database)) == {"claim willow.itch": (2, 2)}
    (revision,) = rows(database)["revisions"]
    assert any('"modality":"possible"' in str(value) for value in revision)


def test_a_part_that_changed_is_a_new_version_of_its_record(
    database: Database, folder: Path
) -> None:
    seed(database, folder)
    before = records(database)
    edit(folder, ADULTS, "numerator: 8", "numerator: 9")

    report = seed(database, folder)

    assert report.updated == ["outcome willow-in-adults.relief"]
    assert changed(before, records(database)) == {"outcome willow-in-adults.relief": (2, 2)}


def test_a_renamed_term_alters_the_cards_that_show_it_and_not_their_versions(
    database: Database, folder: Path
) -> None:
    seed(database, folder)
    before = records(database)
    edit(folder, "terms.yaml", "name: Willow bark", "name: Bark of the willow")

    report = seed(database, folder)

    assert report.updated == ["treatment willow-bark"]
    moved = changed(before, records(database))
    assert moved.pop("treatment willow-bark") == (2, 2)
    assert set(moved.values()) == {(1, 2)}
    assert {"study willow-in-adults", "case_report one-itch", "claim willow.itch"} <= set(moved)
    assert len(rows(database)["revisions"]) == len(moved) + 1


def test_a_quote_that_is_mended_moves_its_passage(database: Database, folder: Path) -> None:
    seed(database, folder)
    edit(folder, "claims.yaml", '"Headache came back."', '"Headache came back"')

    assert seed(database, folder).updated == ["claim willow.came-back"]
    with serving(database) as client:
        (passage,) = read(client, "claims/willow.came-back")["passages"]
    assert passage["exact"] == "Headache came back"


def test_a_record_that_somebody_else_edited_last_is_left_alone_and_named(
    database: Database, folder: Path
) -> None:
    seed(database, folder)
    condition = {"slug": "headache", "name": "Headache", "definition": "Pain of the head."}
    Evidence(database).condition(**condition)
    before = rows(database)
    edit(folder, "terms.yaml", "{name: Headache}", "{name: Cephalalgia}")

    report = seed(database, folder)

    assert report.left_alone == ["condition headache"]
    assert report.updated == []
    assert rows(database) == before


def test_edits_elsewhere_do_not_keep_the_seed_from_its_own_records(
    database: Database, folder: Path
) -> None:
    seed(database, folder)
    Evidence(database).condition("headache", name="Cephalalgia")
    edit(folder, "terms.yaml", "organ_system: skin", "organ_system: immune")

    report = seed(database, folder)

    assert (report.updated, report.left_alone) == (
        ["adverse_effect itch"],
        ["condition headache"],
    )


def test_a_check_tells_what_would_be_done_and_writes_nothing(
    database: Database, folder: Path
) -> None:
    before = rows(database)
    would = seed(database, folder, check=True)
    assert rows(database) == before

    did = seed(database, folder)
    assert would == did


def test_a_check_of_an_edit_writes_nothing(database: Database, folder: Path) -> None:
    seed(database, folder)
    before = rows(database)
    edit(folder, "claims.yaml", "modality: possible", "modality: association")

    assert seed(database, folder, check=True).updated == ["claim willow.itch"]
    assert rows(database) == before


def test_a_check_finds_what_loading_would_find(database: Database, folder: Path) -> None:
    line = edit(folder, "claims.yaml", '"Headache came back."', '"Headache went away."')

    assert places(refused(database, folder, check=True)) == [("claims.yaml", line)]


def test_two_documents_that_define_one_term_do_not_undo_each_other(
    database: Database, folder: Path, tmp_path: Path
) -> None:
    seed(database, folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "document.txt").write_text("Headache is common.\n")
    (other / "document.yaml").write_text(
        "document: other\ntitle: Other\nboilerplate: [Headache is common.]\n"
    )
    (other / "terms.yaml").write_text("conditions:\n  headache: {name: Sore head}\n")

    assert seed(database, other).left_alone == ["condition headache"]
    assert seed(database, folder).updated == []
