"""What tests of exports share: the pages of a list, and many rows made fast."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import insert

from app.db.database import Database
from app.models import Study


def pages(client: TestClient, address: str) -> Iterator[dict[str, Any]]:
    """The items of all pages of a list, in order."""
    join = "&" if "?" in address else "?"
    cursor = ""
    while cursor is not None:
        page = client.get(f"{address}{join}limit=7{cursor and '&cursor=' + cursor}").json()
        yield from page["items"]
        cursor = page["next"]


def lines(body: str) -> list[dict[str, Any]]:
    """The cards of NDJSON."""
    assert body == "" or body.endswith("\n")
    return [json.loads(line) for line in body.splitlines()]


def many_studies(database: Database, count: int) -> None:
    """Studies of 1,500 bytes each, without history: for measuring, not for meaning."""
    with database.write() as session:
        for start in range(0, count, 5000):
            rows = [_study(number) for number in range(start, min(start + 5000, count))]
            session.execute(insert(Study.__table__), rows)  # type: ignore[arg-type] # a table


def _study(number: int) -> dict[str, Any]:
    slug, year = f"study-{number * 7919 % 1_000_003:07d}", 1950 + number * 31 % 75
    card = json.dumps({"slug": slug, "label": "x" * 1400, "year": year, "basis": "registry"})
    dull = {"status": "current", "version": 1, "stamp": 0, "edited": 0, "card_format": 1}
    return {
        **dull,
        "id": number + 1,
        "slug": slug,
        "card": card,
        "label": slug,
        "year": year,
        "basis": "registry",
    }
