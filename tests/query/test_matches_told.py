"""How sure matches are, and what each possible one leaves open: in every order, on every list."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence

PEOPLE: dict[str, list[dict[str, Any]]] = {
    "within": [{"ages": "6..9", "sex": "female"}],
    "overlapping": [{"ages": "8..22", "sex": "all"}],
    "of-no-sex": [{"ages": "6..9"}, {"ages": "60..70", "sex": "female"}],
    "open": [{"key": "people"}],
    "untold": [],
    "men": [{"ages": "6..9", "sex": "male"}],
}
ASKED = {"age": "6..12", "sex": "female"}
LEFT_OPEN = {"of-no-sex": ["sex"], "open": ["age", "sex"], "untold": ["population"]}


@pytest.fixture
def studies(evidence: Evidence) -> None:
    """Studies of girls for certain, perhaps, and not; each with an outcome and a count of harm."""
    evidence.outcome_measure("pain")
    for slug, people in PEOPLE.items():
        told = [{**each, "key": f"people-{at}"} for at, each in enumerate(people)]
        evidence.study(slug=slug, label=f"Trial {slug}", populations=told)
        result = {"conclusion": "no_difference", "group": "all"}
        evidence.outcome(slug, "pain", slug=f"{slug}.pain", results=[result])
        count = {"adverse_effect": None, "scope": "any_event", "slug": f"{slug}.harm"}
        evidence.adverse_event(slug, "all", "any", **count)


def page(client: TestClient, path: str, **asked: str) -> dict[str, Any]:
    reply = client.get(f"/v1/{path}", params={**ASKED, **asked})
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize(
    "order", [{}, {"sort": "label"}, {"sort": "-slug"}, {"q": "trial"}], ids=str
)
def test_what_is_left_open_is_told_in_every_order(
    client: TestClient, order: dict[str, str]
) -> None:
    for match, listed in (("any", 5), ("possible", 3), ("definite", 2)):
        told = page(client, "studies", match=match, **order)
        assert len(told["items"]) == listed
        assert told["matches"]["missing"] == ({} if match == "definite" else LEFT_OPEN)
        assert told["matches"]["excluded"] == {"value": 1, "relation": "eq"}


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize(("path", "part"), [("outcomes", "pain"), ("adverse-events", "harm")])
def test_lists_of_what_studies_found_tell_how_sure_their_people_match(
    client: TestClient, path: str, part: str
) -> None:
    left_open = {f"{slug}.{part}": missing for slug, missing in LEFT_OPEN.items()}
    for match, listed in (("any", 5), ("possible", 3), ("definite", 2)):
        told = page(client, path, match=match, sort="slug")
        numbers = {
            **told["matches"]["definite"],
            **{name: told["matches"][name] for name in ("possible", "excluded")},
        }
        assert {name: each["value"] for name, each in numbers.items()} == {
            "within": 1,
            "overlapping": 1,
            "possible": 3,
            "excluded": 1,
        }
        assert told["matches"]["missing"] == ({} if match == "definite" else left_open)
        assert len(told["items"]) == told["total"]["value"] == listed
    other = page(client, path, match="any", study="open")["matches"]
    assert other["missing"] == {f"open.{part}": ["age", "sex"]}
    assert (other["possible"]["value"], other["excluded"]["value"]) == (1, 0)
    assert "matches" not in client.get(f"/v1/{path}?year.missing=true").json()


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize("path", ["outcomes", "adverse-events"])
def test_exports_of_facts_say_of_each_how_sure_it_is(client: TestClient, path: str) -> None:
    asked = {**ASKED, "match": "any", "fields": "slug", "sort": "slug"}
    csv = client.get(f"/v1/{path}", params={**asked, "format": "csv"}).text.split()
    lines = client.get(f"/v1/{path}", params={**asked, "format": "ndjson"}).text.split()

    told = {slug.split(".")[0]: match for slug, match in (row.split(",") for row in csv[1:])}
    assert csv[0] == "slug,match"
    assert told == {
        "of-no-sex": "possible",
        "open": "possible",
        "overlapping": "overlapping",
        "untold": "possible",
        "within": "within",
    }
    assert [[each["slug"], each["match"]] for each in map(orjson.loads, lines)] == [
        row.split(",") for row in csv[1:]
    ]
    everything = client.get(f"/v1/{path}", params={"fields": "slug", "format": "csv"}).text
    assert everything.split()[0] == "slug"


def test_what_only_a_broader_condition_tells_is_marked_however_sure_it_has_to_be(
    reader: TestClient,
) -> None:
    for match in ("definite", "any"):
        asked = {"condition": "crps", "broader": "true", "match": match}
        found = reader.get("/v1/studies", params=asked).json()

        assert "children-oral-ketamine" in found["broader"]
        assert "adults-crps-12-weeks" not in found["broader"]


def test_nothing_is_possible_where_nothing_is_asked_that_a_source_leaves_open(
    reader: TestClient,
) -> None:
    for path in ("studies", "outcomes", "case-reports"):
        found = reader.get(f"/v1/{path}", params={"match": "possible"}).json()

        assert found["items"] == []
        assert found["total"] == {"value": 0, "relation": "eq"}
