"""What tests of lookups share: services on this machine, and somebody who asks them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.ingest.lookup import source
from app.vocabulary import Scope
from tests.conftest import Templates, serving
from tests.ingest.lookup.asking import Asker, asker
from tests.ingest.lookup.outside import Outside, outside
from tests.keys import headers


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A server that answers as it is told; those who try again do so at once."""
    monkeypatch.setattr(source, "FIRST_PAUSE", 0.01)
    with outside() as service:
        yield service


@pytest.fixture(scope="module")
def library(templates: dict[str, Templates]) -> Iterator[TestClient]:
    """An empty database that lookups only read; which engine it is makes no difference to them."""
    with templates["sqlite"].opened("empty") as database, serving(database) as client:
        client.headers.update(headers(database, "bob", Scope.CONTRIBUTOR))
        yield client


@pytest.fixture
def bob(library: TestClient, service: Outside) -> Asker:
    """A contributor who asks the server that answers as it is told."""
    return asker(library, service)
