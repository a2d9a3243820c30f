"""Lookups: one identifier becomes a draft that can be saved, or a clear word why not."""

from __future__ import annotations

import pytest

from app.db.database import Database
from app.vocabulary import Scope
from tests.commands import address_of, invoke
from tests.conftest import serving
from tests.ingest.lookup.asking import KEY, Asker, asker, told
from tests.ingest.lookup.outside import Outside, Said, sample
from tests.keys import headers


def test_a_doi_gives_the_draft_that_crossref_has(bob: Asker) -> None:
    bob.outside.says(sample("crossref.json"))

    found = bob.found(doi="https://doi.org/10.1000/NIGHT.2019")

    draft = found["draft"]
    assert draft["title"] == "Sleep in people who work at night & by day: A made-up cohort"
    assert draft["abstract"] == "People slept.\nSome did not."
    assert draft["authors"] == [
        {"family": "Doe", "given": "Jane", "orcid": "0000-0002-1825-0097"},
        {"family": "Roe", "given": "Richard"},
        {"literal": "The Night Group"},
    ]
    assert found["reference"].startswith("Doe J, Roe R, The Night Group. Sleep in people who work")
    assert found["reference"].endswith("2019;12(4):101-9. doi:10.1000/night.2019.")
    assert (found["source"], found["answer"], found["problems"]) == ("crossref", "different", [])
    assert bob.outside.asked == ["/crossref/works/10.1000%2Fnight.2019?mailto=ada%40example.org"]
    assert bob.outside.agents == ["evidence-base (mailto:ada@example.org)"]


def test_what_was_looked_up_can_be_saved_and_is_known_then(
    sqlite: Database, service: Outside
) -> None:
    service.says(sample("crossref.json"))
    with serving(sqlite) as client:
        client.headers.update(headers(sqlite, "ada"))
        ada = asker(client, service)
        draft = ada.found(doi="10.1000/night.2019")["draft"]
        assert client.get("/v1/citations").json()["items"] == []  # a lookup saves nothing

        saved = client.post("/v1/citations", json=draft)

        assert saved.status_code == 201, saved.text
        again = ada.found(doi="10.1000/night.2019")
        assert again["answer"] == "same"
        assert again["matches"][0]["slug"] == saved.json()["slug"]
        assert again["matches"][0]["reasons"]


def test_a_pubmed_number_gives_the_draft_that_pubmed_has(bob: Asker) -> None:
    bob.outside.says(sample("pubmed.xml"))

    found = bob.found(pmid="PMID: 12345")

    assert (found["source"], found["draft"]["pages"]) == ("pubmed", "304-311")
    assert {"scheme": "doi", "value": "10.1000/pain.2011"} in found["draft"]["identifiers"]
    [asked] = bob.outside.asked
    assert asked.startswith("/pubmed/efetch.fcgi?db=pubmed&id=12345&retmode=xml")
    assert f"tool=evidence-base&email=ada%40example.org&api_key={KEY}" in asked
    assert KEY not in found["address"]


def test_what_pubmed_says_of_a_retraction_is_kept(bob: Asker) -> None:
    bob.outside.says(sample("pubmed.xml"))

    found = bob.found(pmid="12345")

    assert found["draft"]["publication_status"] == "retracted"
    assert found["related"][0]["relation"] == "retracted_in"
    assert (found["related"][0]["pmid"], found["related"][0]["doi"]) == ("23456", "10.1000/notice")


@pytest.mark.parametrize(
    ("member", "kind", "status", "relation"),
    [
        ("updated-by", "retraction", "retracted", "retracted_in"),
        (
            "updated-by",
            "expression_of_concern",
            "expression_of_concern",
            "expression_of_concern_in",
        ),
        ("updated-by", "erratum", "corrected", "erratum_in"),
        ("update-to", "retraction", None, "retraction_of"),
    ],
)
def test_what_crossref_says_of_updates_keeps_its_direction(
    bob: Asker, member: str, kind: str, status: str | None, relation: str
) -> None:
    update = {"DOI": "10.1000/other", "type": kind, "label": kind.title(), "source": "publisher"}
    bob.outside.says(sample("crossref.json", **{member: [update]}))

    found = bob.found(doi="10.1000/night.2019")

    assert found["draft"].get("publication_status") == status
    assert [(each["relation"], each["doi"]) for each in found["related"]] == [
        (relation, "10.1000/other")
    ]


def test_a_number_of_pubmed_central_leads_to_pubmed(bob: Asker) -> None:
    bob.outside.says(sample("numbers.json"), sample("pubmed.xml"))

    found = bob.found(pmcid="pmc3456789")

    assert found["source"] == "pubmed"
    assert {"scheme": "pmcid", "value": "PMC3456789"} in found["draft"]["identifiers"]
    assert found["problems"] == []


def test_an_article_that_only_pubmed_central_has_leads_to_crossref(bob: Asker) -> None:
    numbers = b'{"status":"ok","records":[{"pmcid":"PMC1234567","doi":"10.1000/night.2019"}]}'
    bob.outside.says(Said(body=numbers), sample("crossref.json"))

    found = bob.found(pmcid="PMC1234567")

    assert found["source"] == "crossref"
    assert {"scheme": "pmcid", "value": "PMC1234567"} in found["draft"]["identifiers"]


def test_a_trial_number_gives_the_registry_record_as_a_citation(bob: Asker) -> None:
    bob.outside.says(sample("trial.json"))

    found = bob.found(nct="nct 01234567")

    draft = found["draft"]
    assert (draft["type"], draft["container_title"]) == ("webpage", "ClinicalTrials.gov")
    assert (draft["title"], draft["year"]) == ("Made-Up Ketamine in Adults", 2010)
    assert draft["authors"] == [{"literal": "Made-Up Hospital"}]
    assert draft["identifiers"] == [{"scheme": "nct", "value": "NCT01234567", "shared": True}]
    assert "NCT01234567" in bob.outside.asked[0]


def test_a_record_that_goes_by_another_number_says_so(bob: Asker) -> None:
    bob.outside.says(sample("crossref.json"))

    found = bob.found(doi="10.1000/alias")

    assert (
        "asked for 10.1000/alias, and it goes by 10.1000/night.2019"
        in (found["problems"][0]["message"])
    )


def test_readers_may_not_look_up(sqlite: Database) -> None:
    address = "/v1/citations/lookup?doi=10.1000/x"
    with serving(sqlite) as client:
        refused = client.get(address, headers=headers(sqlite, "eve", Scope.READER))

        assert refused.status_code == 403
        assert client.get(address).status_code == 401


def test_the_command_prints_the_draft(sqlite: Database, service: Outside) -> None:
    service.says(sample("pubmed.xml"))
    settings = told(service.address, lookup_timeout=10)

    done = invoke("lookup", "--pmid", "12345", url=address_of(sqlite), **settings)

    assert done.returncode == 0, done.stderr
    assert '"title": "Made-up ketamine for made-up pain."' in done.stdout
    assert done.stderr.startswith("Doe J. Made-up ketamine")
