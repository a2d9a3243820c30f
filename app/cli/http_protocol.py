"""Connections: how many, how long the head of a request may take, and how slow is too slow.

uvicorn would refuse some of it with a line of plain text, and wait for the rest for ever.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections import Counter
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.access.rate_limits import client_network
from app.api.middleware import PRIVATE_HEADERS
from app.api.problems import MEDIA_TYPE
from app.settings import Settings

LONGEST_ADDRESS = 60_000  # bytes; the parser of addresses gives up beyond 65,535
PAUSE = 0.05  # seconds between two reads of a body that nobody wants
LOOK = 1.0  # seconds between two looks at a connection
OPEN: Counter[str] = Counter()  # connections of this process, by the network they come from
PHRASES = {414: "Address Too Long"}  # where Python's own differs from one version to the next
PRIVATE = b"".join(name + b": " + value + b"\r\n" for name, value in PRIVATE_HEADERS.items())


class HttpProtocol(HttpToolsProtocol):
    """A connection that is given so much time, room and patience as the settings say."""

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.settings: Settings = app_state["settings"]
        self.network = ""
        self.url = b""
        self.too_long = ""  # what is wrong with a head, which the parser cannot say
        self.head_since: float | None = None  # when the head under way began
        self.head_bytes = 0
        self.in_body = False
        self.moved = self.unsent = 0  # bytes that came or were taken, and those that wait
        self.slow_since: tuple[float, int] | None = None  # and what had moved by then
        self.next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a connection, or refuse it where there are too many."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        trusted = is_trusted(host, self.settings.trusted_proxies)
        self.network = "" if trusted else client_network(host)
        OPEN[self.network] += 1
        self.head_since = self.loop.time()
        self.next_look = self.loop.call_later(LOOK, self.look)
        if OPEN.total() > self.settings.max_connections:
            self.refuse(503, "Too many connections are open: try again.")
        elif self.network and OPEN[self.network] > self.settings.max_connections_per_address:
            self.refuse(503, "Too many connections are open from this address: use them again.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        OPEN[self.network] -= 1
        if not OPEN[self.network]:
            del OPEN[self.network]
        if self.next_look is not None:
            self.next_look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; a head without an end is not collected for ever."""
        self.moved += len(data)
        super().data_received(data)
        if self.in_body and self.cycle.response_complete:  # it was refused: no hurry
            self.flow.pause_reading()
            self.loop.call_later(PAUSE, self.flow.resume_reading)
        if self.head_since is not None and not self.transport.is_closing():
            self.head_bytes += len(data)
            most = self.settings.max_header_bytes + LONGEST_ADDRESS
            if len(self.url) >= LONGEST_ADDRESS:
                self.refuse(414, f"The address is longer than {LONGEST_ADDRESS} bytes.")
            elif self.head_bytes > most:
                self.refuse(431, f"The head of the request is longer than {most} bytes.")

    def on_message_begin(self) -> None:
        """Begin a request; its work can ask whether anybody still waits for it."""
        super().on_message_begin()
        self.head_since, self.head_bytes = self.loop.time(), 0
        state: dict[str, Any] = self.scope["state"]
        state["gone"], state["cut_off"] = self.transport.is_closing, self.cut_off

    def on_url(self, url: bytes) -> None:
        """Keep so much of an address that the layer above sees it is too long."""
        self.url = (self.url + url)[:LONGEST_ADDRESS]

    def on_headers_complete(self) -> None:
        """Begin to answer; raises ValueError, which ends the parsing, for too many headers."""
        self.head_since = None
        most = self.settings.max_header_bytes
        if sum(len(name) + len(value) for name, value in self.headers) > most:
            self.too_long = f"The headers are longer than {most} bytes: send less."
            raise ValueError(self.too_long)
        super().on_headers_complete()
        self.in_body = True

    def on_message_complete(self) -> None:
        """End a request; what comes next is another."""
        self.in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP at all, or has too many headers."""
        if self.too_long:
            self.refuse(431, self.too_long)
        else:
            self.refuse(400, f"{msg} Send an HTTP/1.1 request.")

    def refuse(self, status: int, detail: str) -> None:
        """Say why in a problem document, and end the connection."""
        if self.transport.is_closing():
            return
        phrase, name = PHRASES.get(status) or HTTPStatus(status).phrase, secrets.token_hex(16)
        problem: dict[str, Any] = {
            "type": f"urn:evidence:problem:{phrase.lower().replace(' ', '-')}",
            "title": phrase.capitalize(),
            "status": status,
            "detail": detail,
            "request_id": name,
            "errors": [],
        }
        body = orjson.dumps(problem)
        again = "retry-after: 5\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
        head = (
            f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {MEDIA_TYPE}\r\nx-request-id: {name}\r\n"
            f"{PRIVATE.decode()}{again}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.logger.info("refused %s: %s", self.client[0] if self.client else "-", detail)
        self.transport.write(head.encode() + body)
        self.transport.close()

    def pause_writing(self) -> None:
        """Begin to count what a client takes that does not take all at once."""
        self.unsent = self.transport.get_write_buffer_size()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Count what it took."""
        self.count_taken()
        super().resume_writing()

    def count_taken(self) -> None:
        """Note how much of what waits was taken since the last look."""
        unsent = self.transport.get_write_buffer_size()
        self.moved += max(0, self.unsent - unsent)
        self.unsent = unsent

    def look(self) -> None:
        """Refuse a head that takes too long; end a connection on which too little moves."""
        now = self.loop.time()
        self.next_look = self.loop.call_later(LOOK, self.look)
        if self.transport.is_closing():
            if self.transport.get_write_buffer_size():
                self.look_at_rate(now)
            return
        late = self.head_since is not None and now - self.head_since > self.settings.client_timeout
        if late:
            self.refuse(408, f"The head of a request may take {self.settings.client_timeout} s.")
            return
        self.look_at_rate(now)

    def look_at_rate(self, now: float) -> None:
        """End the connection of a client that sends or takes less than the least rate."""
        self.count_taken()
        if not (self.unsent or self.waits_for_body()):
            self.slow_since = None
            return
        if self.slow_since is None:
            self.slow_since = now, self.moved
        since, moved = self.slow_since
        if now - since < self.settings.client_timeout:
            return
        if self.moved - moved >= self.settings.least_rate * (now - since):
            self.slow_since = now, self.moved
            return
        self.logger.info("too slow: %s", self.client[0] if self.client else "-")
        if self.unsent or self.cycle.response_started:
            self.cut_off()
        else:
            self.refuse(408, f"A body has to come at {self.settings.least_rate} bytes a second.")

    def cut_off(self) -> None:
        """End the connection at once; what the system still holds for it is thrown away."""
        if self.cycle is not None:  # so that nothing more is sent
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        at_once = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, at_once
        )
        self.transport.abort()

    def waits_for_body(self) -> bool:
        """Whether a body is under way that the client is to go on with."""
        return self.in_body and (self.cycle.response_complete or not self.flow.read_paused)


@lru_cache(maxsize=1024)
def is_trusted(host: str, trusted: str) -> bool:
    """Whether a proxy connects that stands for many: it counts its own clients."""
    if trusted.strip() == "*":
        return True
    networks = [each.strip() for each in trusted.split(",") if each.strip()]
    try:
        address = ip_address(host.partition("%")[0])
        return any(address in ip_network(each, strict=False) for each in networks)
    except ValueError:  # a name, or the path of a socket
        return host in networks
