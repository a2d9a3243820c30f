"""The second layer: what the cited sources themselves say, beside what the document says."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api_client import every, read, slugs

ADULTS = "adults-crps-12-weeks"
CHILDREN = "children-oral-ketamine"


def facts_of(study: Any) -> list[Any]:
    """Everything of a study that rests on claims."""
    outcomes = study["outcomes"]["items"]
    results = [result for outcome in outcomes for result in outcome["results"]]
    harms = study["adverse_events"]["items"]
    return [*study["populations"], *study["arms"], *outcomes, *results, *harms]


def sources(client: TestClient, fact: Any) -> set[str]:
    """Where the claims that a fact rests on were read."""
    found = set()
    for said in fact["says"]:
        claim = read(client, f"claims/{said['slug']}")
        found |= {place["document"]["slug"] for place in claim["passages"]}
        if claim["source_citation"]:
            assert claim["source_location"]
            found.add(claim["source_citation"]["slug"])
    return found


def test_the_trial_told_by_document_and_abstract_is_one_study(reader: TestClient) -> None:
    told_by = slugs(reader, "studies", citation="sigtermans-2009")

    assert told_by == {ADULTS}
    page = read(reader, "studies", condition="CRPS", treatment="ketamine", comparator="placebo")
    assert page["total"] == {"value": 1, "relation": "eq"}
    (study,) = page["items"]
    assert (study["slug"], study["basis"]) == (ADULTS, "abstract")
    assert {each["basis"] for each in study["populations"]} == {"secondary_document", "abstract"}


@pytest.mark.parametrize("study", [ADULTS, CHILDREN])
def test_each_fact_of_a_study_told_twice_names_its_source(reader: TestClient, study: str) -> None:
    page = read(reader, f"studies/{study}")
    (publication,) = [each["citation"]["slug"] for each in page["citations"]]

    by_basis: dict[str, set[str]] = {}
    for fact in facts_of(page):
        by_basis.setdefault(fact["basis"], set()).update(sources(reader, fact))

    assert by_basis.pop("secondary_document") == {"ketamine-for-pain"}
    assert by_basis.keys() <= {"abstract", "registry"}
    assert by_basis
    assert all(found == {publication} for found in by_basis.values())


def test_every_study_and_case_rests_on_a_passage_or_a_place_in_a_publication(
    reader: TestClient,
) -> None:
    records = [*every(reader, "studies"), *every(reader, "case-reports")]

    assert all(sources(reader, record) for record in records)


def test_the_abstract_corrects_nothing_that_the_document_says(
    reader: TestClient, document_reader: TestClient
) -> None:
    outcomes = every(document_reader, "outcomes")

    assert outcomes
    for outcome in outcomes:
        again = read(reader, f"outcomes/{outcome['slug']}")
        assert again["results"] == outcome["results"]


def test_not_significant_in_the_abstract_is_not_no_difference_in_the_document(
    reader: TestClient,
) -> None:
    (document,) = every(reader, "outcomes", conclusion="no_difference")
    (abstract,) = every(reader, "outcomes", conclusion="not_significant")

    assert document["slug"] == f"{ADULTS}.pain"
    assert abstract["slug"] == f"{ADULTS}.abstract-pain"
    result = abstract["results"][-1]
    assert (result["p"], result["p_qualifier"], result["direction"]) == (0.07, "=", None)


def test_what_a_plus_minus_stands_for_stays_unknown(reader: TestClient) -> None:
    means = [
        (each["value"], each["dispersion"], each["dispersion_value"])
        for each in read(reader, f"outcomes/{ADULTS}.abstract-pain")["results"]
        if each["statistic"] == "mean"
    ]

    assert means == [(2.68, "unknown", 0.51), (5.45, "unknown", 0.48)]


def test_percentages_are_kept_without_counts(reader: TestClient) -> None:
    (row,) = every(reader, "adverse-events", study=ADULTS)

    assert {each["group"]["key"]: each["percent"] for each in row["counts"]} == {
        "abstract-esketamine": 76,
        "abstract-placebo": 18,
    }
    assert row["serious"] == "not_stated"
    for each in row["counts"]:
        assert each["affected"] is each["at_risk"] is each["events"] is each["group"]["n"] is None


def test_a_count_of_harm_is_answered_beside_its_control(reader: TestClient) -> None:
    profile = read(reader, "adverse-effects", treatment="esketamine")["items"]
    (entry,) = [
        each for each in profile if each["adverse_effect"]["slug"] == "psychomimetic-effects"
    ]
    (count,) = entry["counts"]

    assert [each["percent"] for each in count["adverse_event"]["counts"]] == [76, 18]
    assert count["treated"] == [0]


def test_ages_of_the_registry_stand_beside_the_label_of_the_document(reader: TestClient) -> None:
    people = {each["key"]: each for each in read(reader, f"studies/{CHILDREN}")["populations"]}

    eligible = people["registry-eligible"]
    assert (eligible["ages"]["min"], eligible["ages"]["max"]) == ("8 years", "22 years")
    assert eligible["ages"]["text"] == "8 to 22 years"
    assert (eligible["age_basis"], eligible["basis"]) == ("registry", "registry")
    assert people["children"]["age_basis"] == "derived_from_label"
    assert slugs(reader, "studies", age="22") == {CHILDREN}
    assert CHILDREN not in slugs(reader, "studies", age="23")


def test_five_discrepancies_have_two_sides_each(reader: TestClient) -> None:
    found = every(reader, "discrepancies")

    assert len(found) == 5
    for each in found:
        document, source = each["sides"]
        assert document["claim"]["quote"]
        assert document["citation"] is None
        assert source["citation"]
        assert source["location"]
        assert document["says"] != source["says"]
        assert each["studies"]
        assert each["treatments"]


def test_discrepancies_are_found_by_study_citation_and_treatment(reader: TestClient) -> None:
    end = "pain-at-the-end-of-the-study"

    assert slugs(reader, "discrepancies", study=ADULTS) == {end, "long-term-pain-relief"}
    assert slugs(reader, "discrepancies", citation="bell-2012") == {
        "urinary-tract-toxicity-not-listed"
    }
    assert slugs(reader, "discrepancies", treatment="esketamine") == {end}


@pytest.mark.parametrize(
    ("identifier", "citation"),
    [
        ("pmid:19604642", "sigtermans-2009"),
        ("21939497", "patil-2012"),
        ("doi:10.1016/J.JPEDS.2012.12.077", "bredlau-2013"),
        ("https://doi.org/10.1016/j.pain.2011.03.026", "noppers-2011"),
        ("pmcid:PMC3465663", "ricke-2011"),
        ("doi:10.1016/j.pain.2011.04.031", "sear-2011"),
    ],
)
def test_references_are_found_by_their_identifiers(
    reader: TestClient, document_reader: TestClient, identifier: str, citation: str
) -> None:
    assert slugs(reader, "citations", identifier=identifier) == {citation}
    assert slugs(document_reader, "citations", identifier=identifier) == set()


def test_references_that_could_not_be_confirmed_have_no_identifier(reader: TestClient) -> None:
    without = {each["slug"] for each in every(reader, "citations") if not each["identifiers"]}

    assert without == {"bell-2012", "henson-2010"}


@pytest.mark.parametrize(
    ("condition", "studies"),
    [
        (
            "MeSH:D020918",
            {
                ADULTS,
                "liver-injury-3-cases",
                "mania-during-ketamine-therapy",
                "retrospective-outpatient-infusions",
            },
        ),
        ("ICD-10-CM:G90.5", {ADULTS, "liver-injury-3-cases", "mania-during-ketamine-therapy"}),
        ("MeSH:D002422", set()),
    ],
)
def test_codes_of_conditions_find_studies(
    reader: TestClient, condition: str, studies: set[str]
) -> None:
    assert slugs(reader, "studies", condition=condition) == studies


def test_codes_of_treatments_find_the_term_and_its_narrower_ones(reader: TestClient) -> None:
    assert slugs(reader, "treatments", code="MeSH:D007649") == {"ketamine"}
    assert CHILDREN in slugs(reader, "studies", treatment="MeSH:D007649")
    assert slugs(reader, "studies", treatment="CHEBI:60799") == {ADULTS, "liver-injury-3-cases"}


def test_the_registry_number_belongs_to_the_study(reader: TestClient) -> None:
    assert read(reader, f"studies/{CHILDREN}")["identifiers"] == [
        {"scheme": "nct", "value": "NCT01369680"}
    ]
    found = read(reader, "search", q="NCT01369680", kind="study")["items"]
    assert [each["slug"] for each in found] == [CHILDREN]


def test_people_told_of_again_by_an_abstract_are_of_the_kind_of_their_parent(
    reader: TestClient,
) -> None:
    told_again = {
        "adults-crps-12-weeks": ("abstract-randomised", "adults"),
        CHILDREN: ("abstract-enrolled", "children"),
        "mania-during-ketamine-therapy": ("abstract-patient", "patient"),
        "retrospective-outpatient-infusions": ("abstract-all", "patients"),
    }
    for slug, (again, first) in told_again.items():
        people = {each["key"]: each for each in read(reader, f"studies/{slug}")["populations"]}
        assert people[again]["parent"]["key"] == first
        assert people[again]["kind"] == people[first]["kind"] == "enrolled"


def test_complex_regional_pain_syndrome_is_a_chronic_pain(reader: TestClient) -> None:
    crps = read(reader, "conditions/complex-regional-pain-syndrome")

    assert crps["parent"]["slug"] == "chronic-pain"


def test_the_three_cases_are_three_of_the_six_at_risk(reader: TestClient) -> None:
    study = read(reader, "studies/liver-injury-3-cases")
    people = {each["key"]: each for each in study["populations"]}

    assert (people["cases"]["n"], people["abstract-at-risk"]["n"]) == (3, 6)
    assert people["cases"]["parent"]["key"] == "abstract-at-risk"
    (row,) = study["adverse_events"]["items"]
    (count,) = row["counts"]
    assert (count["affected"], count["at_risk"], count["percent"]) == (3, 6, None)
