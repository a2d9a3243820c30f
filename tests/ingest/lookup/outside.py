"""Public services as their documentation describes them, on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

SAMPLES = Path(__file__).parent / "samples"


@dataclass
class Said:
    """One answer; `stays` keeps whoever asked waiting until the service ends."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stays: bool = False


@dataclass
class Outside:
    """What a service answers, one answer after another (the last one for good); what was asked."""

    address: str
    ended: Event = field(default_factory=Event)
    answers: list[Said] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def says(self, *answers: Said) -> None:
        """Answer so from now on."""
        self.answers[:] = answers

    def next(self) -> Said:
        """The answer to one request."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def sample(name: str, **members: Any) -> Said:
    """A sample as an answer; members replace those of a Crossref work."""
    body = (SAMPLES / name).read_bytes()
    if members:
        work = json.loads(body)
        work["message"].update(members)
        body = json.dumps(work).encode()
    return Said(body=body)


@contextmanager
def outside() -> Iterator[Outside]:
    """A server that answers as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server asks for
            service.asked.append(self.path)
            service.agents.append(self.headers["User-Agent"])
            said = service.next()
            if said.stays:
                service.ended.wait(20)
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: Any) -> None:  # the base's names
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Outside(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
