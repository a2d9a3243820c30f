"""Keys and rates at a server that people start: what it logs, and whose address it believes."""

from __future__ import annotations

import httpx

from app.db.database import Database
from app.vocabulary import Scope
from tests import keys
from tests.commands import address_of
from tests.servers import served, stopped

WRONG = f"evb_00000000_{'A' * 43}"


def test_no_key_is_ever_logged_valid_or_not(sqlite: Database) -> None:
    key = keys.key(sqlite, "grace", Scope.ADMIN)
    url = address_of(sqlite)
    with served(url, log_level="debug") as (process, base):
        mine = {"Authorization": f"Bearer {key}"}
        made = httpx.post(
            f"{base}/v1/keys", json={"account": "ada", "scope": "reader"}, headers=mine
        )
        new = made.json()["key"]
        for sent in (key, new, WRONG, f"{key}x"):
            httpx.get(f"{base}/v1/keys?key={sent}", headers={"Authorization": f"Bearer {sent}"})
        httpx.post(f"{base}/v1/keys/{new}/revoke", headers=mine)  # a whole key, by mistake
        stopping = stopped(process)

    said = "".join(stopping)
    assert said.count('"event": "request"') >= 5
    assert made.status_code == 201
    for each in (key, new, WRONG):
        assert each.split("_", 2)[2] not in said  # a secret may hold _ itself
    assert "Bearer" not in said


def test_who_is_no_trusted_proxy_cannot_ask_as_somebody_else(sqlite: Database) -> None:
    with served(address_of(sqlite), read_rate="1/hour", trusted_proxies="192.0.2.9") as (_, base):
        answers = [
            httpx.get(f"{base}/v1/vocabularies", headers={"X-Forwarded-For": address})
            for address in ("192.0.2.1", "192.0.2.2")
        ]

    assert [each.status_code for each in answers] == [200, 429]
