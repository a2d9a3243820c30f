"""Lookups in vain: who does not know, does not answer or makes no sense is told apart."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.ingest.lookup.asking import KEY, Asker, asker
from tests.ingest.lookup.outside import Outside, Said, sample
from tests.servers import free_port


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (Said(404, b"Resource not found."), {"doi": "10.1000/none"}),
        (Said(404, b"NCT number NCT99999999 not found"), {"nct": "NCT99999999"}),
        (Said(200, b"<PubmedArticleSet></PubmedArticleSet>"), {"pmid": "999999999"}),
        (
            Said(400, b"<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs."
                 b"</ERROR></eFetchResult>"),
            {"pmid": "999999999"},
        ),
        (
            Said(200, b'{"status":"ok","records":[{"pmcid":"PMC999999999","status":"error",'
                 b'"errmsg":"Identifier not found in PMC"}]}'),
            {"pmcid": "PMC999999999"},
        ),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_not_found(bob: Asker, said: Said, asked: dict[str, str]) -> None:
    bob.outside.says(said)

    assert next(iter(asked.values())) in bob.problem(404, **asked)["detail"]


@pytest.mark.parametrize(
    "asked",
    [
        {"doi": "ketamine"},
        {"pmid": "x1"},
        {"pmcid": ""},
        {"nct": "NCT1"},
        {},
        {"doi": "10.1000/a", "pmid": "1"},
        {"isbn": "9780306406157"},
    ],
)
def test_what_is_no_identifier_is_refused_and_nobody_is_asked(
    bob: Asker, asked: dict[str, str]
) -> None:
    assert bob.problem(422, **asked)["errors"][0]["parameter"]
    assert bob.outside.asked == []


def test_a_service_that_is_busy_is_asked_again_when_it_says(bob: Asker) -> None:
    bob.outside.says(Said(429, headers={"Retry-After": "0"}), Said(500), sample("crossref.json"))

    bob.found(doi="10.1000/night.2019")

    assert len(bob.outside.asked) == 3


def test_a_service_that_wants_more_patience_than_we_have_is_left_alone(bob: Asker) -> None:
    bob.outside.says(Said(429, headers={"Retry-After": "3600"}))

    reply = bob.get(pmid="12345")

    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "3600")
    assert len(bob.outside.asked) == 1
    assert KEY not in reply.text


def test_a_service_that_stays_silent_is_given_up(bob: Asker) -> None:
    bob.outside.says(Said(stays=True))

    problem = bob.problem(503, doi="10.1000/night.2019")

    assert [each["message"].split(":")[0] for each in problem["errors"]] == [
        "try 1", "try 2", "try 3",
    ]  # fmt: skip
    assert "no answer in time" in problem["detail"]


def test_offline_says_what_was_tried_and_what_to_do(library: TestClient) -> None:
    nowhere = Outside(f"http://127.0.0.1:{free_port()}")

    problem = asker(library, nowhere).problem(503, pmid="12345")

    assert f"{nowhere.address}/pubmed/efetch.fcgi cannot be reached" in problem["detail"]
    assert problem["detail"].endswith("or write the draft by hand.")


def test_a_service_that_is_switched_off_is_not_asked(library: TestClient, service: Outside) -> None:
    problem = asker(library, service, crossref_url="").problem(503, doi="10.1000/x")

    assert "EVIDENCE_CROSSREF_URL is empty" in problem["detail"]
    assert service.asked == []


HTML = b"<html><body>Please sign in to the hotel's network.</body></html>"


@pytest.mark.parametrize("name", ["doi", "pmid", "pmcid", "nct"])
@pytest.mark.parametrize(
    "said",
    [
        Said(body=HTML),
        Said(body=b"[]"),
        Said(body=b'{"message": 1, "protocolSection": [], "records": 3}'),
        Said(body=b"<PubmedArticleSet><PubmedArticle><Medline"),
        Said(body=b"\xff\xfe\x00"),
        Said(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
        Said(403, b"no"),
        Said(302, headers={"Location": "/again"}),
        Said(body=b" " * 10_000_001),
    ],
    ids=["html", "list", "numbers", "cut", "bytes", "gzip", "forbidden", "circle", "long"],
)
def test_an_answer_that_makes_no_sense_is_said_to_be_so(bob: Asker, name: str, said: Said) -> None:
    bob.outside.says(said)
    asked = {"doi": "10.1000/x", "pmid": "1", "pmcid": "PMC1", "nct": "NCT01234567"}

    problem = bob.problem(502, **{name: asked[name]})

    assert "answered what cannot be read" in problem["detail"]
    assert bob.outside.address in problem["errors"][0]["message"]
