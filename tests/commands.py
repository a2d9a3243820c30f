"""Runs commands: as a process of its own, the way people do, or sooner, in this process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from app.__main__ import cli
from app.db.database import Database

ROOT = Path(__file__).parents[1]
PATIENCE = 300  # seconds until a process counts as hanging, on a busy machine too


def address_of(database: Database) -> str:
    """The address of a database, password included."""
    return database.url.render_as_string(hide_password=False)


def start(*arguments: str, url: str, **settings: object) -> subprocess.Popen[str]:
    """Start a command and go on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENCE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={**kept, **_environment(url, settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _environment(url: str, settings: dict[str, object]) -> dict[str, str]:
    named = {f"EVIDENCE_{name.upper()}": str(value) for name, value in settings.items()}
    return {"EVIDENCE_DATABASE_URL": url, **named}


def run(
    *arguments: str, url: str = "sqlite:///nowhere/nothing.db", **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; whatever happens, people are not shown a traceback."""
    process = start(*arguments, url=url, **settings)
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in out + err, err
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def invoke(
    *arguments: str, url: str = "sqlite:///nowhere/nothing.db", **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run a command in this process; a new one would import everything for seconds first.

    That a command works as a process as well is for `run` to see.
    """
    none = {name: None for name in os.environ if name.startswith("EVIDENCE_")}
    done = CliRunner().invoke(cli, arguments, env={**none, **_environment(url, settings)})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
