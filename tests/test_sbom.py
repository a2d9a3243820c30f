"""What `make sbom` writes: every package of the lock, with version, address and hashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import version
from typing import Any

from tests.commands import ROOT


def written() -> bytes:
    command = [sys.executable, str(ROOT / ".ci" / "sbom.py")]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_every_package_of_the_lock_is_told_with_its_hashes_the_same_each_time() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^(\S+?)==(\S+)(?: ; (.*?))? \\$", lock, re.MULTILINE)

    document = json.loads(first := written())

    assert first == written()
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["name"] == "evidence-base"
    parts = document["components"]
    told = [(each["name"], each["version"], _marker(each)) for each in parts]
    assert told == pinned
    assert len(parts) > 30
    assert [each["purl"] for each in parts] == [f"pkg:pypi/{name}@{v}" for name, v, _ in pinned]
    hashes = [one["content"] for each in parts for one in each["hashes"]]
    assert all(each["hashes"] for each in parts)
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))


def _marker(component: dict[str, Any]) -> str:
    return "".join(each["value"] for each in component["properties"])


def test_what_it_tells_is_what_runs_here() -> None:
    told = {each["name"]: each["version"] for each in json.loads(written())["components"]}

    assert {name: told[name] for name in ("fastapi", "sqlalchemy", "psycopg")} == {
        name: version(name) for name in ("fastapi", "sqlalchemy", "psycopg")
    }
