"""The table of figures, against the goals of the design."""

from __future__ import annotations

from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.work import FACTS, WORKS

GOALS = {  # ours / floor, ours / Datasette, growth
    "W1": (0.6, 3.0, 1.5),
    "W2": (1.0, 3.0, 1.5),
    "W3": (None, None, None),
    "W3a": (None, None, None),
    "W4": (0.75, 1.5, 4.0),
    "W5": (0.6, 20.0, None),
    "W6": (0.8, 3.0, 13.0),
    "W7": (4.0, 10.0, None),
}
NO_GOALS = (None, None, None)


def rate(cells: dict[str, Any], work: str, clients: str, peer: str) -> float:
    """The median of answers a second."""
    return float(median(each["rate"] for each in cells[work][clients][peer]))


def time_of(cells: dict[str, Any], work: str, clients: str, peer: str, which: str) -> float:
    """The median of a percentile of times, in milliseconds."""
    return float(median(each[which] for each in cells[work][clients][peer]))


def show(out: Console, results: dict[str, Any]) -> None:
    """Print everything."""
    machine = results["machine"]
    out.print(f"{machine['processors']}, Python {machine['python']}, SQLite {machine['sqlite']}")
    show_loads(out, results["load"])
    show_works(out, results)
    show_others(out, results["figures"]["cells"])
    show_streams(out, results["figures"]["streams"])
    show_disturbed(out, results["figures"]["disturbed"])
    for work, why in results["figures"]["skipped"].items():
        out.print(f"{work} ({(WORKS | FACTS)[work]}) was skipped: {why}")


def show_loads(out: Console, loads: dict[str, Any]) -> None:
    """How fast rows come in."""
    if not loads:
        return
    table = Table("load", "rows/s", "of bare", "goal", "bytes", "memory grew by")
    for way, goal in (("bare", ""), ("cards", ">= 0.2"), ("searched", ">= 0.1")):
        each = loads[way]
        share = f"{each['rate'] / loads['bare']['rate']:.2f}"
        grown = f"{each['peak_growth'] / 2**20:.0f} MiB"
        table.add_row(way, f"{each['rate']:.0f}", share, goal, f"{each['size']:,}", grown)
    out.print(table)


def show_works(out: Console, results: dict[str, Any]) -> None:
    """All that are asked again and again."""
    cells, small = results["figures"]["cells"], results["small"]["cells"]
    several = list(next(iter(cells.values()))) if cells else []
    table = Table("work", "clients", title=f"{results['size']} studies, {results['rounds']} rounds")
    for name in (
        "ours p50",
        "p99 ms",
        "ours/s",
        "floor/s",
        "Datasette/s",
        "/ floor",
        "goal",
        "/ Datasette",
        "goal",
        "growth",
        "goal",
    ):
        table.add_column(name, justify="right")
    for work in cells:
        goals = ["" if goal is None else f"{goal:g}" for goal in GOALS.get(work, NO_GOALS)]
        for clients in several:
            rates = {peer: rate(cells, work, clients, peer) for peer in cells[work][clients]}
            grown = ""
            if work in small and clients == "1":
                now = time_of(cells, work, "1", "ours", "p50")
                grown = f"{now / time_of(small, work, '1', 'ours', 'p50'):.1f}"
            table.add_row(
                work,
                clients,
                f"{time_of(cells, work, clients, 'ours', 'p50'):.2f}",
                f"{time_of(cells, work, clients, 'ours', 'p99'):.2f}",
                *(f"{rates.get(peer, 0):.0f}" for peer in ("ours", "floor", "datasette")),
                f"{rates['ours'] / rates['floor']:.2f}" if "floor" in rates else "",
                goals[0],
                f"{rates['ours'] / rates['datasette']:.1f}" if "datasette" in rates else "",
                goals[1],
                grown,
                goals[2],
            )
    out.print(table)
    if "W3" in cells and "W3a" in cells:
        deep, start = (time_of(cells, work, "1", "ours", "p50") for work in ("W3", "W3a"))
        slower = deep / start
        depth = results["figures"]["depth of W3"]
        out.print(
            f"W3, {depth} rows deep, takes {slower:.2f} of the time of its first page (goal <= 1.2)"
        )


def show_others(out: Console, cells: dict[str, Any]) -> None:
    """Ours without answers that are kept, and over PostgreSQL."""
    table = Table("work", "clients", "anew p50", "anew/s", "/ floor", "PostgreSQL p50", "/s")
    for work, counted in cells.items():
        for clients, peers in counted.items():
            rates = {peer: rate(cells, work, clients, peer) for peer in peers}
            row: list[str] = []
            for peer in ("anew", "postgresql"):
                p50 = f"{time_of(cells, work, clients, peer, 'p50'):.2f}" if peer in rates else ""
                row += [p50, f"{rates[peer]:.0f}" if peer in rates else ""]
            both = {"anew", "floor"} <= rates.keys()
            share = f"{rates['anew'] / rates['floor']:.2f}" if both else ""
            table.add_row(work, clients, *row[:2], share, *row[2:])
    out.print(table)


def show_disturbed(out: Console, found: dict[str, Any]) -> None:
    """What readers notice of others; the first line of a work is without any."""
    table = Table("beside", "answers/s", "p50 ms", "p99 ms", "failed")
    for name, each in found.items():
        times = (f"{each[which]:.2f}" for which in ("p50", "p99"))
        table.add_row(name, f"{each['rate']:.0f}", *times, str(each["failed"]))
    out.print(table)


def show_streams(out: Console, streams: dict[str, Any]) -> None:
    """W7."""
    if not streams:
        return
    table = Table("W7", "rows/s", "rows", "memory grew by")
    for peer, each in streams.items():
        grown = f"{each['growth'] / 2**20:.0f} MiB"
        table.add_row(peer, f"{each['rate']:.0f}", str(each["rows"]), grown)
    out.print(table)
