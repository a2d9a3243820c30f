"""Several processes on one database, and processes that are killed in the middle of writing."""

import subprocess
import sys
import time

from app import journal
from app.db import schema
from app.db.database import Database
from tests.commands import PATIENCE, ROOT, address_of, invoke, run, start
from tests.conftest import Blank
from tests.db.killed_processes import wait_until_it_writes
from tests.storage import everything, rows

WRITER = """
import sys
from app.db.database import Database
from app.models import Account
database = Database(sys.argv[1])
for number in range(50):
    with database.write() as session:
        session.add(Account(name=f"{sys.argv[2]} {number}", created_at="2024-01-01"))
"""
READER = """
import sys
from sqlalchemy import text
from app.db.database import Database
database, seen, count = Database(sys.argv[1]), 0, text("SELECT count(*) FROM accounts")
while seen < 100:
    with database.read() as connection:
        first, second = (connection.execute(count).scalar_one() for _ in range(2))
    assert seen <= first == second, (seen, first, second)
    seen = first
"""
DELAYS = (0, 0.2, 0.5)  # seconds from the first write to the kill


def _process(script: str, database: Database, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, address_of(database), name]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def test_processes_write_and_read_one_database_at_once(database: Database) -> None:
    scripts = {"one": WRITER, "two": WRITER, "reader": READER}

    processes = [_process(script, database, name) for name, script in scripts.items()]

    errors = [each.communicate(timeout=PATIENCE)[1] for each in processes]
    assert errors == ["", "", ""]
    assert [each.returncode for each in processes] == [0, 0, 0]
    assert len(rows(database, "SELECT name FROM accounts")) == 100


def test_processes_that_migrate_at_once_take_turns(blank: Blank) -> None:
    database = blank()
    with database.alter():
        migrating = [start("migrate", url=address_of(database)) for _ in range(3)]
        time.sleep(2)
        assert [each.poll() for each in migrating] == [None] * 3

    said = [each.communicate(timeout=PATIENCE) for each in migrating]
    assert [each.returncode for each in migrating] == [0, 0, 0], said
    with database.read() as connection:
        assert schema.current_revision(connection) == schema.newest_revision()


def test_a_seed_that_is_killed_leaves_nothing_half_there(blank: Blank) -> None:
    database = blank()
    url = address_of(database)
    schema.migrate(database)
    empty = everything(database)

    for delay in DELAYS:
        seeding = start("seed", url=url)
        wait_until_it_writes(database, seeding)
        time.sleep(delay)
        seeding.kill()
        seeding.communicate()
        loaded = rows(database, "SELECT count(*) FROM changes") == [(1,)]
        assert loaded or everything(database) == empty
        with database.read() as connection:
            assert list(journal.verify(connection)) == []
        assert delay or not loaded  # the first kill comes long before the commit

    assert run("seed", url=url).returncode == 0
    assert invoke("verify", url=url).returncode == 0
    assert invoke("seed", url=url).stdout.startswith("added: nothing\nupdated: 0\n")
