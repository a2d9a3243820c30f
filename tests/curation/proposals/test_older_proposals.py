"""Proposals that wait while the program is replaced are still what their authors meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.db import schema
from app.db.database import Database
from tests.conftest import Blank
from tests.journal import older
from tests.storage import rows

PATIENT = "flashbacks-after-infusions"
PROPOSE = """INSERT INTO proposals (id, kind, slug, base_version, patch, reason, state, author,
created_at) VALUES (:id, :kind, :slug, :base_version, :patch, 'so', 'open', 'bob', '2026-01-01')"""


@pytest.fixture
def old(blank: Blank) -> Database:
    """A database that the program at schema 0001 left, one engine after the other."""
    database = blank()
    older.fill(database)
    return database


def migrated(old: Database, kind: str, base_version: int | None, patch: Any) -> Any:
    """The patch of an open proposal after the schema was migrated."""
    named = {"id": 99, "kind": kind, "slug": PATIENT, "base_version": base_version}
    with old.write() as session:
        session.execute(text("DELETE FROM proposals"))
        session.execute(text(PROPOSE), {**named, "patch": json.dumps(patch)})
    schema.migrate(old)
    [(found,)] = rows(old, "SELECT patch FROM proposals")
    return json.loads(found)


def test_ages_in_days_of_a_population_are_called_days(old: Database) -> None:
    people = [{"key": "a", "age_min": 10, "age_max": None}, {"key": "b", "ages": "8..9"}]
    both = {"key": "c", "age_min": 1, "ages": "8..9"}

    found = migrated(old, "study", 1, {"label": "S", "populations": [*people, both]})

    assert found == {
        "label": "S",
        "populations": [
            {"key": "a", "age_min_days": 10, "age_end_days": None},
            {"key": "b", "ages": "8..9"},
            {"key": "c", "ages": "8..9"},
        ],
    }


def test_one_end_of_a_patients_ages_keeps_the_other(old: Database) -> None:
    with old.write() as session:
        query = f"UPDATE case_reports SET age_min = 10, age_max = 90 WHERE slug = '{PATIENT}'"  # noqa: S608
        session.execute(text(query))

    found = migrated(old, "case_report", 1, {"age_min": 20, "sex": "female"})

    assert found == {"sex": "female", "ages": None, "age_min_days": 20, "age_end_days": 90}


def test_a_new_case_and_other_kinds_have_what_they_had(old: Database) -> None:
    new = {"label": "C", "age_max": 99}

    assert migrated(old, "case_report", None, new) == {"label": "C", "age_end_days": 99}
