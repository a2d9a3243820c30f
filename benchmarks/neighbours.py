"""What who wants one record notices while others attack: slow answers, /health, and memory.

    python -m benchmarks.neighbours benchmarks/data/10000.db

A server as people start it, over a copy; attackers are processes of their own, on the same machine:
what they take of its processors counts against the server.
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.peers import Peer, serving

SECONDS, READERS, ATTACKERS = 8.0, 2, 4
ROOT = Path(__file__).parents[1]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def names(count: int) -> bytes:
    """A search by names that nothing has."""
    return json.dumps({f"nme{number}": "1" for number in range(count)}).encode()


def nested() -> bytes:
    """A nested question as large as one may be."""
    person = {"age.within": "18..65", "age_group": "adult", "sex": "female"}
    asked = [{"outcomes": person}, {"adverse_events": person}, {"not": person}] * 2
    return json.dumps({"any": asked}).encode()


def terms() -> str:
    """As many terms as one parameter may have, none of which is known."""
    return "/v1/studies?" + "&".join(f"treatment=x{number}" for number in range(490))


Attack = tuple[str, str, bytes, dict[str, str]]  # method, address, body, headers
ATTACKS: dict[str, list[Attack]] = {
    "unknown names, 1 MB": [("POST", "/v1/studies/search", names(60_000), JSON)],
    "unknown names, as many as are read": [("POST", "/v1/studies/search", names(199), JSON)],
    "phrases": [
        ("GET", "/v1/studies?q=%22patients+with+chronic+pain%22", b"", {}),
        ("GET", "/v1/studies?q=%22pain+of+patients%22+treatment", b"", {}),
    ],
    "words of most records": [("GET", "/v1/studies?q=patients", b"", {})],
    "records that are not there": [("GET", "/v1/studies/no-such-study-at-all", b"", {})],
    "unknown terms": [("GET", terms(), b"", {})],
    "nested questions": [("POST", "/v1/studies/search", nested(), JSON)],
    "forms of 30 MB": [("POST", "/desk/sign-in", b"key=" + b"%41" * 10_000_000, FORM)],
    "forms of 10 kB": [("POST", "/desk/sign-in", b"key=" + b"%41" * 3_000, FORM)],
    "forms of 100 kB": [("POST", "/desk/imports", b"a=" + b"&b=%41" * 490 + b"%41" * 30_000, FORM)],
    "pages of everything": [("GET", "/", b"", {}), ("GET", "/v1/evidence-map", b"", {})],
}


def attack(name: str, port: int) -> None:
    """Send an attack again and again, until killed."""
    for number in range(ATTACKERS):
        threading.Thread(target=_attack, args=(ATTACKS[name], port, number), daemon=True).start()
    time.sleep(3600)


def _attack(attacks: list[Attack], port: int, number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while True:
        for method, address, body, headers in attacks:
            number += 1
            fresh = f"{address}&year={1000 + number % 1000}.." if "?q=" in address else address
            with suppress(OSError, http.client.HTTPException):
                connection.request(method, fresh, body or None, headers)
                connection.getresponse().read()
                continue
            connection.close()


def read_slowly(port: int) -> None:
    """Take exports and the release a byte a second, on as many connections as there are places."""
    readers = []
    for address in ("/v1/studies?format=ndjson", "/v1/releases/current/evidence.ndjson") * 4:
        reader = socket.create_connection(("127.0.0.1", port))
        reader.sendall(f"GET {address} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        readers.append(reader)
    while True:
        for reader in readers:
            with suppress(OSError):
                reader.recv(1)
        time.sleep(1)


def hold_heads(port: int) -> None:
    """Begin requests and never end them, on as many connections as one address has."""
    held: list[socket.socket] = []
    while True:
        with suppress(OSError):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(b"GET /v1/studies HTTP/1.1\r\nX-Slow: ")
            held.append(connection)
        if len(held) > 250:  # more than one address may have
            held.pop(0).close()
        time.sleep(0.01)


OTHER: dict[str, Callable[[int], None]] = {
    "slow readers of exports": read_slowly,
    "heads that never end": hold_heads,
}


def _get(connection: http.client.HTTPConnection, address: str) -> bytes:
    connection.request("GET", address)
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200:  # success
        raise OSError(f"{address}: {reply.status} {body[:200]!r}")
    return body


def seen(peer: Peer, addresses: list[str]) -> dict[str, Any]:
    """What two readers notice, what /health takes, and the memory of the server."""
    end = time.monotonic() + SECONDS
    records: list[float] = []
    health: list[float] = []
    memory: list[int] = []
    wrong: list[str] = []

    def read(many: list[str], into: list[float], pause: float) -> None:
        connection, number = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=60), 0
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                _get(connection, many[number % len(many)])
            except (OSError, http.client.HTTPException) as error:
                wrong.append(str(error)[:200])
                connection.close()
            into.append(1000 * (time.perf_counter() - began))
            number += 7
            time.sleep(pause)

    def weigh() -> None:
        while time.monotonic() < end:
            memory.append(peer.memory())
            time.sleep(0.1)

    threads = [threading.Thread(target=read, args=(addresses, records, 0)) for _ in range(READERS)]
    threads += [threading.Thread(target=read, args=(["/health"], health, 0.05))]
    threads += [threading.Thread(target=weigh)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return {
        "records": len(records),
        "p50_ms": _quantile(records, 0.5),
        "p99_ms": _quantile(records, 0.99),
        "health_most_ms": round(max(health), 1),
        "memory_most_mb": max(memory) // 2**20,
        "failed": len(wrong),
        "first_failure": wrong[0] if wrong else None,
    }


def _quantile(values: list[float], share: float) -> float:
    return round(sorted(values)[int(share * (len(values) - 1))], 2)


def tell(name: str, figures: dict[str, Any]) -> None:
    """Print what was seen, a line of JSON each."""
    print(json.dumps({name: figures}), flush=True)  # noqa: T201 # this is its answer


def main() -> None:
    """Measure, and print what was seen as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", type=Path)
    parser.add_argument("--be", help="be this attacker")
    parser.add_argument("--port", type=int)
    parser.add_argument("--only", default="", help="attacks whose name has these words")
    given = parser.parse_args()
    if given.be:
        if given.be in OTHER:
            OTHER[given.be](given.port)
        else:
            attack(given.be, given.port)
        return
    with tempfile.TemporaryDirectory(dir=given.database.parent) as folder:
        copy = Path(folder) / "evidence.db"
        shutil.copyfile(given.database, copy)
        with serving("ours", copy) as peer:
            connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=60)
            page = json.loads(_get(connection, "/v1/studies?limit=200"))
            addresses = [f"/v1/studies/{each['slug']}" for each in page["items"]]
            tell("nobody else", seen(peer, addresses))
            for name in [*ATTACKS, *OTHER]:
                if given.only in name:
                    command = [sys.executable, "-m", "benchmarks.neighbours"]
                    command += ["--be", name, "--port", str(peer.port)]
                    other = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 # our own program
                    time.sleep(2)
                    tell(name, seen(peer, addresses))
                    other.kill()
                    other.wait()
                    time.sleep(1)
            tell("nobody else, after", seen(peer, addresses))


if __name__ == "__main__":
    main()
