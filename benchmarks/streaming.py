"""W7: how many rows a second a peer streams, and how much memory that takes.

Rows are counted by a process that reads bytes from a socket, and does nothing else with them:

    python -m benchmarks.streaming PORT MARK ADDRESS

It prints rows, bytes, seconds, and what it took of the processor itself, as JSON.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from typing import Any

from benchmarks.peers import ROOT, Peer
from benchmarks.work import Asked

MOST_SECONDS = 300
# The end of a line of NDJSON (a chunk of HTTP ends with \r\n); of Datasette how a row begins.
MARKS = {"datasette": '"slug": "nct'}
LINE = "}\n"


def stream(peer: Peer, asked: Asked) -> dict[str, Any]:
    """Read one stream to its end, and tell what that took of the server."""
    peer.forget()
    memory, seconds = peer.memory(), peer.seconds()
    command = [sys.executable, "-m", "benchmarks.streaming", str(peer.port)]
    done = subprocess.run(  # noqa: S603 # our own program
        [*command, MARKS.get(peer.name, LINE), peer.address(asked)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=MOST_SECONDS + 60,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    taken = peer.seconds() - seconds
    rate = found["rows"] / found["seconds"]
    return {**found, "rate": rate, "cpu": taken, "growth": peer.most_memory() - memory}


def count_rows(connection: socket.socket, mark: bytes) -> tuple[int, int, bool]:
    """How often a mark comes, how many bytes there were, and whether it went well to the end."""
    rows = size = 0
    head = rest = last = b""
    while part := connection.recv(1 << 20):
        size += len(part)
        if b"\r\n\r\n" not in head:
            head += part
        joined = rest + part  # a mark may lie across two parts
        rows += joined.count(mark)
        rest, last = _rest(joined, mark), (last + part[-5:])[-5:]
    return rows, size, _is_complete(head, size, last)


def _is_complete(read: bytes, size: int, last: bytes) -> bool:
    """Whether an answer is one of 200 that ended as its head says."""
    head = read.partition(b"\r\n\r\n")[0].lower()
    if head[9:12] != b"200":
        return False
    if b"transfer-encoding: chunked" in head:
        return last == b"0\r\n\r\n"
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    return not length or size == len(head) + 4 + int(length)


def _rest(read: bytes, mark: bytes) -> bytes:
    """The end of what was read that may be the beginning of a mark."""
    longest = min(len(mark) - 1, len(read))
    return next((read[-n:] for n in range(longest, 0, -1) if mark.startswith(read[-n:])), b"")


def main() -> None:
    """Ask for a stream and read it."""
    port, mark, address = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
    with socket.create_connection(("127.0.0.1", port), timeout=MOST_SECONDS) as connection:
        started, taken = time.perf_counter(), time.process_time()
        head = f"GET {address} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        rows, size, complete = count_rows(connection, mark)
        seconds = time.perf_counter() - started
    found = {"rows": rows, "bytes": size, "seconds": seconds, "failed": int(not complete)}
    found["processor"] = time.process_time() - taken
    print(json.dumps(found))  # noqa: T201 # this is its answer


if __name__ == "__main__":
    main()
