"""The evidence map against a recount from the cards, one by one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence

Cards = list[dict[str, Any]]
KNOWN = {
    "analysed_not_reported": "measured_not_reported",
    "measured_not_analysed": "measured_not_reported",
    "unclear": "unclear",
    "planned_not_collected": "not_measured",
    "not_measured": "not_measured",
}
ORDER = ("reported", "measured_not_reported", "unclear", "not_measured")
Recount = dict[tuple[str, str | None], dict[str, set[str]]]


def cards(client: TestClient, address: str) -> Cards:
    found: Cards = client.get(f"/v1/{address}").json()["items"]
    return found


def broader(client: TestClient) -> dict[str, list[str]]:
    """Each treatment with itself and all broader ones."""
    parents = {
        each["slug"]: each["parent"] and each["parent"]["slug"]
        for each in cards(client, "treatments?limit=200")
    }
    found = {}
    for slug in parents:
        line, at = [], slug
        while at:
            line.append(at)
            at = parents[at]
        found[slug] = line
    return found


def recount(client: TestClient, filters: str) -> Recount:
    """By treatment and domain, the studies of each sort, by what is most known of them there."""
    above = broader(client)
    domains = {each["slug"]: each["domain"] for each in cards(client, "outcome-measures?limit=200")}
    given = {
        study["slug"]: {
            term
            for arm in study["arms"]
            for each in arm["treatments"]
            if each["role"] == "investigated"
            for term in above[each["treatment"]["slug"]]
        }
        for study in cards(client, f"studies?limit=200&{filters}")
    }
    known: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for outcome in cards(client, "outcomes?limit=200"):
        key = outcome["study"]["slug"], domains[outcome["measure"]["slug"]]
        known[key].add(KNOWN.get(outcome["reporting"], "reported"))
    found: Recount = defaultdict(lambda: defaultdict(set))
    for (study, domain), sorts in known.items():
        for term in given.get(study, ()):
            found[term, domain][min(sorts, key=ORDER.index)].add(study)
    return found


@pytest.mark.parametrize("filters", ["", "condition=crps", "study_type=interventional"])
def test_each_cell_counts_each_study_once(reader: TestClient, filters: str) -> None:
    rows = reader.get(f"/v1/evidence-map?{filters}").json()["rows"]
    expected = recount(reader, filters)

    assert rows
    for row in rows:
        cells = {cell["domain"]: cell for cell in row["cells"]}
        slug = row["treatment"]["slug"]
        assert set(cells) == {domain for term, domain in expected if term == slug}
        for domain, cell in cells.items():
            counted = expected[slug, domain]
            assert sum(cell["reported"].values()) == len(counted["reported"])
            for sort in ORDER[1:]:
                assert cell[sort] == len(counted[sort])


def test_a_cell_s_designs_are_those_that_the_list_counts(reader: TestClient) -> None:
    for row in reader.get("/v1/evidence-map").json()["rows"]:
        for cell in row["cells"]:
            asked = (
                f"treatment={row['treatment']['slug']}&treatment_role=investigated"
                f"&outcome_domain={cell['domain']}&facet=design&limit=1"
            )
            counts = reader.get(f"/v1/studies?{asked}").json()["facets"]["counts"]["design"]
            told = {name: number for name, number in cell["reported"].items() if number}
            assert told == {each["value"]: each["count"] for each in counts}


def test_the_map_says_nothing_of_what_was_found(reader: TestClient) -> None:
    text = reader.get("/v1/evidence-map").text

    assert not {"direction", "better", "worse", "conclusion", "value"} & set(text.split('"'))


def test_a_treatment_that_only_single_patients_got_is_a_row_without_studies(
    reader: TestClient,
) -> None:
    rows = {row["treatment"]["slug"]: row for row in reader.get("/v1/evidence-map").json()["rows"]}

    assert rows["ketamine-coma"]["case_reports"] == 1
    assert sum(rows["ketamine-coma"]["studies"].values()) == 0
    assert rows["ketamine-coma"]["cells"] == []
    assert rows["ketamine-coma"]["parent"] == "ketamine"


def test_what_the_map_cannot_take_is_refused(reader: TestClient) -> None:
    for query in ("limit=5", "facet=year", "conditoin=crps", "condition=nothing-like-it"):
        assert reader.get(f"/v1/evidence-map?{query}").status_code == 422


def study(evidence: Evidence, retracted: bool = False, **outcomes: str) -> str:
    """A study of a treatment in which each measure was reported so."""
    given = {"key": "a", "treatments": [{"treatment": "drug", "role": "investigated"}]}
    links: list[dict[str, Any]] = []
    if retracted:
        slug = evidence.citation(publication_status="retracted")
        links = [{"citation": slug, "role": "results", "basis": "in_text"}]
    slug = evidence.study(arms=[given], citations=links, study_type="interventional")
    for measure, reporting in outcomes.items():
        results: list[Any] = [{"conclusion": "no difference"}] if reporting == "reported" else []
        evidence.outcome(slug, measure, reporting=reporting, results=results)
    return slug


def test_a_study_is_in_a_cell_by_the_most_that_is_known_of_it(
    client: TestClient, evidence: Evidence
) -> None:
    evidence.treatment("drug")
    evidence.outcome_measure("pain", domain="pain")
    evidence.outcome_measure("soreness", domain="pain")
    evidence.outcome_measure("sleep", domain="sleep")
    study(evidence, pain="not_measured", soreness="reported", sleep="not_measured")
    study(evidence, pain="analysed_not_reported", soreness="planned_not_collected")

    (row,) = client.get("/v1/evidence-map").json()["rows"]

    pain, sleep = row["cells"]
    assert (pain["domain"], sleep["domain"]) == ("pain", "sleep")
    assert pain["reported"]["uncontrolled"] == 1
    assert (pain["measured_not_reported"], pain["not_measured"]) == (1, 0)
    assert (sum(sleep["reported"].values()), sleep["not_measured"]) == (0, 1)


def test_what_rests_on_retracted_work_only_is_left_out_and_told(
    client: TestClient, evidence: Evidence
) -> None:
    evidence.treatment("drug")
    evidence.outcome_measure("pain", domain="pain")
    study(evidence, pain="reported")
    study(evidence, retracted=True, pain="reported")

    sound = client.get("/v1/evidence-map").json()
    everything = client.get("/v1/evidence-map?publication_status=any").json()

    assert (sound["studies"], sound["left_out"]) == (1, 1)
    assert sound["rows"][0]["cells"][0]["reported"]["uncontrolled"] == 1
    assert (everything["studies"], everything["left_out"]) == (2, 0)
    assert everything["rows"][0]["cells"][0]["reported"]["uncontrolled"] == 2
