"""Stretches of load on one peer, by a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from benchmarks.generator import PATIENCE, Figures
from benchmarks.peers import ROOT, Peer

NO_HEADERS: Mapping[str, str] = {}


def stretch(
    peer: Peer,
    addresses: Sequence[str],
    clients: int,
    seconds: float,
    headers: Mapping[str, str] = NO_HEADERS,
) -> dict[str, Any]:
    """So many clients ask for so long, each again as soon as it is answered.

    Beside what they saw stand the rate, and the milliseconds of processor that the server took for
    an answer. Where the server has ended, all has failed.
    """
    try:
        before = peer.seconds()
        done = subprocess.run(  # noqa: S603 # our own program
            _command(peer, clients, seconds, headers),
            input="\n".join(addresses).encode(),
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=120 + PATIENCE + 10 * seconds,
        )
        figures = Figures(**json.loads(done.stdout))
        taken = 1000 * (peer.seconds() - before) / max(figures.answers, 1)
    except (OSError, subprocess.SubprocessError):  # the server has ended, or nothing came back
        figures, taken = Figures(0, seconds, None, None, bytes=0, failed=clients), 0.0
    return {**asdict(figures), "rate": figures.rate, "cpu": taken}


@contextmanager
def beside(peer: Peer, addresses: Sequence[str], clients: int) -> Iterator[None]:
    """So many clients ask as long as the block lasts, ten minutes at most."""
    process = subprocess.Popen(  # noqa: S603 # our own program
        _command(peer, clients, 600, NO_HEADERS),
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


def _command(peer: Peer, clients: int, seconds: float, headers: Mapping[str, str]) -> list[str]:
    what = [str(peer.port), str(clients), str(seconds)]
    what += [f"{name}: {value}" for name, value in headers.items()]
    return [sys.executable, "-m", "benchmarks.generator", *what]
