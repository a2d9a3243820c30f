"""What rows of flat tables have to be, read off the cards of studies and terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi.testclient import TestClient

from app.vocabulary import Design
from tests.api_client import every, read, slugs

Row = dict[str, Any]
OF_OUTCOME = ("instrument", "metric", "reporting", "basis", "publication_status")


def joined(words: Iterable[str], by: str = "; ") -> str | None:
    return by.join(words) or None


def study_columns(client: TestClient, slug: str) -> Row:
    """What a row says of its study."""
    card = read(client, f"studies/{slug}")
    [design] = [each for each in Design if slug in slugs(client, "studies", design=each.value)]
    return {
        "study": slug,
        "study_label": card["label"],
        "year": card["year"],
        "study_type": card["study_type"],
        "design": design.value,
        "allocation": card["allocation"],
    }


def group_columns(client: TestClient, study: str, group: Row | None) -> Row:
    """What a row says of its group, the arms and the population of that; `group`: its card."""
    card = read(client, f"studies/{study}")
    group = group or {}
    arms = [each["key"] for each in group.get("arms", [])]
    given = [
        treatment["treatment"]["slug"]
        for arm in card["arms"]
        if arm["key"] in arms
        for treatment in arm["treatments"]
    ]
    key = (group.get("population") or {}).get("key")
    found: Row = next((each for each in card["populations"] if each["key"] == key), {})
    ages = found.get("ages") or {}
    return {
        "group": group.get("key"),
        "group_title": group.get("title"),
        "analysis_set": group.get("analysis_set"),
        "group_n": group.get("n"),
        "group_n_unit": group.get("unit"),
        "arms": joined(arms),
        "treatments": joined(dict.fromkeys(given)),
        "population": key,
        "population_kind": found.get("kind"),
        "population_label": found.get("label"),
        "population_n": found.get("n"),
        "age_min_days": ages.get("min_days"),
        "age_end_days": ages.get("end_days"),
        "ages": ages.get("text"),
        "age_group": found.get("age_group"),
        "age_basis": found.get("age_basis"),
        "sex": found.get("sex"),
        "conditions": joined(each["slug"] for each in found.get("conditions", [])),
    }


def claim_columns(says: list[Row]) -> Row:
    """What a row says of the claims that it rests on."""
    return {
        "claims": joined(each["slug"] for each in says),
        "quotes": joined((each["quote"] for each in says if each["quote"]), " | "),
    }


def expected_results(client: TestClient) -> list[Row]:
    """The rows of the whole table of results, as the cards have them."""
    return [row for card in every(client, "outcomes") for row in _rows_of(client, card)]


def expected_counts(client: TestClient) -> list[Row]:
    """The rows of the whole table of counts, as the cards have them."""
    return [row for card in every(client, "adverse-events") for row in _counts_of(client, card)]


def _counts_of(client: TestClient, card: Row) -> Iterable[Row]:
    study, effect = card["study"]["slug"], (card["adverse_effect"] or {}).get("slug")
    term = read(client, f"adverse-effects/{effect}") if effect else {"organ_system": None}
    row = {
        **{name: each for name, each in card.items() if name not in {"counts", "says", "study"}},
        **study_columns(client, study),
        **claim_columns(card["says"]),
        "adverse_event": card["slug"],
        "adverse_effect": effect,
        "organ_system": term["organ_system"],
        "match": None,
    }
    for at, count in enumerate(card["counts"]):
        numbers = {name: count[name] for name in ("affected", "at_risk", "events", "percent")}
        people = group_columns(client, study, count["group"])
        yield {**row, **numbers, **people, "count": at, "count_note": count["note"]}


def _rows_of(client: TestClient, card: Row) -> Iterable[Row]:
    study, measure = card["study"]["slug"], card["measure"]["slug"]
    term = read(client, f"outcome-measures/{measure}")
    outcome = {
        **study_columns(client, study),
        "outcome": card["slug"],
        "measure": measure,
        "domain": term["domain"],
        "better": term["better"],
        "outcome_role": card["role"],
        **{name: card[name] for name in OF_OUTCOME},
        "match": None,
    }
    if not card["results"]:
        yield {**outcome, **group_columns(client, study, None), **claim_columns(card["says"])}
    for at, result in enumerate(card["results"]):
        told = {name: each for name, each in result.items() if name not in {"groups", "says"}}
        told = {**outcome, **told, "result": at, **claim_columns(result["says"])}
        for side, each in enumerate(result["groups"] or [{"group": None, "role": None}]):
            people = group_columns(client, study, each["group"])
            yield {**told, **people, "side": side, "side_role": each["role"]}
