"""Withdrawing takes a record out of lists, pages and search; its bytes stay in history."""

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.query.cards import Kind
from app.records.catalogue import KINDS
from app.records.citations.card import CITATION
from app.records.discrepancies.card import DISCREPANCY
from app.records.documents.card import DOCUMENT
from app.records.studies.card import STUDY
from tests.factories import Evidence
from tests.storage import edit, revisions, stored


def _one_of_each(evidence: Evidence) -> dict[str, str]:
    """A record of every kind on which no fact rests, by kind."""
    study = evidence.study(label="Words")
    return {
        "treatment": evidence.treatment("words"),
        "condition": evidence.condition("words"),
        "adverse_effect": evidence.adverse_effect("words"),
        "outcome_measure": evidence.outcome_measure("words"),
        "citation": evidence.citation(title="Words"),
        "document": evidence.document(title="Words"),
        "study": study,
        "outcome": evidence.outcome(study, "words", instrument="Words"),
        "adverse_event": evidence.adverse_event(study, "all", "words"),
        "case_report": evidence.case_report(label="Words"),
        "claim": evidence.claim(note="Words"),
        "discrepancy": evidence.discrepancy(title="Words", sides=_sides(evidence)),
    }


def _sides(evidence: Evidence) -> list[dict[str, str]]:
    return [{"says": each, "citation": evidence.citation()} for each in ("yes", "no")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_withdrawn_record_leaves_its_list_and_search(
    evidence: Evidence, database: Database, client: TestClient, kind: Kind
) -> None:
    slug = _one_of_each(evidence)[kind.name]

    def seen() -> tuple[bool, bool]:
        listed = client.get(f"/v1/{kind.path}?limit=200").json()["items"]
        finds = client.get(f"/v1/search?q=words&kind={kind.name}&limit=200").json()["items"]
        return slug in {each["slug"] for each in listed}, slug in {each["slug"] for each in finds}

    before = seen()
    edit(database, kind, slug, status="withdrawn")
    withdrawn = seen()
    edit(database, kind, slug, status="current")

    assert (before, withdrawn, seen()) == ((True, True), (False, False), (True, True))


def test_a_withdrawn_record_keeps_its_row_and_its_history(
    evidence: Evidence, database: Database
) -> None:
    study = evidence.study(label="Words")
    before = stored(database, STUDY, study)

    change = edit(database, STUDY, study, status="withdrawn")

    now = stored(database, STUDY, study)
    assert (now.status, now.version, now.stamp) == ("withdrawn", 2, change)
    [kept] = revisions(database, STUDY, study)
    assert (kept.status, kept.card) == ("current", before.card)


def test_a_withdrawn_study_is_not_inside_the_page_of_its_citation(
    evidence: Evidence, database: Database, client: TestClient
) -> None:
    citation = evidence.citation()
    cited = [{"citation": citation, "role": "results", "basis": "in text"}]
    study = evidence.study(citations=cited)
    page = f"/v1/citations/{citation}"
    before = client.get(page).json()["studies"]["total"]["value"]

    edit(database, STUDY, study, status="withdrawn")

    assert (before, client.get(page).json()["studies"]["total"]["value"]) == (1, 0)


def test_the_identifier_of_a_withdrawn_citation_is_free_again(
    evidence: Evidence, database: Database
) -> None:
    citation = evidence.citation(doi="10.1000/1")
    edit(database, CITATION, citation, status="withdrawn")

    again = evidence.citation(doi="10.1000/1")

    assert stored(database, CITATION, again).version == 1


def test_kinds_on_which_nothing_rests_can_always_be_withdrawn(
    evidence: Evidence, database: Database
) -> None:
    for kind, slug in (
        (DOCUMENT, evidence.document()),
        (DISCREPANCY, evidence.discrepancy(sides=_sides(evidence))),
    ):
        edit(database, kind, slug, status="withdrawn")
        assert stored(database, kind, slug).status == "withdrawn"
