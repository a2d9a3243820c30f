"""Imports: hand in a file, choose from what it holds, save what was chosen in one step."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from app.api.problems import Problem
from app.db.database import Database, DatabaseDep
from app.desk.recognition import reference
from app.desk.records import read_reason, require_curator
from app.desk.session import (
    SenderDep,
    Visitor,
    VisitorDep,
    desk_page,
    parse_number,
    redirect_after_post,
)
from app.ingest.formats import FORMATS
from app.ingest.imports.commit import Choice, abandon, commit
from app.ingest.imports.preview import preview
from app.ingest.imports.queries import list_imports, read_import, read_rows
from app.ingest.imports.schemas import ImportRowCard
from app.vocabulary import ImportOutcome
from app.web.addresses import query

routes = APIRouter()
ROWS_SHOWN = 100
IMPORTS_SHOWN = 20
FORMAT_TITLES = {each.name: str(each) for each in FORMATS}
TICK_ACTIONS = ("tick", "untick")  # all rows on the page, or none: nothing is saved
OPEN_OUTCOMES = (ImportOutcome.NEW, ImportOutcome.PROBABLE_DUPLICATE, ImportOutcome.IDENTICAL)


@routes.get("/imports")
def get_imports(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """What was handed in, and a form for more."""
    return _imports_page(request, visitor, database)


def _imports_page(
    request: Request, visitor: Visitor, database: Database, problem: Problem | None = None
) -> Response:
    before = parse_number(request.query_params.get("cursor", ""))
    with database.read() as connection:
        found = list_imports(connection, IMPORTS_SHOWN, before)
    context = {
        "items": found.items,
        "formats": FORMAT_TITLES,
        "onward": query("/desk/imports", cursor=found.next) if found.next else None,
        "problem": problem,
        "paste": visitor.fields.raw("paste"),
    }
    return desk_page(request, visitor, "imports.html", context)


@routes.post("/imports")
def post_import(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Read what was handed in; nothing is saved as a citation yet."""
    try:
        return redirect_after_post(start_import(database, visitor))
    except Problem as problem:
        return _imports_page(request, visitor, database, problem)


def start_import(database: Database, visitor: Visitor) -> str:
    """Keep a file, or what was pasted, as a preview; gives its page. Raises Problem."""
    name, data = visitor.fields.upload("choose a file, or paste what is to be imported")
    number = preview(database, data, actor=visitor.actor.name, filename=name)
    return f"/desk/imports/{number}"


@routes.get("/imports/{number}")
def get_import(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """One import as a table to choose from."""
    return _import_page(request, visitor, database)


@routes.post("/imports/{number}")
def post_choice(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save what was chosen, or give the import up."""
    number = import_number(request)
    try:
        require_curator(visitor)
        if visitor.fields.text("do") == "abandon":
            abandon(database, number)
            return redirect_after_post("/desk/imports")
        if visitor.fields.text("do") in TICK_ACTIONS:
            return _import_page(request, visitor, database)
        done = _save_rows(database, visitor, number)
    except Problem as problem:
        return _import_page(request, visitor, database, problem)
    return redirect_after_post(query(f"/desk/imports/{number}", done.items()))


def _save_rows(database: Database, visitor: Visitor, number: int) -> dict[str, int]:
    """Save the rows that are ticked or, where all new ones are asked for, all of these."""
    every = visitor.fields.text("do") == "all"
    ticked = frozenset(filter(None, map(parse_number, visitor.fields.all("row"))))
    if not every and not ticked:
        raise Problem(422, "nothing-chosen", "Tick the rows that are to be saved.")
    choice = Choice(save=None if every else ticked)
    name = visitor.actor.name
    return commit(database, number, choice, actor=name, reason=read_reason(visitor))


def _import_page(
    request: Request, visitor: Visitor, database: Database, problem: Problem | None = None
) -> Response:
    number, parameters = import_number(request), request.query_params
    outcome = parameters.get("outcome", "")
    only = ImportOutcome(outcome) if outcome in set(ImportOutcome) else None
    after = parse_number(parameters.get("cursor", "")) or 0
    with database.read() as connection:
        upload = read_import(connection, number)
        rows = read_rows(connection, number, limit=ROWS_SHOWN, after=after, outcome=only)
    here = f"/desk/imports/{number}"
    shown = [_row_context(each) for each in rows.items]
    context = {
        "upload": upload,
        "format": FORMAT_TITLES.get(upload.format, upload.format),
        "rows": shown,
        "here": query(here, outcome=outcome, cursor=after or None),
        "onward": query(here, outcome=outcome, cursor=rows.next) if rows.next else None,
        "outcome": only,
        "outcomes": list(ImportOutcome),
        "settled": sum(
            upload.outcomes.get(each, 0) for each in ImportOutcome if each not in OPEN_OUTCOMES
        ),
        "ticked": _ticked_rows(visitor, shown),
        "problem": problem,
        "reason": visitor.fields.raw("reason"),
        "saved": parse_number(parameters.get("saved", "")),
    }
    return desk_page(request, visitor, "import.html", context)


def _ticked_rows(visitor: Visitor, rows: list[dict[str, Any]]) -> set[int]:
    """The rows with a tick: as they were sent, all, none or, at first, those that are new."""
    chosen = {each["row"].position: each["row"].outcome for each in rows if each["open"]}
    match visitor.fields.text("do"):
        case "tick":
            return set(chosen)
        case "untick":
            return set()
        case "":
            return {at for at, outcome in chosen.items() if outcome is ImportOutcome.NEW}
        case _:
            return set(filter(None, map(parse_number, visitor.fields.all("row"))))


def _row_context(row: ImportRowCard) -> dict[str, Any]:
    """A row with its reference, and whether it can still be chosen."""
    text = reference(row.draft) if row.draft else None
    return {
        "row": row,
        "reference": text,
        "open": row.draft is not None and row.outcome in OPEN_OUTCOMES,
    }


def import_number(request: Request) -> int:
    """The number of the import that an address names; raises Problem 404."""
    number = parse_number(request.path_params["number"])
    if number is None:
        raise Problem(404, "not-found", "An import is named by its number.")
    return number
