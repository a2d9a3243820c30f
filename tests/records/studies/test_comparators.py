"""No rate is read without its control; what is told of a broader term only is found when asked."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from app import journal
from app.db.database import Database
from tests.factories import Evidence

GROUPS = [{"key": "ketamine", "title": "Ketamine"}, {"key": "placebo", "title": "Placebo"}]


def events(client: TestClient, **asked: str) -> dict[str, Any]:
    reply = client.get("/v1/adverse-events", params=asked)
    assert reply.status_code == 200, reply.text
    return {each["slug"]: each for each in reply.json()["items"]}


def counts(client: TestClient, slug: str) -> list[tuple[str, int | None]]:
    """The counts on a card, read on its own and in the list, which say the same."""
    card = client.get(f"/v1/adverse-events/{slug}").json()
    assert events(client)[slug]["counts"] == card["counts"]
    return [(each["group"]["key"], each["affected"]) for each in card["counts"]]


def counted(evidence: Evidence, *groups: tuple[str, int], **values: Any) -> str:
    """A row of nausea in a study, counted in these groups."""
    found = [{"group": group, "affected": number, "at_risk": 20} for group, number in groups]
    rest = {"slug": "here.nausea", "adverse_effect": "nausea", "counts": found, **values}
    return evidence.adverse_event("here", "", "nausea", **rest)


def test_a_row_of_harm_carries_the_counts_of_all_its_groups(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.adverse_effect("nausea")
    evidence.study(slug="here", groups=GROUPS)
    row = counted(evidence, ("ketamine", 7), ("placebo", 2))

    assert counts(client, row) == [("ketamine", 7), ("placebo", 2)]
    for asked in ("7", "2", "..3", "at_risk"):
        query = {"at_risk": "20"} if asked == "at_risk" else {"affected": asked}
        assert list(events(client, adverse_effect="nausea", **query)) == [row]
    assert events(client, affected="3..6") == {}


def test_affected_and_at_risk_meet_in_one_count(evidence: Evidence, client: TestClient) -> None:
    evidence.adverse_effect("nausea")
    evidence.study(slug="here", groups=GROUPS)
    apart = [{"group": "ketamine", "affected": 7}, {"group": "placebo", "at_risk": 20}]
    row = counted(evidence, counts=apart)

    assert events(client, affected="7", at_risk="20") == {}
    assert list(events(client, affected="7")) == list(events(client, at_risk="20")) == [row]


def test_counts_change_places_and_come_and_go(
    evidence: Evidence, client: TestClient, database: Database
) -> None:
    evidence.adverse_effect("nausea")
    third = {"key": "third", "title": "Third"}
    evidence.study(slug="here", groups=[*GROUPS, third])
    some = ("ketamine", 7), ("placebo", 2), ("third", 1)
    row = counted(evidence, *some[:2])
    for order in ((1, 0), (2, 1, 0), (2, 0), (0,), (1, 2, 0), (0, 1, 2)):
        wanted = [some[each] for each in order]
        counted(evidence, *wanted)
        assert counts(client, row) == wanted

    evidence.study(slug="here", groups=[GROUPS[0], {**GROUPS[1], "title": "Saline"}, third])
    card = client.get(f"/v1/adverse-events/{row}").json()
    assert [each["group"]["title"] for each in card["counts"]] == ["Ketamine", "Saline", "Third"]
    with database.read() as connection:
        assert list(journal.verify(connection)) == []


def told(client: TestClient, path: str, **asked: str) -> tuple[set[str], set[str]]:
    """What is listed, and what of that is told of a broader term only."""
    reply = client.get(f"/v1/{path}", params={"broader": "true", **asked})
    assert reply.status_code == 200, reply.text
    return {each["slug"] for each in reply.json()["items"]}, set(reply.json()["broader"])


def test_with_broader_what_is_told_of_a_broader_term_only_is_listed_and_named(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.adverse_effect("psychomimetic-effects")
    evidence.adverse_effect("hallucinations", parent="psychomimetic-effects")
    evidence.adverse_effect("euphoria", parent="psychomimetic-effects")
    study = evidence.study(groups=GROUPS)
    harms = ("psychomimetic-effects", "hallucinations", "euphoria")
    at_large, exact, _beside = (
        evidence.adverse_event(study, "ketamine", harm, adverse_effect=harm) for harm in harms
    )

    assert told(client, "adverse-events", adverse_effect="hallucinations") == (
        {at_large, exact},
        {at_large},
    )
    assert set(events(client, adverse_effect="hallucinations")) == {exact}
    assert "broader" not in client.get("/v1/adverse-events?adverse_effect=euphoria").json()


def test_studies_of_a_broader_condition_are_named_and_those_of_both_are_not(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("pain")
    evidence.condition("crps", parent="pain")
    evidence.condition("migraine", parent="pain")
    names = (["pain"], ["crps"], ["pain", "crps"], ["migraine"])
    pain, crps, both, _migraine = (
        evidence.study(populations=[{"key": "people", "conditions": each}]) for each in names
    )

    assert told(client, "studies", condition="crps") == ({pain, crps, both}, {pain})
    assert told(client, "studies", condition="crps", sort="label") == ({pain, crps, both}, {pain})
    assert told(client, "studies", condition="pain")[1] == set()


def test_studies_of_a_broader_treatment_are_named_too(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.treatment("ketamine")
    evidence.treatment("ketamine-coma", parent="ketamine")
    evidence.treatment("oral-ketamine", parent="ketamine")
    ketamine, coma, _oral = (
        evidence.study(arms=[{"key": "arm", "treatments": [{"treatment": each}]}])
        for each in ("ketamine", "ketamine-coma", "oral-ketamine")
    )

    assert told(client, "studies", treatment="ketamine-coma") == ({ketamine, coma}, {ketamine})
    for each in ("asc", "desc"):
        sort = "year" if each == "asc" else "-year"
        found = told(client, "studies", treatment="ketamine-coma", sort=sort)
        assert found == ({ketamine, coma}, {ketamine})
