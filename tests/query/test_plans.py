"""Plans: pages are read from an index in their order, however many studies there are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Table, event, func, insert, select, text

from app.db.database import Database
from app.models import Study, StudyConditionPage, StudyTreatmentPage
from app.query import totals
from tests.conftest import ENGINES, Templates, serving
from tests.factories import Evidence

STUDIES = 4000
PAGED = ("studies", "study_condition_pages", "study_treatment_pages")
PAGE_AND_ONE = 51
QUESTIONS: dict[str, dict[str, str]] = {
    "default order": {},
    "oldest first": {"sort": "year"},
    "age": {"age": "6..12"},
    "age group": {"age_group": "child"},
    "condition": {"condition": "gout"},
    "condition, age group and sex": {"condition": "gout", "age_group": "child", "sex": "female"},
    "not a condition": {"condition.not": "pain", "age_group": "child"},
    "treatment": {"treatment": "ketamine"},
    "treatment and study type": {"treatment": "ketamine", "study_type": "interventional"},
    "condition and treatment": {"condition": "gout", "treatment": "ketamine"},
}


@dataclass
class Explained:
    """A client whose statements are kept, and the connection to explain them with."""

    client: TestClient
    database: Database
    kept: list[tuple[str, Any]] = field(default_factory=list)

    def page(self, path: str = "studies", **asked: str) -> tuple[dict[str, Any], tuple[str, Any]]:
        """A page, and the statement that read its rows."""
        self.kept.clear()
        reply = self.client.get(f"/v1/{path}", params=asked)
        assert reply.status_code == 200, reply.text
        rows = f"SELECT {path.replace('-', '_')}.card"
        pages = [each for each in self.kept if each[0].startswith(rows)]
        assert len(pages) == 1
        return dict(reply.json()), pages[0]


@pytest.fixture(scope="module", params=ENGINES)
def explained(
    request: pytest.FixtureRequest, templates: dict[str, Templates]
) -> Iterator[Explained]:
    """Some thousand studies, all alike but for the year; every second has a gouty girl in it."""
    made = templates[request.param]
    address = made.copy("empty")
    database = Database(address)
    evidence = Evidence(database)
    evidence.condition("gout")
    evidence.condition("pain")
    evidence.treatment("ketamine")
    evidence.treatment("esketamine")
    girls = {"key": "girls", "sex": "female", "ages": "6..12", "conditions": ["gout"]}
    arms = [{"key": "arm", "treatments": [{"treatment": "ketamine"}]}]
    evidence.study(populations=[girls], arms=arms, study_type="interventional", year=2000)
    evidence.study(year=2000)
    with database.write() as session:
        multiply(session.connection())
    with database.engine.connect() as connection:
        # as PostgreSQL does by itself in its own time, after which it may choose otherwise
        learn = text("ANALYZE" if database.sqlite else "VACUUM ANALYZE")
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(learn)
    with serving(database) as client:
        found = Explained(client, database)
        engine = client.app.state.database.engine  # type: ignore[attr-defined] # it is FastAPI
        event.listen(engine, "before_cursor_execute", keep_in(found.kept))
        yield found
    database.close()
    made.drop(address)


def keep_in(kept: list[tuple[str, Any]]) -> Any:
    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        kept.append((statement, parameters))

    return keep


def multiply(connection: Connection) -> None:
    """Copy the two studies and their page rows, with other years."""
    for model in (Study, StudyConditionPage, StudyTreatmentPage):
        table = model.__table__
        assert isinstance(table, Table)
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        copies = [copied(row, at) for row in rows for at in range(1, STUDIES // 2)]
        connection.execute(insert(table), copies)


def copied(row: dict[str, Any], at: int) -> dict[str, Any]:
    year = 1980 + at % 45
    if "study_id" in row:
        return {**row, "study_id": row["study_id"] + 2 * at, "year_key": year}
    rest = {name: value for name, value in row.items() if name != "year_key"}
    return {**rest, "id": row["id"] + 2 * at, "slug": f"copy-{row['id']}-{at}", "year": year}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_page_is_read_from_an_index_in_order(explained: Explained, name: str) -> None:
    first, statement = explained.page(**QUESTIONS[name])
    assert first["next"], "there have to be several pages"
    assert troubles(explained.database, statement) == []

    _, statement = explained.page(**QUESTIONS[name], cursor=first["next"])
    assert troubles(explained.database, statement) == []


@pytest.mark.parametrize("path", ["outcomes", "adverse-events", "case-reports"])
def test_what_studies_of_a_treatment_found_is_read_from_the_few_that_gave_it(
    explained: Explained, path: str
) -> None:
    _, statement = explained.page(path, treatment="esketamine")

    assert troubles(explained.database, statement) == []


@pytest.mark.parametrize("path", ["outcomes", "adverse-events"])
def test_what_studies_found_is_counted_a_study_at_a_time(explained: Explained, path: str) -> None:
    """PostgreSQL went through all counts of harms for each population when it chose the order."""
    explained.page(path, age_group="child")

    walks = {each for each, _ in explained.kept if "AS grade" in each}  # as far as is needed
    (statement,) = walks
    # SQLite's planner begins where the index does.
    assert statement.count("JOIN LATERAL") == (0 if explained.database.sqlite else 1)


def test_the_studies_are_many_enough_to_matter(explained: Explained) -> None:
    with explained.database.read() as connection:
        number = connection.execute(select(func.count()).select_from(Study)).scalar_one()

    assert number == STUDIES


def troubles(database: Database, statement: tuple[str, Any]) -> list[str]:
    """What is bad about the plan of a statement: rows read in vain, or sorted."""
    with database.read() as connection:
        if database.sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement[0]}", statement[1])
            return list(sqlite_troubles(plan.all()))
        written = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement[0]}", statement[1])
        plan_ = written.scalar_one()
        return list(postgresql_troubles(json.loads(plan_) if isinstance(plan_, str) else plan_))


def sqlite_troubles(plan: Sequence[Any]) -> Iterator[str]:
    """Whole tables read out of order, and sorts of anything but a page's own rows."""
    leading: dict[int, str] = {}  # for each step, what is read first in it
    for _, parent, _, detail in plan:
        words = detail.split()
        if words[0] in {"SCAN", "SEARCH"}:
            leading.setdefault(parent, words[1])
        if words[0] == "SCAN" and words[1] in PAGED and "INDEX" not in words:
            yield detail
        streams = detail.endswith(("FOR DISTINCT", "FOR RIGHT PART OF ORDER BY"))
        if "TEMP B-TREE" in detail and not streams and leading.get(parent) in PAGED:
            yield f"{detail} of {leading[parent]}"


def postgresql_troubles(plan: Any) -> Iterator[str]:
    waiting = [each["Plan"] for each in plan]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        kind = node["Node Type"]
        if kind in {"Seq Scan", "Bitmap Heap Scan"} and node["Relation Name"] in PAGED:
            yield f"{kind} of {node['Relation Name']}"
        if kind == "Sort" and node["Plan Rows"] > 2 * PAGE_AND_ONE:
            yield f"Sort of {node['Plan Rows']} rows by {node['Sort Key']}"
        if node.get("Strategy") == "Hashed":
            yield f"Hash of {node['Plan Rows']} rows"


def test_what_is_not_counted_to_the_end_is_at_least_as_many(explained: Explained) -> None:
    capped, exact = {"value": 1000, "relation": "gte"}, {"value": 0, "relation": "eq"}
    unknown = {"value": 0, "relation": "gte"}

    page, _ = explained.page(sex="female")
    assert page["matches"] == {
        "definite": {"within": capped, "overlapping": exact},
        "possible": capped,
        "excluded": unknown,
        "partly": [],
        "missing": {},
    }
    page, _ = explained.page(age="5..7")
    assert page["matches"]["definite"] == {"within": exact, "overlapping": capped}
    assert len(set(page["matches"]["partly"])) == len(page["items"])  # cards are copies
    page, _ = explained.page(**{"sex": "male", "sex.missing": "false"})
    assert page["matches"] == {
        "definite": {"within": exact, "overlapping": exact},
        "possible": exact,
        "excluded": capped,
        "partly": [],
        "missing": {},
    }


def test_a_walk_that_ends_early_says_at_least_of_every_class(explained: Explained) -> None:
    """More are on the list than are counted, so that nobody looks at the others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totals, "FIRST_WALK", 2_500)
        page, _ = explained.page(sex="female")

    definite = page["matches"]["definite"]
    assert page["total"] == {"value": 1000, "relation": "gte"}
    assert {each["relation"] for each in (*definite.values(), page["matches"]["possible"])} == {
        "gte"
    }
