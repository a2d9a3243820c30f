"""Requests as bytes over a socket: whatever is sent, a problem document comes back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.commands import PATIENCE, address_of
from tests.conftest import Templates
from tests.replies import Reply, check_problem, read_reply
from tests.servers import port_of, served


@pytest.fixture(scope="module")
def port(templates: dict[str, Templates]) -> Iterator[int]:
    """The port of a server over the ketamine document."""
    with (
        templates["sqlite"].opened("ketamine") as database,
        served(address_of(database)) as (_, address),
    ):
        yield port_of(address)


def said(port: int, request: bytes) -> Reply:
    """What comes back for these very bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        with suppress(OSError):  # it need not read all of it
            connection.sendall(request)
        return read_reply(connection)


def get(port: int, target: bytes, *, method: bytes = b"GET") -> Reply:
    head = b"%s %s HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return said(port, head % (method, target))


def test_it_answers_and_does_not_tell_its_name(port: int) -> None:
    reply = get(port, b"/v1/studies?limit=1")

    assert reply.json()["total"]["value"] > 0
    assert "server" not in reply.headers


@pytest.mark.parametrize("length", [17_000, 65_535, 65_536, 1_000_000, 10_000_000])
@pytest.mark.parametrize("start", [b"/v1/studies?q=", b"/v1/studies/", b"/"])
def test_an_address_without_end_is_too_long(port: int, start: bytes, length: int) -> None:
    check_problem(get(port, start + b"x" * length), 414)


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/studies/%00",
        b"/v1/studies/%FF%FE",
        b"/v1/studies/%ED%A0%80",
        b"/v1/studies/%",
        b"/v1/studies/%zz",
        b"/v1/studies/..%2f..%2fetc%2fpasswd",
        b"/v1/../../etc/passwd",
        b"/static/..%2f..%2fsettings.py",
        b"/static/../../settings.py",
        b"//etc/passwd",
        b"/v1/studies/" + b"9" * 400,
    ],
)
def test_an_address_that_is_none_is_not_found(port: int, target: bytes) -> None:
    check_problem(get(port, target), 404)


@pytest.mark.parametrize("method", [b"PUT", b"DELETE", b"PATCH", b"TRACE"])
def test_a_wrong_method_is_told_the_right_ones(port: int, method: bytes) -> None:
    reply = get(port, b"/v1/studies", method=method)

    check_problem(reply, 405)
    assert "GET" in reply.headers["allow"]


@pytest.mark.parametrize(
    "request_",
    [
        b"What is this?\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET /v1/studies HTTP/9.9\r\n\r\n",
        b"GET /v1/ studies HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET /v1/st\x00udies HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET /v1/studies\xff\xfe HTTP/1.1\r\nHost: test\r\n\r\n",
        b"GET /v1/studies HTTP/1.1\r\nHo st: test\r\n\r\n",
        b"BREW /v1/studies HTTP/1.1\r\nHost: test\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_bad_request(port: int, request_: bytes) -> None:
    check_problem(said(port, request_), 400)


def test_two_servers_share_one_file(templates: dict[str, Templates]) -> None:
    with templates["sqlite"].opened("ketamine") as database:
        url = address_of(database)
        with served(url) as (_, first), served(url) as (_, second):
            pages = {get(port_of(each), b"/v1/studies").body for each in (first, second)}

    assert len(pages) == 1
