"""Stretches of load on one peer, by a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.generator import Figures
from benchmarks.peers import ROOT, Peer


def stretch(peer: Peer, addresses: Sequence[str], clients: int, seconds: float) -> Figures:
    """So many clients ask for so long, each again as soon as it is answered."""
    done = subprocess.run(  # noqa: S603 # our own program
        _command(peer, clients, seconds),
        input="\n".join(addresses).encode(),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60 + 10 * seconds,
    )
    return Figures(**json.loads(done.stdout))


@contextmanager
def beside(peer: Peer, addresses: Sequence[str], clients: int) -> Iterator[None]:
    """So many clients ask as long as the block lasts, a minute at most."""
    process = subprocess.Popen(  # noqa: S603 # our own program
        _command(peer, clients, 60),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None  # noqa: S101 # so that mypy knows
    process.stdin.write("\n".join(addresses).encode())
    process.stdin.close()
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _command(peer: Peer, clients: int, seconds: float) -> list[str]:
    what = [str(peer.port), str(clients), str(seconds)]
    return [sys.executable, "-m", "benchmarks.generator", *what]
