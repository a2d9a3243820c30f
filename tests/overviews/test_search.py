"""One box over all kinds of record."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.records.catalogue import KIND_NAMED
from tests.factories import Evidence
from tests.replies import check_problem


def finds(client: TestClient, query: str, **asked: Any) -> list[tuple[str, str]]:
    """Kind and slug of each find."""
    reply = client.get("/v1/search", params={"q": query, **asked})
    assert reply.status_code == 200, reply.text
    return [(each["kind"], each["slug"]) for each in reply.json()["items"]]


@pytest.mark.parametrize(
    "query",
    [
        "rigidity",  # its name
        "MUSCLE rigidity",
        "rigid",  # the beginning of a word
        "stiff muscles",  # a synonym
        "muscles stiff",  # in whatever order
        "ridged",  # a source's own words
        "rigídity",  # accents do not matter,
        "muscle-rigidity",  # nor do hyphens
        "  muscle   rigidity ",
    ],
)
def test_a_term_is_found_by_any_of_its_words(
    evidence: Evidence, client: TestClient, query: str
) -> None:
    evidence.adverse_effect(
        "muscle-rigidity", synonyms=["Stiff muscles"], verbatim=["Ridged muscles"]
    )
    evidence.adverse_effect("nausea")

    assert finds(client, query) == [("adverse_effect", "muscle-rigidity")]


@pytest.mark.parametrize("query", ["naïve", "naive", "NAIVE"])
def test_accents_are_folded_in_what_is_stored_too(
    evidence: Evidence, client: TestClient, query: str
) -> None:
    citation = evidence.citation(title="Opioid-Naïve patients")

    assert finds(client, query) == [("citation", citation)]


@pytest.mark.parametrize(
    "query", ["Müller", "muller", "10.1016/j.pain.2009.06.023", "19604642", "Pain medicine"]
)
def test_a_citation_is_found_by_author_identifier_and_journal(
    evidence: Evidence, client: TestClient, query: str
) -> None:
    citation = evidence.citation(
        authors=[{"family": "Müller", "given": "A."}],
        doi="10.1016/j.pain.2009.06.023",
        pmid="19604642",
        container_title="Pain Medicine",
    )
    evidence.citation(title="Another")

    assert finds(client, query) == [("citation", citation)]


def test_a_count_is_found_by_the_words_of_its_source(
    evidence: Evidence, client: TestClient
) -> None:
    effect = evidence.adverse_effect("muscle-rigidity")
    count = evidence.adverse_event(evidence.study(), "all", effect, term_verbatim="Ridged muscles")

    assert ("adverse_event", count) in finds(client, "ridged muscles")


def test_a_claim_is_found_by_what_it_quotes(evidence: Evidence, client: TestClient) -> None:
    claim = evidence.claim()

    assert ("claim", claim) in finds(client, "studied in people")


def test_every_word_has_to_be_found(evidence: Evidence, client: TestClient) -> None:
    evidence.citation(title="Knees at rest")

    assert finds(client, "knees running") == []


def test_kinds_can_be_chosen(evidence: Evidence, client: TestClient) -> None:
    evidence.condition("pain")
    evidence.adverse_effect("pain")
    evidence.outcome_measure("pain")

    assert finds(client, "pain", kind="condition") == [("condition", "pain")]
    assert len(finds(client, "pain", kind=["condition", "adverse_effect"])) == 2
    assert len(finds(client, "pain")) == 3


def test_a_record_is_found_by_its_new_words_after_an_edit(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("gout", definition="Crystals in joints.")
    evidence.condition("gout", definition="Urate deposits.")

    assert finds(client, "crystals") == []
    assert finds(client, "urate") == [("condition", "gout")]


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_pages_of_finds_are_the_finds(reader: TestClient, limit: int) -> None:
    whole = reader.get("/v1/search?q=ketamine&limit=200").json()
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        asked: dict[str, str | int] = {
            "q": "ketamine",
            "limit": limit,
            **({"cursor": cursor} if cursor else {}),
        }
        page = reader.get("/v1/search", params=asked).json()
        seen += page["items"]
        cursor = page["next"]

    assert whole["total"] == {"value": len(whole["items"]), "relation": "eq"}
    assert seen == whole["items"]


def test_every_find_can_be_opened(reader: TestClient) -> None:
    found = reader.get("/v1/search?q=ketamine&limit=200").json()["items"]

    assert {each["kind"] for each in found} <= set(KIND_NAMED)
    for each in found[::7]:
        assert reader.get(each["url"]).json()["slug"] == each["slug"]


@pytest.mark.parametrize("query", ["", "   ", "!!!", "%", "x" * 1001])
def test_a_query_without_words_is_refused(reader: TestClient, query: str) -> None:
    check_problem(reader.get("/v1/search", params={"q": query}), 422)


@pytest.mark.parametrize(
    "query", ['"', "a OR b", "a AND", "NOT", "a NEAR b", "(a", "a*", "a:b", "-a", "a & !b", "a | b"]
)
def test_signs_of_query_languages_are_no_signs_here(reader: TestClient, query: str) -> None:
    reply = reader.get("/v1/search", params={"q": query})
    if reply.status_code != 200:
        check_problem(reply, 422)


def test_a_kind_that_there_is_not_is_refused_with_the_nearest(reader: TestClient) -> None:
    problem = check_problem(reader.get("/v1/search?q=pain&kind=condtion"), 422)

    assert problem["errors"][0]["suggestion"] == "condition"


def test_a_cursor_of_another_list_is_refused(reader: TestClient) -> None:
    cursor = reader.get("/v1/claims?limit=1").json()["next"]

    check_problem(reader.get(f"/v1/search?q=ketamine&cursor={cursor}"), 422)


@pytest.mark.parametrize("name", ["q", "limit", "cursor"])
def test_what_is_asked_once_is_not_asked_twice(reader: TestClient, name: str) -> None:
    problem = check_problem(reader.get(f"/v1/search?q=a&{name}=1&{name}=1"), 422)

    assert problem["detail"] == f"{name}: give it once"
