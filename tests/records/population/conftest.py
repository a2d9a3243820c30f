"""One world of made-up studies of each engine, for all tests that hold it against the rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import ENGINES, Templates
from tests.records.population.world import World, opened


@pytest.fixture(scope="session", params=ENGINES)
def world(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[World]:
    """Studies in a database that is only read."""
    with opened(templates[request.param], seed=7, count=300) as world:
        yield world
