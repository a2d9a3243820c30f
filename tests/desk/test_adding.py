"""Adding a citation without JavaScript: paste, look, correct, save."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.problems import Problem
from app.desk import citation_form as forms
from app.vocabulary import Scope
from tests.desk.conftest import Arriving, Person

KNOWN = """PMID- 19604642
DP  - 2009
TI  - Ketamine produces effective and long-term pain relief in
      patients with Complex Regional Pain Syndrome Type 1.
PG  - 304-11
LID - 10.1016/j.pain.2009.06.023 [doi]
FAU - Sigtermans, Marnix J
FAU - van Hilten, Jacobus J
JT  - Pain
VI  - 145
XX  - from the reading group
"""
NEW: dict[str, Any] = {
    "title": "Ketamine and what became of it",
    "authors": 'Dahan, Albert (0000-0002-1825-0097)\n"CRPS, a consortium"\nSigtermans MJ\net al.',
    "year": "2019",
    "container_title": "Pain",
    "volume": "12",
    "pages": "1-9",
    "doi": "https://doi.org/10.1000/New.2019",
    "others": "nct NCT01369680 shared",
}
PAGE = "/desk/citations/new"


def test_a_pasted_paper_that_is_here_is_recognised_line_by_line(ada: Person) -> None:
    text = ada.send(PAGE, do="read", paste=KNOWN)

    assert "Recognised as PubMed (NBIB), one record." in text
    assert "lines 3–4, <code>TI</code>" in text
    assert "lines 7–8, <code>FAU</code>" in text
    assert "line 5, <code>PG</code>" in text
    assert "line 9, <code>JT</code>" in text
    assert "line 11: <code>XX</code> from the reading group" in text
    assert "This paper is already here" in text
    assert "the PMID is the same" in text
    assert "Sigtermans MJ, van Hilten JJ" in text


def test_a_new_citation_is_saved_as_it_was_typed(ada: Person) -> None:
    text = ada.send(PAGE, do="save", reason="From the reading group", **NEW)
    saved = ada.client.get("/v1/citations/dahan-2019").json()

    assert "Saved as a new citation." in text
    assert [each["family"] or each["literal"] for each in saved["authors"]] == [
        "Dahan",
        "CRPS, a consortium",
        "Sigtermans",
    ]
    assert saved["authors"][0]["orcid"] == "0000-0002-1825-0097"
    assert saved["authors_truncated"]
    assert [each["value"] for each in saved["identifiers"]] == ["10.1000/new.2019", "NCT01369680"]
    history = ada.client.get("/v1/citations/dahan-2019/revisions").json()["items"]
    assert (history[0]["actor"], history[0]["reason"]) == ("ada", "From the reading group")


def test_errors_stand_beside_their_fields_and_keep_what_was_typed(ada: Person) -> None:
    typed = {**NEW, "pmcid": "n/a", "year": "20xx"}
    text = ada.send(PAGE, 422, do="save", **typed)

    assert 'id="f-pmcid" name="pmcid" aria-describedby="f-pmcid-e" aria-invalid="true"' in text
    assert "it should look like PMC3465663" in text
    assert 'value="20xx"' in text
    assert NEW["authors"] in text
    assert '<a href="#f-year">Year</a>' in text


def test_a_probable_duplicate_is_saved_only_when_somebody_says_that_it_is_none(
    ada: Person,
) -> None:
    ada.send(PAGE, do="save", **NEW)
    other = {**NEW, "doi": "", "title": NEW["title"] + "."}
    refused = ada.send(PAGE, 409, do="save", **other)
    ada.send(PAGE, do="save", another="1", **other)

    assert "This paper" in refused
    assert len(ada.client.get("/v1/citations?author=dahan&year=2019").json()["items"]) == 2


def test_what_a_known_paper_lacks_can_be_added_to_it(ada: Person) -> None:
    read = ada.send(PAGE, do="read", paste=KNOWN)
    known = read.partition('name="into" value="')[2].partition('"')[0]
    before = ada.client.get(f"/v1/citations/{known}").json()
    typed = {"title": before["title"], "year": "2009", "authors": NEW["authors"], "issue": "3"}
    ada.send(PAGE, into=known, **typed)
    after = ada.client.get(f"/v1/citations/{known}").json()

    assert after["issue"] == (before["issue"] or "3")
    assert after["title"] == before["title"]
    assert {each["value"] for each in after["identifiers"]} >= {"10.1016/j.pain.2009.06.023"}


@pytest.mark.parametrize(
    ("pasted", "said", "found"),
    [
        ("https://doi.org/10.1016/J.PAIN.2009.06.023", "Recognised as a DOI", "2009.06.023"),
        ("19604642", "Recognised as a PMID", 'value="19604642"'),
        ("Smith AB, et al. On pain. Pain 2010;3:4-9.", "a printed reference", "et al."),
        ("@article{a, title={On {P}ain}, year=2010}", "Recognised as BibTeX", "On Pain"),
        (
            "nothing of the kind",
            "Not recognised",
            "reference lists, numbered or one reference a line",
        ),
        ("", "Nothing was pasted yet", "Nothing yet"),
    ],
)
def test_whatever_is_pasted_is_answered(ada: Person, pasted: str, said: str, found: str) -> None:
    text = ada.send(PAGE, do="read", paste=pasted)

    assert said in text
    assert found in text


def test_hostile_words_are_only_words(ada: Person) -> None:
    title = "<script>alert(1)</script>\" onload='x' \u202e{{7*7}} " + "long " * 2000
    text = ada.send(PAGE, do="save", title=title, reason="<img src=x onerror=alert(1)>")

    assert "{{7*7}}" in text


def test_a_contributor_proposes_and_a_curator_accepts(arriving: Arriving) -> None:
    grace, ada = arriving("grace", Scope.CONTRIBUTOR), arriving("ada")
    asked = grace.send(PAGE, 422, do="save", **NEW)
    proposed = grace.send(PAGE, do="save", reason="Read in Pain", **NEW)
    nobody = ada.client.get("/v1/citations/dahan-2019").status_code
    number = ada.see("/desk/review").partition('href="/desk/review/')[2].partition('"')[0]
    accepted = ada.send(f"/desk/review/{number}", do="accept")

    assert "say why" in asked
    assert "Proposed. Somebody else will decide" in proposed
    assert "Nobody decides on their own proposal." in proposed
    assert nobody == 404
    assert "Accepted" in accepted
    assert ada.client.get("/v1/citations/dahan-2019").status_code == 200


def test_what_a_form_shows_makes_the_same_draft_again() -> None:
    draft, _ = forms.form_draft(NEW)

    assert forms.form_draft(forms.form_values(draft))[0] == draft


class Silent:
    """Services that cannot be reached."""

    def look_up(self, *_: object) -> None:
        """Say so."""
        raise Problem(503, "lookup-failed", "Crossref does not answer.")


def test_a_number_whose_service_is_silent_stays_in_the_form(ada: Person) -> None:
    read = ada.send(PAGE, do="read", paste="10.1000/new.2019")
    ada.client.app.state.lookups = Silent()  # type: ignore[attr-defined] # the application itself
    text = ada.send(PAGE, 503, do="fetch", paste="10.1000/new.2019")

    assert "Fetch the rest" in read
    assert "Crossref does not answer." in text
    assert 'value="10.1000/new.2019"' in text
