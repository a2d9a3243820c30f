"""The tables of a run: each goal with its figure first, then everything that was measured.

    python -m benchmarks.report benchmarks/results/latest.json

It prints a run that was saved as Markdown, as it is written beside it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.goals import (
    STANDARD,
    Figure,
    against,
    failures,
    goals,
    growth,
    of_cell,
    of_rounds,
    share,
)
from benchmarks.work import FACTS, WORKS

PEERS = ("ours", "floor", "datasette", "postgresql")
Results = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A table with what has to be known of it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def show(out: Console, results: Results) -> None:
    """Print everything."""
    for line in about(results):
        out.print(line)
    for section in sections(results):
        table = Table(*section.header, title=section.title, title_justify="left")
        for row in section.rows:
            table.add_row(*row)
        out.print(table)
        if section.note:
            out.print(section.note)


def markdown(results: Results) -> str:
    """The same, to be pasted into a page."""
    parts = ["\n".join(about(results))]
    for section in sections(results):
        lines = [f"### {section.title}", ""]
        lines += [_line(section.header), _line(["---"] * len(section.header))]
        lines += [_line(row) for row in section.rows]
        lines += ["", section.note] if section.note else []
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def about(results: Results) -> Iterator[str]:
    """What was measured, on what, and how busy that was."""
    machine, loads = results["machine"], [each["load average"] for each in results["busy"]]
    free = [each["free memory"] for each in results["busy"]]
    yield (
        f"{results['size']:,} studies, revision {machine['revision']}, one worker, nothing kept; "
        f"{machine['processors']}, {_gb(machine['memory'])} of memory, Linux {machine['system']}, "
        f"Python {machine['python']}, SQLite {machine['sqlite']}; {results['at'][:10]}."
    )
    at_start = results["load average at the start"]
    yield (
        f"Rounds: {results['rounds done']} of {results['rounds']}, {results['seconds']:g} s each; "
        f"load average {at_start:.1f} at the start, {min(loads):.1f} to {max(loads):.1f} meanwhile "
        f"(with what the benchmark itself does); free memory {_gb(min(free))} at least."
    )
    if results["busy machine"]:
        yield "**The machine was busy with other work: rates tell little.**"
    if results["size"] != STANDARD:
        yield f"Most goals are of {STANDARD:,} studies: they are not held against this run."
    for name in ("changes", "changes postgresql"):
        for why in results["figures"].get(name, {}).get("trouble", ()):
            yield f"{name}: not all could be measured: {why}"
    for name, why in results["figures"].get("trouble", {}).items():
        yield f"{name} could not be measured: {why}"
    for work, why in results["figures"]["skipped"].items():
        yield f"{work} ({(WORKS | FACTS)[work]}) was skipped: {why}"


def _gb(size: float) -> str:
    return f"{size / 2**30:.1f} GiB"


def sections(results: Results) -> Iterator[Section]:
    """Every table in which there is something."""
    tables = (_goals, _works, _processor, _cold, _streams, _first, _writes, _beside, _prepared)
    for each in (*tables, _loads):
        section = each(results)
        if section.rows:
            yield section


def _goals(results: Results) -> Section:
    rows = [
        [
            goal.work,
            goal.what,
            goal.figure(results).told(goal.form),
            goal.told,
            goal.verdict(results),
        ]
        for goal in goals()
    ]
    note = "In brackets: the least and the most of single rounds. A failed answer fails the cell."
    return Section("Goals", ("work", "figure", "measured", "goal", ""), rows, note)


def _works(results: Results) -> Section:
    rows = []
    for work, several in results["figures"]["cells"].items():
        for clients, peers in several.items():
            mine = peers["ours"]
            rates = [of_cell(peers.get(peer, []), "rate") for peer in PEERS]
            rows.append([
                work, clients,
                of_cell(mine, "p50").told(), of_cell(mine, "p99").told(),
                *(each.told("{:.0f}") if each.note != "not measured" else "" for each in rates),
                *(_unless_alone(peers, peer, against(work, clients, peer)(results))
                  for peer in PEERS[1:3]),
                growth(work)(results).told() if clients == "1" else "",
            ])  # fmt: skip
    header = ["work", "clients", "p50 ms", "p99 ms", "ours/s", "floor/s", "Datasette/s"]
    header += ["PostgreSQL/s", "/ floor", "/ Datasette", "growth"]
    depth, capped = results["figures"]["depth of W3"], results["figures"]["capped"]
    told = ", ".join(f"{work} {some}" for work, some in capped.items()) or "none"
    note = (
        f"Answers a second, warm. W3 is {depth:,} rows deep. Answers of ours in which only the "
        f"newest {results['cap']:,} matches are put in order, of those compared: {told}. Growth is "
        f"p50 with one client over that at {results['small size']:,} studies."
    )
    return Section("Warm", header, rows, note)


def _unless_alone(peers: dict[str, Any], peer: str, figure: Figure) -> str:
    return figure.told() if peer in peers else ""


def _processor(results: Results) -> Section:
    rows = []
    for work, several in results["figures"]["cells"].items():
        for clients, peers in several.items():
            told = [of_cell(peers[each], "cpu").told() if each in peers else "" for each in PEERS]
            again = [_again(peers[each]) if each in peers else "" for each in PEERS[:3]]
            rows.append([work, clients, *told, *again])
    header = ("work", "clients", *PEERS, *(f"again, {peer}" for peer in PEERS[:3]))
    note = (
        "Milliseconds of the server's processor an answer, all its threads (of PostgreSQL only our "
        "server, not the database). *again*: the share of answers to questions that the same "
        "stretch had asked before."
    )
    return Section("Processor", header, rows, note)


def _again(rounds: list[dict[str, Any]]) -> str:
    answers = sum(each["answers"] for each in rounds)
    return f"{sum(each['again'] for each in rounds) / max(answers, 1):.0%}"


def _cold(results: Results) -> Section:
    rows = []
    for work, peers in results["figures"].get("cold", {}).items():
        for peer, cell in peers.items():
            first, later = (of_rounds(cell[each], "") for each in ("first", "next"))
            held = f"{cell['held']:.1%}"
            rows.append([work, peer, first.told(), later.told(), held, str(cell["failed"])])
    header = ("work", "peer", "first ms", "next ms", "still held", "failed")
    note = (
        "One client; the server was started anew and the file was dropped from the system's cache "
        "before each answer (posix_fadvise DONTNEED). *first* is the first answer of the server, "
        "*next* those after it. *still held*: of the file, after it was dropped, at most. What the "
        "server itself keeps (64 MB of pages a connection) and what a host keeps of a virtual "
        "machine's disk cannot be dropped: these are least times of a cold disk."
    )
    return Section("Cold", header, rows, note)


def _streams(results: Results) -> Section:
    rows = []
    found = results["figures"].get("streams", {})
    for peer, rounds in found.items():
        last = rounds[-1]
        mine = share(found["ours"], rounds).told() if peer != "ours" else ""
        told = [of_cell(rounds, each).told("{:.2f}") for each in ("seconds", "cpu", "processor")]
        grown = max(each["growth"] for each in rounds) / 2**20
        rate = of_cell(rounds, "rate").told("{:.0f}")
        size = f"{last['rows']:,}", f"{last['bytes']:,}"
        rows.append([peer, rate, mine, *size, *told, f"{grown:.0f}"])
    header = (
        "W7",
        "rows/s",
        "ours / it",
        "rows",
        "bytes",
        "s",
        "CPU s",
        "client's CPU s",
        "grew MB",
    )
    return Section("Streams", header, rows, "Read from a socket by a client that counts rows only.")


def _first(results: Results) -> Section:
    rows = []
    other = results["figures"].get("changes postgresql", {}).get("first", {})
    for name, cell in results["figures"].get("changes", {}).get("first", {}).items():
        there = other.get(name)
        told = of_rounds(there["cpu"]).told("{:.1f}") if there else ""
        wrong = ", ".join(str(each) for each in cell["statuses"] if each != 200)
        rows.append([name, of_rounds(cell["cpu"]).told("{:.1f}"), told, wrong])
    header = ("W9", "ms of CPU", "over PostgreSQL", "not 200")
    note = "A citation was added before each answer."
    return Section("First answers after a change", header, rows, note)


def _writes(results: Results) -> Section:
    other = results["figures"].get("changes postgresql", {}).get("writes", {})
    rows = [
        [
            name,
            of_rounds(taken).told("{:.1f}"),
            of_rounds(other[name]).told("{:.1f}") if other else "",
        ]
        for name, taken in results["figures"].get("changes", {}).get("writes", {}).items()
    ]
    note = (
        "Over HTTP. A study with 20 facts is 21 requests: itself, 10 outcomes, 10 adverse events."
    )
    return Section("Writes", ("written", "ms of CPU", "over PostgreSQL"), rows, note)


def _beside(results: Results) -> Section:
    found = results["figures"].get("disturbed", {})
    rows = []
    for name, rounds in found.get("figures", {}).items():
        quiet = found["figures"][f"{name[:2]}, nothing else"]
        kept = "" if rounds is quiet else share(rounds, quiet).told()
        told = [of_cell(rounds, each).told("{:.1f}") for each in ("p50", "p99")]
        rows.append(
            [name, *told, of_cell(rounds, "rate").told("{:.0f}"), kept, str(failures(rounds))]
        )
    refused = [f"{name} is answered with {why}" for name, why in found.get("refused", {}).items()]
    header = ("beside", "p50 ms", "p99 ms", "answers/s", "rate kept", "failed")
    note = "Two readers; beside them four clients, or an import of studies. " + "; ".join(refused)
    return Section("Beside others", header, rows, note.strip())


def _prepared(results: Results) -> Section:
    found = results["figures"].get("prepared", {})
    rows = [[work, str(each["asked"]), *each["told"]] for work, each in found.items()]
    header = ("work", "questions", "statements wanted", "made anew", "hit rate")
    note = (
        "Statements are kept by the shape of a question, answers are not. Counted in one process "
        "over new questions, the first of which were asked before it was counted."
    )
    return Section("Prepared statements", header, rows, note)


def _loads(results: Results) -> Section:
    rows = []
    bare = results["load"].get("bare")
    for way, each in results["load"].items():
        part = f"{each['rate'] / bare['rate']:.2f}" if bare and way in WAYS else ""
        goal = WAYS.get(way, "")
        peak = f"{each['peak'] / 2**20:.0f}"
        told = [
            f"{each['rate']:.0f}",
            part,
            goal,
            f"{each['size']:,}",
            peak,
            f"{each['seconds']:.0f}",
        ]
        rows.append([way, f"{each['studies']:,}", *told])
    header = ("load", "studies", "rows/s", "of bare", "goal", "bytes", "peak MB", "s")
    return Section("Loading", header, rows, "Each in a process and a file of its own.")


WAYS = {"bare": "", "cards": ">= 0.2", "searched": ">= 0.1"}


def main() -> None:
    """Print a saved run as Markdown."""
    print(markdown(json.loads(Path(sys.argv[1]).read_text())))  # noqa: T201 # this is its answer


if __name__ == "__main__":
    main()
