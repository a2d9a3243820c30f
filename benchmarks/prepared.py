"""How often a statement that was prepared before serves a new question.

    python -m benchmarks.prepared DATABASE < addresses

In one process, where it can be counted: the first half of the addresses is asked first, then, over
the other half, how many statements were wanted and how many had to be made. The rates of the table
are those of servers in processes of their own, which keep statements in the same way.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any

import httpx

from app.db.statements import BoundedCache
from app.main import create_app
from app.settings import Settings
from benchmarks.peers import ROOT
from benchmarks.questions import Questions

COUNTED = ("W1", "W2", "W3", "W4", "W4u", "W5", "W6", "W8")
QUESTIONS = 60


def hit_rates(path: Path, questions: Questions, works: Sequence[str]) -> dict[str, Any]:
    """For each work how many statements were wanted and made anew, and the share that was not."""
    found = {}
    for work in (each for each in works if each in COUNTED):
        asked = questions.draw(work, "prepared", QUESTIONS)
        done = subprocess.run(  # noqa: S603 # our own program
            [sys.executable, "-m", "benchmarks.prepared", str(path)],
            input="\n".join(each.ours for each in asked).encode(),
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        wanted, made = json.loads(done.stdout.splitlines()[-1])
        rate = f"{1 - made / wanted:.0%}" if wanted else "none wanted"
        found[work] = {"asked": max(1, len(asked) // 2), "told": [str(wanted), str(made), rate]}
    return found


class Counts:
    """How often things were wanted of caches, and how often they had to be made."""

    def __init__(self) -> None:
        self.wanted = self.made = 0

    def counting(self, get: Callable[..., Any]) -> Callable[..., Any]:
        """A cache's `get` that counts."""

        def counted(cache: BoundedCache[Any], key: Hashable, make: Callable[[], Any]) -> Any:
            def made() -> Any:
                self.made += 1
                return make()

            self.wanted += 1
            return get(cache, key, made)

        return counted


async def count(path: Path, addresses: Sequence[str]) -> tuple[int, int]:
    """Ask the first half, then count over the second: wanted, and made anew."""
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    half = len(addresses) // 2
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=60) as client,
    ):
        for address in addresses[: half or None]:
            (await client.get(address)).raise_for_status()
        counts = Counts()
        BoundedCache.get = counts.counting(BoundedCache.get)  # type: ignore[method-assign]
        for address in addresses[half:]:
            (await client.get(address)).raise_for_status()
    return counts.wanted, counts.made


def main() -> None:
    """Count, and print the two numbers as JSON."""
    logging.disable(logging.CRITICAL)
    print(json.dumps(asyncio.run(count(Path(sys.argv[1]), sys.stdin.read().split()))))  # noqa: T201


if __name__ == "__main__":
    main()
