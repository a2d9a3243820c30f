"""What tests of ingest share: a small folder of seed files of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.willow import FILES, write_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of valid seed files, to be edited."""
    return write_files(tmp_path / "willow", FILES)
