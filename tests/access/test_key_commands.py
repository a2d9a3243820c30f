"""`evidence key` and `evidence account`: what they say and do."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from app.__main__ import cli
from app.db.database import Database
from tests import keys
from tests.commands import address_of
from tests.storage import rows


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", address_of(database))


def ask(*arguments: str) -> Result:
    """What a command answers."""
    return CliRunner().invoke(cli, arguments)


def test_a_key_is_made_shown_once_listed_used_and_revoked(client: TestClient) -> None:
    made = ask("key", "create", "ada", "--scope", "curator", "--expires", "90d")
    key = made.stdout.strip()
    mine = {"Authorization": f"Bearer {key}"}
    before = client.get("/v1/studies", headers=mine).status_code
    listed = ask("key", "list")
    revoked = ask("key", "revoke", key[:12])
    after = client.get("/v1/studies", headers=mine).status_code

    assert re.fullmatch("evb_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", key)
    assert "A key of scope curator for ada, until 2" in made.stderr
    assert (before, after) == (200, 401)
    assert listed.stdout.startswith(f"{key[:12]}  curator  ada  made 2")
    assert key not in listed.stdout
    assert revoked.stdout == f"revoked: {key[:12]}\n"


def test_a_disabled_account_gets_no_keys_until_it_is_enabled(database: Database) -> None:
    keys.key(database, "ada")

    disabled = ask("account", "disable", "ada")
    refused = ask("key", "create", "ada", "--scope", "reader")
    enabled = ask("account", "enable", "ada")
    made = ask("key", "create", "ada", "--scope", "reader")

    assert (disabled.stdout, enabled.stdout) == ("disabled: ada\n", "enabled: ada\n")
    assert (refused.exit_code, made.exit_code) == (1, 0)
    assert refused.stderr == "ada is disabled: enable the account first.\n"
    assert rows(database, "SELECT actor, action FROM access_events ORDER BY id") == [
        ("command line", action)
        for action in ("create_key", "disable_account", "enable_account", "create_key")
    ]


WRONG = (
    (("key", "create", "ada"), "--scope"),
    (("key", "create", "ada", "--scope", "owner"), "owner"),
    (("key", "create", "seed", "--scope", "admin"), "NAME: "),
    (("key", "create", "a\nb", "--scope", "admin"), "NAME: "),
    (("key", "create", "ada", "--scope", "admin", "--expires", "soon"), "--expires: "),
    (("key", "create", "ada", "--scope", "admin", "--expires", "2020-01-01"), "is over already"),
    (("key", "revoke", "evb_00000000"), "No key begins so"),
    (("account", "disable", "nobody"), "There is no account of this name"),
)


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_cannot_be_done_is_told(
    database: Database, arguments: tuple[str, ...], said: str
) -> None:
    refused = ask(*arguments)

    assert refused.exit_code in {1, 2}
    assert said in refused.stderr
    assert rows(database, "SELECT * FROM accounts") == []
