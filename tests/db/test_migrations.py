"""Migrations give exactly the schema that the models declare, on both engines, and take it away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, ForeignKeyConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from app.db import schema
from app.db.database import Database
from app.models import Base
from app.models.base import OneOf
from tests.conftest import Blank, Templates
from tests.db.schema_catalog import described

ROOT = Path(__file__).parents[2]
UPDATE = "UPDATE {} SET {} = 'nonsense'"
TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)


def _described(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        return described(connection)


def _alembic(database: Database, *arguments: str) -> str:
    address = database.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=ROOT,
        env={**os.environ, "EVIDENCE_DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_migrated_database_is_what_the_models_declare(blank: Blank) -> None:
    migrated, created = blank(), blank()
    schema.migrate(migrated)
    Base.metadata.create_all(created.engine)

    found, wanted = _described(migrated), _described(created)

    assert {part: len(each) for part, each in found.items()} == {
        part: len(each) for part, each in wanted.items()
    }
    for part, each in wanted.items():
        assert found[part] == each, part


def test_the_description_of_a_schema_misses_nothing(blank: Blank) -> None:
    created = blank()
    Base.metadata.create_all(created.engine)
    before = _described(created)
    differences = [
        "ALTER TABLE studies ADD COLUMN more integer",
        "DROP INDEX uq_citation_identifiers_scheme_value",
        """CREATE UNIQUE INDEX uq_citation_identifiers_scheme_value
        ON citation_identifiers (scheme, value) WHERE current""",
        "CREATE INDEX more ON studies (label)",
    ]

    seen = []
    for difference in differences:
        with created.engine.begin() as connection:
            connection.execute(text(difference))
        seen.append(_described(created))

    assert all(one != other for one, other in zip([before, *seen], seen, strict=False))


def test_downgrading_to_base_leaves_nothing(blank: Blank) -> None:
    database = blank()
    schema.migrate(database)

    schema.migrate(database, "base")

    assert not any(_described(database).values())


def test_migrating_twice_changes_nothing(blank: Blank) -> None:
    database = blank()
    schema.migrate(database)
    before = _described(database)

    schema.migrate(database)

    assert _described(database) == before


def test_down_and_up_again_is_the_same(blank: Blank) -> None:
    database = blank()
    schema.migrate(database)
    before = _described(database)

    schema.migrate(database, "base")
    schema.migrate(database)

    assert _described(database) == before


def test_alembic_itself_migrates_and_finds_nothing_to_add(blank: Blank) -> None:
    database = blank()

    _alembic(database, "upgrade", "head")
    _alembic(database, "upgrade", "head")

    assert "No new upgrade operations detected" in _alembic(database, "check")
    assert str(schema.newest_revision()) in _alembic(database, "current")
    _alembic(database, "downgrade", "base")


def test_every_column_says_what_it_means() -> None:
    silent = [
        str(column)
        for table in TABLES
        for column in table.columns
        if not (column.comment or "").strip()
    ]
    assert silent == []


def test_every_foreign_key_is_indexed() -> None:
    slow = []
    for table in TABLES:
        indexes = [tuple(table.primary_key.columns.keys())]
        indexes += [tuple(index.columns.keys()) for index in table.indexes]
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                key = tuple(constraint.column_keys)
                if not any(index[: len(key)] == key for index in indexes):
                    slow.append(f"{table.name}.{key}")
    assert slow == []


def _vocabulary_columns() -> Iterator[tuple[str, str, list[str]]]:
    for table in TABLES:
        for column in table.columns:
            if isinstance(column.type, OneOf):
                yield table.name, column.name, [word.value for word in column.type.vocabulary]


def test_every_vocabulary_column_has_a_check_of_its_words(database: Database) -> None:
    with database.read() as connection:
        found = {
            table.name: {
                check["name"]: str(check["sqltext"])
                for check in inspect(connection).get_check_constraints(table.name)
            }
            for table in TABLES
        }

    for table, column, words in _vocabulary_columns():
        check = found[table][f"ck_{table}_{column}_known"]
        assert sorted(check.split("'")[1::2]) == sorted(words), f"{table}.{column}"


def test_a_word_outside_its_vocabulary_is_refused(ketamine: Database) -> None:
    tried, let_in = 0, []
    with ketamine.engine.connect() as connection:
        for table, column, _ in _vocabulary_columns():
            if _has_rows(connection, table):
                tried += 1
                if not _refuses(connection, UPDATE.format(table, column)):
                    let_in.append(f"{table}.{column}")
        connection.rollback()

    assert let_in == []
    assert tried > 50


def _has_rows(connection: Connection, table: str) -> bool:
    return connection.execute(Base.metadata.tables[table].select().limit(1)).first() is not None


def _refuses(connection: Connection, statement: str) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE populations SET age_min = 10, age_max = 10",
        "UPDATE populations SET n = 3, females = 4",
        "UPDATE populations SET parent_id = id",
        "UPDATE results SET numerator = 2, denominator = 1",
        "UPDATE results SET percent = 101",
        "UPDATE results SET p = 1.5",
        "UPDATE results SET direction = 'better', direction_basis = NULL",
        "UPDATE results SET derived = true, derivation = NULL",
        "UPDATE adverse_event_counts SET affected = 2, at_risk = 1",
        "UPDATE adverse_event_counts SET affected = 0, at_risk = 0",
        "UPDATE adverse_event_counts SET position = 0, adverse_event_id = 1",
        "UPDATE adverse_events SET grade_low = 0",
        "UPDATE claims SET quote = NULL, summary = NULL",
        "UPDATE claim_facts SET study_id = 1, arm_id = 1",
        "UPDATE claim_facts SET claim_id = 999999",
        "UPDATE terms SET parent_id = id",
        "UPDATE terms SET organ_system = 'skin' WHERE kind = 'treatment'",
        "UPDATE documents SET sha256 = 'short'",
        "UPDATE studies SET slug = 'the-same'",
        "UPDATE case_events SET count = 0",
        "UPDATE arm_treatments SET dose_low = 2, dose_high = 1, dose_unit = 'mg'",
    ],
)
def test_rows_that_make_no_sense_are_refused(statement: str, nonsense: list[Database]) -> None:
    for database in nonsense:
        with database.engine.connect() as connection:
            assert _refuses(connection, statement), database.url.get_backend_name()
            connection.rollback()


@pytest.fixture(scope="module")
def nonsense(templates: dict[str, Templates]) -> Iterator[list[Database]]:
    """A ketamine database of each engine, in which nothing is committed."""
    with ExitStack() as stack:
        yield [stack.enter_context(each.opened("ketamine")) for each in templates.values()]
