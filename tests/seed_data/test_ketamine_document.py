"""The seed document's text, its references and its plain statements, read back through the API."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api_client import every, read, slugs
from tests.conftest import KETAMINE

SHA256 = "4fd94323461abc7e9f8a93ce88057fdc758905cf0f3c94a5b6fb2c73c1771960"
DOCUMENT = "documents/ketamine-for-pain"


def claim(client: TestClient, name: str) -> Any:
    return read(client, f"claims/ketamine-for-pain.{name}")


def cited(client: TestClient, **parameters: Any) -> set[tuple[str, str]]:
    """Which claims are held to rest on which publication."""
    return {
        (held["slug"], each["citation"]["slug"])
        for held in every(client, "claims", document="ketamine-for-pain", **parameters)
        for each in held["citations"]
    }


def test_the_text_is_kept_byte_for_byte(document_reader: TestClient) -> None:
    document = read(document_reader, DOCUMENT)

    assert document["text"].encode() == (KETAMINE / "document.txt").read_bytes()
    assert hashlib.sha256(document["text"].encode()).hexdigest() == SHA256
    assert document["sha256"] == SHA256


def test_each_passage_is_the_words_at_its_place(document_reader: TestClient) -> None:
    text = read(document_reader, DOCUMENT, fields="text")["text"]
    claims = every(document_reader, "claims", document="ketamine-for-pain")
    passages = [passage for claim in claims for passage in claim["passages"]]

    assert len(passages) >= len(claims) == 42
    for place in passages:
        assert text[place["start"] : place["end"]] == place["exact"]
        assert text[: place["start"]].endswith(place["prefix"])
        assert text[place["end"] :].startswith(place["suffix"])
        assert place["prefix"] or not place["start"]


def test_every_character_is_in_a_passage_or_boilerplate(document_reader: TestClient) -> None:
    document = read(document_reader, DOCUMENT)
    claims = every(document_reader, "claims", document="ketamine-for-pain")
    places = [passage for claim in claims for passage in claim["passages"]]
    places += [reference["passage"] for reference in document["references"]]
    places += [part for part in document["segments"] if part["kind"] == "boilerplate"]
    covered = {at for place in places for at in range(place["start"], place["end"])}

    missing = [at for at, mark in enumerate(document["text"]) if mark.strip() and at not in covered]

    assert missing == []


def test_only_list_marks_and_the_closing_line_are_boilerplate(document_reader: TestClient) -> None:
    document = read(document_reader, DOCUMENT)
    idle = [
        document["text"][part["start"] : part["end"]]
        for part in document["segments"]
        if part["kind"] == "boilerplate"
    ]

    numbers = [f"{number}." for number in range(1, 9)]
    assert idle == ["•"] * 12 + numbers + ["Comments are closed."]


def test_the_text_falls_into_its_paragraphs_sentences_items_and_references(
    document_reader: TestClient,
) -> None:
    kinds = [part["kind"] for part in read(document_reader, DOCUMENT)["segments"]]

    assert {kind: kinds.count(kind) for kind in kinds} == {
        "paragraph": 4,
        "sentence": 11,
        "list_header": 1,
        "boilerplate": 21,
        "list_item": 12,
        "reference": 8,
    }


def test_the_reference_list_is_kept_word_for_word(document_reader: TestClient) -> None:
    document = read(document_reader, DOCUMENT)
    lines = [line.strip() for line in document["text"].splitlines()]

    assert [each["number"] for each in document["references"]] == list(range(1, 9))
    for each in document["references"]:
        citation = read(document_reader, f"citations/{each['citation']['slug']}")
        assert f"{each['number']}. {each['passage']['exact']}" in lines
        assert citation["verbatim"] == each["passage"]["exact"]
        assert citation["title"] in citation["verbatim"]
        assert citation["references"][0]["number"] == each["number"]


def test_authors_cut_short_by_et_al_are_marked(document_reader: TestClient) -> None:
    citations = every(document_reader, "citations")
    cut = {each["references"][0]["number"] for each in citations if each["authors_truncated"]}

    assert cut == {1, 3, 5}
    assert all(len(each["authors"]) == 3 for each in citations if each["authors_truncated"])
    assert all(
        author["family"] != "et al." for citation in citations for author in citation["authors"]
    )


def test_references_2_and_8_are_tied_to_no_statement(reader: TestClient) -> None:
    assert slugs(reader, "citations", linked="no") == {"patil-2012", "henson-2010"}
    assert len(slugs(reader, "citations", linked="yes")) == 6


def test_each_link_from_a_claim_is_inferred_and_says_why(document_reader: TestClient) -> None:
    claims = every(document_reader, "claims", document="ketamine-for-pain")
    links = [link for claim in claims for link in claim["citations"]]

    assert len(links) == 13
    assert all(link["basis"] == "curator_inferred" and link["rationale"] for link in links)
    assert cited(document_reader, citation_basis="in_text") == set()


@pytest.mark.parametrize(
    ("citation", "claims"),
    [
        ("sigtermans-2009", "adults-crps-12-weeks.{design,relief,peak,at-end,function}"),
        ("bredlau-2013", "children-oral-ketamine.{design,effective,duration,amplified-pain}"),
        ("noppers-2011", "ketamine-for-pain.{liver-toxicity-recognition}"),
        ("sear-2011", "ketamine-for-pain.{liver-toxicity-recognition}"),
        ("bell-2012", "ketamine-for-pain.{liver-toxicity-recognition}"),
        ("ricke-2011", "ketamine-for-pain.{prolonged-mania-recognition}"),
    ],
)
def test_each_reference_is_tied_to_the_statements_it_fits(
    document_reader: TestClient, citation: str, claims: str
) -> None:
    owner, _, names = claims.partition(".")
    expected = {f"{owner}.{name}" for name in names.strip("{}").split(",")}

    found = {claim for claim, source in cited(document_reader) if source == citation}

    assert found == expected
    assert expected <= slugs(document_reader, "claims", citation=citation)


def test_ketamine_is_classified_twice(document_reader: TestClient) -> None:
    claims = every(document_reader, "claims", kind="classification")

    said = {(each["subject"]["slug"], each["object"]["slug"]) for each in claims}
    assert said == {("ketamine", "anesthetic-agent"), ("ketamine", "phencyclidine")}
    assert len(claims) == 2


def test_angel_dust_is_a_name_of_phencyclidine(document_reader: TestClient) -> None:
    found = read(document_reader, "search", q="angel dust", kind="treatment")["items"]

    assert [each["slug"] for each in found] == ["phencyclidine"]
    assert slugs(document_reader, "claims", treatment="angel dust") == {
        "ketamine-for-pain.related-to-pcp"
    }


def test_a_tendency_is_kept_as_one(document_reader: TestClient) -> None:
    claims = every(document_reader, "claims", modality="tendency")

    assert {each["object"]["slug"] for each in claims} == {"hallucinations", "paranoid-delusions"}
    assert {each["subject"]["slug"] for each in claims} == {"ketamine"}
    assert {each["hedge"] for each in claims} == {"tendency"}


def test_very_controversial_is_an_opinion(document_reader: TestClient) -> None:
    assert slugs(document_reader, "claims", kind="opinion") == {
        "ketamine-for-pain.coma-controversial"
    }
    opinion = claim(document_reader, "coma-controversial")
    assert [each["exact"] for each in opinion["passages"]] == [
        "Ketamine comas",
        "are very controversial",
    ]
    assert opinion["subject"]["slug"] == "ketamine-coma"


def test_not_proven_is_kept_apart_from_negated(document_reader: TestClient) -> None:
    benefit = "ketamine-for-pain.coma-lasting-benefit"

    assert slugs(document_reader, "claims", polarity="not_proven") == {benefit}
    assert slugs(document_reader, "claims", kind="evidence_gap") == {benefit}
    assert slugs(document_reader, "claims", polarity="negated") == {
        "adults-crps-12-weeks.at-end",
        "adults-crps-12-weeks.function",
        "children-oral-ketamine.amplified-pain",
        "children-oral-ketamine.duration",
        "ketamine-for-pain.coma-not-approved",
    }


def test_what_is_not_proven_gives_no_result(document_reader: TestClient) -> None:
    gap = claim(document_reader, "coma-lasting-benefit")

    assert gap["subject"]["slug"] == "ketamine-coma"
    assert gap["outcomes"] == gap["results"] == gap["studies"] == []
    assert slugs(document_reader, "outcomes", treatment="ketamine-coma") == set()


def test_the_document_alone_gives_what_a_careful_reading_finds(document_reader: TestClient) -> None:
    effects = {
        each["object"]["slug"] for each in every(document_reader, "claims", kind="adverse_effect")
    }
    results = [result for each in every(document_reader, "outcomes") for result in each["results"]]

    assert len(effects) == 18
    assert len(results) == 7
    assert len(every(document_reader, "studies")) == 5
    assert len(every(document_reader, "case-reports")) == 4
    assert every(document_reader, "adverse-events") == []
    assert every(document_reader, "discrepancies") == []
