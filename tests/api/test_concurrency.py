"""However many slow questions are asked at once, a record is still given at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock, get_native_id
from typing import Any

import pytest
from sqlalchemy import event

from app.db.database import LEFT, Database
from app.db.scheduling import NICENESS
from tests.conftest import serving
from tests.replies import check_problem

SLOW = "/v1/studies?year=1234"


@contextmanager
def slow(database: Database) -> Iterator[tuple[list[int], Event]]:
    """Statements about the year 1234 take until the event; how many are under way, and were."""
    go_on, guard, under_way = Event(), Lock(), [0, 0]

    def wait(_c: Any, _cursor: Any, _statement: str, parameters: Any, *_: Any) -> None:
        values = parameters.values() if isinstance(parameters, dict) else parameters
        if 1234 in values:
            with guard:
                under_way[0] += 1
                under_way[1] = max(under_way)
            go_on.wait(30)
            with guard:
                under_way[0] -= 1

    event.listen(database.engine, "before_cursor_execute", wait)
    yield under_way, go_on
    go_on.set()


def until(so: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    end = time.monotonic() + 30
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_slow_questions_leave_a_connection_for_those_who_want_a_record(
    ketamine: Database,
) -> None:
    with (
        serving(ketamine) as client,
        slow(ketamine) as (under_way, go_on),
        ThreadPoolExecutor(60) as clients,
    ):
        asked = [clients.submit(client.get, SLOW) for _ in range(60)]
        until(lambda: under_way[0] == ketamine.list_threads.most)

        record = client.get("/v1/treatments/ketamine")
        ready = client.get("/ready")
        go_on.set()
        answers = [each.result().status_code for each in asked]

    assert (record.status_code, ready.status_code) == (200, 200)
    assert under_way[1] == ketamine.list_threads.most
    assert answers == [200] * 60


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a thread a priority")
def test_who_asks_for_many_records_makes_way_for_others(ketamine: Database) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    seen: list[int] = []

    def look(*_: Any) -> None:
        seen.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))

    with serving(ketamine) as client:
        event.listen(client.app.state.database.engine, "before_cursor_execute", look)  # type: ignore[attr-defined] # it is FastAPI
        client.get("/ready")
        others, seen[:] = set(seen), []
        client.get("/v1/treatments")

    assert (others, set(seen)) == ({own}, {max(own, NICENESS)})


def test_who_waits_too_long_for_a_turn_is_told_to_try_again(ketamine: Database) -> None:
    ketamine.list_threads.patience = 0.2
    with (
        serving(ketamine) as client,
        slow(ketamine) as (under_way, go_on),
        ThreadPoolExecutor(3) as clients,
    ):
        asked = [clients.submit(client.get, SLOW) for _ in range(ketamine.list_threads.most)]
        until(lambda: under_way[0] == len(asked))
        refused = client.get("/v1/studies")
        go_on.set()

    check_problem(refused, 503)
    assert int(refused.headers["Retry-After"]) >= 1


def test_sqlite_is_asked_no_more_at_a_time_than_there_are_processors(ketamine: Database) -> None:
    """It works in the thread that asks: more threads would only keep the others waiting."""
    most = ketamine.pool_size - LEFT
    assert ketamine.list_threads.most == (
        min(most, os.cpu_count() or 1) if ketamine.sqlite else most
    )
