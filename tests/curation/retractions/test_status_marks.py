"""Retractions: notices mark citations, and all that rests on them says so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient

from app.api.problems import Problem
from app.curation.retractions.notices import read_notices
from app.curation.retractions.status_marks import MarkedCitation, mark_citations, mark_related
from app.curation.writing.changes import open_writer
from app.db.database import Database
from app.vocabulary import PublicationStatus
from tests.factories import Evidence

HEADER = "Record ID,Title,RetractionDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature"
DOI = "10.1000/sleep"


def listed(*rows: str) -> bytes:
    """A file of notices."""
    return "\r\n".join([HEADER, *rows, ""]).encode()


def notice(nature: str = "Retraction", day: str = "1/2/2020 0:00", paper: str = f"{DOI},0") -> str:
    return f"1,On sleep,{day},{paper},{nature}"


def marked(database: Database, *rows: str) -> list[MarkedCitation]:
    found = read_notices(listed(*rows)).found
    return mark_citations(database, found, actor="ada", reason="Retraction Watch, January")


def status(client: TestClient, slug: str) -> str:
    return str(client.get(f"/v1/citations/{slug}").json()["publication_status"])


@pytest.fixture
def paper(evidence: Evidence) -> str:
    return evidence.citation(identifiers=[{"scheme": "doi", "value": DOI}])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([notice()], "retracted"),
        ([notice("Expression of concern")], "expression_of_concern"),
        ([notice("Correction")], "corrected"),
        ([notice(), notice("Reinstatement", "5/2/2021 0:00")], "ordinary"),
        ([notice("Reinstatement", "5/2/2021 0:00"), notice()], "ordinary"),
        ([notice(), notice("Correction", "5/2/2021 0:00")], "retracted"),
        ([notice(paper="https://doi.org/10.1000/SLEEP,0")], "retracted"),
        ([notice(paper="10.1000/another,0")], "ordinary"),
    ],
)
def test_a_citation_has_the_status_that_its_notices_leave(
    database: Database, client: TestClient, paper: str, rows: Sequence[str], expected: str
) -> None:
    marked(database, *rows)

    assert status(client, paper) == expected


def test_a_notice_that_changes_nothing_writes_nothing(database: Database, paper: str) -> None:
    retracted = MarkedCitation(paper, PublicationStatus.ORDINARY, PublicationStatus.RETRACTED)

    assert marked(database, notice()) == [retracted]
    assert marked(database, notice()) == []


def test_one_name_of_a_paper_is_enough_to_reinstate_it(
    database: Database, client: TestClient, evidence: Evidence
) -> None:
    paper = evidence.citation(identifiers=[{"scheme": "pmid", "value": "123"}])
    both = f"{DOI},123"

    marked(database, notice(paper=both), notice("Reinstatement", "5/2/2021 0:00", f"{DOI},0"))

    assert status(client, paper) == "ordinary"


def test_studies_claims_and_cases_say_that_they_rest_on_retracted_work(
    database: Database, client: TestClient, evidence: Evidence, paper: str
) -> None:
    link = {"citation": paper, "role": "results", "basis": "in_text"}
    held = {"citation": paper, "basis": "in_text", "rationale": "It says so."}
    study, claim = evidence.study(citations=[link]), evidence.claim(citations=[held])
    case = evidence.case_report(reporter="citation", citation=paper)
    marked(database, notice())

    shown = [
        client.get(f"/v1/studies/{study}").json()["citations"][0]["citation"],
        client.get(f"/v1/claims/{claim}").json()["citations"][0]["citation"],
        client.get(f"/v1/case-reports/{case}").json()["citation"],
    ]
    assert {each["publication_status"] for each in shown} == {"retracted"}
    for path, slug in (("studies", study), ("claims", claim), ("case-reports", case)):
        items = client.get(f"/v1/{path}?publication_status=retracted").json()["items"]
        assert [each["slug"] for each in items] == [slug]
    facets = client.get("/v1/studies?facet=study_type").json()["facets"]
    assert facets["left_out"] == 1
    marked(database, notice(), notice("Reinstatement", "5/2/2021 0:00"))
    assert client.get("/v1/studies?facet=study_type").json()["facets"]["left_out"] == 0


def test_an_imported_notice_marks_the_paper_that_it_names(
    database: Database, client: TestClient, paper: str
) -> None:
    told = {"relation": "retraction_of", "text": "Sleep. 2019", "pmid": None, "doi": DOI}
    milder = {**told, "relation": "erratum_for"}
    with open_writer(database, actor="ada") as writer:
        mark_related(writer, [told, milder])
    with open_writer(database, actor="ada") as writer:
        assert mark_related(writer, [milder]) == []

    assert status(client, paper) == "retracted"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no RetractionNature"),
        (b"Title,RetractionNatur\n", "'RetractionNatur' is there"),
        (b"RetractionNature,Title\nRetraction,x\n", "no OriginalPaperDOI"),
        (b"\xff\xfe\x00", "line 1 has to name"),
    ],
)
def test_what_is_no_list_of_notices_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Problem) as refused:
        read_notices(data)
    assert said in refused.value.detail


def test_rows_that_cannot_be_understood_are_told_with_their_line() -> None:
    found = read_notices(listed(notice("Deletion"), notice(paper="ten,0"), notice()))

    assert [each.status for each in found.found] == [PublicationStatus.RETRACTED]
    assert [each.message[:7] for each in found.problems] == ["line 2:", "line 3:"]
