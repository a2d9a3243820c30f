"""One row of an import: correct what was understood, or say which citation it is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.problems import FieldError, Problem
from app.db.database import Database, DatabaseDep
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.citations import (
    CHOICES,
    ImportRow,
    citation_preview,
    link_row,
    read_citation_form,
    read_row,
    save_citation,
    skip_row,
)
from app.desk.imports import import_number
from app.desk.recognition import draft_errors, field_origins
from app.desk.records import saved_address
from app.desk.session import (
    SenderDep,
    Visitor,
    VisitorDep,
    desk_page,
    parse_number,
    redirect_after_post,
)
from app.records.citations.card import CITATION
from app.vocabulary import ImportOutcome

routes = APIRouter()
PATH = "/imports/{number}/rows/{position}"


@routes.get(PATH)
def get_row(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The row with its fields to correct."""
    row = _read_row(request, database)
    form = CitationForm(forms.form_values(row.card.draft or {}))
    form.add_errors(draft_errors(forms.form_draft(form.values)[0]))
    return _row_page(request, visitor, database, row, form)


@routes.post(PATH)
def post_row(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save it as corrected, tie it to a citation that is here, or leave it out."""
    row, form, do = (
        _read_row(request, database),
        read_citation_form(visitor),
        visitor.fields.text("do"),
    )
    if do == "check":
        form.add_errors(draft_errors(forms.form_draft(form.values)[0]))
        return _row_page(request, visitor, database, row, form)
    try:
        return redirect_after_post(_decide_row(visitor, database, row, form, do))
    except Problem as problem:
        form.add_errors(problem.errors or [FieldError(message=problem.detail)])
        return _row_page(request, visitor, database, row, form, problem.status)


def _decide_row(
    visitor: Visitor, database: Database, row: ImportRow, form: CitationForm, do: str
) -> str:
    """Carry out what was asked of the row; gives the page to look at. Raises Problem."""
    if row.card.outcome is ImportOutcome.SAVED:
        raise Problem(409, "saved-before", f"This row was saved, as {row.card.citation}.")
    if do == "skip":
        skip_row(database, visitor, row)
        return f"/desk/imports/{row.number}"
    if do == "tie":
        slug = visitor.fields.text("same")
        if not slug:
            raise Problem(422, "nothing-chosen", "Write the slug of the citation that it is.")
        link_row(database, visitor, row, slug)
        return saved_address(CITATION, slug, "tied")
    return save_citation(visitor, database, form, row)


def _read_row(request: Request, database: Database) -> ImportRow:
    position = parse_number(request.path_params["position"])
    if not position:
        raise Problem(404, "not-found", "A row is named by its position, from 1.")
    with database.read() as connection:
        return read_row(connection, import_number(request), position)


def _row_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    row: ImportRow,
    form: CitationForm,
    status: int = 200,
) -> Response:
    context = {
        **citation_preview(visitor, database, form),
        **CHOICES,
        "number": row.number,
        "row": row.card,
        "form": form,
        "origins": field_origins(row.card.raw, row.card.line, form.values),
        "same": visitor.fields.raw("same"),
        "reason": visitor.fields.raw("reason"),
        "changed": bool(visitor.fields.values),
    }
    return desk_page(request, visitor, "import_row.html", context, status)
