"""The ketamine document with a made-up study of mixed ages beside it, which tests only read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.conftest import ENGINES, Templates, serving
from tests.factories import Evidence

STUDY = "mixed-ages"
MADE = Path(__file__).parents[2] / "records" / "population" / "mixed_ages.json"


@pytest.fixture(scope="session", params=ENGINES)
def mixed(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[TestClient]:
    """A client over both layers of the ketamine document and the study of mixed ages."""
    made = json.loads(MADE.read_text())
    with templates[request.param].opened("ketamine") as database:
        evidence = Evidence(database)
        for measure in ("sleep", "mood"):  # which the document has nothing on
            evidence.outcome_measure(measure)
        evidence.study(slug=STUDY, **made["study"])
        for key, outcome in made["outcomes"].items():
            evidence.outcome(STUDY, slug=f"{STUDY}.{key}", **outcome)
        for key, harm in made["adverse_events"].items():
            rest = {"slug": f"{STUDY}.{key}", "counts": harm["counts"]}
            evidence.adverse_event(STUDY, "", harm["adverse_effect"], **rest)
        with serving(database) as client:
            yield client
