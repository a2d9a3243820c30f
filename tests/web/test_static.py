"""What pages load: vendored files are what they say they are, and all comes from here."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from app.web.rendering import STATIC

SOURCES = sorted(STATIC.glob("*/SOURCE.md"))
LISTED = re.compile(r"^\| (\S+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
def test_vendored_files_are_those_that_were_listed(source: Path) -> None:
    listed = dict(LISTED.findall(source.read_text()))
    held = {path.name for path in source.parent.iterdir()} - {"SOURCE.md"}

    assert held == set(listed)
    for name, checksum in listed.items():
        assert hashlib.sha256((source.parent / name).read_bytes()).hexdigest() == checksum, name


@pytest.mark.parametrize("name", ["app.css", "app.js", "favicon.svg"])
def test_our_own_files_ask_no_other_host(name: str) -> None:
    text = (STATIC / name).read_text()

    assert not re.search(r"(@import|url\(|src\s*=)\s*[\"']?(https?:)?//", text)
