"""What is wrong in seed files is named with file, line and field, and nothing is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.db.database import Database
from app.ingest.seeding import SeedError, seed
from tests.ingest.willow import FILES, edit, write_files
from tests.ingest.writing import only, places, refused

ADULTS = "studies/adults.yaml"
CASE = "case_reports/itch.yaml"


def test_two_records_with_one_slug_are_refused(sqlite: Database, folder: Path) -> None:
    write_files(folder, {"studies/willow.yaml": FILES[ADULTS].replace("-in-adults", "", 1)})
    line = edit(folder, "studies/willow.yaml", "  design:\n", "  came-back:\n") + 1
    text = (folder / "studies/willow.yaml").read_text().replace("design", "came-back")
    (folder / "studies/willow.yaml").write_text(text)

    (found,) = refused(sqlite, folder)

    assert (found.file, found.field) in {
        ("studies/willow.yaml", "willow.came-back"),
        ("claims.yaml", "willow.came-back"),
    }
    assert found.file == "claims.yaml" or found.line == line
    assert found.message == "this slug is taken by another record"


def test_a_repeated_key_names_both_lines(sqlite: Database, folder: Path) -> None:
    line = edit(folder, ADULTS, "    n: 20\n", "    n: 20\n    n: 21\n")

    (found,) = refused(sqlite, folder)

    assert (found.file, found.line, found.field) == (ADULTS, line + 1, "n")
    assert found.message == f"stands here and on line {line}: keep one"


def test_an_unknown_term_is_answered_with_the_nearest(database: Database, folder: Path) -> None:
    found = only(database, folder, "claims.yaml", "    object: itch", "    object: ihtc")

    assert (found.field, found.suggestion) == ("willow.itch.object", "itch")
    assert found.message == "no term 'ihtc'"


def test_a_term_of_another_kind_is_not_a_condition(database: Database, folder: Path) -> None:
    found = only(database, folder, ADULTS, "[headache]", "[itch]")

    assert found.message == "no condition 'itch'"


def test_a_dangling_claim_name_is_answered_with_the_nearest(
    database: Database, folder: Path
) -> None:
    found = only(database, folder, ADULTS, "        says: went", "        says: wnt")

    assert found.field == "willow-in-adults.relief.results.0.says.0"
    assert found.suggestion == "willow-in-adults.went"


@pytest.mark.parametrize("side", ["group", "reference"])
def test_a_group_that_the_study_does_not_have_is_named(
    database: Database, folder: Path, side: str
) -> None:
    line = edit(
        folder, ADULTS, "        group: bark\n", "        group: bark\n        reference: bark\n"
    )
    edit(folder, ADULTS, f"        {side}: bark\n", f"        {side}: brak\n")

    (found,) = refused(database, folder)

    assert (found.file, found.line) == (ADULTS, line + (side == "reference"))
    assert found.field == f"willow-in-adults.relief.results.0.{side}"
    assert found.suggestion == "bark"
    assert found.message == "the study has no 'brak' among its groups"


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "meant"),
    [
        ("claims.yaml", ": possible", ": posible", "willow.itch.modality", "possible"),
        ("terms.yaml", "higher", "hihger", "relief.better", "higher"),
        ("terms.yaml", ": skin", ": vasculr", "itch.organ_system", "vascular"),
        (ADULTS, "_group: adult", "_group: adlut", "populations.0.age_group", "adult"),
        (ADULTS, ": single group", ": singel group", "results.0.contrast", "single_group"),
    ],
)
def test_a_word_outside_a_vocabulary_is_answered_with_the_nearest(
    sqlite: Database, folder: Path, name: str, old: str, new: str, field: str, meant: str
) -> None:
    found = only(sqlite, folder, name, old, new)

    assert found.field.endswith(field)
    assert found.suggestion == meant
    assert f"'{meant}'" in found.message


@pytest.mark.parametrize(
    ("name", "old", "new", "meant"),
    [
        ("claims.yaml", "    modality:", "    modalty:", "modality"),
        (ADULTS, "    age_group:", "    age_gruop:", "age_group"),
        (ADULTS, "        numerator:", "        numeratr:", "numerator"),
        (ADULTS, "outcomes:", "outcoms:", "outcomes"),
    ],
)
def test_an_unknown_field_is_answered_with_the_nearest_of_its_part(
    sqlite: Database, folder: Path, name: str, old: str, new: str, meant: str
) -> None:
    edit(folder, name, old, new)

    found = [each for each in refused(sqlite, folder) if each.message == "there is no such field"]

    assert [(each.file, each.suggestion) for each in found] == [(name, meant)]
    assert found[0].field.endswith(new.strip(" :"))


def test_an_unknown_section_is_answered_with_the_nearest(sqlite: Database, folder: Path) -> None:
    write_files(folder, {"more.yaml": "treatmens: {}\n\nclams: {}\n"})

    found = refused(sqlite, folder)

    assert places(found) == [("more.yaml", 1), ("more.yaml", 3)]
    assert [each.suggestion for each in found] == ["treatments", "claims"]


def test_files_that_contradict_one_another_are_both_named(sqlite: Database, folder: Path) -> None:
    more = "year: 1597\nenrollment: 21\nlabel: Willow"
    line = edit(folder, "sources/adults.yaml", "year: 1597", more)

    found = refused(sqlite, folder)

    assert places(found) == [("sources/adults.yaml", line + 1), ("sources/adults.yaml", line + 2)]
    assert found[0].field == "studies.willow-in-adults.enrollment"
    assert found[0].message == f"says otherwise than {ADULTS}:3: give it one value"


def test_a_result_that_tells_nothing_is_refused(sqlite: Database, folder: Path) -> None:
    edit(folder, ADULTS, "        numerator: 8\n        denominator: 20\n", "")

    (found,) = refused(sqlite, folder)

    assert (found.file, found.field) == (ADULTS, "willow-in-adults.relief.results.0")
    assert found.message == "result 0 has no number, direction or conclusion"


@pytest.mark.parametrize(
    ("name", "says", "field"),
    [
        (ADULTS, "    conditions: [headache]\n    says: design\n", "populations.0"),
        (ADULTS, "    metric: event\n    says: went\n", "relief"),
        (ADULTS, "        denominator: 20\n        says: went\n", "results.0"),
        (CASE, "says: [itch]\n", "one-itch"),
        (CASE, "term: itch, says: itch", "events.1"),
    ],
)
def test_a_fact_without_a_claim_is_refused_at_its_place(
    sqlite: Database, folder: Path, name: str, says: str, field: str
) -> None:
    line = edit(folder, name, says, says[: says.index("says")].rstrip(" ,"))

    (found,) = refused(sqlite, folder)

    assert found.file == name
    assert 0 < found.line <= line
    assert found.field.endswith(field)
    assert found.message == "no claim supports it: name one with says"


def test_a_folder_without_seed_files_is_refused(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    for folder in (tmp_path / "empty", tmp_path / "absent"):
        with pytest.raises(SeedError):
            seed(sqlite, folder)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("n: " + "9" * 5_000, "'99999999999999999999' cannot be read as int: quote it"),
        ("n: !!int many", "'many' cannot be read as int: quote it"),
        ("? [n]\n    : 20", "a name is one word, not a list or a mapping"),
        ("? {n: 1}\n    : 20", "a name is one word, not a list or a mapping"),
        ("n: *many", "not YAML: aliases are not read: write it out"),
        ("n: " + "[" * 1_000, "nested too deeply"),
    ],
    ids=["digits", "tag", "list", "mapping", "alias", "depth"],
)
def test_yaml_that_would_explode_is_refused_at_its_place(
    sqlite: Database, folder: Path, written: str, message: str
) -> None:
    edit(folder, ADULTS, "    n: 20\n", f"    {written}\n")

    (found,) = refused(sqlite, folder)

    assert (found.file, found.message) == (ADULTS, message)
