"""Servers as people start them: real processes on free ports."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.commands import PATIENCE, start


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(url: str, **settings: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that answers, and its address; killed in the end if it still runs."""
    port = free_port()
    process = start("serve", "--port", str(port), url=url, **settings)
    try:
        _wait_for(process, port)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def port_of(address: str) -> int:
    """The port that an address names."""
    return int(address.rpartition(":")[2])


def _wait_for(process: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(process.communicate())


def stopped(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ask a server to stop; gives what it printed. It has to end well."""
    process.send_signal(signal.SIGTERM)
    printed = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, printed
    return printed
