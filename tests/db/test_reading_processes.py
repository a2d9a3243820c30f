"""Processes that read for another: what they see, what they raise, and that none is left."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.db.database import Database
from app.db.processes import ReadingProcessError, ReadingProcesses
from tests.factories import Evidence

COUNT = text("SELECT count(*) FROM terms")


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def count_terms(connection: Connection, _: int) -> tuple[int, int]:
    return os.getpid(), connection.execute(COUNT).scalar_one()


def fail_at_three(connection: Connection, item: int) -> int:
    if item == 3:
        connection.execute(text("SELECT no_such_column FROM terms"))
    return item


def die(_: Connection, item: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_all_processes_see_one_moment_whatever_is_written_meanwhile(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain")

    with (
        ReadingProcesses(database, 2, count_terms) as processes,
        processes.one_snapshot() as connection,
    ):
        evidence.condition("gout")
        seen = [result for _, result in processes.map(range(20))]
        here = connection.execute(COUNT).scalar_one()

    assert {count for _, count in seen} == {1} == {here}
    assert os.getpid() not in {process for process, _ in seen}


def test_results_come_in_order_and_each_item_sees_what_is_there_by_then(
    evidence: Evidence, database: Database
) -> None:
    counts = []
    with ReadingProcesses(database, 2, count_terms) as processes:
        for item, (_, count) in processes.map(range(12), in_order=True):
            counts.append((item, count))
            if item == 0:
                evidence.condition("pain")

    assert [item for item, _ in counts] == list(range(12))
    assert counts[0][1] == 0
    assert counts[-1][1] == 1


def test_an_error_of_a_process_is_raised_here(database: Database) -> None:
    with (
        pytest.raises((OperationalError, ProgrammingError), match="no_such_column"),
        ReadingProcesses(database, 2, fail_at_three) as processes,
    ):
        list(processes.map(range(50)))


def test_a_process_that_is_killed_ends_the_work_with_a_sentence(sqlite: Database) -> None:
    with (
        pytest.raises(ReadingProcessError, match="was killed by signal 9"),
        ReadingProcesses(sqlite, 2, die) as processes,
    ):
        list(processes.map(range(5)))
