"""The database: one snapshot to read, one writer at a time."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.db.database import Database
from app.db.scheduling import FifoLock
from app.models import Account
from tests.storage import rows

COUNT = text("SELECT count(*) FROM accounts")


def _account(name: str) -> Account:
    return Account(name=name, created_at="2024-01-01")


def test_the_lock_is_handed_on_in_the_order_it_was_asked_for() -> None:
    lock, order = FifoLock(10), list[int]()

    def wait_for_it(number: int) -> None:
        with lock:
            order.append(number)

    with lock:
        threads = [Thread(target=wait_for_it, args=(number,)) for number in range(8)]
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(lock._waiting) < waiting:
                time.sleep(0.001)
    for thread in threads:
        thread.join()

    assert order == list(range(8))


def test_whoever_waits_too_long_for_the_lock_is_told() -> None:
    lock = FifoLock(0.05)

    def ask() -> None:
        with lock:
            pass

    with lock, ThreadPoolExecutor(1) as thread, pytest.raises(TimeoutError, match="another writer"):
        thread.submit(ask).result()


def test_the_lock_is_free_again_after_somebody_gave_up() -> None:
    lock = FifoLock(0.05)

    def ask() -> str:
        with lock:
            return "mine"

    with ThreadPoolExecutor(1) as thread:
        with lock, pytest.raises(TimeoutError):
            thread.submit(ask).result()
        assert thread.submit(ask).result() == "mine"


def test_the_lock_is_free_again_after_an_error() -> None:
    lock = FifoLock(0.05)

    def fail() -> None:
        with lock:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ThreadPoolExecutor(1) as thread, pytest.raises(ZeroDivisionError):
        thread.submit(fail).result()


def test_a_reader_sees_one_moment_while_others_commit(database: Database) -> None:
    with database.read() as connection:
        before = connection.execute(COUNT).scalar_one()
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_add, database, "ada").result()
        after = connection.execute(COUNT).scalar_one()

    assert (before, after) == (0, 0)
    assert rows(database, "SELECT name FROM accounts") == [("ada",)]


def _add(database: Database, name: str) -> None:
    with database.write() as session:
        session.add(_account(name))


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    written, done = Event(), Event()

    def write_slowly() -> None:
        with database.write() as session:
            session.add(_account("ada"))
            session.flush()
            written.set()
            done.wait(10)

    with ThreadPoolExecutor(1) as thread:
        writing = thread.submit(write_slowly)
        assert written.wait(10)
        seen = rows(database, "SELECT name FROM accounts")
        done.set()
        writing.result()

    assert seen == []
    assert rows(database, "SELECT name FROM accounts") == [("ada",)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_reader_cannot_write_on_postgresql(database: Database) -> None:
    with database.read() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(text("DELETE FROM accounts"))


def test_a_block_that_raises_writes_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            session.add(_account("ada"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert rows(database, "SELECT name FROM accounts") == []
    _add(database, "ada")


def test_a_writer_sees_what_the_writer_before_it_wrote(database: Database) -> None:
    def count_up(_: int) -> None:
        with database.write() as session:
            so_far = session.execute(COUNT).scalar_one()
            session.add(_account(f"account {so_far}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_up, range(24)))

    assert len(rows(database, "SELECT name FROM accounts")) == 24


def test_writers_of_two_pools_take_turns(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False), busy_timeout=10)

    def count_up(number: int) -> None:
        with (database, other)[number % 2].write() as session:
            so_far = session.execute(COUNT).scalar_one()
            session.add(_account(f"account {so_far}"))

    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(count_up, range(16)))
    finally:
        other.close()

    assert len(rows(database, "SELECT name FROM accounts")) == 16


def test_foreign_keys_are_enforced(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), database.write() as session:
        session.execute(text("INSERT INTO term_ancestors (term_id, ancestor_id) VALUES (7, 7)"))


def test_a_missing_file_is_not_made_by_a_server(tmp_path: Path) -> None:
    path = tmp_path / "gone.db"
    database = Database(f"sqlite:///{path}")

    with pytest.raises(OperationalError, match="unable to open"):
        rows(database, "SELECT 1")

    assert not path.exists()


def test_a_missing_file_is_made_by_whoever_says_so(tmp_path: Path) -> None:
    path = tmp_path / "odd name? 100%#.db"
    database = Database(f"sqlite:///{path}".replace("?", "%3F"), create=True)

    assert rows(database, "SELECT 1") == [(1,)]
    database.close()


def test_no_time_is_spent_on_compiling_statements(database: Database) -> None:
    if not database.sqlite:
        with database.read() as reading, database.write() as writing:
            assert {each.scalar(text("SHOW jit")) for each in (reading, writing)} == {"off"}
