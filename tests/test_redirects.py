"""Slugs of records that became part of others lead there, at every address of the record."""

import pytest
from fastapi.testclient import TestClient

from app.core.database import Database
from app.duplicates.merging import merge
from app.vocabulary import ChangeAction
from app.writing import writing
from tests.factories import Evidence
from tests.replies import check_problem


@pytest.fixture
def merged(database: Database, evidence: Evidence) -> None:
    for slug in ("one", "other", "another"):
        evidence.citation(slug=slug, title=f"A report on {slug}")
    for slug, into in (("another", "other"), ("other", "one")):
        with writing(database, actor="ada", reason="test", action=ChangeAction.MERGE) as writer:
            merge(writer, slug, into)


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize("slug", ["other", "another"])
def test_the_slug_of_a_merged_record_leads_to_the_kept_one(client: TestClient, slug: str) -> None:
    reply = client.get(f"/v1/citations/{slug}?fields=title", follow_redirects=False)

    assert (reply.status_code, reply.headers["Location"]) == (308, "/v1/citations/one?fields=title")
    assert client.get(f"/v1/citations/{slug}").json()["title"] == "A report on one"


@pytest.mark.usefixtures("merged")
def test_what_never_was_is_still_not_found(client: TestClient) -> None:
    check_problem(client.get("/v1/citations/none"), 404)
    check_problem(client.get("/v1/studies/other"), 404)
