"""Reads the API the way a client does; a reply that is not 200 fails the test with its body."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient


def read(client: TestClient, path: str, **parameters: Any) -> Any:
    """The body of what stands at a path below /v1."""
    reply = client.get(f"/v1/{path}", params=parameters)
    assert reply.status_code == 200, reply.text
    return reply.json()


def every(client: TestClient, path: str, **parameters: Any) -> list[Any]:
    """All records of a list that fits on one page."""
    page = read(client, path, limit=200, **parameters)
    assert page["next"] is None
    return list(page["items"])


def slugs(client: TestClient, path: str, **parameters: Any) -> set[str]:
    """The slugs of all records of a list."""
    return {record["slug"] for record in every(client, path, **parameters)}


def told(record: dict[str, Any], *but: str) -> dict[str, Any]:
    """What a record or part says: members that are not null or empty, a few left out."""
    return {name: value for name, value in record.items() if value and name not in but}
