"""Many clients at once, and few connections."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx

from app.db.database import Database
from app.main import create_app
from app.settings import Settings

CLIENTS, EACH = 64, 4
ADDRESSES = (
    "/v1/studies?condition=crps&treatment=ketamine",
    "/v1/studies/adults-crps-12-weeks",
    "/v1/search?q=ketamine",
    "/v1/adverse-effects?treatment=ketamine",
)


async def asked(settings: Settings) -> Counter[int]:
    """The statuses of the replies when all clients ask at the same time."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        requests = [
            client.get(ADDRESSES[(number + turn) % len(ADDRESSES)], timeout=60)
            for turn in range(EACH)
            for number in range(CLIENTS)
        ]
        replies = await asyncio.gather(*requests)
    app.state.database.close()
    return Counter(reply.status_code for reply in replies)


def test_sixty_four_clients_share_five_connections(ketamine: Database) -> None:
    url = ketamine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, pool_size=5)

    assert asyncio.run(asked(settings)) == {200: CLIENTS * EACH}
