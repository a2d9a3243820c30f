"""Facets of parts: a value counts where one part has it and all else that is asked of a part."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.factories import Evidence
from tests.query.test_facets import facet


def test_a_value_counts_with_what_else_is_asked_of_the_same_part(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("crps")
    boys = {"key": "boys", "ages": "6..12", "sex": "male", "conditions": ["crps"]}
    women = {"key": "women", "ages": "60..70", "sex": "female"}
    evidence.study(populations=[boys, women])
    evidence.study(populations=[{"key": "girls", "sex": "female"}])

    def ages(**asked: str) -> dict[str | None, int]:
        return facet(client, "studies", "age_group", **asked)

    assert ages() == {"child": 1, "adult": 1, "older_adult": 1}
    assert ages(sex="female") == {"adult": 1, "older_adult": 1}
    assert ages(sex="male") == {"child": 1}
    assert ages(condition="crps") == {"child": 1}
    assert ages(**{"condition.not": "crps", "sex.not": "female"}) == {}
    assert facet(client, "studies", "condition", sex="female") == {}
    assert facet(client, "studies", "sex", age_group="child", match="any") == {
        "male": 1,
        "female": 1,
    }
    assert facet(client, "studies", "sex", age_group="child", match="possible") == {"female": 1}


def test_a_direction_counts_where_the_outcome_that_is_asked_for_came_out_so(
    evidence: Evidence, client: TestClient
) -> None:
    for measure in ("pain", "mood"):
        evidence.outcome_measure(measure)
    told = {"contrast": "from_baseline", "direction_basis": "stated"}
    for found in ({"pain": "better", "mood": "worse"}, {"pain": "better"}, {"mood": "none"}):
        study = evidence.study()
        for measure, direction in found.items():
            result = {**told, "direction": direction}
            evidence.outcome(study, measure, results=[result, result])

    def directions(**asked: str) -> dict[str | None, int]:
        return facet(client, "studies", "direction", **asked)

    assert directions() == {"better": 2, "worse": 1, "none": 1}
    assert directions(outcome="pain") == {"better": 2}
    assert directions(outcome="mood") == {"worse": 1, "none": 1}
    assert facet(client, "studies", "outcome", direction="worse") == {"mood": 1}
    assert facet(client, "studies", "outcome", direction="better") == {"pain": 2}
