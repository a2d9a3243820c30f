"""Reading the files that tests look at: those copied here, and more where they happen to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from app.ingest.formats import Entry, Reading, read

HERE = Path(__file__).parent / "files"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "citations"


def manifest(folder: Path) -> list[dict[str, Any]]:
    """What each file of a folder holds."""
    path = folder / "manifest.yaml"
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text()) if path.exists() else []
    return found


def one(text: str) -> Entry:
    """The only record of a text."""
    (entry,) = accounted(text.encode()).entries
    return entry


def draft(text: str) -> dict[str, Any]:
    """What the only record of a text was read as."""
    found = one(text).draft
    assert found is not None
    return found


def accounted(data: bytes) -> Reading:
    """A reading in which the records add up to those counted in the raw text."""
    reading = read(data)
    assert len(reading.parsed) + len(reading.broken) == reading.counted
    assert all(entry.problems for entry in reading.broken)
    return reading
