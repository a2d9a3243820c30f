"""The command line: `evidence`, or `python -m app`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer
from alembic.util.exc import CommandError
from rich.progress import track
from sqlalchemy.exc import DBAPIError

from app import journal
from app.cli.backup import backup, restore
from app.cli.citations import duplicates, import_, lookup, retractions
from app.cli.context import err, fail, open_database, out, settings_or_fail
from app.cli.export import write_export
from app.cli.keys import account_cli, key_cli
from app.cli.progress import Processes, progress_shown
from app.db import schema
from app.db.database import BrokenReferencesError, Database
from app.ingest.seeding import SeedError, SeedReport, seed
from app.ingest.seeding.field_reference import field_reference
from app.journal import card_formats, search_texts
from app.journal.pages import indexes as page_indexes
from app.models import Base
from app.query.formats import ListFormat
from app.settings import Settings

cli = typer.Typer(
    help="A structured, citable database of what is known about treatments.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
cli.add_typer(key_cli, name="key")
cli.add_typer(account_cli, name="account")
cli.command()(backup)
cli.command()(duplicates)
cli.command("import")(import_)
cli.command()(lookup)
cli.command()(restore)
cli.command()(retractions)


@cli.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="head, base or a revision.")] = "head",
    *,
    processes: Processes = None,
) -> None:
    """Bring the schema and the stored cards up to date (or the schema down to a revision)."""
    settings = settings_or_fail()
    with open_database(settings, create=True) as database:
        try:
            schema.migrate(database, revision)
        except (CommandError, BrokenReferencesError) as error:
            fail(str(error))
        out.print(f"schema at {revision}: {database.url.render_as_string(hide_password=True)}")
        if revision == "head":
            _derive_anew(database, processes or settings.processes or None)


def _derive_anew(database: Database, processes: int | None) -> None:
    """Bring cards of older formats to the present one, and derive page rows that are missing."""
    with progress_shown() as progress:
        done = card_formats.upgrade(database, processes=processes, progress=progress)
    if done:
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in done.items())
        out.print(f"cards in their present format: {told}")
    with progress_shown() as progress:
        count = page_indexes.complete(database, processes=processes, progress=progress)
    if count:
        out.print(f"people and treatments of {count} studies indexed")
    with progress_shown() as progress:
        count = search_texts.complete(database, processes=processes, progress=progress)
    if count:
        out.print(f"words of {count} records indexed for full text")


@cli.command("seed")
def seed_command(
    folder: Annotated[Path | None, typer.Argument(help="A folder of seed files.")] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Validate and find, write nothing.")
    ] = False,
    document_only: Annotated[
        bool, typer.Option("--document-only", help="Leave out what the sources themselves say.")
    ] = False,
) -> None:
    """Load a document and what curators read in it. A second run changes nothing."""
    settings = settings_or_fail()
    folder = folder or settings.seed_folder
    try:
        with _seed_database(settings, check=check) as database:
            report = seed(
                database,
                folder,
                document_only=document_only,
                check=check,
                progress=lambda items: track(items, "reading", console=err, transient=True),
            )
    except SeedError as error:
        count = len(error.problems)
        fail(*map(str, error.problems), f"{count} problem{'s' * (count > 1)}: nothing was loaded.")
    else:
        _print_report(report, check=check)


@contextmanager
def _seed_database(settings: Settings, *, check: bool) -> Iterator[Database]:
    """The database; for a check where there is none yet, an empty one that is thrown away."""
    with open_database(settings) as database:
        if not check or _is_migrated(database):
            yield database
            return
    with tempfile.TemporaryDirectory() as folder:
        scratch = Database(f"sqlite:///{folder}/scratch.db", create=True)
        Base.metadata.create_all(scratch.engine)
        yield scratch
        scratch.close()


def _is_migrated(database: Database) -> bool:
    try:
        with database.read() as connection:
            migrated = schema.current_revision(connection) == schema.newest_revision()
            return (
                migrated
                and not card_formats.outdated(connection)
                and page_indexes.are_complete(connection)
                and search_texts.are_complete(connection)
            )
    except DBAPIError:
        return False


def _print_report(report: SeedReport, *, check: bool) -> None:
    added = ", ".join(f"{count} {path}" for path, count in report.added.items()) or "nothing"
    out.print(f"{'would add' if check else 'added'}: {added}")
    out.print(f"{'would update' if check else 'updated'}: {len(report.updated)}")
    for name in report.updated:
        out.print(f"  {name}")
    out.print(f"unchanged: {report.unchanged}")
    for name in report.left_alone:
        out.print(f"left alone, because somebody else, or another seed, edited it last: {name}")
    for each in report.coverage:
        out.print(
            f"coverage of {each.document}: {each.percent:.1f} % of {each.characters} characters"
        )
        for gap in each.gaps:
            out.print(f"  in no passage: {gap!r}", markup=False)


@cli.command()
def fields() -> None:
    """Print every field that may be written, of each kind of record, as Markdown."""
    typer.echo(field_reference(), nl=False)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
) -> None:
    """Serve the API and its documentation."""
    from app.cli.server import run  # noqa: PLC0415 # the other commands need no server

    settings = settings_or_fail()
    if settings.migrate_on_start:
        with open_database(settings, create=True) as database:
            if not _is_migrated(database):  # one that can only be read needs nothing
                schema.migrate(database)
                _derive_anew(database, settings.processes or None)
    given = {"host": host, "port": port}
    run(Settings.model_validate(dict(settings) | {k: v for k, v in given.items() if v is not None}))


@cli.command()
def verify(*, processes: Processes = None) -> None:
    """Derive every card, page row and search text again, and name each that differs."""
    settings = settings_or_fail()
    with open_database(settings) as database:
        with progress_shown() as progress:
            stale = journal.verify_database(
                database, processes=processes or settings.processes or None, progress=progress
            )
        stale += journal.index_errors(database)
    if stale:
        fail(*stale, f"{len(stale)} not as they should be.")
    out.print("verified: every card, page row and search text is as it should be")


@cli.command()
def reindex(*, processes: Processes = None) -> None:
    """Write what full text sees of each record anew, and its index."""
    settings = settings_or_fail()
    with open_database(settings) as database:
        with progress_shown() as progress:
            count = journal.reindex(
                database, processes=processes or settings.processes or None, progress=progress
            )
        out.print(f"search texts written: {count}")


@cli.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    kind: Annotated[
        str | None, typer.Argument(help="One list, as studies; without it, the release: all.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="ndjson; of one list csv, of citations ris and more.")
    ] = ListFormat.NDJSON.value,
) -> None:
    """Write everything that is current, or one list, into a file."""
    try:
        with open_database(settings_or_fail()) as database, database.stream() as connection:
            sha256, size = write_export(connection, file, kind, form)
    except ValueError as error:
        fail(str(error))
    out.print(f"{file}: {size} bytes, sha256 {sha256}", markup=False)


@cli.command()
def health() -> None:
    """End with 0 when a server answers on the configured port."""
    settings = settings_or_fail()
    try:
        reply = httpx.get(f"http://127.0.0.1:{settings.port}/health", timeout=4)
        sys.exit(0 if reply.is_success else 1)
    except httpx.HTTPError as error:
        fail(f"no answer: {error}")


if __name__ == "__main__":
    cli(prog_name="evidence")
