"""Measures W1 to W9: ours, the floor and Datasette over one file, interleaved, same answers first.

make bench [SIZE=100000] [ROUNDS=5]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from app.query.fulltext.search import MOST_RANKED
from benchmarks.changes import measure_changes
from benchmarks.disturbed import disturbed
from benchmarks.loading import Load, load_apart, make, make_postgres
from benchmarks.machine import busy_now, is_too_busy, machine, read_through, share_held
from benchmarks.peers import NAMES, ROOT, Peer, serving
from benchmarks.prepared import hit_rates
from benchmarks.questions import Questions
from benchmarks.report import markdown, show
from benchmarks.rounds import CLIENTS, cold, interleaved, rounds_until, streams
from benchmarks.work import RANKED, WORKS, Asked, essence, is_capped

SMALL = 10_000
COLD_ROUNDS = 3
BESIDE_SECONDS = 4.0
PARTS = ("cold", "streams", "disturbed", "changes", "prepared")  # beside warm rounds
FOLDER = ROOT / "benchmarks"
KEPT = {100_000: "latest.json", 500_000: "at-500000.json"}  # runs that the repository keeps
out = Console(highlight=False, soft_wrap=True, width=170)
Results = dict[str, Any]


def main() -> None:
    """Load what is missing, check, measure, print and save."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end, too
    given = _arguments()
    load, too_busy = os.getloadavg()[0], is_too_busy(os.getloadavg()[0])
    if too_busy and not given.busy:
        sys.exit(
            f"The load average is {load:.1f}, and there are {os.cpu_count()} processors: nothing "
            "measured now would tell much. Wait until the machine is quiet, or say --busy."
        )
    small = min(SMALL, given.size)
    results: Results = {"at": datetime.now(UTC).isoformat(), "machine": machine()}
    results |= {"size": given.size, "small size": small, "cap": MOST_RANKED}
    results |= {"rounds": given.rounds, "seconds": given.seconds, "busy": []}
    results |= {"load average at the start": load, "busy machine": too_busy}
    results["load"] = {} if given.no_load else loads(small)
    for size in sorted({small, given.size}):
        path = given.data / f"{size}.db"
        out.print(f"corpus of {size} studies: {path}")
        results["load"][f"SQLite, {size:,}"] = _told(make(path, size))
        if given.postgres and size == given.size:
            loaded = make_postgres(given.postgres, size)
            if loaded is not None:
                results["load"][f"PostgreSQL, {size:,}"] = _told(loaded)
        log = results["busy"] if size == given.size else []
        found = measure(path, given, log) if size == given.size else measure_small(path, given)
        results["figures" if size == given.size else "small"] = found
    results.setdefault("small", results["figures"])
    results["rounds done"] = results["figures"]["rounds"]
    save(results, given)


def save(results: Results, given: argparse.Namespace) -> None:
    """Print everything, and write it down: as JSON, and as Markdown beside it."""
    folder = FOLDER / "results" if given.size in KEPT else given.data
    target = given.save or folder / KEPT.get(given.size, f"results-{given.size}.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    target.with_suffix(".md").write_text(markdown(results))
    show(out, results)
    out.print(f"saved: {target} and {target.with_suffix('.md')}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="studies in the corpus")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians count")
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of each stretch")
    parser.add_argument(
        "--minutes", type=float, default=45, help="no further round after so long, for each size"
    )
    parser.add_argument("--data", type=Path, default=FOLDER / "data", help="where databases stay")
    parser.add_argument("--postgres", default="", help="URL of an empty database, or last time's")
    parser.add_argument("--works", nargs="*", default=list(WORKS), help="only these, as W1 F1")
    parser.add_argument("--no-load", action="store_true", help="do not measure loading")
    parser.add_argument(
        "--without", nargs="*", default=[], choices=PARTS, help="leave these parts out"
    )
    parser.add_argument(
        "--busy", action="store_true", help="measure although others keep the processors busy"
    )
    parser.add_argument("--save", type=Path, help="where the results go, a name that ends in .json")
    return parser.parse_args()


def loads(count: int) -> dict[str, Any]:
    """The same rows loaded three ways, each in a process and a file of its own."""
    found = {}
    for way in ("bare", "cards", "searched"):
        with tempfile.TemporaryDirectory() as folder:
            found[way] = _told(load_apart(way, count, Path(folder) / "load.db"))
        out.print(f"load, {way}: {found[way]['rate']:.0f} rows/s")
    return found


def _told(load: Load) -> dict[str, Any]:
    return {**asdict(load), "rate": load.rate}


def measure_small(path: Path, given: argparse.Namespace) -> Results:
    """The figures of ours with one client, for the growth."""
    questions = Questions(path)
    read_through(path)
    with serving("ours", path) as ours:
        questions.prepare(partial(walked, ours))
        works = [each for each in given.works if each not in {"W7", "W1c"}]
        ready, _, _ = checked(questions, works, [ours])
        ends = rounds_until(given.rounds, given.minutes, _say, [])
        cells = interleaved(questions, ready, [ours], CLIENTS[:1], ends, given.seconds)
    questions.close()
    return {"depth of W3": questions.depth, "cells": cells}


def measure(path: Path, given: argparse.Namespace, log: list[dict[str, float]]) -> Results:
    """The figures of every work item: warm, in streams, cold, beside others, after changes."""
    questions = Questions(path)
    read_through(path)
    names = [*NAMES, "postgresql"] if given.postgres else list(NAMES)

    def start(name: str) -> Any:
        return serving(name, path, given.postgres if name == "postgresql" else "")

    with ExitStack() as stack:
        peers = [stack.enter_context(start(name)) for name in names]
        questions.prepare(partial(walked, peers[0]))
        ready, skipped, capped = checked(questions, given.works, peers)
        found: Results = {"depth of W3": questions.depth, "skipped": skipped, "capped": capped}
        found["trouble"] = {}
        found["held"] = share_held(path)
        steady = [each for each in ready if each != "W7"]
        ends = rounds_until(given.rounds, given.minutes, _say, log)
        found["cells"] = interleaved(questions, steady, peers, CLIENTS, ends, given.seconds)
        found["rounds"] = len(log)
        if "W7" in ready and "streams" not in given.without:
            ends = rounds_until(given.rounds, given.minutes, _say, log)
            found["streams"] = streams(questions, peers, ends)
        found["memory"] = {peer.name: peer.memory() for peer in peers}
    others: dict[str, Callable[[], Any]] = {
        "disturbed": lambda: disturbed(path, questions, given.rounds, BESIDE_SECONDS),
        "changes": lambda: measure_changes(path, questions),
        "prepared": lambda: hit_rates(path, questions, steady),
        "cold": lambda: cold(path, start, NAMES, questions, steady, min(given.rounds, COLD_ROUNDS)),
    }
    if given.postgres:
        others["changes postgresql"] = lambda: measure_changes(path, questions, given.postgres)
    for name, part in others.items():
        if name.partition(" ")[0] not in given.without:
            _say(f"measuring: {name}")
            log.append(busy_now())
            try:
                found[name] = part()
            except (httpx.HTTPError, OSError, RuntimeError, subprocess.SubprocessError) as error:
                found["trouble"][name] = repr(error)  # the other parts can be measured all the same
                _say(f"{name} could not be measured: {error!r}")
    questions.close()
    return found


def walked(ours: Peer, address: str) -> dict[str, Any]:
    """A page of a list; where there is no answer, one without rows."""
    answer = ours.get(address)
    return dict(answer.json()) if answer.status_code == 200 else {"next": None, "items": []}


def checked(
    questions: Questions, works: list[str], peers: list[Peer]
) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The works that all answer alike, why others do not, and how many answers are capped."""
    ready, skipped, capped = [], {}, {}
    for work in works:
        asked = questions.sample(work)
        try:
            trouble, some = check(work, asked, peers)
        except httpx.HTTPError as error:
            trouble, some = f"no answer: {error!r}", 0
        if some:
            capped[work] = f"{some} of {len(asked)}"
        if trouble:
            skipped[work] = trouble
            _say(f"{work} skipped: {trouble}")
        else:
            ready.append(work)
    return ready, skipped, capped


def check(work: str, asked: list[Asked], peers: list[Peer]) -> tuple[str | None, int]:
    """Ask everything once of everybody; what is wrong, if anything, and how many are capped."""
    capped = 0
    for each in asked:
        seen = {}
        for peer in peers:
            if not peer.takes(work) or (work in RANKED and peer.name == "postgresql"):
                continue  # PostgreSQL ranks in its own way: the first 50 are others there
            answer = httpx.get(
                f"http://127.0.0.1:{peer.port}{peer.address(each)}",
                headers=each.headers,
                timeout=120,
            )
            if answer.status_code != 200:
                return f"{peer.name} answers {answer.status_code} to {each.ours}", capped
            seen[peer.name] = essence(work, peer.name, answer.content)
            if peer.name == "ours" and work in RANKED:
                capped += is_capped(answer.content)
        for name, said in seen.items():
            if said != seen["ours"]:
                return f"{name} gives other rows than ours for {each.ours}", capped
    if work == "W4u" and capped:
        return f"{capped} answers put only the newest matches in order", capped
    return None, capped


def _say(message: str) -> None:
    out.print(message)


if __name__ == "__main__":
    main()
