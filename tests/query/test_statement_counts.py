"""How many SQL statements an address costs: few, and as many for a thousand rows as for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.db.database import Database
from app.query.routes import Resource
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.catalogue import RESOURCES
from tests.factories import Evidence

EVERY = [pytest.param(each, id=each.listing.kind.path) for each in RESOURCES]
TERMS_AND_PAGE_AND_TOTAL = 3
RECORD = 10


@contextmanager
def counted(client: TestClient) -> Iterator[list[str]]:
    """The statements that the application's engine runs, transactions aside."""
    assert isinstance(client.app, FastAPI)
    database: Database = client.app.state.database
    engine, statements = database.engine, []

    def count(*arguments: Any) -> None:
        if arguments[2].split()[0] not in {"BEGIN", "COMMIT", "ROLLBACK", "SET", "PRAGMA"}:
            statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)


def cost(client: TestClient, path: str) -> int:
    """How many statements an address takes."""
    with counted(client) as statements:
        reply = client.get(path)
    assert reply.status_code == 200, reply.text
    return len(statements)


@pytest.mark.parametrize("resource", EVERY)
def test_a_list_takes_two_statements_however_many_rows(
    reader: TestClient, resource: Resource
) -> None:
    path = f"/v1/{resource.listing.kind.path}"
    costs = {cost(reader, f"{path}?limit={limit}") for limit in (1, 3, 200)}

    assert costs == {2}, "the page, and its total"


@pytest.mark.parametrize("resource", EVERY)
def test_all_filters_at_once_take_one_statement_more_for_their_terms(
    sqlite_reader: TestClient, resource: Resource
) -> None:
    """On one engine: how many statements there are is decided before either is asked.

    Broader conditions, which leave a condition open, take another. Where nothing is found, names,
    broader terms and one count are asked for a hint.
    """
    listing = resource.listing
    asked: dict[str, Any] = {name: each.example for name, each in listing.parameters().items()}
    if listing.own_order is not None:  # of facts: SQLite reads no SELECTs nested so deep
        del asked["q"], asked["q.not"]
    some = {
        each.name: first_slug(sqlite_reader, KINDS[each.term])
        for each in listing.parameters().values()
        if each.term
    }
    path = f"/v1/{listing.kind.path}"
    dear = {name: asked.pop(name) for name in [*asked] if listing.parameters()[name].cost > 1}

    with counted(sqlite_reader) as statements:  # apart: together they are more than is taken
        reply = sqlite_reader.get(path, params=dear)
    assert (reply.status_code, len(statements)) == (200, 2)
    with counted(sqlite_reader) as statements:
        reply = sqlite_reader.get(path, params={**asked, **some})

    assert reply.status_code == 200, reply.text
    broader = any(each.only_broader is not None for each in listing.parameters().values())
    wider = listing.broader and any(each.direct for each in listing.parameters().values())
    hint = 3 if wider and not reply.json()["total"]["value"] else 0
    assert len(statements) == (TERMS_AND_PAGE_AND_TOTAL + broader + hint if some else 2)


def first_slug(client: TestClient, path: str) -> str:
    return str(client.get(f"/v1/{path}?limit=1").json()["items"][0]["slug"])


KINDS = {
    "treatment": "treatments",
    "condition": "conditions",
    "adverse_effect": "adverse-effects",
    "outcome_measure": "outcome-measures",
    "citation": "citations",
    "document": "documents",
    "study": "studies",
    "outcome": "outcomes",
    "adverse_event": "adverse-events",
    "case_report": "case-reports",
    "term": "treatments",
}


@pytest.mark.parametrize("resource", EVERY)
def test_a_record_takes_at_most_ten_statements_whatever_is_in_it(
    reader: TestClient, resource: Resource
) -> None:
    path = f"/v1/{resource.listing.kind.path}"
    records = reader.get(f"{path}?fields=slug&limit=200").json()["items"]

    costs = {cost(reader, f"{path}/{record['slug']}") for record in records}

    assert len(costs) == 1
    assert max(costs) <= RECORD


def test_a_study_with_hundreds_of_counts_takes_no_more_statements(
    evidence: Evidence, client: TestClient
) -> None:
    small, large, effect = evidence.study(), evidence.study(), evidence.adverse_effect("nausea")
    dull: dict[str, Any] = {
        "study": large,
        "counts": [{"group": "all"}],
        "adverse_effect": effect,
        "term_verbatim": "sick",
    }
    dull |= {"basis": "abstract", "says": [evidence.support()]}
    evidence.write((ADVERSE_EVENT_EDITOR, {**dull, "slug": f"count-{at}"}) for at in range(300))

    assert cost(client, f"/v1/studies/{large}") == cost(client, f"/v1/studies/{small}") <= RECORD


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v1/search?q=ketamine", 3),
        ("/v1/search?q=ketamine&limit=1", 3),
        ("/v1/changes?cards=true", 3),
        ("/v1/treatments/ketamine/revisions", 3),
        ("/v1/treatments/ketamine/difference", 6),
        ("/v1/treatments?as_of=2999-01-01T00:00:00Z", 3),
        ("/v1/studies/adults-crps-12-weeks?as_of=2999-01-01T00:00:00Z", 20),
        ("/v1/vocabularies", 0),
        ("/v1/vocabularies/Sex", 0),
        ("/health", 0),
        ("/v1/adverse-effects?treatment=ketamine", 7),
        ("/v1/adverse-effects?treatment=ketamine-coma", 7),
    ],
)
def test_other_addresses_take_few_statements(reader: TestClient, path: str, most: int) -> None:
    assert cost(reader, path) <= most


def test_names_that_stand_for_nothing_take_no_statement_each(reader: TestClient) -> None:
    with counted(reader) as statements:
        reply = reader.get("/v1/studies?" + "&".join(f"condition=x{at}" for at in range(50)))

    assert reply.status_code == 422
    assert len(statements) == 3, "what is known of them, and slugs and labels to suggest"
