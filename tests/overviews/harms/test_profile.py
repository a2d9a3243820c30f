"""The harm profile of a treatment: stated, counted, seen; never added up."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence
from tests.replies import check_problem


def profile(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    reply = client.get("/v1/adverse-effects", params={"treatment": "ketamine", **asked})
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


def named(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["adverse_effect"]["slug"], each["treatment"]["slug"]) for each in items]


@pytest.fixture
def terms(evidence: Evidence) -> Evidence:
    evidence.treatment("ketamine")
    evidence.treatment("ketamine-coma", parent="ketamine")
    evidence.treatment("placebo")
    evidence.adverse_effect("nausea")
    evidence.adverse_effect("delirium")
    return evidence


def trial(evidence: Evidence) -> str:
    """A trial with an arm of ketamine and one of placebo, each a group."""
    arms = [
        {"key": name, "treatments": [{"treatment": name, "role": role}]}
        for name, role in (("ketamine", "investigated"), ("placebo", "comparator"))
    ]
    groups = [{"key": arm["key"], "title": arm["key"], "arms": [arm["key"]]} for arm in arms]
    return evidence.study(arms=arms, groups=groups)


def test_a_statement_keeps_its_firmness_and_polarity(terms: Evidence, client: TestClient) -> None:
    about = {"kind": "adverse_effect", "subject": "ketamine", "object": "nausea"}
    firm = terms.claim(**about)
    soft = terms.claim(**about, modality="possible")
    terms.claim(kind="opinion", subject="ketamine", object="delirium")

    (entry,) = profile(client)

    assert named([entry]) == [("nausea", "ketamine")]
    said = {
        (each["modality"], each["polarity"]): [claim["slug"] for claim in each["claims"]]
        for each in entry["statements"]
    }
    assert said == {("stated", "affirmed"): [firm], ("possible", "affirmed"): [soft]}


def test_a_count_stands_beside_the_other_groups_of_its_study(
    terms: Evidence, client: TestClient
) -> None:
    study = trial(terms)
    counts = [
        {"group": "placebo", "affected": 4, "at_risk": 10},
        {"group": "ketamine", "affected": 5, "at_risk": 10},
    ]
    row = terms.adverse_event(study, "ketamine", "nausea", counts=counts)
    terms.adverse_event(study, "placebo", "delirium", affected=1, at_risk=10)

    (entry,) = profile(client)
    (count,) = entry["counts"]

    assert named([entry]) == [("nausea", "ketamine")]
    assert count["adverse_event"]["slug"] == row
    assert count["treated"] == [1]


def test_rows_of_one_harm_stand_one_by_one_also_where_only_controls_were_counted(
    terms: Evidence, client: TestClient
) -> None:
    study = trial(terms)
    mild, serious = (
        terms.adverse_event(study, group, "nausea", affected=1, at_risk=9, serious=how)
        for group, how in (("ketamine", "no"), ("placebo", "yes"))
    )

    (entry,) = profile(client)

    told = [(each["adverse_event"]["slug"], each["treated"]) for each in entry["counts"]]
    assert told == [(mild, [0]), (serious, [])]


def test_a_count_in_a_study_without_the_treatment_is_left_out(
    terms: Evidence, client: TestClient
) -> None:
    terms.adverse_event(terms.study(), "all", "nausea", affected=5, at_risk=10)

    assert profile(client) == []


def test_harms_of_a_narrower_form_stay_with_that_form(terms: Evidence, client: TestClient) -> None:
    about = {"kind": "adverse_effect", "object": "nausea"}
    terms.claim(**about, subject="ketamine")
    terms.claim(**about, subject="ketamine-coma")

    assert named(profile(client)) == [("nausea", "ketamine"), ("nausea", "ketamine-coma")]
    assert named(profile(client, descendants="false")) == [("nausea", "ketamine")]


def test_a_case_counts_only_harms_after_the_treatment(terms: Evidence, client: TestClient) -> None:
    given = {"type": "exposure", "term": "ketamine"}
    harm = {"type": "adverse_event", "term": "nausea"}
    after = terms.case_report(events=[given, harm])
    terms.case_report(events=[harm, given])

    (entry,) = profile(client)

    assert [each["slug"] for each in entry["cases"]] == [after]


def test_a_case_stands_under_what_it_blames_or_says_that_it_blames_nothing(
    terms: Evidence, client: TestClient
) -> None:
    terms.treatment("ketamine-booster", parent="ketamine")
    coma = {"type": "exposure", "term": "ketamine-coma"}
    booster = {"type": "exposure", "term": "ketamine-booster"}
    harm = {"type": "adverse_event", "term": "nausea"}

    def seen(*events: dict[str, Any]) -> set[tuple[str, str | None]]:
        case = terms.case_report(events=[*events, harm])
        return {
            (entry["treatment"]["slug"], each["drug_role"])
            for entry in profile(client)
            for each in entry["cases"]
            if each["slug"] == case
        }

    def role(event: dict[str, Any], name: str) -> dict[str, Any]:
        return {**event, "drug_role": name}

    both = {("ketamine-coma", "interacting"), ("ketamine-booster", "suspect")}
    assert seen(coma, booster) == {("ketamine-coma", None), ("ketamine-booster", None)}
    assert seen(coma, role(booster, "suspect")) == {("ketamine-booster", "suspect")}
    assert seen(role(coma, "interacting"), role(booster, "suspect")) == both
    assert seen(coma, role(booster, "concomitant")) == {("ketamine-coma", None)}
    assert seen(coma, role(coma, "suspect"), booster) == {("ketamine-coma", "suspect")}


def test_the_treatment_may_be_named_in_any_way(terms: Evidence, client: TestClient) -> None:
    terms.treatment("ketamine", abbreviations=["KET"], codes={"MeSH": "D007649"})
    terms.claim(kind="adverse_effect", subject="ketamine", object="nausea")

    for name in ("KET", "ketamine", "MeSH:D007649"):
        assert named(profile(client, treatment=name)) == [("nausea", "ketamine")]


def test_harms_come_in_pages_by_name_each_once(terms: Evidence, client: TestClient) -> None:
    study = trial(terms)
    for name in ("delirium", "nausea"):
        terms.adverse_event(study, "ketamine", name, affected=5, at_risk=10)
        terms.claim(kind="adverse_effect", subject="ketamine-coma", object=name)
    terms.adverse_effect("amnesia")
    terms.case_report(
        events=[
            {"type": "exposure", "term": "ketamine"},
            {"type": "adverse_event", "term": "amnesia"},
        ]
    )
    everything = profile(client)

    walked: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        further = f"&cursor={cursor}" if cursor else ""
        page = client.get(f"/v1/adverse-effects?treatment=ketamine&limit=2{further}").json()
        assert page["total"] == {"value": 5, "relation": "eq"}
        walked += page["items"]
        cursor = page["next"]

    assert walked == everything
    assert named(everything) == [
        ("amnesia", "ketamine"),
        ("delirium", "ketamine"),
        ("delirium", "ketamine-coma"),
        ("nausea", "ketamine"),
        ("nausea", "ketamine-coma"),
    ]


@pytest.mark.usefixtures("terms")
def test_nothing_known_is_an_empty_profile_that_says_what_that_means(client: TestClient) -> None:
    reply = client.get("/v1/adverse-effects?treatment=placebo").json()

    assert reply["items"] == []
    assert "not shown to be absent" in reply["scope"]["note"]


@pytest.mark.usefixtures("terms")
def test_a_profile_takes_no_other_filters(client: TestClient) -> None:
    others = ("organ_system=cardiac", "limit=0", "limit=1001", "limit=1&limit=2", "cursor=no")
    for other in (*others, "sort=name", "descendants=maybe"):
        check_problem(client.get(f"/v1/adverse-effects?treatment=ketamine&{other}"), 422)


@pytest.mark.usefixtures("terms")
def test_an_unknown_treatment_is_refused_with_the_nearest(client: TestClient) -> None:
    for name in ("ketamin", "keta\0mine", "x" * 1001, ""):
        check_problem(client.get("/v1/adverse-effects", params={"treatment": name}), 422)


def test_an_entry_is_as_grave_as_the_least_grave_of_what_is_told_in_it(
    evidence: Evidence, client: TestClient
) -> None:
    gone = evidence.citation(publication_status="retracted")
    evidence.treatment("drug")
    nausea, rash = evidence.adverse_effect("nausea"), evidence.adverse_effect("rash")
    arms = [{"key": "drug", "treatments": [{"treatment": "drug"}]}]
    groups = [{"key": "drug", "title": "Drug", "arms": ["drug"]}]
    study = evidence.study(arms=arms, groups=groups)
    read = [evidence.claim_read_in(gone)]
    for effect in (nausea, rash):
        evidence.adverse_event(study, "drug", effect, says=read)
    evidence.claim(kind="adverse_effect", subject="drug", object=f"adverse_effect/{rash}")
    exposure = {"type": "exposure", "term": "treatment/drug"}
    seen = {"type": "adverse_event", "term": f"adverse_effect/{nausea}"}
    evidence.case_report(reporter="citation", citation=gone, events=[exposure, seen])

    told = client.get("/v1/adverse-effects?treatment=drug").json()["items"]

    entries = {each["adverse_effect"]["slug"]: each for each in told}
    assert entries[nausea]["publication_status"] == "retracted"
    assert entries[nausea]["cases"][0]["publication_status"] == "retracted"
    assert entries[nausea]["counts"][0]["adverse_event"]["publication_status"] == "retracted"
    assert entries[rash]["publication_status"] == "ordinary"
    assert entries[rash]["statements"][0]["publication_status"] == "ordinary"
