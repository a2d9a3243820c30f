"""Plans of lists and profiles of what studies found, on a SQLite that has no statistics.

Without them its planner does not look at the data, so that a small database tells of a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.db.database import Database
from tests.conftest import Templates, serving
from tests.query.test_plans import keep_in

ALL_PEOPLE_FIRST = "SEARCH study_condition_pages USING PRIMARY KEY (term_id=?)"
PEOPLE_OF_A_STUDY = "SEARCH study_condition_pages USING INDEX ix_study_condition_pages_study_id"
BY_YEAR = "studies USING INDEX ix_studies_year_key_id_status"
Kept = list[tuple[str, Any]]


class Explained:
    """What a request runs, and how each statement is carried out."""

    def __init__(self, client: TestClient, database: Database, kept: Kept) -> None:
        self.client, self.database, self.kept = client, database, kept

    def plans(self, path: str, marked: str, **asked: str) -> list[list[str]]:
        """The plans of the statements of a request in which some words stand."""
        self.kept.clear()
        reply = self.client.get(f"/v1/{path}", params=asked)
        assert reply.status_code == 200, reply.text
        found = [each for each in self.kept if marked in each[0]]
        assert found, f"no statement has {marked}"
        with self.database.read() as connection:
            return [
                [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
                for text, values in found
            ]


@pytest.fixture
def explained(templates: dict[str, Templates]) -> Iterator[Explained]:
    kept: Kept = []
    with templates["sqlite"].opened("ketamine") as database, serving(database) as client:
        engine = client.app.state.database.engine  # type: ignore[attr-defined] # it is FastAPI
        event.listen(engine, "before_cursor_execute", keep_in(kept))
        yield Explained(client, database, kept)


@pytest.mark.parametrize("path", ["adverse-events", "outcomes"])
def test_the_people_of_a_page_are_looked_up_from_its_records(
    explained: Explained, path: str
) -> None:
    for plan in explained.plans(path, " AS fact", age_group="child", match="any"):
        assert ALL_PEOPLE_FIRST not in plan
        assert any(PEOPLE_OF_A_STUDY in step for step in plan)


def test_the_people_of_a_harm_profile_are_looked_up_from_what_was_counted(
    explained: Explained,
) -> None:
    asked = {"treatment": "ketamine", "age_group": "child", "match": "any"}
    plans = explained.plans("adverse-effects", "study_condition_pages", **asked)

    assert [plan for plan in plans if ALL_PEOPLE_FIRST in plan] == []


@pytest.mark.parametrize("path", ["adverse-events", "outcomes"])
@pytest.mark.parametrize(
    "asked", [{}, {"study_type": "interventional"}, {"basis": "abstract"}], ids=str
)
def test_what_studies_found_is_read_newest_study_first(
    explained: Explained, path: str, asked: dict[str, str]
) -> None:
    (plan,) = explained.plans(path, f"SELECT {path.replace('-', '_')}.card", **asked)

    steps = [each for each in plan if each.startswith(("SCAN", "SEARCH"))]
    assert BY_YEAR in steps[0]


@pytest.mark.parametrize("path", ["studies", "outcomes", "adverse-events"])
def test_all_records_are_counted_without_reading_their_cards(
    explained: Explained, path: str
) -> None:
    (plan,) = explained.plans(path, "SELECT (SELECT count(*)")

    assert any(f"SCAN {path.replace('-', '_')} USING COVERING INDEX" in step for step in plan)
