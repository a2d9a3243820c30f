"""Terms in filters: by slug, label or code, with everything narrower; never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence
from tests.replies import check_problem


def studied(evidence: Evidence, condition: str, **term: Any) -> str:
    """A study of people with a condition."""
    evidence.condition(condition, **term)
    people = {"key": "people", "conditions": [condition]}
    return evidence.study(slug=f"on-{condition}", populations=[people])


def slugs(client: TestClient, **asked: Any) -> set[str]:
    reply = client.get("/v1/studies", params=asked)
    assert reply.status_code == 200, reply.text
    return {study["slug"] for study in reply.json()["items"]}


@pytest.mark.parametrize(
    "name",
    [
        "complex-regional-pain-syndrome",  # its slug
        "Complex regional pain syndrome",  # its name
        "CRPS",  # an abbreviation
        "crps",
        "sudeck dystrophy",  # a synonym that is written Sudeck-Dystrophy
        "SÜDECK",  # a misspelling that is written sudeck
        "painful hand, swollen",  # a source's own words
        "MeSH:D020918",  # a code with its scheme
        "mesh:d020918",
        "D020918",  # a code alone
    ],
)
def test_a_term_is_found_by_slug_label_or_code(
    evidence: Evidence, client: TestClient, name: str
) -> None:
    study = studied(
        evidence,
        "complex-regional-pain-syndrome",
        abbreviations=["CRPS"],
        synonyms=["Sudeck-Dystrophy"],
        misspellings=["sudeck"],
        verbatim=["painful hand, swollen"],
        codes={"MeSH": "D020918"},
    )
    studied(evidence, "gout", codes={"MeSH": "D006073"})

    assert slugs(client, condition=name) == {study}


def test_a_term_finds_what_is_said_of_narrower_terms(
    evidence: Evidence, client: TestClient
) -> None:
    wide = studied(evidence, "pain")
    narrow = studied(evidence, "neuropathic-pain", parent="pain")
    narrowest = studied(evidence, "neuralgia", parent="neuropathic-pain")
    studied(evidence, "gout")

    assert slugs(client, condition="pain") == {wide, narrow, narrowest}
    assert slugs(client, condition="neuropathic-pain") == {narrow, narrowest}


def test_narrower_terms_can_be_left_out(evidence: Evidence, client: TestClient) -> None:
    wide = studied(evidence, "pain")
    studied(evidence, "neuropathic-pain", parent="pain")

    assert slugs(client, condition="pain", descendants="false") == {wide}


def test_a_term_that_moves_takes_its_studies_along(evidence: Evidence, client: TestClient) -> None:
    studied(evidence, "pain")
    moved = studied(evidence, "migraine")
    assert moved not in slugs(client, condition="pain")

    evidence.condition("migraine", parent="pain")

    assert moved in slugs(client, condition="pain")


def test_a_repeated_parameter_means_any_of_its_values(
    evidence: Evidence, client: TestClient
) -> None:
    found = {studied(evidence, "gout"), studied(evidence, "migraine")}
    studied(evidence, "asthma")

    assert slugs(client, condition=["gout", "migraine"]) == found


def test_different_parameters_all_have_to_hold(evidence: Evidence, client: TestClient) -> None:
    both = evidence.study(study_type="review", year=2010)
    evidence.study(study_type="review", year=2011)
    evidence.study(study_type="commentary", year=2010)

    assert slugs(client, study_type="review", year="2010") == {both}


def test_an_unknown_term_is_refused_with_the_nearest_one(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("migraine", synonyms=["Sick headache"])

    reply = client.get("/v1/studies", params={"condition": ["migrane", "sick hedache"]})

    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:evidence:problem:unknown-term"
    assert [(each["parameter"], each["suggestion"]) for each in reply.json()["errors"]] == [
        ("condition", "migraine"),
        ("condition", "Sick headache"),
    ]


def test_a_term_of_another_kind_is_unknown(evidence: Evidence, client: TestClient) -> None:
    evidence.treatment("ketamine")

    assert client.get("/v1/studies?condition=ketamine").status_code == 422


def test_a_label_that_two_terms_carry_finds_both(evidence: Evidence, client: TestClient) -> None:
    found = {
        studied(evidence, "multiple-sclerosis", abbreviations=["MS"]),
        studied(evidence, "mitral-stenosis", abbreviations=["MS"]),
    }

    assert slugs(client, condition="MS") == found


def test_a_name_of_no_letters_is_unknown(evidence: Evidence, client: TestClient) -> None:
    evidence.condition("gout", synonyms=["???"])

    assert client.get("/v1/studies", params={"condition": "!!!"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "parameter", "values"),
    [
        ("studies", "study_type", "interventional,observational"),
        ("studies", "study_type.not", "interventional, observational"),
        ("studies", "country", "de,NL"),
        ("studies", "has_results", "yes,no"),
        ("claims", "term", "condition/pain,treatment/ketamine"),
    ],
)
def test_a_list_with_commas_is_told_to_repeat_the_parameter(
    sqlite_reader: TestClient, path: str, parameter: str, values: str
) -> None:
    reply = sqlite_reader.get(f"/v1/{path}", params={parameter: values})

    [error] = check_problem(reply, 422)["errors"]
    each = "&".join(f"{parameter}={value.strip()}" for value in values.split(","))
    assert error["message"] == f"takes one value: give it once for each: {each}"


def test_names_with_commas_are_several_only_where_each_is_known_and_the_whole_is_not(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("morphine")
    evidence.treatment("both", synonyms=["ketamine, morphine"])
    given = [{"treatment": "both"}]
    study = evidence.study(arms=[{"key": "arm", "treatments": given}])

    def error(**asked: str) -> Any:
        [found] = check_problem(client.get("/v1/studies", params=asked), 422)["errors"]
        return found

    reply = client.get("/v1/studies", params={"treatment": "Ketamine, morphine"})
    assert [each["slug"] for each in reply.json()["items"]] == [study]
    assert error(treatment="morphine,ketamine")["message"] == (
        "takes one value: give it once for each: treatment=morphine&treatment=ketamine"
    )
    assert "no treatment is called" in error(treatment="morphine,kitamine")["message"]
    citations = ",".join((evidence.citation(), evidence.citation()))
    assert "give it once for each: citation=" in error(citation=citations)["message"]


def test_nothing_found_says_that_a_broader_term_would_find_something(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.adverse_effect("psychomimetic-effects")
    evidence.adverse_effect("hallucinations", parent="psychomimetic-effects")
    study = evidence.study()
    evidence.adverse_event(study, "all", "psychomimetic-effects")

    path = "/v1/adverse-events"
    nothing = client.get(path, params={"adverse_effect": "hallucinations"}).json()
    found = client.get(path, params={"adverse_effect": "psychomimetic-effects"}).json()

    assert nothing["hint"] == {"parameter": "broader", "value": "true", "total": 1}
    assert "hint" not in found
    assert "hint" not in client.get(path, params={"scope": "death"}).json()
