"""What the Dockerfile copies and runs is a program that works from a folder it may not write to.

Its steps are taken from the Dockerfile, without a daemon and with the packages of this environment.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.commands import PATIENCE, ROOT
from tests.servers import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
IMAGE = DOCKERFILE.rpartition("\nFROM ")[2]  # the last stage: what is shipped
COPIED = re.findall(r"^COPY (?!--)(\S+) (\S+)$", IMAGE, re.MULTILINE)
SCRIPT = re.findall(r"printf '(.*?)' > /venv/bin/evidence", DOCKERFILE)
ENVIRONMENT = dict(
    re.findall(r"([A-Z_]+)=(\S+)", " ".join(re.findall(r"^ENV (.*)$", IMAGE, re.MULTILINE)))
)
DROP_FROM_BOUNDS = 24  # PR_CAPBSET_DROP of prctl
CAPABILITIES = 41


def words(instruction: str) -> list[str]:
    """The words of an instruction, written in JSON."""
    [written] = re.findall(rf"^{instruction} +(\[.*\])$", IMAGE, re.MULTILINE)
    return list(map(str, json.loads(written)))


def _without_powers() -> None:
    """Make permissions hold for root, too, as they do for the image's user."""
    if sys.platform == "linux" and os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for each in range(CAPABILITIES):
            libc.prctl(DROP_FROM_BOUNDS, each, 0, 0, 0)


class Container:
    """The program as the image has it, below a folder of its own; only its data may be written."""

    def __init__(self, root: Path) -> None:
        self.program, self.data, self.bin = (root / name for name in ("program", "data", "bin"))
        for folder in (self.program, self.data, self.bin):
            folder.mkdir()
        unwanted = shutil.ignore_patterns("__pycache__")
        for source, target in COPIED:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self.program / target, ignore=unwanted)
            else:
                shutil.copy(ROOT / source, self.program / target)
        assert "RUN /venv/bin/python -m compileall -q app migrations\n" in IMAGE
        compiled = [sys.executable, "-m", "compileall", "-q", "app", "migrations"]
        subprocess.run(compiled, cwd=self.program, check=True)
        evidence = self.bin / "evidence"
        evidence.write_text(
            SCRIPT[0].replace("\\n", "\n").replace("/venv/bin/python", sys.executable)
        )
        evidence.chmod(0o555)
        for path in (self.program, *self.program.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        places = {"/srv/evidence": str(self.program), "/venv/bin": str(self.bin)}
        places |= {"/data": str(self.data), "$PATH": os.environ["PATH"]}
        self.environment = {
            name: self._placed(value, places) for name, value in ENVIRONMENT.items()
        }

    def _placed(self, value: str, places: dict[str, str]) -> str:
        for there, here in places.items():
            value = value.replace(there, here)
        return value

    def run(self, *command: str, **settings: object) -> subprocess.Popen[str]:
        """Run a command as docker does: in the program's folder, with the image's environment."""
        given = {f"EVIDENCE_{name.upper()}": str(value) for name, value in settings.items()}
        return subprocess.Popen(
            command,
            cwd=self.program,
            env={**self.environment, **given},
            preexec_fn=_without_powers,  # noqa: PLW1509 # it starts no thread and takes no lock
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    return Container(tmp_path_factory.mktemp("image"))


def test_the_image_migrates_serves_is_seeded_healthy_and_stops_in_order(
    container: Container,
) -> None:
    port, shipped = free_port(), sorted(container.program.rglob("*"))
    entry, command = words("ENTRYPOINT"), words("CMD")
    command[command.index("8000")] = str(port)
    server = container.run(*entry, *command, migrate_on_start=True)
    try:
        ready = _ready(server, port)
        seeding = container.run(*entry, "seed", "--document-only")
        assert "added: " in "".join(seeding.communicate(timeout=PATIENCE))
        studies = httpx.get(f"http://127.0.0.1:{port}/v1/studies").json()
        health = container.run(*words("HEALTHCHECK .*CMD"), port=port)
        assert health.communicate(timeout=PATIENCE) == ("", "")
        assert health.returncode == 0
        server.send_signal(signal.SIGTERM)
        printed = server.communicate(timeout=PATIENCE)
    finally:
        server.kill()
        server.communicate()

    assert ready == {"status": "ready", "writes": "possible"}
    assert studies["total"]["value"] > 0
    assert server.returncode == 0, printed
    assert {path.name for path in container.data.iterdir()} == {"evidence.db"}  # no log is left
    assert sorted(container.program.rglob("*")) == shipped


def _ready(server: subprocess.Popen[str], port: int) -> object:
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/ready", timeout=PATIENCE).json()
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(server.communicate())


def test_the_folder_of_the_program_cannot_be_written(container: Container) -> None:
    tried = container.run("sh", "-c", "touch app/new && echo written")

    out, err = tried.communicate(timeout=PATIENCE)

    assert out == ""
    assert "new" in err


def test_what_is_copied_is_there_for_the_daemon_as_well() -> None:
    shown = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    first = re.findall(r"^COPY (?!--)(\S+) ", DOCKERFILE, re.MULTILINE)

    assert sorted(shown) == sorted(first)


def test_the_image_runs_as_somebody_without_powers() -> None:
    [user] = re.findall(r"^USER (\d+)$", IMAGE, re.MULTILINE)

    assert int(user) > 0
    assert f"--uid {user}" in IMAGE
