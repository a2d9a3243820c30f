"""The page of a treatment: in a clinician's order, each harm under exactly its form."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from tests.children_and_adults import compared, counted, trial
from tests.factories import Evidence
from tests.web.reading import HTML, addresses, see, words


def part(text: str, name: str) -> str:
    """The section of a page under a heading's id."""
    return text.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_harms_come_before_benefits_and_people_before_both(reader: TestClient) -> None:
    text = see(reader, "/treatments/ketamine").text
    order = re.findall(r'<h2 id="([a-z]+)"', text)

    assert order == [
        "people",
        "harms",
        "approval",
        "outcomes",
        "lasting",
        "differ",
        "cases",
        "said",
        "references",
    ]


def test_a_coma_s_harms_stand_under_the_coma_only(reader: TestClient) -> None:
    text = see(reader, "/treatments/ketamine").text

    assert "Paralysis" in words(f"<main>{part(text, 'form-ketamine-coma')}</main>")
    assert "Paralysis" not in part(text, "form-ketamine")
    assert "Paralysis" not in see(reader, "/treatments/oral-ketamine").text


def test_a_coma_s_approval_is_told_of_the_coma_and_not_of_ketamine(reader: TestClient) -> None:
    text = words(see(reader, "/treatments/ketamine").text)

    assert "Ketamine coma United States no use named not approved undated" in text
    assert "No decision of an authority on Ketamine itself is held here." in text


def test_a_count_stands_beside_its_control(reader: TestClient) -> None:
    text = words(
        f"<main>{part(see(reader, '/treatments/ketamine').text, 'form-esketamine')}</main>"
    )

    assert re.search(r"Psychomimetic effects .* 76 % S\(\+\)-ketamine 18 % placebo", text)
    assert "no control group" in text


def test_a_count_of_people_has_its_exact_interval(reader: TestClient) -> None:
    text = words(see(reader, "/treatments/oral-ketamine").text)

    assert "2 of 12 all 12 exact 95 % CI 2.1 to 48.4 %" in text


def test_each_study_is_held_against_the_people_asked_for_the_nearest_first(
    reader: TestClient,
) -> None:
    text = words(see(reader, "/treatments/ketamine?age=6..12&condition=chronic+pain").text)
    studies, _, _ = text.partition("Harms What was counted")

    assert re.findall(r"(?:fits|overlaps|may fit|not in these people) \w+ ?\w+", studies) == [
        "overlaps some of",
        "may fit missing",
        "may fit missing",
        "may fit missing",
        "not in these people the source",
        "not in these people the source",
    ]
    text = words(see(reader, "/treatments/ketamine?age_group=child").text)
    assert "under 18 years, derived from the label “child”" in text
    assert "overlaps some of them are as asked" in text
    assert reader.get("/treatments/ketamine?year=2011", headers=HTML).status_code == 422


def test_a_list_for_some_people_leads_to_treatments_for_the_same_people(
    reader: TestClient,
) -> None:
    offered = addresses(see(reader, "/studies?age_group=child&year=2013").text)

    assert "/treatments/oral-ketamine?age_group=child" in offered


def test_a_harm_counted_in_many_studies_shows_the_newest_and_leads_to_the_others(
    client: TestClient, evidence: Evidence
) -> None:
    evidence.treatment("drug")
    evidence.treatment("drug-coma", parent="drug")
    effect = evidence.adverse_effect("nausea")
    group = {"key": "all", "title": "All", "arms": ["arm"]}
    for year in range(2001, 2012):
        form = "drug" if year < 2007 else "drug-coma"
        arm = {"key": "arm", "treatments": [{"treatment": form}]}
        study = evidence.study(label=f"Trial of {year}", year=year, arms=[arm], groups=[group])
        evidence.adverse_event(study, "all", effect, adverse_effect=effect, affected=0, at_risk=9)
    text = see(client, "/treatments/drug").text

    harms = part(text, "form-drug")
    shown = {year for year in range(2001, 2012) if f"Trial of {year}" in harms}
    assert shown == {2003, 2004, 2005, 2006}
    assert "exact 95 % CI up to 33.6 %" in harms
    assert "counted in 2 further studies" in harms
    assert "/adverse-events?treatment=drug&adverse_effect=nausea&descendants=false" in addresses(
        harms
    )


def test_rows_of_one_harm_say_what_tells_them_apart(client: TestClient, evidence: Evidence) -> None:
    evidence.treatment("drug")
    effect = evidence.adverse_effect("nausea")
    arm = {"key": "arm", "treatments": [{"treatment": "drug"}]}
    groups = [{"key": "given", "title": "Given", "arms": ["arm"]}, {"key": "not", "title": "Not"}]
    study = evidence.study(arms=[arm], groups=groups)
    for how, affected in (("yes", 1), ("no", 5)):
        both = [{"group": "given", "affected": affected, "at_risk": 9}, {"group": "not"}]
        evidence.adverse_event(study, "", effect, serious=how, counts=both)

    of_treatment = words(f"<main>{part(see(client, '/treatments/drug').text, 'form-drug')}</main>")
    of_study = words(see(client, f"/studies/{study}").text)

    assert re.search(r"Nausea \(serious\) .* 1 of 9 Given", of_treatment)
    assert re.search(r"Nausea \(not serious\) .* 5 of 9 Given", of_treatment)
    assert of_study.count("nausea (serious)") == of_study.count("nausea (not serious)") == 2


def test_what_nobody_looked_at_is_named(reader: TestClient) -> None:
    assert re.search(
        r"Not looked at by any study here: .*quality of life.*mortality",
        words(see(reader, "/treatments/ketamine").text),
    )


def test_how_long_effects_lasted_keeps_bounds_as_bounds(reader: TestClient) -> None:
    text = words(see(reader, "/treatments/oral-ketamine").text)

    assert "at most 12 months an upper bound, no point value" in text
    assert "more than 4 weeks" in text


def test_harms_are_told_apart_by_whose_they_are(client: TestClient, evidence: Evidence) -> None:
    study = trial(evidence)
    counted(evidence, study, "nausea", children_ketamine=2, children_placebo=1, adults_ketamine=7)
    counted(evidence, study, "sedation", some=3)
    counted(evidence, study, "vomiting", adults_ketamine=9)
    evidence.claim(
        kind="adverse_effect", subject="ketamine", object=evidence.adverse_effect("delirium")
    )

    page = see(client, "/treatments/ketamine?age_group=child").text
    harms = page.partition('aria-labelledby="harms"')[2].partition('aria-labelledby="approval"')[0]
    asked, rest = harms.split('id="harms-open"')
    open_, rest = rest.split('id="harms-others"')
    others, stated = rest.split('id="harms-stated"')
    assert "2 of 10" in asked
    assert "1 of 10" in asked
    assert "7 of 10" not in harms
    assert "adults, ketamine" in asked  # named, without its number
    assert "3 of 10" in open_
    assert "the source leaves open: who they are" in open_
    assert "9 of 10" in others
    assert "Delirium" in stated


def test_outcomes_are_told_apart_by_whose_they_are(client: TestClient, evidence: Evidence) -> None:
    study, pain = trial(evidence), evidence.outcome_measure("pain")
    results = [
        compared("children", conclusion="no_difference"),
        compared("adults", direction="better", direction_basis="stated"),
    ]
    evidence.outcome(study, pain, results=results)

    outcomes = part(see(client, "/treatments/ketamine?age_group=child").text, "outcomes")

    asked, others = outcomes.split('id="outcomes-others"')
    assert "children, ketamine" in asked
    assert "adults, ketamine" not in asked
    assert "adults, ketamine" in others


def test_cases_are_told_apart_by_their_patient(client: TestClient, evidence: Evidence) -> None:
    evidence.treatment("ketamine")
    got = [{"type": "exposure", "term": "ketamine"}]
    for label, ages in (("A girl", {"ages": "9"}), ("Somebody", {}), ("A man", {"ages": "42"})):
        evidence.case_report(label=label, events=got, **ages)

    cases = words(
        f"<main>{part(see(client, '/treatments/ketamine?age_group=child').text, 'cases')}</main>"
    )

    assert re.search(
        r"As asked .*A girl.* May be like your patients .*Somebody.* Other patients .*A man", cases
    )
