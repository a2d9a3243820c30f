"""The command line: what each command says, and how it ends."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db import schema
from app.db.database import Database
from tests.commands import address_of, invoke, run
from tests.conftest import KETAMINE, Blank
from tests.storage import everything, rows


@pytest.fixture
def seed_folder(tmp_path: Path) -> Path:
    """A copy of the ketamine document, to break."""
    return shutil.copytree(KETAMINE, tmp_path / "ketamine")


def test_migrate_seed_and_verify_are_all_it_takes(blank: Blank) -> None:
    database = blank()
    url = address_of(database)

    migrated, seeded, verified = (run(each, url=url) for each in ("migrate", "seed", "verify"))

    assert migrated.stdout.startswith("schema at head: ")
    assert "coverage of ketamine-for-pain: 100.0 %" in seeded.stdout
    assert verified.stdout.startswith("verified: every card")
    assert [each.returncode for each in (migrated, seeded, verified)] == [0, 0, 0]


def test_a_second_seed_changes_nothing(ketamine: Database) -> None:
    before = everything(ketamine)

    again = invoke("seed", url=address_of(ketamine))

    assert again.returncode == 0
    assert again.stdout.startswith("added: nothing\nupdated: 0\n")
    assert everything(ketamine) == before


def test_migrate_goes_down_as_well(blank: Blank) -> None:
    database = blank()
    invoke("migrate", url=address_of(database))

    down = invoke("migrate", "base", url=address_of(database))

    assert down.returncode == 0
    with database.read() as connection:
        assert schema.current_revision(connection) is None


def test_migrate_makes_the_folder_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there yet" / "evidence.db"

    assert invoke("migrate", url=f"sqlite:///{path}").returncode == 0
    assert path.exists()


def test_migrate_refuses_a_revision_that_is_none(database: Database) -> None:
    refused = invoke("migrate", "nonsense", url=address_of(database))

    assert refused.returncode == 1
    assert "nonsense" in refused.stderr


def test_a_check_without_a_database_validates_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "none.db"

    checked = invoke("seed", "--check", url=f"sqlite:///{path}")

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("would add: ")
    assert "coverage of ketamine-for-pain: 100.0 %" in checked.stdout
    assert not path.exists()


def test_a_check_writes_nothing(database: Database) -> None:
    before = everything(database)

    checked = invoke("seed", "--check", url=address_of(database))

    assert checked.stdout.startswith("would add: ")
    assert everything(database) == before


def test_broken_seed_files_are_told_with_file_and_line(
    database: Database, seed_folder: Path
) -> None:
    claims = seed_folder / "claims.yaml"
    claims.write_text(claims.read_text().replace("quote:", "qoute:", 1))
    before = everything(database)

    broken = invoke("seed", str(seed_folder), url=address_of(database))

    assert broken.returncode == 1
    assert "claims.yaml:" in broken.stderr
    assert "nothing was loaded." in broken.stderr
    assert everything(database) == before


def test_a_folder_that_is_not_there_is_told(database: Database) -> None:
    lost = invoke("seed", "no/such/folder", url=address_of(database))

    assert lost.returncode == 1
    assert "no such folder" in lost.stderr


@pytest.mark.parametrize("command", ["seed", "verify"])
def test_a_database_without_a_schema_is_told(blank: Blank, command: str) -> None:
    database = blank()
    rows(database, "SELECT 1")

    refused = invoke(command, url=address_of(database))

    assert refused.returncode == 1
    assert "has `migrate` been run?" in refused.stderr


def test_verify_names_the_stale_card_and_ends_with_1(blank: Blank) -> None:
    database = blank()
    invoke("migrate", url=address_of(database))
    invoke("seed", url=address_of(database))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE terms SET card = '{}' WHERE slug = 'ketamine'"))

    found = invoke("verify", url=address_of(database))

    assert found.returncode == 1
    assert found.stderr == "treatment ketamine: its card is stale\n1 not as they should be.\n"


WRONG = (
    ("nonsense", "EVIDENCE_DATABASE_URL: "),
    ("mysql://host/name", "EVIDENCE_DATABASE_URL: "),
    ("postgresql://host:port/name", "EVIDENCE_DATABASE_URL: "),
    ("sqlite:///no/such/folder/evidence.db", "unable to open database file"),
    ("sqlite:////dev/null/evidence.db", "/dev/null/evidence.db"),
    ("postgresql://ada:secret@127.0.0.1:1/evidence", "onnection"),
)


@pytest.mark.parametrize(("url", "said"), WRONG)
@pytest.mark.parametrize("command", ["seed", "verify"])
def test_a_wrong_address_is_told_in_a_sentence(command: str, url: str, said: str) -> None:
    refused = invoke(command, url=url)

    assert refused.returncode == 1
    assert said in refused.stderr
    assert "secret" not in refused.stderr
    assert len(refused.stderr) < 1000


@pytest.mark.parametrize("url", ["sqlite:////dev/null/evidence.db", "nonsense"])
def test_what_cannot_be_migrated_is_told_in_a_sentence(url: str) -> None:
    refused = invoke("migrate", url=url)

    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) <= 2


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes.\n" * 100)

    refused = invoke("verify", url=f"sqlite:///{path}")

    assert refused.returncode == 1
    assert "file is not a database" in refused.stderr


def test_a_setting_that_makes_no_sense_is_named() -> None:
    refused = invoke("verify", pool_size="many")

    assert refused.returncode == 1
    assert refused.stderr.startswith("EVIDENCE_POOL_SIZE: ")


def test_health_ends_with_1_when_nobody_answers() -> None:
    refused = invoke("health", port=1)

    assert refused.returncode == 1
    assert refused.stderr.startswith("no answer: ")


def test_help_names_every_command() -> None:
    shown = run("--help").stdout

    assert all(name in shown for name in ("migrate", "seed", "serve", "verify", "health"))
