"""A fact says what became of its sources: the least grave of them counts, and it follows them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.curation.duplicates.merge import merge
from app.curation.duplicates.merge_undo import undo
from app.curation.writing import open_writer
from app.db.database import Database
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.citations.card import CITATION
from app.records.outcomes.card import OUTCOME
from app.records.outcomes.draft import OUTCOME_EDITOR
from tests.factories import Evidence
from tests.storage import edit, revisions

ENTRY = {
    "registry_name": "clinicaltrials_gov",
    "identifier": "NCT00000001",
    "entry_version": "1",
    "retrieved_on": "2026-01-01",
    "sha256": "0" * 64,
}


def status(client: TestClient, path: str, slug: str) -> Any:
    return client.get(f"/v1/{path}/{slug}").json()["publication_status"]


def linked(*citations: str, basis: str = "in_text") -> list[dict[str, str]]:
    """Publications of a study."""
    return [{"citation": each, "role": "results", "basis": basis} for each in citations]


@pytest.fixture
def pain(evidence: Evidence) -> str:
    return evidence.outcome_measure("pain")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["retracted"], "retracted"),
        (["retracted", "retracted"], "retracted"),
        (["retracted", "ordinary"], "ordinary"),
        (["retracted", "corrected"], "corrected"),
        (["expression_of_concern", "retracted"], "expression_of_concern"),
        (["corrected"], "corrected"),
    ],
)
def test_a_fact_is_as_grave_as_its_least_grave_source(
    evidence: Evidence, client: TestClient, pain: str, sources: list[str], expected: str
) -> None:
    says = [evidence.claim_read_in(evidence.citation(publication_status=each)) for each in sources]
    facts = {
        "outcomes": evidence.outcome(evidence.study(), pain, says=says),
        "adverse-events": evidence.adverse_event(
            evidence.study(), "all", evidence.adverse_effect("nausea"), says=says
        ),
        "case-reports": evidence.case_report(says=says),
    }

    assert status(client, "claims", says[0]) == sources[0]
    for path, slug in facts.items():
        assert status(client, path, slug) == expected
        found = client.get(f"/v1/{path}", params={"publication_status": expected}).json()["items"]
        assert slug in [each["slug"] for each in found]
        others = client.get(f"/v1/{path}", params={"publication_status.not": expected}).json()
        assert slug not in [each["slug"] for each in others["items"]]


def test_a_document_is_a_source_of_its_own_whatever_its_study_rests_on(
    evidence: Evidence, client: TestClient, pain: str
) -> None:
    gone = evidence.citation(publication_status="retracted")
    study = evidence.study(citations=linked(gone, basis="in_text"))
    told = evidence.outcome(study, pain)
    read = evidence.outcome(study, pain, says=[evidence.claim_read_in(gone)])

    assert status(client, "outcomes", told) == "ordinary"
    assert status(client, "outcomes", read) == "retracted"


def test_a_publication_that_a_curator_inferred_never_retracts_a_claim_and_one_in_the_text_does(
    evidence: Evidence, client: TestClient, pain: str
) -> None:
    gone = evidence.citation(publication_status="retracted")
    inferred = {"citation": gone, "basis": "curator_inferred", "rationale": "It fits."}
    guessed = evidence.claim(citations=[inferred])
    named = evidence.claim(citations=[{"citation": gone, "basis": "in_text"}])
    outcome = evidence.outcome(evidence.study(), pain, says=[guessed])

    assert status(client, "claims", guessed) == "ordinary"
    assert status(client, "claims", named) == "retracted"
    assert status(client, "outcomes", outcome) == "ordinary"


def test_results_say_it_each_for_itself(evidence: Evidence, client: TestClient, pain: str) -> None:
    gone = evidence.claim_read_in(evidence.citation(publication_status="retracted"))
    results = [{"conclusion": "difference", "says": [gone]}, {"conclusion": "no difference"}]
    outcome = evidence.outcome(evidence.study(), pain, results=results)

    card = client.get(f"/v1/outcomes/{outcome}").json()
    assert card["publication_status"] == "ordinary"
    told = [each["publication_status"] for each in card["results"]]
    assert told == ["retracted", "ordinary"]


def test_a_fact_of_a_registry_is_as_all_publications_of_its_study(
    evidence: Evidence, client: TestClient, pain: str
) -> None:
    gone = evidence.citation(publication_status="retracted")
    study = evidence.study(citations=linked(gone))
    told: dict[str, Any] = {"slug": "o", "study": study, "measure": pain, "basis": "registry"}
    told |= {"registry_record": ENTRY, "reporting": "not_measured"}
    evidence.write([(OUTCOME_EDITOR, told)])
    counted: dict[str, Any] = {
        "slug": "a",
        "study": study,
        "scope": "any_event",
        "basis": "registry",
    }
    counted |= {
        "scope": "any_event",
        "term_verbatim": "any",
        "counts": [{"group": "all"}],
        "registry_record": ENTRY,
    }
    evidence.write([(ADVERSE_EVENT_EDITOR, counted)])

    assert status(client, "outcomes", "o") == status(client, "adverse-events", "a") == "retracted"
    evidence.study(slug=study, citations=linked(gone, evidence.citation()))
    assert status(client, "outcomes", "o") == status(client, "adverse-events", "a") == "ordinary"


def test_a_case_that_a_publication_tells_falls_with_it(
    evidence: Evidence, client: TestClient
) -> None:
    gone, sound = evidence.citation(publication_status="retracted"), evidence.citation()
    told = {"reporter": "citation", "citation": gone}
    alone = evidence.case_report(**told)
    both = evidence.case_report(**told, says=[evidence.claim_read_in(sound)])
    event = {"type": "exposure", "verbatim": "a coma", "says": [evidence.claim_read_in(gone)]}
    by_events = evidence.case_report(says=event["says"], events=[event])

    assert status(client, "case-reports", alone) == "retracted"
    assert status(client, "case-reports", both) == "ordinary"
    assert status(client, "case-reports", by_events) == "retracted"


def test_facts_follow_when_a_publication_is_retracted_and_reinstated(
    evidence: Evidence, database: Database, client: TestClient, pain: str
) -> None:
    paper = evidence.citation()
    says = [evidence.claim_read_in(paper)]
    outcome = evidence.outcome(evidence.study(), pain, says=says)
    case = evidence.case_report(reporter="citation", citation=paper)

    edit(database, CITATION, paper, publication_status="retracted")
    facets = client.get("/v1/outcomes?facet=role").json()["facets"]
    now = [
        status(client, path, slug)
        for path, slug in (("outcomes", outcome), ("case-reports", case), ("claims", says[0]))
    ]
    edit(database, CITATION, paper, publication_status="ordinary")

    assert (now, facets["left_out"]) == (["retracted"] * 3, 1)
    assert status(client, "outcomes", outcome) == "ordinary"
    assert len(revisions(database, OUTCOME, outcome)) == 2
    assert client.get(f"/v1/outcomes/{outcome}").headers["etag"].startswith('"v1-')


def test_facts_follow_when_claims_are_read_elsewhere_and_when_facts_rest_on_others(
    evidence: Evidence, client: TestClient, pain: str
) -> None:
    gone, sound = evidence.citation(publication_status="retracted"), evidence.citation()
    study, claim = evidence.study(), evidence.claim_read_in(gone)
    outcome = evidence.outcome(study, pain, says=[claim])
    assert status(client, "outcomes", outcome) == "retracted"

    evidence.claim_read_in(sound, slug=claim)
    assert status(client, "outcomes", outcome) == "ordinary"

    evidence.outcome(study, pain, slug=outcome, says=[evidence.claim_read_in(gone)])
    assert status(client, "outcomes", outcome) == "retracted"


def test_facts_follow_when_citations_become_one_and_two_again(
    evidence: Evidence, database: Database, client: TestClient, pain: str
) -> None:
    gone, kept = evidence.citation(publication_status="retracted"), evidence.citation()
    outcome = evidence.outcome(evidence.study(), pain, says=[evidence.claim_read_in(kept)])

    with open_writer(database, actor="ada") as writer:
        merged = merge(writer, gone, kept)
        writer.session.flush()
        number = merged.id
    assert status(client, "outcomes", outcome) == "retracted"

    with open_writer(database, actor="ada") as writer:
        undo(writer, number)
    assert status(client, "outcomes", outcome) == "ordinary"
