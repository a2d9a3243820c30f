"""Measures W1 to W7: ours, the floor and Datasette over one file, interleaved, same answers first.

make bench [SIZE=100000] [ROUNDS=5]
"""

from __future__ import annotations

import argparse
import json
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.disturbed import disturbed
from benchmarks.loading import Load, make, make_postgres
from benchmarks.peers import NAMES, ROOT, Peer, serving
from benchmarks.report import show
from benchmarks.streaming import stream
from benchmarks.stretch import stretch
from benchmarks.work import WORKS, Asked, Questions, essence

CLIENTS = (1, 16, 64)
SMALL = 10_000
FOLDER = ROOT / "benchmarks"
out = Console(highlight=False, soft_wrap=True, width=150)


def main() -> None:
    """Load what is missing, check, measure, print and save."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    given = _arguments()
    results: dict[str, Any] = {"at": datetime.now(UTC).isoformat(), "machine": machine()}
    results |= {"size": given.size, "rounds": given.rounds, "seconds": given.seconds}
    results["load"] = {} if given.no_load else loads(min(given.size, SMALL))
    small = min(SMALL, given.size)
    figures: dict[int, Any] = {}
    for size in sorted({small, given.size}):
        path = given.data / f"{size}.db"
        out.print(f"corpus of {size} studies: {path}")
        results[f"load {size}"] = asdict(make(path, size))
        if given.postgres and size == given.size:
            loaded = make_postgres(given.postgres, size)
            results["load postgresql"] = loaded and asdict(loaded)
        figures[size] = measure(path, given, small=size != given.size)
    results["figures"] = figures[given.size]
    results["small"] = figures[small]
    target = FOLDER / "results" / "latest.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    show(out, results)
    out.print(f"saved: {target}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="studies in the corpus")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians count")
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of each stretch")
    parser.add_argument(
        "--minutes", type=float, default=20, help="no further round after so long, for each size"
    )
    parser.add_argument("--data", type=Path, default=FOLDER / "data", help="where databases stay")
    parser.add_argument("--postgres", default="", help="URL of an empty database, or last time's")
    parser.add_argument("--works", nargs="*", default=list(WORKS), help="only these, as W1 F1")
    parser.add_argument("--no-load", action="store_true", help="do not measure loading")
    return parser.parse_args()


def machine() -> dict[str, Any]:
    """What it was measured on."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    revision = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processors": f"{len(models)} x {models[0] if models else platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "revision": revision.stdout.strip(),
    }


def loads(count: int) -> dict[str, Any]:
    """The same rows loaded three ways, each in a process and a file of its own."""
    found = {}
    for way in ("bare", "cards", "searched"):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.loading", way, str(count)]
            done = subprocess.run(  # noqa: S603 # our own program
                [*command, f"{folder}/load.db"], cwd=ROOT, check=True, capture_output=True
            )
        load = Load(**json.loads(done.stdout))
        found[way] = {**asdict(load), "rate": load.rate}
        out.print(f"load, {way}: {load.rate:.0f} rows/s")
    return found


def measure(path: Path, given: argparse.Namespace, *, small: bool) -> dict[str, Any]:
    """The figures of every work item; of the small corpus only ours, for the growth."""
    questions = Questions(path)
    with ExitStack() as stack:
        names = [*NAMES, "postgresql"] if given.postgres and not small else NAMES
        peers = [stack.enter_context(serving(name, path, _url(name, given))) for name in names]
        ours = peers[0]
        asked, depth = prepare(questions, ours)
        found: dict[str, Any] = {"depth of W3": depth, "skipped": {}, "cells": {}}
        ready = {}
        for work, some in ((work, asked[work]) for work in given.works):
            trouble = check(work, some, peers)
            if trouble:
                found["skipped"][work] = trouble
                out.print(f"{work} skipped: {trouble}")
            else:
                ready[work] = some
        measured = [ours] if small else peers
        steady = {work: some for work, some in ready.items() if work != "W7"}
        found["cells"] = interleaved(steady, measured, given, CLIENTS[:1] if small else CLIENTS)
        found["disturbed"] = {} if small else disturbed(path, asked)
        found["memory"] = {peer.name: peer.memory() for peer in measured}
        found["streams"] = {
            peer.name: stream(peer, ready["W7"][0])
            for peer in measured
            if "W7" in ready and peer.takes("W7")
        }
    return found


def prepare(questions: Questions, ours: Peer) -> tuple[dict[str, list[Asked]], int]:
    """Every question, and how deep W3 goes."""
    deep, depth = questions.deep(lambda address: dict(ours.get(address).json()))
    return {
        "W1": questions.records(),
        "W2": questions.pages(),
        "W3": deep,
        "W3a": questions.shallow(),
        "W4": questions.found(),
        "W5": questions.facets(),
        "W6": questions.harms(),
        "W7": questions.streams(),
        **questions.facts(),
    }, depth


def check(work: str, asked: list[Asked], peers: list[Peer]) -> str | None:
    """Ask everything once of everybody; what is wrong, or None when all answers are the same."""
    for each in asked:
        seen = {}
        for peer in peers:
            if not peer.takes(work) or (work == "W4" and peer.name == "postgresql"):
                continue  # PostgreSQL ranks in its own way: the first 50 are others there
            address = peer.address(each)
            answer = peer.get(address or "")
            if answer.status_code != 200:
                return f"{peer.name} answers {answer.status_code} to {each.ours}"
            seen[peer.name] = essence(work, peer.name, answer.content)
        for name, said in seen.items():
            if said != seen["ours"]:
                return f"{name} gives other rows than ours for {each.ours}"
    return None


def interleaved(
    asked: dict[str, list[Asked]],
    peers: list[Peer],
    given: argparse.Namespace,
    clients: tuple[int, ...],
) -> dict[str, dict[str, dict[str, list[dict[str, Any]]]]]:
    """Figures by work, clients and peer, a list of one a round; peers take turns in a round."""
    found: dict[str, Any] = {
        work: {
            str(count): {peer.name: [] for peer in peers if peer.takes(work)} for count in clients
        }
        for work in asked
    }
    until = time.monotonic() + 60 * given.minutes
    for turn in range(given.rounds):
        if turn and time.monotonic() > until:
            out.print(f"time is up after {turn} rounds")
            break
        for work, some in asked.items():
            for count in clients:
                for peer in (each for each in peers if each.takes(work)):
                    figures = stretch(peer, _addresses(peer, some), count, given.seconds)
                    cell = {**asdict(figures), "rate": figures.rate}
                    found[work][str(count)][peer.name].append(cell)
        out.print(f"round {turn + 1} of {given.rounds}")
    return found


def _addresses(peer: Peer, asked: list[Asked]) -> list[str]:
    return [peer.address(each) or "" for each in asked]


def _url(name: str, given: argparse.Namespace) -> str:
    return str(given.postgres) if name == "postgresql" else ""


if __name__ == "__main__":
    main()
