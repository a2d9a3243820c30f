from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.values.ages import parse_ages
from benchmarks.floor_statements import days_of
from benchmarks.generator import measure, quantile
from benchmarks.machine import drop, is_too_busy, process_seconds, read_through, share_held
from benchmarks.questions import fresh_ages
from benchmarks.streaming import count_rows

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@contextmanager
def received(*parts: bytes) -> Iterator[socket.socket]:
    """A connection on which these parts come, one after the other, and then nothing."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        for part in parts:
            theirs.sendall(part)
            time.sleep(0.01)
        theirs.close()

    sender = threading.Thread(target=send)
    sender.start()
    with ours:
        yield ours
    sender.join()


def test_rows_are_counted_where_a_line_ends_in_another_part() -> None:
    with received(CHUNKED, b'8\r\n{"a":1}', b'\n\r\n8\r\n{"a":2}\n\r\n', b"0\r\n\r\n") as some:
        rows, _, complete = count_rows(some, b"}\n")
    assert (rows, complete) == (2, True)


def test_a_stream_that_breaks_off_has_failed() -> None:
    with received(CHUNKED, b'8\r\n{"a":1}\n\r\n') as some:
        assert count_rows(some, b"}\n")[2] is False


@pytest.mark.parametrize(("body", "complete"), [(b'{"a":1}\n', True), (b'{"a":', False)])
def test_a_body_of_a_told_length_has_to_be_as_long(body: bytes, complete: bool) -> None:
    with received(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", body) as some:
        assert count_rows(some, b"}\n")[2] is complete


def test_an_answer_other_than_200_has_failed() -> None:
    with received(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n") as some:
        assert count_rows(some, b"}\n")[2] is False


def test_the_last_of_a_hundred_is_the_99th_percentile() -> None:
    assert quantile(range(100), 0.99) == 99
    assert quantile(range(100), 0.5) == 50
    assert quantile([], 0.5) is None


def served(answer: bytes) -> int:
    """The port of a server that gives one answer to whatever is asked, on each connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening:
            connection, _ = listening.accept()
            with connection:
                while connection.recv(65536):
                    connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


def test_answers_and_those_asked_again_are_counted() -> None:
    port = served(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    seen = asyncio.run(measure(port, 1, 0.5, ["/a", "/b"]))
    assert seen.failed == 0
    assert seen.answers > 2
    assert (seen.again, seen.bytes) == (seen.answers - 2, 2 * seen.answers)


def test_answers_other_than_200_are_failures() -> None:
    port = served(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
    seen = asyncio.run(measure(port, 1, 0.5, ["/a"]))
    assert seen.failed == seen.answers > 0


def test_a_connection_that_ends_is_a_failure() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = int(listening.getsockname()[1])

    def end() -> None:
        listening.accept()[0].close()

    threading.Thread(target=end, daemon=True).start()
    with listening:
        seen = asyncio.run(measure(port, 1, 0.5, ["/a"]))
    assert (seen.answers, seen.failed, seen.p50) == (0, 1, None)


def test_ages_drawn_are_read_alike_by_the_program_and_the_floor() -> None:
    chance = random.Random(1)
    for ages in (fresh_ages(chance) for _ in range(50)):
        read = parse_ages(ages)
        assert (read.start, read.end) == days_of(ages)


def test_the_clock_of_a_process_is_that_of_all_its_threads() -> None:
    before, own = process_seconds(os.getpid()), time.process_time()
    other = threading.Thread(target=lambda: sum(range(2_000_000)))
    other.start()
    other.join()
    taken = process_seconds(os.getpid()) - before
    assert taken == pytest.approx(time.process_time() - own, rel=0.2)


def test_a_machine_is_busy_when_more_is_wanted_than_it_has_processors() -> None:
    assert is_too_busy(2.1, 2)
    assert not is_too_busy(2.0, 2)


def test_what_is_held_of_a_file_is_told_and_dropped(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(os.urandom(1 << 20))
    read_through(path)
    assert share_held(path) == 1.0
    drop(path)  # a file system that lies in memory keeps it
    assert share_held(path) in {0.0, 1.0}
