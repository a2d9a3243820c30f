"""No rate is read without its control; what is told of a broader term only is found when asked."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from app import journal
from app.db.database import Database
from app.records.adverse_events.card import ADVERSE_EVENT
from app.vocabulary import ChangeAction, RecordStatus
from tests.factories import Evidence

GROUPS = [{"key": "ketamine", "title": "Ketamine"}, {"key": "placebo", "title": "Placebo"}]


def events(client: TestClient, **asked: str) -> dict[str, Any]:
    reply = client.get("/v1/adverse-events", params=asked)
    assert reply.status_code == 200, reply.text
    return {each["slug"]: each for each in reply.json()["items"]}


def others(client: TestClient, slug: str) -> list[tuple[str, int | None]]:
    """The other groups on a card, read on its own and in the list, which say the same."""
    card = client.get(f"/v1/adverse-events/{slug}").json()
    assert events(client)[slug]["others"] == card["others"]
    return [(each["group"]["key"], each["affected"]) for each in card["others"]]


def counted(evidence: Evidence, study: str, group: str, **values: Any) -> str:
    rest = {"slug": f"{study}.{group}", "at_risk": 20, **values}
    return evidence.adverse_event(study, group, "nausea", **rest)


def test_a_count_of_harm_carries_the_same_count_in_the_other_groups_of_its_study(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.adverse_effect("nausea")
    evidence.adverse_effect("headache")
    study, another = (evidence.study(slug=slug, groups=GROUPS) for slug in ("here", "there"))
    given = counted(evidence, study, "ketamine", adverse_effect="nausea", affected=7)
    control = counted(evidence, study, "placebo", adverse_effect="nausea", affected=2)
    counted(evidence, another, "placebo", adverse_effect="nausea", affected=9)
    evidence.adverse_event(study, "placebo", "headache", adverse_effect="headache", affected=5)

    assert others(client, given) == [("placebo", 2)]
    assert others(client, control) == [("ketamine", 7)]
    assert list(events(client, adverse_effect="nausea", affected="7")) == [given]


def test_the_other_groups_follow_every_edit(
    evidence: Evidence, client: TestClient, database: Database
) -> None:
    evidence.adverse_effect("nausea")
    study = evidence.study(slug="here", groups=GROUPS)
    given = counted(evidence, study, "ketamine", adverse_effect="nausea", affected=7)
    assert others(client, given) == []

    control = counted(evidence, study, "placebo", adverse_effect="nausea", affected=2)
    assert others(client, given) == [("placebo", 2)]
    counted(evidence, study, "placebo", adverse_effect="nausea", affected=3)
    assert others(client, given) == [("placebo", 3)]
    counted(evidence, study, "placebo", affected=3, scope="any_event")
    assert others(client, given) == []
    counted(evidence, study, "placebo", adverse_effect="nausea", affected=3)
    assert others(client, given) == [("placebo", 3)]
    evidence.study(slug="here", groups=[GROUPS[0], {**GROUPS[1], "title": "Saline"}])
    card = client.get(f"/v1/adverse-events/{given}").json()
    assert [each["group"]["title"] for each in card["others"]] == ["Saline"]

    with journal.write(
        database, actor="tester", action=ChangeAction.WITHDRAW, reason="test"
    ) as change:
        record = change.open(ADVERSE_EVENT, control)
        assert record is not None
        record.status = RecordStatus.WITHDRAWN
        change.touch(record)
    assert others(client, given) == []


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
