"""The command that looks for duplicates among the stored citations."""

from __future__ import annotations

from rich.progress import Progress

from app.cli.context import err, opened, out, settings_or_fail
from app.curation.duplicates.scanning import scan


def duplicates() -> None:
    """Find citations that may be one publication; GET /v1/duplicates lists the pairs."""
    with opened(settings_or_fail()) as database, Progress(console=err, transient=True) as bar:
        task = bar.add_task("comparing", total=None)
        scanned = scan(database, lambda count: bar.advance(task, count))
    out.print(
        f"{scanned.citations} citations compared; pairs that wait for a decision: {scanned.pairs}"
    )
