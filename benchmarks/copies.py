"""Copies of a database, for what writes: so that each run finds the same rows.

It stands apart because what is measured beside writes and after them needs the same one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy beside a file, by the same name, until the block ends."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        yield copy
