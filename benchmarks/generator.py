"""Load: so many clients on loopback, each asking again as soon as it is answered.

A process of its own, so that asking takes no time from answering:

    python -m benchmarks.generator PORT CLIENTS SECONDS < addresses

It prints how long the answers took and how many there were, as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import uvloop

PATIENCE = 4.0  # an answer may end so many times the seconds after the start, then it is given up


@dataclass
class Figures:
    """How a stretch of load went; times in milliseconds."""

    answers: int
    seconds: float
    p50: float
    p99: float
    bytes: int
    failed: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Clients:
    """Clients that take turns at a list of addresses."""

    def __init__(self, port: int, addresses: list[str]) -> None:
        self.port = port
        self.next: Iterator[str] = itertools.cycle(addresses)
        self.times: list[float] = []
        self.bytes = self.failed = 0
        self.ended = 0.0

    async def ask(self, until: float) -> None:
        """One client, until the time is over."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        while time.perf_counter() < until:
            started = time.perf_counter()
            writer.write(f"GET {next(self.next)} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
            status, size = await read_answer(reader)
            self.ended = time.perf_counter()
            self.times.append(self.ended - started)
            self.bytes += size
            self.failed += status != 200
        writer.close()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Read an answer to its end; gives its status and size."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in head:
        size = 0
        while length := int(await reader.readline(), 16):
            await reader.readexactly(length + 2)
            size += length
        await reader.readline()
        return status, size
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    if length:
        await reader.readexactly(length)
    return status, length


async def measure(port: int, count: int, seconds: float, addresses: list[str]) -> Figures:
    """So many clients for so many seconds."""
    clients = Clients(port, addresses)
    started = time.perf_counter()
    asking = [asyncio.create_task(clients.ask(started + seconds)) for _ in range(count)]
    _, late = await asyncio.wait(asking, timeout=seconds * (1 + PATIENCE))
    for each in late:
        each.cancel()
    taken = sorted(clients.times) or [float("inf")]
    return Figures(
        answers=len(clients.times),
        seconds=max(clients.ended - started, 1e-9),
        p50=1000 * taken[len(taken) // 2],
        p99=1000 * taken[int(len(taken) * 0.99)],
        bytes=clients.bytes,
        failed=clients.failed + len(late),
    )


if __name__ == "__main__":
    gc.disable()
    port, count, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    figures = uvloop.run(measure(port, count, seconds, sys.stdin.read().split()))
    print(json.dumps(asdict(figures)))  # noqa: T201 # this is its answer
