"""Those that are compared: ours, the floor and Datasette, each a process on loopback.

Ours is there twice where a PostgreSQL is given: over the same file as the others, and over that.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.datasette_statements import datasette
from benchmarks.machine import process_seconds
from benchmarks.work import OURS_ALONE, Asked

ROOT = Path(__file__).parents[1]
DATASETTE = ROOT / ".venv-bench/bin/datasette"
NAMES = ("ours", "floor", "datasette")
OURS = ("ours", "postgresql")


@dataclass(frozen=True)
class Peer:
    """A server that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """Bytes of memory it holds now."""
        return self._status("VmRSS")

    def most_memory(self) -> int:
        """The most it held since `forget`."""
        return self._status("VmHWM")

    def forget(self) -> None:
        """Let the most memory start from now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
        return 0

    def seconds(self) -> float:
        """Seconds of processor it has taken; of PostgreSQL only what our server took."""
        return process_seconds(self.process.pid)

    def get(self, address: str, timeout: float = 60) -> httpx.Response:
        """One answer."""
        return httpx.get(f"http://127.0.0.1:{self.port}{address}", timeout=timeout)

    def takes(self, work: str) -> bool:
        """Whether it is asked this at all."""
        return self.name in OURS or work not in OURS_ALONE

    def address(self, asked: Asked) -> str:
        """How this peer is asked."""
        if self.name in OURS:
            return asked.ours
        return asked.floor if self.name == "floor" else datasette(asked)


@contextmanager
def serving(name: str, database: Path, url: str = "") -> Iterator[Peer]:
    """A peer over a database, until the block ends; `url` is that of PostgreSQL."""
    port = _free_port()
    ours = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    commands = {
        **dict.fromkeys(OURS, ours),
        "floor": [sys.executable, "-m", "benchmarks.floor", str(database), "--port", str(port)],
        "datasette": [
            str(DATASETTE), "serve", "-i", str(database), "--port", str(port),
            "--setting", "sql_time_limit_ms", "60000", "--setting", "max_returned_rows", "100000",
            "--setting", "num_sql_threads", "3",
        ],
    }  # fmt: skip
    settings = {"EVIDENCE_DATABASE_URL": url or f"sqlite:///{database}"}
    process = subprocess.Popen(  # noqa: S603 # the commands above
        commands[name],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Peer(name, port, process)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], patience: float = 120) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} does not listen")
