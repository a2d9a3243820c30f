"""compose.yaml names only what is there: settings, commands, an order in which it can start."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import yaml
from sqlalchemy import make_url

from app.__main__ import cli
from app.settings import Settings
from tests.commands import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"] == "evidence-base"}
COMMANDS = set(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]
ASKED_FOR = re.compile(r"\$\{\w+:\?[^}]+\}")  # refused when it is not set


def words(service: dict[str, Any]) -> Iterator[str]:
    for part in ("entrypoint", "command"):
        yield from service.get(part, [])
    yield from service["healthcheck"]["test"] if "healthcheck" in service else []


def test_every_setting_is_one_of_the_program() -> None:
    known = {f"EVIDENCE_{name.upper()}" for name in Settings.model_fields}
    named = {name for each in OURS.values() for name in each["environment"]}

    assert named - known == {"PGPASSWORD"}


def test_every_command_is_one_of_the_program() -> None:
    said = " ".join(word for each in OURS.values() for word in words(each))
    run = re.findall(r"evidence (\w+)", said)

    assert set(run) == {"migrate", "seed", "health"}
    assert set(run) <= COMMANDS


def test_the_address_names_both_databases_and_means_the_primary() -> None:
    for each in OURS.values():
        url = make_url(Settings(**_settings(each)).database_url)
        assert url.query["target_session_attrs"] == "read-write"
        assert set(str(url.query["host"]).split(",")) == set(SERVICES) - set(OURS)


def _settings(service: dict[str, Any]) -> dict[str, Any]:
    given = service["environment"].items()
    prefix = "EVIDENCE_"
    return {name[len(prefix) :].lower(): value for name, value in given if name.startswith(prefix)}


def test_no_password_is_written_down() -> None:
    passwords = [
        value
        for each in SERVICES.values()
        for name, value in each["environment"].items()
        if "PASSWORD" in name
    ]
    assert len(passwords) > 2
    assert all(ASKED_FOR.fullmatch(each) for each in passwords)
    assert (
        make_url(_settings(OURS["migrate"])["database_url"].replace(",standby", "")).password
        is None
    )


def test_servers_wait_for_the_migration_and_that_for_both_databases() -> None:
    waits = {
        name: {of: how["condition"] for of, how in each.get("depends_on", {}).items()}
        for name, each in SERVICES.items()
    }
    healthy, done = "service_healthy", "service_completed_successfully"
    assert waits == {
        "primary": {},
        "standby": {"primary": healthy},
        "migrate": {"primary": healthy, "standby": healthy},
        "server-1": {"migrate": done},
        "server-2": {"migrate": done},
    }


def test_nothing_may_write_beside_its_volumes() -> None:
    assert all(each["read_only"] and "/tmp" in each["tmpfs"] for each in SERVICES.values())
    volumes = {
        volume.partition(":")[0] for each in SERVICES.values() for volume in each.get("volumes", [])
    }
    assert volumes == set(COMPOSE["volumes"])


def test_a_primary_that_died_does_not_come_back_by_itself() -> None:
    assert SERVICES["primary"]["restart"] == "no"
    assert {SERVICES[name]["restart"] for name in ("standby", "server-1", "server-2")} == {
        "unless-stopped"
    }


@pytest.mark.parametrize("name", COMPOSE["configs"])
def test_a_script_is_one_that_a_shell_can_read_and_some_service_runs(name: str) -> None:
    script = COMPOSE["configs"][name]["content"]
    assert not re.search(r"(?<!\$)\$(?!\$)", script), "compose would fill this in"

    checked = subprocess.run(
        ["/bin/sh", "-n"], input=script.replace("$$", "$"), text=True, check=False
    )

    assert checked.returncode == 0
    assert name in {each["source"] for one in SERVICES.values() for each in one.get("configs", [])}
