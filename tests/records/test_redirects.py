"""Slugs of records that became part of others lead there, at every address of the record."""

import pytest
from fastapi.testclient import TestClient

from app.curation.duplicates.merge import merge
from app.curation.writing import open_writer
from app.db.database import Database
from app.vocabulary import ChangeAction
from tests.factories import Evidence
from tests.replies import check_problem


@pytest.fixture
def merged(database: Database, evidence: Evidence) -> None:
    for slug in ("one", "other", "another"):
        evidence.citation(slug=slug, title=f"A report on {slug}")
    for slug, into in (("another", "other"), ("other", "one")):
        with open_writer(database, actor="ada", reason="test", action=ChangeAction.MERGE) as writer:
            merge(writer, slug, into)


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize("slug", ["other", "another"])
def test_the_slug_of_a_merged_record_leads_to_the_kept_one(client: TestClient, slug: str) -> None:
    reply = client.get(f"/v1/citations/{slug}?fields=title", follow_redirects=False)

    assert (reply.status_code, reply.headers["Location"]) == (308, "/v1/citations/one?fields=title")
    assert client.get(f"/v1/citations/{slug}").json()["title"] == "A report on one"


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize("slug", ["one", "other", "another"])
def test_a_filter_takes_the_slug_of_a_merged_record_for_what_it_became(
    client: TestClient, evidence: Evidence, slug: str
) -> None:
    held = {"citation": "one", "basis": "in_text", "rationale": "It fits."}
    claim = evidence.claim(citations=[held])

    for asked in (f"citation={slug}", f"citation={slug}&polarity=affirmed"):
        found = client.get(f"/v1/claims?{asked}").json()["items"]
        assert [each["slug"] for each in found] == [claim]


@pytest.mark.parametrize(
    ("path", "asked", "hint"),
    [
        ("claims", "citation=onne", "one"),
        ("claims", "subject=ketmaine", "ketamine"),
        ("claims", "term=treatment/ketmaine", "ketamine"),
        ("studies", "citation=onne", "one"),
        ("outcomes", "study=none", None),
        ("citations", "document=none", None),
        ("discrepancies", "citation=onne", "one"),
    ],
)
@pytest.mark.usefixtures("merged")
def test_a_slug_that_nothing_has_is_refused_with_the_nearest(
    client: TestClient, evidence: Evidence, path: str, asked: str, hint: str | None
) -> None:
    evidence.treatment("ketamine")

    problem = check_problem(client.get(f"/v1/{path}?{asked}"), 422)

    [error] = problem["errors"]
    assert (error["parameter"], error.get("suggestion")) == (asked.partition("=")[0], hint)
    assert problem["type"].endswith("unknown-record")


@pytest.mark.usefixtures("merged")
def test_what_never_was_is_still_not_found(client: TestClient) -> None:
    check_problem(client.get("/v1/citations/none"), 404)
    check_problem(client.get("/v1/studies/other"), 404)
