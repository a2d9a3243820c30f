"""What else is done at the desk: editing, importing, linking, merging, history, retractions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.vocabulary import Scope
from tests.desk.conftest import Arriving, Person

CITATION = "/desk/citations/bredlau-2013"
STUDY = "/desk/studies/adults-crps-12-weeks"
DOCUMENT = "/desk/documents/ketamine-for-pain"
RIS = """TY  - JOUR
TI  - Oral ketamine once more
AU  - Doe, Jane
PY  - 2020
ER  -
TY  - JOUR
TI  - Adverse effects of intravenous ketamine in somebody
AU  - Roe, Richard
PY  - 2021
ER  -
"""


@pytest.mark.parametrize(
    "path",
    [
        "/desk",
        "/desk/citations/new",
        "/desk/imports",
        "/desk/review",
        "/desk/duplicates",
        "/desk/merges",
        "/desk/retractions",
        "/desk/find?q=ketamine",
        "/desk/studies/new",
        CITATION,
        f"{CITATION}/edit",
        f"{CITATION}/link?q=children",
        f"{CITATION}/merge?into=sigtermans-2009",
        f"{CITATION}/history",
        f"{STUDY}/edit",
        f"{DOCUMENT}/quote",
    ],
)
def test_every_page_of_the_desk_is_valid(reader_at_desk: Person, path: str) -> None:
    assert "<h1>" in reader_at_desk.see(path)


def test_what_is_not_there_is_said_so(reader_at_desk: Person) -> None:
    for path in ("/desk/citations/nobody-1900", "/desk/nothing/x", "/desk/review/999"):
        page = reader_at_desk.client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 404, path


def test_an_edit_of_what_moved_on_shows_both_and_keeps_what_was_typed(
    ada: Person, arriving: Arriving
) -> None:
    version = ada.see(f"{CITATION}/edit").partition('name="version" value="')[2].partition('"')[0]
    typed: dict[str, Any] = {
        "title": "As ada has it",
        "year": "2013",
        "do": "save",
        "version": version,
    }
    arriving("bo").send(f"{CITATION}/edit", **{**typed, "title": "As bo has it"})
    text = ada.send(f"{CITATION}/edit", 412, **typed)
    newer = text.partition('name="version" value="')[2].partition('"')[0]
    ada.send(f"{CITATION}/edit", **{**typed, "version": newer})

    assert "As bo has it" in text
    assert "As ada has it</textarea>" in text
    assert "both changed it" in text
    assert ada.client.get("/v1/citations/bredlau-2013").json()["title"] == "As ada has it"


def test_other_kinds_are_edited_as_json_with_errors_by_their_place(ada: Person) -> None:
    text = ada.see(f"{STUDY}/edit")
    version = text.partition('name="version" value="')[2].partition('"')[0]
    draft = ada.client.get("/v1/studies/adults-crps-12-weeks/draft").json()
    typed: dict[str, Any] = {"version": version, "do": "save"}
    wrong = ada.send(f"{STUDY}/edit", 422, json=json.dumps({**draft, "lable": "x"}), **typed)
    broken = ada.send(f"{STUDY}/edit", 400, json='{"label": ', **typed)
    ada.send(f"{STUDY}/edit", json=json.dumps({**draft, "label": "Renamed"}), **typed)

    assert "there is no such field" in wrong
    assert "line 1, column" in broken
    assert '{"label": </textarea>' in broken
    assert ada.client.get("/v1/studies/adults-crps-12-weeks").json()["label"] == "Renamed"


def test_an_import_is_chosen_from_and_saved(ada: Person) -> None:
    seen = ada.send("/desk/citations/new", do="read", paste=RIS)
    number = seen.partition('action="/desk/imports/')[2].partition('"')[0]
    nothing = ada.send(f"/desk/imports/{number}", 422, do="some")
    text = ada.send(f"/desk/imports/{number}", do="some", row="1", reason="A search")

    assert "RIS, 2 records" in seen
    assert "Tick the rows" in nothing
    assert "1 citation saved." in text
    assert ada.client.get("/v1/citations/doe-2020").status_code == 200
    assert ada.client.get("/v1/citations/roe-2021").status_code == 404


def test_what_cannot_be_imported_says_why_and_stays(ada: Person) -> None:
    text = ada.send("/desk/imports", 422, paste="nothing of the kind")

    assert "Nothing was read" in text
    assert "nothing of the kind</textarea>" in text


def test_a_citation_is_linked_to_a_study(ada: Person) -> None:
    link: dict[str, Any] = {
        "study": "adults-crps-12-weeks",
        "role": "comment",
        "basis": "registry",
        "do": "save",
    }
    ada.send(f"{CITATION}/link", **link)
    twice = ada.send(f"{CITATION}/link", 409, q="children", **link)
    found = ada.client.get("/v1/studies/adults-crps-12-weeks").json()["citations"]

    assert ("bredlau-2013", "comment") in {(x["citation"]["slug"], x["role"]) for x in found}
    assert "linked in this way already" in twice


def test_words_of_a_document_become_a_claim_and_absent_words_do_not(ada: Person) -> None:
    said: dict[str, Any] = {
        "kind": "opinion",
        "polarity": "affirmed",
        "modality": "stated",
        "do": "save",
    }
    subject: dict[str, Any] = {"subject": "treatment/ketamine-coma"}
    wrong = ada.send(f"{DOCUMENT}/quote", 422, exact="are very contraversial", **said, **subject)
    right = ada.send(f"{DOCUMENT}/quote", exact="are very controversial", **said, **subject)

    assert "the document does not say this; what is most like it is at character" in wrong
    assert "Perhaps: are very controversial" in wrong
    assert "are very contraversial</textarea>" in wrong
    assert "Saved." in right


def test_merged_citations_come_apart_again(ada: Person) -> None:
    text = ada.see(f"{CITATION}/merge?into=sigtermans-2009")
    version = text.partition('name="version" value="')[2].partition('"')[0]
    ada.send(f"{CITATION}/merge", into="sigtermans-2009", version=version)
    gone = ada.see(CITATION)
    ada.send("/desk/merges", at="/desk/merges", merge="1")

    assert "It became part of" in gone
    assert ada.client.get("/v1/citations/bredlau-2013").status_code == 200


def test_history_compares_restores_and_withdraws(ada: Person) -> None:
    path = f"{DOCUMENT.replace('documents/ketamine-for-pain', 'discrepancies')}"
    slug = ada.client.get("/v1/discrepancies?limit=1").json()["items"][0]["slug"]
    here = f"{path}/{slug}/history"
    version = ada.see(here).partition('name="version" value="')[2].partition('"')[0]
    stale = ada.send(here, 412, do="withdraw", version="99")
    ada.send(here, do="withdraw", version=version, reason="Settled")
    gone = ada.client.get(f"/v1/discrepancies/{slug}").status_code
    newer = ada.see(here).partition('name="version" value="')[2].partition('"')[0]
    ada.send(here, do="restore", version=newer, wanted=version)

    assert "Nothing was changed" in stale
    assert gone == 404
    assert ada.client.get(f"/v1/discrepancies/{slug}").status_code == 200


def test_notices_are_tried_first_and_mark_what_they_are_about(ada: Person) -> None:
    paste = (
        "RetractionNature,OriginalPaperDOI,OriginalPaperPubMedID,RetractionDate\n"
        "Retraction,10.1016/j.pain.2009.06.023,0,1/2/2020\n"
    )
    tried = ada.send("/desk/retractions", do="read", paste=paste)
    before = ada.client.get("/v1/citations/sigtermans-2009").json()["publication_status"]
    ada.send("/desk/retractions", do="save", paste=paste)
    after = ada.client.get("/v1/citations/sigtermans-2009").json()["publication_status"]

    assert "1 citation would be marked" in tried
    assert (before, after) == ("ordinary", "retracted")
    assert "sigtermans-2009" in ada.see("/desk/retractions")


def test_part_of_a_proposal_can_be_accepted_and_the_rest_not(arriving: Arriving) -> None:
    grace, ada = arriving("grace", Scope.CONTRIBUTOR), arriving("ada")
    text = grace.see(f"{CITATION}/edit")
    version = text.partition('name="version" value="')[2].partition('"')[0]
    typed: dict[str, Any] = {
        "title": "Another title",
        "issue": "77",
        "year": "2013",
        "version": version,
    }
    grace.send(f"{CITATION}/edit", reason="The journal says so", **typed)
    page = ada.see("/desk/review/1")
    ada.send("/desk/review/1", 422, do="reject")
    ada.send("/desk/review/1", do="some", field="issue")
    now = ada.client.get("/v1/citations/bredlau-2013").json()

    assert "<ins>Another title</ins>" in page
    assert (now["issue"], now["title"] == "Another title") == ("77", False)


def test_who_may_only_propose_cannot_write_by_any_form(arriving: Arriving) -> None:
    grace = arriving("grace", Scope.CONTRIBUTOR)

    grace.send(f"{CITATION}/history", 403, do="withdraw", version="3")
    grace.send("/desk/merges", 403, merge="1")
    grace.send(f"{CITATION}/merge", 403, into="sigtermans-2009", version="1")
