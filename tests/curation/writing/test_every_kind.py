"""What is said of citations holds for every kind: new, replaced, patched, restored."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.database import Database
from app.query.routes import Resource
from app.records.catalogue import EDITOR_NAMED, EDITOR_OF, EDITORS, RESOURCES
from tests.curation.writing.conftest import Person
from tests.replies import check_problem
from tests.storage import everything

SHOWN = RESOURCES


def test_every_kind_can_be_written_and_has_examples() -> None:
    assert {resource.listing.kind for resource in SHOWN} == set(EDITOR_OF)
    assert [each.kind.name for each in EDITORS if not (each.example and each.patch_example)] == []


@pytest.mark.parametrize("resource", SHOWN, ids=lambda each: each.listing.kind.name)
def test_a_record_of_each_kind_is_made_replaced_patched_and_restored(
    curator: Person, resource: Resource
) -> None:
    kind = resource.listing.kind

    made = curator.post(f"{kind.path}", EDITOR_OF[kind].example)

    assert made.status_code == 201, made.text
    path = made.headers["Location"].removeprefix("/v1/")
    draft = curator.get(f"{path}/draft").json()
    assert curator.put(path, draft, '"v1"').headers["ETag"].startswith('"v1')
    patched = curator.patch(path, EDITOR_OF[kind].patch_example, '"v1"')
    assert patched.headers["ETag"].startswith('"v2'), patched.text
    assert curator.get(path).json().items() >= patched.json().items()
    back = curator.post(f"{path}/restore", {"version": 1}, If_Match='"v2"')
    assert back.json() == made.json()
    assert back.headers["ETag"].startswith('"v3')


def _hostile(value: Any) -> list[Any]:
    """The value with one member after the other made something else."""
    strange: tuple[Any, ...] = (None, -1, 10**40, "x", {}, [{}], [1])
    if not isinstance(value, dict):
        return list(strange)
    return [{**value, name: other} for name in value for other in strange] + [
        {**value, name: [*each[:-1], inner]}
        for name, each in value.items()
        if isinstance(each, list) and each
        for inner in _hostile(each[-1])
    ]


@pytest.mark.parametrize("name", ["citation", "outcome", "case_report", "treatment", "claim"])
def test_whatever_stands_in_a_field_is_taken_or_refused(
    ketamine_writer: tuple[Database, Person], name: str
) -> None:
    database, person = ketamine_writer
    before = everything(database)
    kind = EDITOR_NAMED[name].kind

    for data in _hostile(EDITOR_OF[kind].example):
        reply = person.post(f"{kind.path}?dry_run=true", data)
        if reply.status_code != 200:
            assert reply.status_code in {409, 422}, (data, reply.text)
            problem = check_problem(reply, reply.status_code)
            assert problem["type"] != "urn:evidence:problem:refused", (data, problem)
    assert everything(database) == before
