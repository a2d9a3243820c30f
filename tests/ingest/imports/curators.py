"""Somebody who hands citations in, and the records that they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

KETAMINE = "Oral ketamine for children with chronic pain: a pilot phase 1 study"
SLEEP = "Sleep in people who work at night"
BINARY = {"Content-Type": "application/octet-stream"}


def record(title: str, *lines: str) -> str:
    """One record of a RIS file."""
    return "\r\n".join(["TY  - JOUR", f"TI  - {title}", *lines, "ER  - ", "", ""])


NEW = record(SLEEP, "AU  - Doe, Jane", "PY  - 2019", "DO  - 10.1000/night")
KNOWN = record(KETAMINE, "AU  - Bredlau, A L", "PY  - 2013", "DO  - 10.1016/j.jpeds.2012.12.077")
UNTITLED = "TY  - JOUR\r\nAU  - Roe, Richard\r\nER  - \r\n\r\n"


@dataclass(frozen=True)
class Curator:
    """Somebody who hands citations in."""

    client: TestClient
    headers: dict[str, str]

    def preview(self, *records: str, **query: str) -> dict[str, Any]:
        """Hand a file in, and give what is said of it."""
        reply = self.post("citations/import", "".join(records).encode(), **query)
        assert reply.status_code == 201, reply.text
        return dict(reply.json())

    def post(self, path: str, data: bytes, **query: str) -> Response:
        """Send a file."""
        sent = {**self.headers, **BINARY}
        return self.client.post(f"/v1/{path}", content=data, headers=sent, params=query)

    def commit(self, number: int, choice: dict[str, Any], **query: str) -> Response:
        """Save what is chosen."""
        path = f"/v1/citations/imports/{number}/commit"
        return self.client.post(path, json=choice, headers=self.headers, params=query)

    def get(self, path: str) -> Any:
        """Read."""
        return self.client.get(f"/v1/{path}", headers=self.headers).json()

    def titles(self) -> set[str]:
        """The titles of all citations."""
        return {each["title"] for each in self.get("citations?limit=200")["items"]}
