"""All pages together are the list, also while records come and go between two pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app import journal
from app.db.database import Database
from app.query.request import ListDefinition
from app.records.catalogue import RESOURCES
from app.records.citations.draft import CITATION_EDITOR
from app.records.drafting import Editor
from app.records.studies.draft import STUDY_EDITOR
from app.vocabulary import ChangeAction, RecordStatus
from tests.factories import Evidence

LISTS = {each.listing.kind.path: each.listing for each in RESOURCES}
YEARS = [None, 2001, 2010, None, 2001, 1999]
WORDS = ["apple", "Zebra", "Äpfel", "apple", "zoo"]
Draft = Callable[[int], dict[str, Any]]


def study(evidence: Evidence) -> Draft:
    """Drafts of studies in all of which some population of 8 to 12 years may be."""
    evidence.condition("pain")
    evidence.treatment("ketamine")
    says = [evidence.support()]
    dull = {"basis": "abstract", "says": says}

    def draft(at: int) -> dict[str, Any]:
        ages = [{"ages": "8..12"}, {"ages": "5.."}, {"age_group": "child"}][at % 3]
        named = {"label": "people", "key": "people", "conditions": ["pain"] * (at % 2)}
        arm = {"key": "arm", "label": "arm", "treatments": [{"treatment": "ketamine"}]}
        return {
            "slug": f"row-{at * 37 % 100:03}-{at}",
            "label": WORDS[at % 5],
            "year": YEARS[at % 6],
            "populations": [{**dull, **named, **ages}] * (at % 4 > 0),
            "arms": [{**dull, **arm}],
            **dull,
        }

    return draft


def citation(_evidence: Evidence) -> Draft:
    """Drafts of citations, some without a year."""
    return lambda at: {
        "slug": f"row-{at * 37 % 100:03}-{at}",
        "title": WORDS[at % 5],
        "year": YEARS[at % 6],
    }


STUDIES: tuple[str, Editor, Any] = ("studies", STUDY_EDITOR, study)
CITATIONS: tuple[str, Editor, Any] = ("citations", CITATION_EDITOR, citation)


def withdraw(database: Database, listing: ListDefinition, slugs: list[str]) -> None:
    with journal.write(
        database, actor="tester", action=ChangeAction.WITHDRAW, reason="test"
    ) as change:
        for record in change.open_all(listing.kind, slugs):
            record.status = RecordStatus.WITHDRAWN
            change.touch(record)


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        (STUDIES, {}),
        (STUDIES, {"age": "8..12", "match": "any"}),
        (STUDIES, {"age": "8..12", "condition": "pain", "match": "any"}),
        (STUDIES, {"treatment": "ketamine"}),
        (CITATIONS, {}),
    ],
    ids=["studies", "of-an-age", "of-an-age-with-a-condition", "of-a-treatment", "citations"],
)
def test_what_is_there_all_along_is_seen_exactly_once_while_other_records_come_and_go(
    evidence: Evidence, client: TestClient, database: Database, made: Any, asked: dict[str, str]
) -> None:
    path, editor, drafts = made
    draft, next_ = drafts(evidence), 0
    # Filters are walked in the list's own order; in all others the rows themselves are, as without.
    sorts = [each for each in LISTS[path].sorts if not asked or each.name in {"year", "label"}]
    for sort in sorts:
        for order in (sort.name, f"-{sort.name}"):
            start, next_ = next_, next_ + 40
            evidence.write((editor, draft(at)) for at in range(start, start + 24))
            before, _ = pages(client, path, {**asked, "limit": "200"})
            leave = [draft(at)["slug"] for at in range(start, start + 24, 5)]

            def disturb(at: int, start: int = start, leave: list[str] = leave) -> None:
                evidence.write([(editor, draft(start + 24 + at % 16))])
                withdraw(database, LISTS[path], leave[at : at + 1])

            seen, _ = pages(client, path, {**asked, "sort": order, "limit": "6"}, disturb)
            staying = set(before) - set(leave)
            assert len(staying) > 8
            assert sorted(each for each in seen if each in staying) == sorted(staying), order
            assert len(seen) == len(set(seen)), order
            withdraw(database, LISTS[path], [draft(at)["slug"] for at in range(start, next_)])


def pages(
    client: TestClient,
    path: str,
    asked: dict[str, str],
    between: Callable[[int], None] = lambda _: None,
) -> tuple[list[str], int]:
    """The slugs on all pages, and how many pages there were; something happens in between."""
    seen: list[str] = []
    cursor: dict[str, str] | None = {}
    number = 0
    while cursor is not None:
        reply = client.get(f"/v1/{path}", params={**asked, **cursor})
        assert reply.status_code == 200, reply.text
        seen += [each["slug"] for each in reply.json()["items"]]
        cursor = {"cursor": reply.json()["next"]} if reply.json()["next"] else None
        between(number)
        number += 1
    return seen, number
