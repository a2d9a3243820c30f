"""Totals and facets are counted once between two changes, whoever asks and for whichever page."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import event

from app.db.database import Database
from tests.conftest import serving
from tests.factories import Evidence

ASKED = "/v1/studies?sex=female&facet=study_type&limit=1"


def counting(database: Database) -> list[str]:
    """The statements that count, as they are run from now on."""
    run: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "count(" in statement or "study_facets" in statement:  # rows that are counted here
            run.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    return run


def of(reply: Any) -> tuple[Any, ...]:
    """What was counted."""
    page = reply.json()
    return page["total"]["value"], page["facets"]["counts"], page["matches"]["possible"]["value"]


def women(evidence: Evidence, *slugs: str) -> None:
    """Studies of women, and nothing else."""
    for slug in slugs:
        evidence.study(slug=slug, populations=[{"key": "all", "label": "all", "sex": "female"}])


def test_what_was_counted_is_not_counted_again_for_the_next_page(
    client: TestClient, evidence: Evidence
) -> None:
    women(evidence, "one", "two", "three")
    run = counting(evidence.database)

    first = client.get(ASKED)
    asked_once = len(run)
    second = client.get(f"{ASKED}&cursor={first.json()['next']}")
    again = client.get(ASKED)

    assert asked_once == len(run) == 2
    assert of(first) == of(second) == of(again)
    assert of(first)[0] == 3
    assert [page.json()["items"][0]["slug"] for page in (first, second)] == ["three", "two"]


def test_after_a_change_everything_is_counted_anew(client: TestClient, evidence: Evidence) -> None:
    women(evidence, "one")
    before = of(client.get(ASKED))

    women(evidence, "two")
    after = of(client.get(ASKED))

    assert (before[0], after[0]) == (1, 2)
    assert before[1]["study_type"][0]["count"] + 1 == after[1]["study_type"][0]["count"]


def test_each_question_has_its_own_answer(client: TestClient, evidence: Evidence) -> None:
    women(evidence, "one", "two")
    questions = (
        ASKED,
        ASKED.replace("female", "male"),
        f"{ASKED}&match=any",
        f"{ASKED}&year.missing=true",
        ASKED.replace("study_type", "masking"),
    )

    alone = [of(client.get(each)) for each in questions]

    assert [of(client.get(each)) for each in questions] == alone
    assert len({str(each) for each in alone}) >= 2


def test_nothing_is_kept_where_nothing_is_to_be(evidence: Evidence) -> None:
    women(evidence, "one")
    address = evidence.database.url.render_as_string(hide_password=False)
    forgetful = Database(address, answers_kept=0)
    run = counting(forgetful)
    with serving(forgetful) as client:
        first, second = client.get(ASKED), client.get(ASKED)
    forgetful.close()

    assert of(first) == of(second)
    assert len(run) == 4
