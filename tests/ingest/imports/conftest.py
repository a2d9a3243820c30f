"""What tests of intake share: a curator of the empty database, and a citation that is there."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.vocabulary import Scope
from tests.factories import Evidence
from tests.ingest.imports.curators import KETAMINE, Curator
from tests.keys import headers


@pytest.fixture
def ada(database: Database, client: TestClient) -> Curator:
    """A curator of the empty database."""
    return Curator(client, headers(database, "ada", Scope.CURATOR))


@pytest.fixture
def bredlau(evidence: Evidence) -> str:
    """A citation that is here already."""
    doi = {"scheme": "doi", "value": "10.1016/j.jpeds.2012.12.077"}
    authors = [{"family": "Bredlau", "given": "AL"}]
    return evidence.citation(
        slug="bredlau-2013", title=KETAMINE, year=2013, authors=authors, identifiers=[doi]
    )
