"""With people asked for, a study is in a cell by what was measured in them."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.children_and_adults import compared, trial
from tests.factories import Evidence


def test_an_outcome_of_other_people_is_in_no_cell(evidence: Evidence, client: TestClient) -> None:
    study = trial(evidence)
    for measure, domain, who in (("pain", "pain", "children"), ("walking", "function", "adults")):
        evidence.outcome_measure(measure, domain=domain)
        evidence.outcome(study, measure, results=[compared(who, conclusion="no_difference")])

    row = client.get("/v1/evidence-map?age_group=child").json()["rows"][0]
    everybody = client.get("/v1/evidence-map").json()["rows"][0]

    assert sum(row["studies"].values()) == 1
    assert [each["domain"] for each in row["cells"]] == ["pain"]
    assert [each["domain"] for each in everybody["cells"]] == ["function", "pain"]
