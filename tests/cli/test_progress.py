"""Long work says how far it is, on standard error alone, and Ctrl-C ends all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app.cli import progress
from app.db.database import Database
from tests.commands import PATIENCE, ROOT, address_of, invoke, run

VERIFIED = "verified: every card, page row and search text is as it should be\n"


def test_several_processes_verify_as_one_does(ketamine: Database) -> None:
    done = run("verify", "--processes", "2", url=address_of(ketamine))

    assert (done.returncode, done.stdout, done.stderr) == (0, VERIFIED, "")


def test_a_log_gets_lines_and_the_answer_stays_alone(
    ketamine: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke("verify", url=address_of(ketamine)).stderr == ""  # it took no ten seconds
    monkeypatch.setattr(progress, "BETWEEN_LINES", 0)

    done = invoke("verify", url=address_of(ketamine))

    assert done.stdout == VERIFIED
    assert "cards and search texts of studies: 6 of 6\n" in done.stderr


def test_a_terminal_gets_bars(ketamine: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = StringIO()
    console = Console(file=shown, force_terminal=True, width=120, color_system=None)
    monkeypatch.setattr(progress, "err", console)

    with progress.progress_shown() as advance:
        advance("cards of studies", 500, 2000)
        advance("cards of studies", 1000, 2000)

    assert "cards of studies" in shown.getvalue()
    assert "1000/2000" in shown.getvalue()
    assert invoke("verify", url=address_of(ketamine)).stdout == VERIFIED


@pytest.mark.parametrize("ends", [signal.SIGINT, signal.SIGKILL])
def test_whoever_ends_the_command_ends_all_its_processes(
    ketamine: Database, ends: signal.Signals
) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "app", "verify", "--processes", "2"],
        cwd=ROOT,
        env={**os.environ, "EVIDENCE_DATABASE_URL": address_of(ketamine)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        readers = wait_for(lambda: len(children(command.pid)) == 3 and children(command.pid))
        for each in [command.pid, *readers] if ends is signal.SIGINT else [command.pid]:
            os.kill(each, ends)  # as a terminal does, to all
        out, err = command.communicate(timeout=PATIENCE)
    finally:
        command.kill()

    assert command.returncode != 0
    assert out == ""
    assert "Traceback" not in err or ends is signal.SIGKILL  # one that was only just starting
    wait_for(lambda: not any(is_running(each) for each in readers))


def wait_for(what: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def children(process: int) -> list[int]:
    """The two readers, and what multiprocessing keeps beside them."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(each) for path in tasks for each in path.read_text().split()]


def is_running(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
