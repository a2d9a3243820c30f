"""Load: so many clients on loopback, each asking again as soon as it is answered.

A process of its own, so that asking takes no time from answering:

    python -m benchmarks.generator PORT CLIENTS SECONDS [HEADER: VALUE ...] < addresses

It prints how long the answers took and how many there were, as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import uvloop

PATIENCE = 120.0  # seconds that answers may take after the end of a stretch, then they are given up


@dataclass
class Figures:
    """How a stretch of load went; times in milliseconds, `processor` in seconds of the client."""

    answers: int
    seconds: float
    p50: float | None  # None: nothing was answered
    p99: float | None
    bytes: int
    failed: int
    again: int = 0  # answers to questions that this stretch had asked before
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Clients:
    """Clients that take turns at a list of addresses."""

    def __init__(self, port: int, addresses: list[str], headers: Sequence[str]) -> None:
        self.port = port
        self.next: Iterator[str] = itertools.cycle(addresses)
        self.rest = "".join(f"{each}\r\n" for each in ("Host: bench", *headers)) + "\r\n"
        self.times: list[float] = []
        self.bytes = self.failed = 0
        self.ended = 0.0

    async def ask(self, until: float) -> None:
        """One client, until the time is over."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        try:
            while time.perf_counter() < until:
                started = time.perf_counter()
                writer.write(f"GET {next(self.next)} HTTP/1.1\r\n{self.rest}".encode())
                status, size = await read_answer(reader)
                self.ended = time.perf_counter()
                self.times.append(self.ended - started)
                self.bytes += size
                self.failed += status != 200
        finally:
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


async def measure(
    port: int, count: int, seconds: float, addresses: list[str], headers: Sequence[str] = ()
) -> Figures:
    """So many clients for so many seconds; what broke off or came too late has failed."""
    clients = Clients(port, addresses, headers)
    started = time.perf_counter()
    asking = [asyncio.create_task(clients.ask(started + seconds)) for _ in range(count)]
    done, late = await asyncio.wait(asking, timeout=seconds + PATIENCE)
    for each in late:
        each.cancel()
    broken = sum(1 for each in done if each.exception() is not None)
    taken = sorted(1000 * each for each in clients.times)
    return Figures(
        answers=len(taken),
        seconds=max(clients.ended - started, 1e-9),
        p50=quantile(taken, 0.5),
        p99=quantile(taken, 0.99),
        bytes=clients.bytes,
        failed=clients.failed + len(late) + broken,
        again=max(0, len(taken) - len(set(addresses))),
        processor=time.process_time(),
    )


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value that a share of ordered values does not exceed; None where there is none."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


if __name__ == "__main__":
    gc.disable()
    port, count, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    figures = uvloop.run(measure(port, count, seconds, sys.stdin.read().split(), sys.argv[4:]))
    print(json.dumps(asdict(figures)))  # noqa: T201 # this is its answer
