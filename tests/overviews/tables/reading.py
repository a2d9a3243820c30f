"""What tests of flat tables share: rows in each form, and cells as programs read them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from app.query.exports import unescape_formula

Row = dict[str, Any]


def page(client: TestClient, table: str, **asked: Any) -> dict[str, Any]:
    reply = client.get(f"/v1/{table}", params=asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def rows(client: TestClient, table: str, **asked: Any) -> list[Row]:
    """The rows of all pages, in order."""
    return list(_walk(client, table, {"limit": 200, **asked}))


def _walk(client: TestClient, table: str, asked: dict[str, Any]) -> Iterator[Row]:
    cursor: dict[str, Any] = {}
    while True:
        found = page(client, table, **asked, **cursor)
        yield from found["items"]
        if found["next"] is None:
            return
        cursor = {"cursor": found["next"]}


def lines(client: TestClient, table: str, **asked: Any) -> list[Row]:
    """The rows as NDJSON has them."""
    reply = client.get(f"/v1/{table}", params={**asked, "format": "ndjson"})
    assert reply.status_code == 200, reply.text
    return [json.loads(line) for line in reply.text.splitlines()]


def cells(client: TestClient, table: str, **asked: Any) -> list[dict[str, str]]:
    """The rows as CSV has them."""
    reply = client.get(f"/v1/{table}", params={**asked, "format": "csv"})
    assert reply.status_code == 200, reply.text
    return list(csv.DictReader(io.StringIO(reply.text, newline="")))


def read_cell(cell: str, like: Any) -> Any:
    """A cell as statistics programs read it: empty is missing, numbers are numbers."""
    if cell == "":
        return None
    if isinstance(like, bool):
        return {"true": True, "false": False}[cell]
    return type(like)(cell) if isinstance(like, int | float) else unescape_formula(cell)
