"""Files that are whole or absent: filled under another name, and given theirs once on disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

WRITTEN = ("changes", "accounts")  # one of them has a row as soon as anything was written
UNFINISHED = ".unfinished-"  # what a killed process leaves behind is known by it


class BackupError(Exception):
    """Nothing was made or restored: says why, and what would help."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds: everything up to a change, in a schema."""

    change: int
    revision: str


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A new file beside the target, to fill and `publish`; else it is gone in the end.

    Only its owner may read it: keys and accounts stand in a backup.
    """
    handle, name = tempfile.mkstemp(prefix=f"{target.name}{UNFINISHED}", dir=target.parent)
    os.close(handle)
    file = Path(name)
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def publish(file: Path, target: Path) -> None:
    """Give a file its name, on disk: after a power cut, too, the name stands for all of it."""
    sync(file)
    file.replace(target)
    sync(target.parent)


def moment(form: str) -> str:
    """Now, in UTC, for the name of something that is kept: no two are the same."""
    return datetime.now(UTC).strftime(form)


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def left_over(folder: Path) -> list[Path]:
    """Files of backups and restores that were killed, or are still under way."""
    return sorted(folder.glob(f"*{UNFINISHED}*"))
