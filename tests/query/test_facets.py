"""Facets: how many of the records found have each value, equal to counting them one by one."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.query.filters import FilterGroup, flatten_filters
from app.query.request import ListDefinition
from app.records.case_reports.patient_filters import PATIENT
from app.records.catalogue import RESOURCES
from tests.factories import Evidence

LISTS: dict[str, ListDefinition] = {each.listing.kind.path: each.listing for each in RESOURCES}
ROLES = ("comparator", "investigated")
QUERIES: dict[str, list[dict[str, str]]] = {
    "studies": [
        {},
        {"condition": "pain"},
        {"treatment": "ketamine", "study_type.not": "observational"},
        {"age_group": "child", "sex": "female"},
        {"condition": "pain", "sex.not": "male", "n.missing": "true"},
        {"treatment_role": "comparator"},
        {"age_group": "child", "match": "any"},
        {"age_group": "child", "match": "possible", "sort": "label"},
        {"q": "trial"},
    ],
    "outcomes": [
        {},
        {"measure": "pain-score"},
        {"conclusion": "no_difference"},
        {"contrast": "from_baseline"},
    ],
    "adverse-events": [{}, {"adverse_effect": "psychiatric"}, {"treatment": "ketamine"}],
    "case-reports": [{}, {"treatment": "ketamine", "drug_role": "suspect"}, {"sex": "female"}],
    "claims": [{}, {"polarity": "affirmed"}, {"kind": "adverse_effect"}],
    "citations": [{}, {"year": "2000.."}],
}


def populated(evidence: Evidence) -> None:
    """A few of everything, with several values each and terms at several heights."""
    for slug, parent in {"pain": None, "crps": "pain", "crps-one": "crps", "gout": None}.items():
        evidence.condition(slug, parent=parent)
    for slug, parent in {"ketamine": None, "coma": "ketamine", "placebo": None}.items():
        evidence.treatment(slug, parent=parent)
    for slug, parent in {"scores": None, "pain-score": "scores", "mood": "scores"}.items():
        evidence.outcome_measure(slug, parent=parent)
    for slug, parent in {"psychiatric": None, "euphoria": "psychiatric", "nausea": None}.items():
        evidence.adverse_effect(slug, parent=parent)
    for at in range(8):
        study = _study(evidence, at)
        _outcomes(evidence, study, at)
        _harms(evidence, study, at)
    for at in range(5):
        _case(evidence, at)
        kind, polarity = ("finding", "adverse_effect")[at % 2], ("affirmed", "negated")[at % 3 % 2]
        evidence.claim(kind=kind, polarity=polarity, modality=["stated", "tendency"][at % 2])
        evidence.citation(year=[None, 1999, 2005][at % 3])


def _study(evidence: Evidence, at: int) -> str:
    conditions = [["crps-one", "crps"], ["pain", "gout"], [], ["gout"]][at % 4]
    first = {"key": "first", "conditions": conditions, "sex": [None, "all", "male"][at % 3]}
    ages: dict[str, Any] = [{"ages": "8..22"}, {"age_group": "child"}, {}][at % 3]
    second = {"key": "second", "sex": "female", "ages": "60..70", "conditions": ["pain"]}
    arms = [["coma", "ketamine"], ["ketamine", "placebo"], ["placebo"]][at % 3]
    return evidence.study(
        label=f"Trial {at % 3}",
        year=[None, 2001, 2010][at % 3],
        study_type=[None, "interventional", "observational"][at % 3],
        phase=[None, "phase2"][at % 2],
        populations=[{**first, **ages}, second][: 1 + at % 2],
        arms=[
            {"key": each, "treatments": [{"treatment": each, "role": ROLES[each == arms[0]]}]}
            for each in arms
        ],
        groups=[{"key": "all", "title": "All"}],
    )


def _outcomes(evidence: Evidence, study: str, at: int) -> None:
    alike = {"conclusion": "no_difference", "contrast": "between_groups"}
    better = {"direction": "better", "direction_basis": "stated", "contrast": "from_baseline"}
    results = [[alike, better], [alike, alike], [better]][at % 3]
    measure = ["pain-score", "mood", "scores"][at % 3]
    evidence.outcome(study, measure, results=results, role=["primary", "secondary"][at % 2])
    evidence.outcome(study, "mood", reporting="not_measured", results=[])


def _harms(evidence: Evidence, study: str, at: int) -> None:
    for effect in ("euphoria", "psychiatric", "nausea")[: at % 4]:
        serious = ["yes", "no", "not_stated"][at % 3]
        evidence.adverse_event(study, "all", effect, adverse_effect=effect, serious=serious)


def _case(evidence: Evidence, at: int) -> None:
    suspect = {"type": "exposure", "term": "coma", "drug_role": "suspect"}
    beside = {"type": "exposure", "term": "placebo", "drug_role": "concomitant"}
    harm = {"type": "adverse_event", "term": "nausea", "outcome": ["recovered", "fatal"][at % 2]}
    events = [suspect, [suspect, beside][at % 2], harm]
    evidence.case_report(sex=[None, "female", "male"][at % 3], events=events)


def page(client: TestClient, path: str, **asked: str) -> dict[str, Any]:
    reply = client.get(f"/v1/{path}", params={"limit": "200", **asked})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def found(client: TestClient, path: str, **asked: str) -> set[str]:
    return {each["slug"] for each in page(client, path, **asked)["items"]}


def facet(client: TestClient, path: str, name: str, **asked: str) -> dict[str | None, int]:
    counts = page(client, path, facet=name, **asked)["facets"]["counts"]
    return {each["value"]: each["count"] for each in counts.get(name, [])}


def meeting(
    client: TestClient, path: str, name: str, asked: dict[str, str], listed: set[str]
) -> dict[str | None, int]:
    """How many records are listed with each value beside all else that is asked of one part."""
    rest = {key: each for key, each in asked.items() if key.partition(".")[0] != name}
    values = possible_values(LISTS[path], name)
    each = {value: listed & found(client, path, **{**rest, name: value}) for value in values}
    return {value: len(slugs) for value, slugs in each.items() if slugs}


def of_one_part(listing: ListDefinition, name: str) -> bool:
    """Whether what a facet counts by is asked of one part of a record, with other things.

    The patient of a case report is no part of it.
    """
    groups = [each for each in listing.filters if isinstance(each, FilterGroup)]
    parts = [each.filters for each in groups if each is not PATIENT]
    return name in {one.name for filters in parts for one in flatten_filters(filters)}


def holders(client: TestClient, path: str, name: str) -> dict[str | None, set[str]]:
    """For each value, what is listed when that value alone is asked for."""
    values = possible_values(LISTS[path], name)
    assert values, (path, name)
    each: dict[str | None, set[str]] = {
        value: found(client, path, match="definite", **{name: value}) for value in values
    }
    if None in facet(client, path, name):
        each[None] = found(client, path, **{f"{name}.missing": "true"})
    return each


def possible_values(listing: ListDefinition, name: str) -> set[str]:
    """Every value that a facet could have, whether any record has it or not."""
    terms = {
        "condition": {"pain", "crps", "crps-one", "gout"},
        "treatment": {"ketamine", "coma", "placebo"},
        "outcome": {"scores", "pain-score", "mood"},
        "measure": {"scores", "pain-score", "mood"},
        "adverse_effect": {"psychiatric", "euphoria", "nausea"},
        "year": {"1999", "2001", "2005", "2010"},
    }
    words = listing.parameters()[name].schema.get("enum", [])
    words = [word for word in words if (name, word) != ("publication_status", "any")]
    if name == "outcome" and words:
        return set(words)
    return terms.get(name) or set(words)


def test_every_count_is_what_counting_the_records_one_by_one_gives(
    evidence: Evidence, client: TestClient
) -> None:
    with evidence.together():
        populated(evidence)

    wrong = []
    for path, queries in QUERIES.items():
        listed = [found(client, path, **asked) for asked in queries]
        for name in (each.name for each in LISTS[path].facets):
            have = holders(client, path, name)
            for asked, slugs in zip(queries, listed, strict=True):
                right = {value: len(each & slugs) for value, each in have.items() if each & slugs}
                told = facet(client, path, name, **asked)
                if of_one_part(LISTS[path], name) and not {name, "match"} <= asked.keys():
                    right = meeting(client, path, name, asked, slugs)
                    if "match" in asked:  # certain in a part that may match: fewer than may match
                        right = {v: min(told[v], n) for v, n in right.items() if v in told}
                if told != right:
                    wrong.append((path, name, asked, told, right))
    assert wrong == []


def test_several_facets_come_together_the_most_frequent_value_first(
    evidence: Evidence, client: TestClient
) -> None:
    with evidence.together():
        populated(evidence)

    counts = page(client, "studies", facet="condition,study_type,sex")["facets"]["counts"]
    assert set(counts) == {"condition", "study_type", "sex"}
    for values in counts.values():
        numbers = [each["count"] for each in values]
        assert numbers == sorted(numbers, reverse=True)
    assert counts["condition"][0] == {"value": "pain", "label": "Pain", "count": 6}


def test_a_menu_is_counted_without_its_own_filter(evidence: Evidence, client: TestClient) -> None:
    evidence.study(study_type="interventional", year=2001)
    evidence.study(study_type="observational", year=2001)
    evidence.study(study_type="observational", year=2010)
    asked = {"study_type": "interventional", "year": "2001"}

    assert facet(client, "studies", "study_type", **asked) == {"interventional": 1}
    menu = facet(client, "studies", "study_type", **asked, **{"facet.own": "false"})
    assert menu == {"interventional": 1, "observational": 1}
    years = facet(client, "studies", "year", **asked, **{"facet.own": "false"})
    assert years == {"2001": 1}


def test_a_facet_that_there_is_not_is_refused_with_the_nearest(client: TestClient) -> None:
    reply = client.get("/v1/studies?facet=study_typ")

    assert reply.status_code == 422
    assert reply.json()["errors"][0]["parameter"] == "facet"
    assert reply.json()["errors"][0]["suggestion"] == "study_type"


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("studies", "study_type", "observational"),
        ("outcomes", "conclusion", "no_difference"),
        ("adverse-events", "scope", "one_term"),
    ],
)
def test_what_rests_on_retracted_work_only_is_left_out_of_the_counts_and_the_number_told(
    evidence: Evidence, client: TestClient, path: str, name: str, value: str
) -> None:
    evidence.outcome_measure("pain")
    evidence.adverse_effect("nausea")
    evidence.citation(slug="retracted", publication_status="retracted")
    evidence.citation(slug="sound")
    for publications in (["retracted"], ["retracted", "sound"], ["sound"], []):
        cited = [{"citation": each, "role": "results", "basis": "in_text"} for each in publications]
        groups = [{"key": "all", "title": "All"}]
        study = evidence.study(study_type="observational", citations=cited, groups=groups)
        says = [evidence.claim_read_in(each) for each in publications] or [evidence.support()]
        evidence.outcome(study, "pain", says=says)
        evidence.adverse_event(study, "all", "nausea", adverse_effect="nausea", says=says)

    facets = page(client, path, facet=name)["facets"]
    assert ({each["value"]: each["count"] for each in facets["counts"][name]}) == {value: 3}
    assert facets["left_out"] == 1
    everything = page(client, path, facet=name, publication_status="any")
    assert everything["facets"]["left_out"] == 0
    assert everything["facets"]["counts"][name][0]["count"] == 4
    assert everything["total"]["value"] == page(client, path)["total"]["value"] == 4
