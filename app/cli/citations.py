"""Commands about citations: import, lookup, duplicates, and notices of retraction."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import Progress

from app.access.accounts import COMMAND_LINE
from app.api.problems import Problem
from app.cli.context import err, fail, open_database, out, settings_or_fail
from app.curation.duplicates.scan import scan
from app.curation.retractions.notices import read_notices
from app.curation.retractions.status_marks import mark_citations
from app.db.database import Database
from app.ingest.imports import Choice, InvalidRows, commit, preview
from app.ingest.imports.queries import read_import, read_rows
from app.ingest.imports.schemas import ImportRowCard
from app.ingest.lookup.lookups import SCHEMES, Lookups
from app.vocabulary import ImportOutcome

MOST_ROWS = 1_000_000
MOST_SHOWN = 20  # rows of each outcome that need a look
REVIEWED_OUTCOMES = (ImportOutcome.BROKEN, ImportOutcome.PROBABLE_DUPLICATE)


def import_(
    file: Annotated[Path, typer.Argument(help="Citations in any format.", exists=True)],
    *,
    save: Annotated[bool, typer.Option("--save", help="Save every row that is new.")] = False,
    number: Annotated[
        int | None, typer.Option("--row", help="With --save: only this row, whatever it is.")
    ] = None,
    skip: Annotated[
        str, typer.Option(help="With --save: rows that are left out for good, as 2,5-7.")
    ] = "",
) -> None:
    """Read citations, say what is new, here already or broken; with --save, save what is new."""
    left_out = _rows(skip)
    try:
        with open_database(settings_or_fail()) as database:
            upload = _preview_file(database, file)
            _print_import(database, upload)
            if save:
                chosen = None if number is None else frozenset([number])
                choice = Choice(save=chosen, skip=left_out)
                done = commit(database, upload, choice, actor=COMMAND_LINE)
                skipped = f", {done['skipped']} left out" if skip else ""
                out.print(f"{done['saved']} saved{skipped}")
    except InvalidRows as problem:
        left_out_too = ",".join(map(str, sorted({*left_out, *problem.rows})))
        how = f"to save the others: --save --skip {left_out_too}"
        fail(*(each.message for each in problem.errors), how)
    except Problem as problem:
        fail(problem.detail, *(each.message for each in problem.errors))


def _rows(written: str) -> frozenset[int]:
    """The rows that 2,5-7 names."""
    found: set[int] = set()
    for part in filter(None, written.replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        ends = [each for each in (first, last or first) if each.isascii() and each.isdigit()]
        if len(ends) != 2 or not 0 < int(ends[0][:9]) <= int(ends[1][:9]) < MOST_ROWS:
            fail(f"--skip: {part!r} is no row and no range of rows; write them as 2,5-7")
        found.update(range(int(ends[0]), int(ends[1]) + 1))
    return frozenset(found)


def _preview_file(database: Database, file: Path) -> int:
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def progress(what: str, count: int) -> None:
            bar.update(task, description=what, completed=count)

        data = file.read_bytes()
        name = file.name
        return preview(database, data, actor=COMMAND_LINE, filename=name, progress=progress)


def _print_import(database: Database, upload: int) -> None:
    """Print what an import is, and the rows of it that need a look."""
    with database.read() as connection:
        card = read_import(connection, upload)
        pages = [
            read_rows(connection, upload, limit=MOST_SHOWN, outcome=outcome)
            for outcome in REVIEWED_OUTCOMES
        ]
    out.print(f"import {upload}: {card.format}, {card.encoding}", markup=False)
    counts = ", ".join(f"{count} {name}" for name, count in card.outcomes.items())
    out.print(f"{card.records} records of {card.counted}: {counts}", markup=False)
    for row in (row for page in pages for row in page.items):
        where = f"row {row.position} (line {row.line}), {row.outcome}"
        out.print(f"  {where}: {'; '.join(_reasons(row))}", markup=False)


def _reasons(row: ImportRowCard) -> list[str]:
    best = row.matches[:1] if row.outcome is ImportOutcome.PROBABLE_DUPLICATE else []
    like = [f"{each.slug or each.position}: {'; '.join(each.reasons[:2])}" for each in best]
    return like or [each.message for each in row.problems]


def retractions(
    file: Annotated[Path, typer.Argument(help="A CSV as Retraction Watch has it.", exists=True)],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say it, mark nothing.")] = False,
) -> None:
    """Mark citations that were retracted, corrected, doubted or reinstated."""
    try:
        notices = read_notices(file.read_bytes())
        with open_database(settings_or_fail()) as database:
            marked = mark_citations(
                database, notices.found, actor=COMMAND_LINE, reason=file.name, dry_run=dry_run
            )
    except Problem as problem:
        fail(problem.detail)
    for error in notices.problems:
        err.print(error.message, markup=False)
    for each in marked:
        out.print(f"{each.slug}: {each.before} -> {each.now}", markup=False)
    out.print(f"{len(notices.found)} notices, {len(marked)} citations marked")


def lookup(
    doi: Annotated[str | None, typer.Option(help="Digital object identifier.")] = None,
    pmid: Annotated[str | None, typer.Option(help="PubMed number.")] = None,
    pmcid: Annotated[str | None, typer.Option(help="PubMed Central number.")] = None,
    nct: Annotated[str | None, typer.Option(help="ClinicalTrials.gov number.")] = None,
) -> None:
    """Ask Crossref, PubMed or ClinicalTrials.gov for one citation; its draft is printed as JSON."""
    asked = [(s, v) for s, v in zip(SCHEMES, (doi, pmid, pmcid, nct), strict=True) if v is not None]
    if len(asked) != 1:
        fail("Give exactly one of --doi, --pmid, --pmcid and --nct.")
    [(scheme, value)] = asked
    settings = settings_or_fail()
    try:
        with open_database(settings) as database:
            found = Lookups(settings).look_up(database, scheme, value)
    except Problem as problem:
        fail(problem.detail, *(each.message for each in problem.errors[1:]))
    if found.reference:
        err.print(found.reference, markup=False)
    for match in found.matches:
        reasons = "; ".join(match.reasons[:2])
        err.print(f"{match.answer}: {match.slug} ({reasons})", markup=False)
    for each in found.problems:
        err.print(each.message, markup=False)
    out.print(orjson.dumps(found.draft, option=orjson.OPT_INDENT_2).decode(), markup=False)


def duplicates() -> None:
    """Find citations that may be one publication; GET /v1/duplicates lists the pairs."""
    with (
        open_database(settings_or_fail()) as database,
        Progress(console=err, transient=True) as bar,
    ):
        task = bar.add_task("comparing", total=None)
        scanned = scan(database, lambda count: bar.advance(task, count))
    out.print(
        f"{scanned.citations} citations compared; pairs that wait for a decision: {scanned.pairs}"
    )
