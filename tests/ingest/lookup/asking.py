"""Somebody who looks citations up, and the settings by which services are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from app.ingest.lookup.lookups import Lookups
from app.settings import Settings
from tests.ingest.lookup.outside import Outside

KEY = "not-to-be-told"


@dataclass
class Asker:
    """A contributor, and the one outside server that stands for every service."""

    client: TestClient
    outside: Outside

    def get(self, **identifiers: str) -> Response:
        """Look something up."""
        return self.client.get("/v1/citations/lookup", params=identifiers)

    def found(self, **identifiers: str) -> dict[str, Any]:
        """What a lookup finds."""
        reply = self.get(**identifiers)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def problem(self, status: int, **identifiers: str) -> dict[str, Any]:
        """The problem that a lookup has; it never tells the key."""
        reply = self.get(**identifiers)
        assert reply.status_code == status, reply.text
        assert KEY not in reply.text
        return dict(reply.json())


def told(address: str, **more: Any) -> dict[str, Any]:
    """The settings by which services are asked at an address."""
    names = ("crossref", "pubmed", "pmc", "clinical_trials")
    urls = {f"{name}_url": f"{address}/{name}" for name in names}
    known = {"lookup_mailto": "ada@example.org", "ncbi_api_key": KEY, "lookup_timeout": 0.3}
    return {**urls, **known, **more}


def asker(client: TestClient, service: Outside, **settings: Any) -> Asker:
    """Somebody with the key of a client, who asks a server."""
    asked = Lookups(Settings(**told(service.address, **settings)))
    client.app.state.lookups = asked  # type: ignore[attr-defined] # it is FastAPI
    return Asker(client, service)
