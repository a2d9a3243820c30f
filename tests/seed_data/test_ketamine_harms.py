"""Harms, cases and approval as the seed document states them, read back through the API."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api_client import every, read, slugs, told

HEADER = "Possible side effects of ketamine include:"
COMA_HARMS = {"paralysis", "pneumonia", "pulmonary-embolism"}
LISTED = {
    "Death": {"death"},
    "Hallucinations": {"hallucinations"},
    "Prolonged Mania": {"mania"},
    "Paranoia": {"paranoia"},
    "Psychotic symptoms": {"psychosis"},
    "Liver toxicity": {"liver-toxicity"},
    "Addiction/drug abuse": {"addiction", "drug-abuse"},
    "Heart problems (arrhythmia)": {"cardiac-arrhythmia"},
    "Breathing difficulties": {"dyspnea"},
    "Ridged muscles": {"muscle-rigidity"},
    "Extreme pain": {"pain"},
    "Nausea and vomiting": {"nausea", "vomiting"},
}


def harms(client: TestClient, treatment: str, **parameters: Any) -> list[Any]:
    """The harm profile of a treatment."""
    return list(read(client, "adverse-effects", treatment=treatment, **parameters)["items"])


def stated(entries: list[Any]) -> dict[tuple[str, str], set[str]]:
    """With what firmness each harm is stated of each form."""
    return {
        (entry["treatment"]["slug"], entry["adverse_effect"]["slug"]): {
            each["modality"] for each in entry["statements"]
        }
        for entry in entries
    }


def events(client: TestClient, case: str) -> list[Any]:
    return list(read(client, f"case-reports/{case}")["events"])


def test_the_coma_is_not_approved_in_the_us_undated(document_reader: TestClient) -> None:
    (status,) = read(document_reader, "treatments/ketamine-coma")["regulatory_statuses"]

    assert told(status, "says") == {"jurisdiction": "US", "state": "not_approved"}
    assert status["as_of"] is status["use"] is None
    assert [each["quote"] for each in status["says"]] == [
        "Ketamine comas are not approved in the United States"
    ]


def test_no_other_treatment_inherits_what_was_decided_on_the_coma(reader: TestClient) -> None:
    decided = {each["slug"] for each in every(reader, "treatments") if each["regulatory_statuses"]}

    assert decided == {"ketamine-coma"}
    assert read(reader, "treatments/ketamine-coma")["parent"]["slug"] == "ketamine"
    assert read(reader, "treatments/ketamine")["regulatory_statuses"] == []


def test_three_harms_are_associated_with_the_coma(document_reader: TestClient) -> None:
    claims = every(document_reader, "claims", modality="association")

    assert {each["object"]["slug"] for each in claims} == COMA_HARMS
    assert {each["subject"]["slug"] for each in claims} == {"ketamine-coma"}
    assert len(claims) == 3


def test_life_threatening_stays_with_the_embolus_and_its_scope_is_noted(
    document_reader: TestClient,
) -> None:
    claims = every(document_reader, "claims", subject="ketamine-coma", kind="adverse_effect")
    (embolus,) = [each for each in claims if "life threatening" in each["quote"]]

    assert embolus["object"]["slug"] == "pulmonary-embolism"
    assert "could also be meant of all three" in " ".join(embolus["note"].split())


def test_increasing_recognition_is_an_emerging_signal_with_an_assumed_subject(
    document_reader: TestClient,
) -> None:
    claims = every(document_reader, "claims", modality="emerging_signal")

    assert {each["object"]["slug"] for each in claims} == {"liver-toxicity", "mania"}
    assert {each["subject"]["slug"] for each in claims} == {"ketamine"}
    assert all("ketamine is assumed" in each["note"] for each in claims)
    assert {each["hedge"] for each in claims} == {"increasing recognition"}


def test_the_list_of_12_items_makes_14_claims(document_reader: TestClient) -> None:
    claims = every(document_reader, "claims", modality="possible")
    found: dict[str, set[str]] = {}
    for each in claims:
        found.setdefault(each["passages"][-1]["exact"], set()).add(each["object"]["slug"])

    assert len(claims) == 14
    assert found == LISTED
    assert {each["subject"]["slug"] for each in claims} == {"ketamine"}


def test_each_listed_claim_has_the_header_and_its_item_as_passages(
    document_reader: TestClient,
) -> None:
    document = read(document_reader, "documents/ketamine-for-pain")
    parts = {(part["start"], part["end"]): part["kind"] for part in document["segments"]}
    claims = every(document_reader, "claims", modality="possible")

    assert claims
    for each in claims:
        header, item = each["passages"]
        assert header["exact"] == HEADER
        assert parts[header["start"], header["end"]] == "list_header"
        assert parts[item["start"], item["end"]] == "list_item"


def test_arrhythmia_is_found_under_heart_problems(document_reader: TestClient) -> None:
    term = read(document_reader, "adverse-effects/cardiac-arrhythmia")

    assert term["parent"]["slug"] == "heart-problems"
    assert {"label": "Heart problems (arrhythmia)", "kind": "verbatim"} in term["labels"]


def test_ridged_muscles_is_kept_as_written_and_found_both_ways(document_reader: TestClient) -> None:
    term = read(document_reader, "adverse-effects/muscle-rigidity")
    claim = "ketamine-for-pain.list-ridged-muscles"

    assert {"label": "Ridged muscles", "kind": "verbatim"} in term["labels"]
    for words in ("muscle rigidity", "Ridged muscles", "rigid muscles"):
        found = read(document_reader, "search", q=words)["items"]
        assert "muscle-rigidity" in {each["slug"] for each in found}, words
    assert slugs(document_reader, "claims", object="muscle-rigidity") == {claim}
    assert term["claims"]["items"][0]["passages"][1]["exact"] == "Ridged muscles"
    assert claim in {
        each["slug"] for each in read(document_reader, "search", q="ridged muscles")["items"]
    }


def test_the_first_patient_had_flashbacks_years_after_infusions(
    document_reader: TestClient,
) -> None:
    case = read(document_reader, "case-reports/flashbacks-after-infusions")

    assert (case["reporter"], case["patients"], case["sex"]) == ("document_authors", 1, None)
    assert [(each["type"], each["term"]["slug"]) for each in case["events"]] == [
        ("exposure", "ketamine-infusion"),
        ("adverse_event", "hallucinogen-persisting-perception-disorder"),
        ("response", "intense-physical-and-occupational-therapy-program"),
    ]
    assert (case["events"][1]["onset"], case["events"][1]["outcome"]) == ("years later", "ongoing")


def test_the_second_patient_has_five_events_in_the_order_of_the_telling(
    document_reader: TestClient,
) -> None:
    told_of = events(document_reader, "foot-pain-after-coma-and-boosters")

    assert [(each["type"], each["term"]["slug"]) for each in told_of] == [
        ("exposure", "ketamine-coma"),
        ("response", "ketamine-coma"),
        ("exposure", "ketamine-booster"),
        ("adverse_event", "foot-pain"),
        ("response", "intense-physical-and-occupational-therapy-program"),
    ]
    assert [each["count"] for each in told_of] == [None, None, 40, None, None]
    assert [each["country"] for each in told_of] == ["DE", None, None, None, None]
    assert told_of[1]["verbatim"] == "did well initially"


def test_the_second_patient_is_a_woman_of_unknown_age(document_reader: TestClient) -> None:
    case = read(document_reader, "case-reports/foot-pain-after-coma-and-boosters")

    assert (case["sex"], case["age_basis"], case["patients"]) == ("female", "unknown", 1)
    assert case["ages"] is None


def test_both_patients_did_well_in_the_program(document_reader: TestClient) -> None:
    program = "intense-physical-and-occupational-therapy-program"
    both = slugs(document_reader, "case-reports", treatment=program, drug_role="treatment")
    last = [events(document_reader, case)[-1] for case in sorted(both)]

    assert both == {"flashbacks-after-infusions", "foot-pain-after-coma-and-boosters"}
    assert {each["verbatim"] for each in last} == {"did well"}
    assert {said["slug"] for each in last for said in each["says"]} == {
        "ketamine-for-pain.program-response"
    }
    assert read(document_reader, f"treatments/{program}")["type"] == "behavioral"


def test_two_harms_were_seen_in_cases_and_claimed_nowhere(document_reader: TestClient) -> None:
    claimed = {
        each["object"]["slug"] for each in every(document_reader, "claims", kind="adverse_effect")
    }
    seen = {
        event["term"]["slug"]
        for case in every(document_reader, "case-reports")
        for event in case["events"]
        if event["type"] == "adverse_event"
    }

    assert seen - claimed == {"hallucinogen-persisting-perception-disorder", "foot-pain"}


def test_the_pain_in_the_feet_stands_under_the_boosters_that_are_suspected_not_the_coma(
    document_reader: TestClient,
) -> None:
    coma = harms(document_reader, "ketamine-coma")
    boosters = harms(document_reader, "ketamine-booster")

    assert stated(coma) == {("ketamine-coma", harm): {"association"} for harm in COMA_HARMS}
    assert stated(boosters) == {("ketamine-booster", "foot-pain"): set()}
    (case,) = boosters[0]["cases"]
    assert (case["slug"], case["drug_role"]) == ("foot-pain-after-coma-and-boosters", "suspect")


def test_nothing_of_the_coma_stands_under_exactly_ketamine(reader: TestClient) -> None:
    exact = harms(reader, "ketamine", descendants="false")

    assert {entry["treatment"]["slug"] for entry in exact} == {"ketamine"}
    assert not {entry["adverse_effect"]["slug"] for entry in exact} & (COMA_HARMS | {"foot-pain"})


def test_ketamine_with_its_forms_names_the_form_of_each_harm(document_reader: TestClient) -> None:
    found = stated(harms(document_reader, "ketamine"))

    assert {form for form, harm in found if harm in COMA_HARMS} == {"ketamine-coma"}
    assert found["ketamine", "hallucinations"] == {"tendency", "possible"}
    assert found["ketamine", "liver-toxicity"] == {"emerging_signal", "possible"}
    assert {harm for form, harm in found if form == "ketamine"} == {
        *(harm for listed in LISTED.values() for harm in listed),
        "paranoid-delusions",
    }
