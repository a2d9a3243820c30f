"""Filters on pages are those of the API, in words and menus, and errors say what would be right."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from app.curation.duplicates.merge import merge
from app.curation.writing import open_writer
from app.db.database import Database
from app.vocabulary import ChangeAction
from app.web.api_data import RESOURCE_OF
from app.web.filter_menus import value_label
from tests.factories import Evidence
from tests.web.reading import HTML, addresses, see, words

CHILDREN = "/studies?condition=chronic-pain&age_group=child"


def test_possible_matches_stand_apart_with_what_is_missing(reader: TestClient) -> None:
    text = see(reader, CHILDREN).text
    sure, _, possible = text.partition('class="possible"')

    assert "/studies/children-oral-ketamine" in addresses(sure)
    assert "/studies/retrospective-outpatient-infusions" in addresses(possible)
    assert "/studies/retrospective-outpatient-infusions" not in addresses(sure)
    assert "Missing: age group." in words(text)


def test_the_filter_is_told_in_words_and_each_part_can_be_taken_off(reader: TestClient) -> None:
    text = see(reader, CHILDREN).text

    assert re.search(r"1 study of: condition Chronic pain ✕ age group child ✕", words(text))
    assert {"/studies?age_group=child", "/studies?condition=chronic-pain"} <= addresses(text)


def test_a_cell_of_the_map_opens_the_effect_direction_plot_of_its_studies(
    reader: TestClient,
) -> None:
    asked = "treatment=ketamine&treatment_role=investigated&outcome_domain=function"
    assert f"/studies?{asked}#effect-directions" in addresses(see(reader, "/").text)

    text = see(reader, f"/studies?{asked}").text

    assert re.search(r'<details class="picture" id="effect-directions" open>', text)
    (drawn,) = {each for each in addresses(text) if each.startswith("/v1/effect-directions/")}
    measures = {
        mark["measure"]
        for row in reader.get(drawn.replace("/figure.svg", "")).json()["items"]
        for mark in row["marks"]
    }
    assert measures == {"Function"}


def test_a_direction_chooses_studies_and_hides_no_result_of_theirs(reader: TestClient) -> None:
    text = see(reader, "/studies?direction=better").text
    (drawn,) = {each for each in addresses(text) if each.startswith("/v1/effect-directions/")}

    assert 'class="menu on"' in text
    assert "study=adults-crps-12-weeks" in drawn
    assert "direction=" not in drawn


def test_menus_count_what_they_would_find(reader: TestClient) -> None:
    text = see(reader, CHILDREN).text
    found = re.search(
        r'name="age_group" value="adult"[^>]*>.*?<span class="count">(\d+)</span>', text, re.DOTALL
    )
    total = reader.get("/v1/studies?condition=chronic-pain&age_group=adult").json()["total"]

    assert found
    assert int(found[1]) == total["value"]


def test_a_list_is_offered_in_every_form_with_its_filters(reader: TestClient) -> None:
    offered = addresses(see(reader, "/citations?year=2011").text)

    for form in ("csv", "ndjson", "ris", "bibtex", "csl-json"):
        address = f"/v1/citations?year=2011&format={form}"
        assert address in offered
        assert reader.get(address).status_code == 200


def test_pages_go_on_where_the_list_does(reader: TestClient) -> None:
    first = see(reader, "/claims?limit=40").text
    (onward,) = [each for each in addresses(first) if "cursor=" in each]
    second = see(reader, onward).text

    claims = {each for each in addresses(first) if each.startswith("/claims/")}
    others = {each for each in addresses(second) if each.startswith("/claims/")}
    assert (len(claims), len(others)) == (40, 40)
    assert not claims & others


@pytest.mark.parametrize(
    ("path", "status", "said", "meant"),
    [
        ("/studies?conditoin=crps", 422, "there is no such parameter", "/studies?condition=crps"),
        ("/studies?condition=chronic-pian", 422, "no condition", "/studies?condition=chronic-pain"),
        ("/studies/children-oral-ketamin", 404, "children-oral-ketamine", None),
        ("/treatments/none", 404, "There is no treatment", None),
        ("/no/such/page", 404, "Nothing is", None),
    ],
)
def test_errors_are_pages_that_say_what_would_be_right(
    reader: TestClient, path: str, status: int, said: str, meant: str | None
) -> None:
    page = reader.get(path, headers=HTML)

    assert page.status_code == status
    assert said in words(page.text)
    assert meant is None or meant in addresses(page.text)


def test_the_api_s_errors_stay_problem_documents_for_browsers(reader: TestClient) -> None:
    for path in ("/v1/studies?conditoin=crps", "/v1/studies/none", "/v1/nothing"):
        found = reader.get(path, headers=HTML)
        assert found.headers["content-type"] == "application/problem+json"


def test_the_page_of_a_merged_record_leads_to_the_kept_one(
    client: TestClient, database: Database, evidence: Evidence
) -> None:
    for slug in ("one", "other"):
        evidence.citation(slug=slug, title=f"A report on {slug}")
    with open_writer(database, actor="ada", reason="test", action=ChangeAction.MERGE) as writer:
        merge(writer, "other", "one")

    moved = client.get("/citations/other", headers=HTML, follow_redirects=False)

    assert (moved.status_code, moved.headers["location"]) == (308, "/citations/one")


def test_every_value_of_a_vocabulary_is_shown_by_its_label() -> None:
    for listing in (resource.listing for resource in RESOURCE_OF.values()):
        for name, each in listing.parameters().items():
            words = each.schema.get("enum", [])
            if words in (["yes", "no"], ["true", "false"]):
                continue
            assert bool(words) == bool(each.vocabulary), f"{name} carries no vocabulary"
            for member in each.vocabulary or ():
                assert value_label(listing.parameters(), name, member.value) == member.label
