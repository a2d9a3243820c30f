"""Plans: what was is found by indexes, however much was superseded since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, insert, select, text

from app.db.database import Database
from app.models import Change, Citation, Revision
from app.records.citations.card import CITATION
from tests.conftest import ENGINES, Templates, serving
from tests.factories import Evidence
from tests.storage import edit

MANY = 4000
TABLES = ("citations", "revisions")
ASKED = (
    "citations/paper?as_of={at}",
    "citations?as_of={at}",
    "citations?as_of={at}&sort=slug",
    "citations/paper/revisions",
    "citations/paper/revisions/1",
    "citations/paper/difference",
)


@pytest.fixture(scope="module", params=ENGINES)
def past(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[Any]:
    """A paper that was edited since, and thousands that stood then, each edited before that.

    Gives a client, the database, and the moment.
    """
    made = templates[request.param]
    address = made.copy("empty")
    database = Database(address)
    Evidence(database).citation(slug="paper", year=1990)
    with database.read() as connection:
        moment = connection.execute(select(Change.at)).scalars().all()[-1]
    edit(database, CITATION, "paper", title="Edited")
    with database.write() as session:
        for model, own, then in (
            (Citation, "id", {"stamp": 1}),
            (Revision, "record_id", {"from_change": -1, "to_change": 0}),
        ):
            table: Any = model.__table__
            row = {**session.execute(select(table)).mappings().one(), **then}
            row.pop("year_key", None)
            copies = [{**row, own: row[own] + each} for each in range(1, MANY)]
            named = [{**copy, "slug": f"paper-{copy[own]}"} for copy in copies]
            session.connection().execute(insert(table), named if "slug" in row else copies)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    with serving(database) as client:
        yield client, database, moment
    database.close()
    made.drop(address)


@pytest.mark.parametrize("asked", ASKED)
def test_no_table_has_to_be_read_as_a_whole(
    past: tuple[TestClient, Database, str], asked: str
) -> None:
    client, database, moment = past
    statements: list[tuple[str, Any]] = []

    def keep(*given: Any) -> None:
        statements.append((given[2], given[3]))

    event.listen(database.engine, "before_cursor_execute", keep)
    reply = client.get(f"/v1/{asked.format(at=moment)}")
    event.remove(database.engine, "before_cursor_execute", keep)

    assert reply.status_code == 200, reply.text
    read = [each for each in statements if each[0].startswith("SELECT") and "FROM" in each[0]]
    assert read
    assert [(told, each[0]) for each in read for told in scans(database, *each)] == []


def scans(database: Database, statement: str, parameters: Any) -> list[str]:
    """Where a plan reads all of a table without an index."""
    with database.read() as connection:
        if database.sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3].split() for row in plan]
            return [
                " ".join(each)
                for each in steps
                if each[0] == "SCAN" and each[1] in TABLES and "INDEX" not in each
            ]
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # small tables are read whole
        written = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        plan_: Any = written.scalar_one()
        return list(whole(json.loads(plan_) if isinstance(plan_, str) else plan_))


def whole(plan: Any) -> Iterator[str]:
    """The tables that a plan of PostgreSQL reads as a whole."""
    waiting = [each["Plan"] for each in plan]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in TABLES:
            yield str(node["Relation Name"])
