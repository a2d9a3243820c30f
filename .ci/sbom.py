"""Write what requirements.lock holds as a CycloneDX document: python .ci/sbom.py > sbom.json.

A package has the SHA-256 of each of its files: which is installed depends on the machine. There is
no time and no random number in it, so that the same lock gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(.*(?:\n .*)*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sbom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The document (CycloneDX 1.6) of a lock of pip and the [project] that it belongs to."""
    name, version = project["name"], project["version"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": name, "name": name, "version": version}
        },
        "components": [_component(*found) for found in PACKAGE.findall(lock)],
    }


def _component(name: str, version: str, rest: str) -> dict[str, Any]:
    normal = re.sub(r"[-_.]+", "-", name).lower()  # as the specification of package URLs wants it
    purl = f"pkg:pypi/{normal}@{version.replace('+', '%2B')}"
    marker = (
        rest.partition(";")[2].partition("\\")[0].strip()
    )  # where it is installed, as of Python
    properties = [{"name": "python:marker", "value": marker}] if marker else []
    return {
        "type": "library",
        "bom-ref": purl,
        "name": normal,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": each} for each in HASH.findall(rest)],
        "properties": properties,
    }


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    document = sbom((ROOT / "requirements.lock").read_text(), project)
    json.dump(document, sys.stdout, indent=1)
    sys.stdout.write("\n")
