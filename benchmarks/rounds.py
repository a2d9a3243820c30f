"""Warm rounds, in which all peers take turns, and cold answers, for which the file was dropped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks.machine import busy_now, drop, share_held
from benchmarks.peers import Peer
from benchmarks.questions import Questions
from benchmarks.streaming import stream
from benchmarks.stretch import stretch

CLIENTS = (1, 16, 64)
LONGEST = 60.0  # seconds that a client may have to wait; else fewer clients stand for more
FIRST_ASKED = 5  # questions to a server that has just been started
Cells = dict[str, dict[str, dict[str, list[dict[str, Any]]]]]  # by work, clients and peer
Say = Callable[[str], None]


def interleaved(
    questions: Questions,
    works: Sequence[str],
    peers: Sequence[Peer],
    clients: Sequence[int],
    until: Callable[[int], bool],
    seconds: float,
) -> Cells:
    """Figures by work, clients and peer, a list of one a round; `until` says when to end.

    The order of the peers is reversed every round, so that none always comes after the same other.
    """
    found: Cells = {work: {str(count): {} for count in clients} for work in works}
    turn = 0
    while not until(turn):
        order = list(peers) if turn % 2 == 0 else list(reversed(peers))
        for work in works:
            for count in clients:
                asked = questions.for_stretch(work, f"{turn} {count}", seconds)
                for peer in (each for each in order if each.takes(work)):
                    cells = found[work]
                    fewer = substitute(cells, clients, count, peer.name, turn)
                    if fewer is None:
                        most = len(asked) if peer.name != "datasette" else 200 + int(1000 * seconds)
                        addresses = [peer.address(each) for each in asked[:most]]
                        fewer = stretch(peer, addresses, count, seconds, asked[0].headers)
                    cells[str(count)].setdefault(peer.name, []).append(fewer)
        turn += 1
    return found


def substitute(
    cells: dict[str, dict[str, list[dict[str, Any]]]],
    clients: Sequence[int],
    count: int,
    peer: str,
    turn: int,
) -> dict[str, Any] | None:
    """What fewer clients saw in this round, where so many would wait too long; it says whose it is.

    A server that has as much to do as it can answers no more in a second when more wait.
    """
    place = list(clients).index(count)
    if not place:
        return None
    fewer = str(clients[place - 1])
    seen = cells[fewer][peer][turn]
    waits = (seen["p50"] or 0) / 1000 * count / clients[place - 1]
    return {**seen, "clients": seen.get("clients", fewer)} if waits > LONGEST else None


def rounds_until(
    rounds: int, minutes: float, say: Say, log: list[dict[str, float]]
) -> Callable[[int], bool]:
    """Says when rounds end: after so many, or after so long; notes how busy the machine was."""
    end = time.monotonic() + 60 * minutes

    def ends(turn: int) -> bool:
        if turn:
            say(f"round {turn} of {rounds}")
        late = turn > 0 and turn < rounds and time.monotonic() > end
        if late:
            say(f"time is up after {turn} rounds")
        if late or turn == rounds:
            return True
        log.append(busy_now())
        return False

    return ends


def streams(
    questions: Questions, peers: Sequence[Peer], until: Callable[[int], bool]
) -> dict[str, list[dict[str, Any]]]:
    """W7 of each peer, a list of one a round, in turns."""
    found: dict[str, list[dict[str, Any]]] = {peer.name: [] for peer in peers}
    [asked] = questions.draw("W7", "", 1)
    turn = 0
    while not until(turn):
        for peer in peers if turn % 2 == 0 else reversed(peers):
            found[peer.name].append(stream(peer, asked))
        turn += 1
    return found


def cold(
    path: Path,
    start: Callable[[str], AbstractContextManager[Peer]],
    names: Iterable[str],
    questions: Questions,
    works: Sequence[str],
    rounds: int,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Milliseconds of answers by work and peer, each after the file was dropped.

    The server of each was started for it alone: `first` is its first answer, `next` those after
    that, before each of which the file was dropped again. `held` is the most that the system held
    of it all the same.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for turn in range(rounds):
        order = list(names) if turn % 2 == 0 else list(reversed(list(names)))
        for work in works:
            drawn = cycle(questions.draw(work, f"cold {turn}", FIRST_ASKED))
            asked = list(islice(drawn, FIRST_ASKED))
            for name in order:
                with start(name) as peer:
                    if not peer.takes(work):
                        continue
                    empty: dict[str, Any] = {"first": [], "next": [], "held": 0.0, "failed": 0}
                    cell = found.setdefault(work, {}).setdefault(name, empty)
                    for place, each in enumerate(asked):
                        drop(path)
                        cell["held"] = max(cell["held"], share_held(path))
                        took = _once(peer, peer.address(each), each.headers)
                        cell["failed"] += took is None
                        if took is not None:
                            cell["next" if place else "first"].append(took)
    return found


def _once(peer: Peer, address: str, headers: dict[str, str]) -> float | None:
    """Milliseconds that one answer takes; None for none."""
    url = f"http://127.0.0.1:{peer.port}{address}"
    started = time.perf_counter()
    try:
        answer = httpx.get(url, headers=headers, timeout=120)
    except httpx.HTTPError:
        return None
    took = 1000 * (time.perf_counter() - started)
    return took if answer.status_code == 200 else None
