"""How far long work is: bars on a terminal, else a line now and then; always on standard error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from app.cli.context import err
from app.journal.derivations import Progress as Advance

BETWEEN_LINES = 10.0  # seconds
Processes = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=64,
        help="Processes that share the work; 1: this one alone; without it, EVIDENCE_PROCESSES.",
    ),
]


class _Rate(ProgressColumn):
    """Records a second."""

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


@contextmanager
def progress_shown() -> Iterator[Advance]:
    """Takes what is done, how many of them, of how many; while the block lasts it is shown."""
    if not err.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bars:
        yield _Bars(bars)


class _Bars:
    """A bar for each thing that is under way."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, name: str, done: int, of: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=of)
        self._bars.update(self._tasks[name], completed=done, visible=done < of)


class _Lines:
    """A line for whoever reads a log: of what is under way, and how long it will last."""

    def __init__(self) -> None:
        self._told = time.monotonic()
        self._began: dict[str, tuple[float, int]] = {}

    def __call__(self, name: str, done: int, of: int) -> None:
        now = time.monotonic()
        began, first = self._began.setdefault(name, (now, done))
        if now - self._told < BETWEEN_LINES:
            return
        self._told = now
        rate = (done - first) / (now - began) if now > began else 0
        left = f", {rate:.0f}/s, {(of - done) / rate:.0f} s left" if rate else ""
        err.print(f"{name}: {done:,} of {of:,}{left}", markup=False)
