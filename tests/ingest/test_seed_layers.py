"""Loading in part, beside another document, and how far a document is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.database import Database
from app.ingest.seeding import seed
from tests.api_client import every, read, slugs
from tests.conftest import serving
from tests.ingest.willow import FILES, edit, write_files
from tests.ingest.writing import changed, records, refused


def test_document_only_leaves_out_what_the_sources_say(database: Database, folder: Path) -> None:
    report = seed(database, folder, document_only=True)

    assert "discrepancies" not in report.added
    with serving(database) as client:
        study = read(client, "studies/willow-in-adults")
        assert (study["basis"], study["year"]) == ("secondary_document", None)
        assert slugs(client, "claims", citation="gerard-1597") == set()


def test_the_second_layer_can_follow_the_document(database: Database, folder: Path) -> None:
    seed(database, folder, document_only=True)

    report = seed(database, folder)

    assert report.added == {"claims": 1, "discrepancies": 1}
    assert report.updated == ["study willow-in-adults"]
    with serving(database) as client:
        assert read(client, "studies/willow-in-adults")["basis"] == "abstract"


def test_document_only_is_refused_where_the_second_layer_is(
    database: Database, folder: Path
) -> None:
    seed(database, folder)

    (found,) = refused(database, folder, document_only=True)

    assert found.field == "--document-only"
    assert "willow-in-adults.abstract" in found.message


def test_another_document_loads_beside_the_first(ketamine: Database, folder: Path) -> None:
    before = records(ketamine)

    report = seed(ketamine, folder)

    assert report.added["documents"] == 1
    assert (report.updated, report.left_alone) == ([], [])
    assert changed(before, {name: records(ketamine)[name] for name in before}) == {}
    with serving(ketamine) as client:
        assert slugs(client, "documents") == {"ketamine-for-pain", "willow"}
        assert slugs(client, "claims", document="willow", modality="possible") == {"willow.itch"}


def test_terms_of_a_document_loaded_before_can_be_named(ketamine: Database, tmp_path: Path) -> None:
    names = ("text.txt", "document.yaml", "citations.yaml", "claims.yaml")
    files = {name: FILES[name].replace("willow-bark", "ketamine") for name in names}
    claims = files["claims.yaml"].replace("object: itch", "object: nausea")
    seed(ketamine, write_files(tmp_path / "more", {**files, "claims.yaml": claims}))

    with serving(ketamine) as client:
        assert "willow.itch" in slugs(client, "claims", treatment="ketamine", object="nausea")


def test_coverage_lists_what_no_passage_accounts_for(database: Database, folder: Path) -> None:
    (full,) = seed(database, folder, check=True).coverage
    assert (full.document, full.percent, full.gaps) == ("willow", 100, [])
    edit(folder, "claims.yaml", '["Willow bark may cause:", "Itch"]', '"Itch"')
    edit(folder, "document.yaml", 'boilerplate: ["Share this page."]\n', "")

    (report,) = seed(database, folder).coverage

    gaps = ["Willow bark may cause:", "Share this page."]
    assert report.gaps == gaps
    missing = len("".join(gaps).replace(" ", ""))
    text = "".join(FILES["text.txt"].split())
    assert report.characters == len(text)
    assert report.percent == pytest.approx(100 * (1 - missing / len(text)))


def test_what_was_loaded_is_served(database: Database, folder: Path) -> None:
    seed(database, folder)

    with serving(database) as client:
        assert read(client, "documents/willow")["text"] == FILES["text.txt"]
        (outcome,) = every(client, "outcomes", treatment="bark of willow")
    assert outcome["results"][0]["numerator"] == 8
