"""The machine that is measured on: what it is, how busy it is, and what of a file it holds."""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = mmap.PAGESIZE
MAP_NORESERVE = 0x4000  # of Linux; Python names it from 3.13 on


def machine() -> dict[str, Any]:
    """What it was measured on, and which revision was."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    revision = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processors": f"{len(models)} x {models[0] if models else platform.machine()}",
        "memory": memory_of("MemTotal"),
        "system": platform.release(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "revision": revision.stdout.strip(),
    }


def memory_of(name: str) -> int:
    """Bytes that /proc/meminfo tells under a name."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def busy_now() -> dict[str, float]:
    """The load average of the last minute, and the memory that is free."""
    return {"load average": os.getloadavg()[0], "free memory": memory_of("MemAvailable")}


def is_too_busy(load: float, processors: int | None = None) -> bool:
    """Whether others want more than all processors: then nothing can be told from a rate."""
    return load > (processors or os.cpu_count() or 1)


def process_seconds(pid: int) -> float:
    """Seconds of processor that a process has taken, all its threads, ended ones too.

    It is the clock of the process (clock_getcpuclockid), in nanoseconds: /proc/PID/stat has ticks.
    """
    return time.clock_gettime((~pid << 3) | 2)


def read_through(path: Path) -> None:
    """Read a file from end to end, so that the system holds as much of it as it can."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def drop(path: Path) -> None:
    """Ask the system to forget what it holds of a file.

    It forgets clean pages that no process has mapped. Pages that are written are written first.
    What servers keep in their own memory stays, and what a host keeps of the disk of a virtual
    machine: so cold means cold for this system, not that a disk turned.
    """
    for each in (path, path.with_name(f"{path.name}-wal")):
        if each.exists():
            with each.open("rb") as file:
                os.fdatasync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def share_held(path: Path) -> float:
    """The share of a file's pages that the system holds in memory."""
    size = path.stat().st_size
    if not size:
        return 1.0
    with path.open("rb") as file:
        # private and writable, for ctypes asks for that; nothing is written, nor reserved
        flags, allowed = mmap.MAP_PRIVATE | MAP_NORESERVE, mmap.PROT_READ | mmap.PROT_WRITE
        pages = mmap.mmap(file.fileno(), 0, flags=flags, prot=allowed)
    count = -(-size // PAGE)
    held = (ctypes.c_ubyte * count)()
    start = ctypes.c_char.from_buffer(pages)
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.mincore(
        ctypes.c_void_p(ctypes.addressof(start)), ctypes.c_size_t(size), ctypes.byref(held)
    )
    del start  # else the mapping cannot be closed
    pages.close()
    if failed:
        raise OSError(ctypes.get_errno(), "mincore")
    return 1 - bytes(held).count(0) / count
