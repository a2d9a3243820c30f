"""The goals that figures are held against, and the sums that make figures of a run's rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.disturbed import IMPORT, QUIET

Results = dict[str, Any]
STANDARD, LARGE = 100_000, 500_000  # studies that goals are of
OUR = "ours"


@dataclass(frozen=True)
class Figure:
    """The median over rounds with the least and the most; without a value, the note says why."""

    value: float | None
    least: float = 0.0
    most: float = 0.0
    note: str = ""

    def told(self, form: str = "{:.2f}") -> str:
        """As it is printed: the median, and the range where there is one."""
        if self.value is None:
            return self.note
        shown = form.format(self.value)
        if self.least != self.most:
            shown += f" ({form.format(self.least)} to {form.format(self.most)})"
        return f"{shown} {self.note}".strip()


@dataclass(frozen=True)
class Goal:
    """At least, or at most, so much of a figure, in a run of some sizes."""

    work: str
    what: str
    bound: float
    figure: Callable[[Results], Figure]
    at_most: bool = False
    sizes: tuple[int, ...] = (STANDARD,)
    form: str = "{:.2f}"

    @property
    def told(self) -> str:
        """As it is printed."""
        return f"{'<=' if self.at_most else '>='} {self.bound:g}"

    def verdict(self, results: Results) -> str:
        """Reached or missed; in a run of another size, which one it is a goal of."""
        if results["size"] not in self.sizes:
            return f"a goal of {' and '.join(f'{each:,}' for each in self.sizes)}"
        value = self.figure(results).value
        if value is None:
            return "missed"
        return (
            "reached"
            if (value <= self.bound if self.at_most else value >= self.bound)
            else "missed"
        )


def of_rounds(values: list[float], note: str = "") -> Figure:
    """The median of values, with the least and the most."""
    if not values:
        return Figure(None, note=note or "not measured")
    return Figure(float(median(values)), min(values), max(values), note)


def failures(rounds: list[dict[str, Any]]) -> int:
    """How many answers failed in all rounds."""
    return sum(int(each["failed"]) for each in rounds)


def of_cell(rounds: list[dict[str, Any]], member: str) -> Figure:
    """A member of a cell over its rounds; one failed answer fails the cell."""
    fewer = next((each["clients"] for each in rounds if "clients" in each), "")
    if failed := failures(rounds):
        answers = sum(int(each.get("answers", 1)) for each in rounds)
        return Figure(None, note=f"failed: {failed} of {answers}")
    found = [float(each[member]) for each in rounds if each[member] is not None]
    return of_rounds(found, f"(as with {fewer})" if fewer else "")


def rounds_of(results: Results, work: str, clients: str, peer: str) -> list[dict[str, Any]]:
    """The rounds of a cell; none where it was not measured."""
    cells = results["figures"]["cells"]
    return list(cells.get(work, {}).get(clients, {}).get(peer, ()))


def share(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], member: str = "rate") -> Figure:
    """Our median by theirs; its range is that of single rounds."""
    several = of_cell(ours, member), of_cell(theirs, member)
    if wrong := next((each for each in several if each.value is None), None):
        return wrong
    if not all(each[member] for each in [*ours, *theirs]):
        return Figure(None, note="nothing was answered in a round")
    mine, other = (float(each.value or 0) for each in several)
    each_round = [a[member] / b[member] for a, b in zip(ours, theirs, strict=False)]
    return Figure(
        mine / other, min(each_round), max(each_round), several[0].note or several[1].note
    )


def against(work: str, clients: str, peer: str) -> Callable[[Results], Figure]:
    """Our rate by that of another peer."""

    def figure(results: Results) -> Figure:
        mine, theirs = (rounds_of(results, work, clients, each) for each in (OUR, peer))
        return share(mine, theirs)

    return figure


def growth(work: str) -> Callable[[Results], Figure]:
    """The time of one client by that over the small corpus."""

    def figure(results: Results) -> Figure:
        small = results["small"]["cells"].get(work, {}).get("1", {}).get(OUR, [])
        return share(rounds_of(results, work, "1", OUR), small, "p50")

    return figure


def depth(results: Results) -> Figure:
    """The time of W3 by that of its first page."""
    deep, first = (rounds_of(results, work, "1", OUR) for work in ("W3", "W3a"))
    return share(deep, first, "p50")


def streamed(peer: str) -> Callable[[Results], Figure]:
    """Our rows a second by those of another."""

    def figure(results: Results) -> Figure:
        found = results["figures"].get("streams", {})
        return share(found.get(OUR, []), found.get(peer, []))

    return figure


def stream_memory(results: Results) -> Figure:
    """Megabytes that the server grew by while it streamed."""
    found = of_cell(results["figures"].get("streams", {}).get(OUR, []), "growth")
    return found if found.value is None else Figure(found.most / 2**20)


def dearest(results: Results) -> Figure:
    """The dearest of the first answers after a change, in milliseconds of processor."""
    cells = results["figures"].get("changes", {}).get("first", {})
    if failed := [name for name, cell in cells.items() if {*cell["statuses"]} != {200}]:
        return Figure(None, note=f"failed: {', '.join(failed)}")
    taken = {name: median(cell["cpu"]) for name, cell in cells.items()}
    if not taken:
        return Figure(None, note="not measured")
    name = max(taken, key=lambda each: taken[each])
    return of_rounds(cells[name]["cpu"], f"({name})")


def written(what: str) -> Callable[[Results], Figure]:
    """Milliseconds of processor that a write takes."""

    def figure(results: Results) -> Figure:
        return of_rounds(results["figures"].get("changes", {}).get("writes", {}).get(what, []))

    return figure


def beside(what: str) -> Callable[[Results], Figure]:
    """By how many milliseconds W1's p99 is longer beside others than in the same round without."""

    def figure(results: Results) -> Figure:
        found = results["figures"].get("disturbed", {}).get("figures", {})
        quiet, busy = (found.get(f"W1, {name}", []) for name in (QUIET, what))
        for each in (quiet, busy):
            if of_cell(each, "p99").value is None:
                return of_cell(each, "p99")
        pairs = zip(busy, quiet, strict=False)
        return of_rounds([float(a["p99"] - b["p99"]) for a, b in pairs])

    return figure


CLIENTS = ("1", "16", "64")
AGAINST: dict[tuple[str, str], tuple[float | None, ...]] = {
    ("W1", "floor"): (1.2, 1.1, 0.85),
    ("W1", "datasette"): (3.5, 3.5, 2.8),
    ("W2", "floor"): (3, 3, 3),
    ("W2", "datasette"): (8, 5, 4),
    ("W4", "floor"): (2, 2, None),  # with 64 clients it is told only
    ("W4", "datasette"): (1.4, 1.4, 1.4),
    ("W5", "floor"): (2.5, 4, 4),
    ("W5", "datasette"): (50, 25, 25),
    ("W6", "floor"): (5, 5, 5),
    ("W6", "datasette"): (4, 4, 4),
}
GROWS = {"W1": 1.5, "W2": 1.5, "W3": 1.5, "W4": 7.0, "W5": 50.0, "W6": 50.0}  # 50: as the studies
BESIDE = ("a word of most studies", "200 conditions", "facets of everything", IMPORT)


def goals() -> Iterator[Goal]:
    """Every goal, in the order of the works."""
    for (work, peer), bounds in AGAINST.items():
        for clients, bound in zip(CLIENTS, bounds, strict=True):
            if bound is not None:
                what = f"ours / {peer}, {clients} client{'s' * (clients != '1')}"
                yield Goal(work, what, bound, against(work, clients, peer))
    both = (STANDARD, LARGE)
    yield Goal("W3", "10,000 deep / first page", 1.2, depth, at_most=True, sizes=both)
    for peer in ("floor", "datasette"):
        yield Goal("W7", f"rows/s, ours / {peer}", 12, streamed(peer))
    yield Goal("W7", "memory, MB", 32, stream_memory, at_most=True, sizes=both, form="{:.0f}")
    for work, bound in GROWS.items():
        yield Goal(work, "growth from 10,000", bound, growth(work), at_most=True, sizes=(LARGE,))
    for bound, size in ((150, STANDARD), (400, LARGE)):
        what = f"the dearest answer after a change at {size:,}, ms of CPU"
        yield Goal("W9", what, bound, dearest, at_most=True, sizes=(size,), form="{:.0f}")
    for what, bound in (("citation", 30), ("study with 20 facts", 120)):
        told = f"a {what}, ms of CPU"
        yield Goal("writes", told, bound, written(what), at_most=True, form="{:.1f}")
    for name in BESIDE:
        what = f"p99 beside {name}, ms more than quiet"
        yield Goal("W1", what, 50, beside(name), at_most=True, form="{:.1f}")
