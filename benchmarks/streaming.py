"""W7: how many rows a second a peer streams, and how much memory that takes."""

from __future__ import annotations

import time
from typing import Any

import httpx

from benchmarks.peers import Peer
from benchmarks.work import Asked

MOST_SECONDS = 120


def stream(peer: Peer, asked: Asked) -> dict[str, Any]:
    """Read one stream to its end."""
    peer.forget()
    before, rows, size, started = peer.memory(), 0, 0, time.perf_counter()
    address = f"http://127.0.0.1:{peer.port}{peer.address(asked)}"
    with httpx.stream("GET", address, timeout=MOST_SECONDS) as answer:
        for part in answer.iter_raw():
            size += len(part)
            rows += part.count(b"\n" if peer.name != "datasette" else b'"slug": "nct')
            if time.perf_counter() - started > MOST_SECONDS:
                break
    seconds = time.perf_counter() - started
    return {
        "rows": rows,
        "bytes": size,
        "seconds": seconds,
        "rate": rows / seconds,
        "growth": peer.most_memory() - before,
    }
