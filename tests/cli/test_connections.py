"""Connections that send too slowly, take too slowly, or are too many: ended, and told why."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from tests.commands import PATIENCE, address_of
from tests.conftest import Templates
from tests.replies import check_problem, read_reply
from tests.servers import port_of, served, stopped

FORM = b"Content-Length: 9000\r\nContent-Type: application/x-www-form-urlencoded"
LIMITS = {
    "client_timeout": 2,
    "max_header_bytes": 4096,
    "least_rate": 1_000_000,
    "max_connections": 30,
    "max_connections_per_address": 10,
    "trusted_proxies": "192.0.2.1",
}


@pytest.fixture(scope="module")
def port(templates: dict[str, Templates]) -> Iterator[int]:
    """The port of a server of little patience."""
    with (
        templates["sqlite"].opened("ketamine") as database,
        served(address_of(database), **LIMITS) as (_, address),
    ):
        yield port_of(address)


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """A connection, until the block ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        yield connection


@pytest.mark.parametrize("sent", [b"", b"GET /v1/studies HTTP/1.1\r\nHost: te"])
def test_a_head_that_does_not_come_to_an_end_is_refused(port: int, sent: bytes) -> None:
    with connected(port) as connection:
        connection.sendall(sent)

        check_problem(read_reply(connection), 408)


def test_headers_without_end_are_refused_before_they_are_all_there(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(b"GET /v1/studies HTTP/1.1\r\nHost: test\r\nX-Long: ")
        with suppress(OSError):
            for _ in range(1000):
                connection.sendall(b"x" * 10_000)

        check_problem(read_reply(connection), 431)


def test_too_many_headers_are_refused(port: int) -> None:
    with connected(port) as connection:
        many = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 100) for number in range(100))
        connection.sendall(b"GET /v1/studies HTTP/1.1\r\nHost: test\r\n" + many + b"\r\n")

        problem = check_problem(read_reply(connection), 431)

    assert "4096 bytes" in problem["detail"]


def test_a_body_that_comes_too_slowly_is_refused(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(
            b"POST /v1/studies/search HTTP/1.1\r\nHost: test\r\nContent-Length: 200000\r\n"
            b"Content-Type: application/json\r\n\r\n{"
        )

        check_problem(read_reply(connection), 408)


@pytest.mark.parametrize("path", [b"/nothing", b"/v1/citations", b"/desk/sign-in"])
def test_the_rest_of_a_body_that_was_refused_has_to_come_as_quickly(port: int, path: bytes) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: 2000000\r\n\r\nx"
    with connected(port) as connection:
        connection.sendall(head % path)
        with suppress(OSError):
            while not ended(connection, patience=0.2):
                connection.sendall(b"x")

        assert ended(connection)


def test_headers_that_are_too_long_are_refused_before_the_body(
    templates: dict[str, Templates],
) -> None:
    head = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\nX: " + b"x" * 40_000
    with (
        templates["sqlite"].opened("ketamine") as database,
        served(address_of(database)) as (process, address),
    ):
        with connected(port_of(address)) as connection:
            connection.sendall(head + b"\r\n\r\n")
            time.sleep(0.2)
            with suppress(OSError):
                connection.sendall(b"body")
            check_problem(read_reply(connection), 431)
        said = "".join(stopped(process))

    assert "Traceback" not in said


def test_a_reader_that_takes_too_little_is_cut_off_and_its_place_is_free(port: int) -> None:
    request = b"GET /v1/releases/current/evidence.ndjson HTTP/1.1\r\nHost: test\r\n\r\n"
    with ExitStack() as stack:
        readers = []
        for _ in range(3):
            reader = stack.enter_context(connected(port))
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.sendall(request * 40)  # more than the system keeps for a connection
            readers.append(reader)

        for reader in readers:
            assert ended(reader)

    assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /v1/releases/current/evidence.ndjson HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET /v1/evidence-map HTTP/1.1\r\nHost: test\r\n\r\n",
        b"POST /v1/studies/search HTTP/1.1\r\nHost: test\r\nContent-Length: 9000\r\n\r\n{",
        b"POST /desk/sign-in HTTP/1.1\r\nHost: test\r\n%s\r\n\r\nkey=" % FORM,
    ],
    ids=["release", "map", "search", "form"],
)
def test_a_client_that_goes_away_is_no_error(templates: dict[str, Templates], sent: bytes) -> None:
    with (
        templates["sqlite"].opened("ketamine") as database,
        served(address_of(database)) as (process, address),
    ):
        for _ in range(5):
            with connected(port_of(address)) as connection:
                connection.sendall(sent)
        assert httpx.get(f"{address}/health").status_code == 200
        said = "".join(stopped(process))

    assert '"event": "request"' in said
    for wrong in ("Traceback", "error", '"status": 500'):
        assert wrong not in said


def ended(reader: socket.socket, patience: float = PATIENCE) -> bool:
    """Whether the server ends a connection on which nothing is read."""
    watch = select.poll()
    watch.register(reader, select.POLLHUP | select.POLLERR)
    return bool(watch.poll(1000 * patience))


def test_one_address_cannot_take_all_connections(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(LIMITS["max_connections_per_address"]):  # type: ignore[call-overload]
            stack.enter_context(connected(port))
        with connected(port) as one_more:
            refused = read_reply(one_more)

    problem = check_problem(refused, 503)
    assert "this address" in problem["detail"]
    assert int(refused.headers["retry-after"]) > 0
