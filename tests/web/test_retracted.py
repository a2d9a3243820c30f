"""Where a number or a statement stands, a page says what became of its sources."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.records.citations.card import CITATION
from tests.factories import Evidence
from tests.storage import edit
from tests.web.reading import see, words

TRIAL, PAPER = "adults-crps-12-weeks", "sigtermans-2009"
NOTICE = "Every source that this rests on was retracted."


@pytest.fixture
def retracted(ketamine: Database, ketamine_client: TestClient) -> TestClient:
    """A client of the ketamine document, the paper of its trial having been retracted."""
    edit(ketamine, CITATION, PAPER, publication_status="retracted")
    return ketamine_client


def test_what_the_paper_says_is_marked_and_what_the_document_says_of_it_is_not(
    retracted: TestClient,
) -> None:
    read = words(see(retracted, f"/outcomes/{TRIAL}.abstract-pain").text)
    told = words(see(retracted, f"/outcomes/{TRIAL}.pain").text)
    claim = words(see(retracted, f"/claims/{TRIAL}.abstract-design").text)

    assert NOTICE in read
    assert "retracted" in read.partition("Results")[2]
    assert NOTICE in claim
    assert "retracted" not in told


def test_numbers_are_marked_on_pages_of_studies_and_treatments_too(retracted: TestClient) -> None:
    harm = f"/adverse-events/{TRIAL}.abstract-psychomimetic"
    lists = ("/outcomes", "/adverse-events", "/claims", "/studies?treatment=esketamine")
    for path in (*lists, f"/studies/{TRIAL}", "/treatments/ketamine", harm):
        page = see(retracted, path).text
        assert 'title="Withdrawn by its publisher.">retracted</span>' in page, path
    assert NOTICE in words(see(retracted, harm).text)
    studies = words(see(retracted, "/studies?treatment=esketamine").text)
    assert "1 of 1 publication retracted" in studies


def test_a_case_and_what_a_document_cites_in_its_text_are_marked(
    evidence: Evidence, client: TestClient
) -> None:
    gone = evidence.citation(publication_status="retracted")
    case = evidence.case_report(reporter="citation", citation=gone)
    document = evidence.document()
    quote = {"document": document, "exact": "studied in people"}
    named = {"citation": gone, "basis": "in_text"}
    evidence.claim(passages=[quote], citations=[named])

    assert NOTICE in words(see(client, f"/case-reports/{case}").text)
    assert "A case retracted" in words(see(client, "/case-reports").text)
    assert "retracted" in words(see(client, f"/documents/{document}").text)


def test_a_picture_leaves_out_single_results_and_says_how_many(
    evidence: Evidence, client: TestClient
) -> None:
    gone = evidence.claim_read_in(evidence.citation(publication_status="retracted"))
    between = {"contrast": "between_groups", "conclusion": "difference"}
    outcome = evidence.outcome(
        evidence.study(),
        evidence.outcome_measure("pain"),
        results=[{**between, "says": [gone]}, {**between, "conclusion": "no difference"}],
    )

    found = client.get("/v1/effect-directions").json()
    everything = client.get("/v1/effect-directions?publication_status=any").json()

    [row] = found["items"]
    assert [(each["outcome"], each["conclusion"]) for each in row["marks"]] == [
        (outcome, "no_difference")
    ]
    assert found["drawn"]["left_out"] == 1
    assert len(everything["items"][0]["marks"]) == 2
