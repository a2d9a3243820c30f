"""Runs the program the way people do: as a process of its own, told by its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.db.database import Database

ROOT = Path(__file__).parents[1]
PATIENCE = 300  # seconds until a process counts as hanging, on a busy machine too


def address_of(database: Database) -> str:
    """The address of a database, password included."""
    return database.url.render_as_string(hide_password=False)


def start(*arguments: str, url: str, **settings: object) -> subprocess.Popen[str]:
    """Start a command and go on."""
    named = {f"EVIDENCE_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENCE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**kept, "EVIDENCE_DATABASE_URL": url, **named},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    *arguments: str, url: str = "sqlite:///nowhere/nothing.db", **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; whatever happens, people are not shown a traceback."""
    process = start(*arguments, url=url, **settings)
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in out + err, err
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
