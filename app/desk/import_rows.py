"""One row of an import: correct what was understood, or say which citation it is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.problems import FieldError, Problem
from app.db.database import Database, DatabaseDep
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.citations import CHOICES, Row, answer, row_at, saved_citation, skip, tie, typed_by
from app.desk.imports import named
from app.desk.recognition import draft_errors, origins
from app.desk.records import saved
from app.desk.session import SenderDep, Visitor, VisitorDep, counted, desk_page, redirect_after_post
from app.records.citations.card import CITATION
from app.vocabulary import ImportOutcome

routes = APIRouter()
PAGE = "/imports/{number}/rows/{position}"


@routes.get(PAGE)
def get_row(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The row with its fields to correct."""
    row = _row(request, database)
    form = CitationForm(forms.typed_of(row.card.draft or {}))
    form.note(draft_errors(forms.drafted(form.typed)[0]))
    return _shown(request, visitor, database, row, form)


@routes.post(PAGE)
def post_row(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save it as corrected, tie it to a citation that is here, or leave it out."""
    row, form, do = _row(request, database), typed_by(visitor), visitor.sent.text("do")
    if do == "check":
        form.note(draft_errors(forms.drafted(form.typed)[0]))
        return _shown(request, visitor, database, row, form)
    try:
        return redirect_after_post(_settled(visitor, database, row, form, do))
    except Problem as problem:
        form.note(problem.errors or [FieldError(message=problem.detail)])
        return _shown(request, visitor, database, row, form, problem.status)


def _settled(visitor: Visitor, database: Database, row: Row, form: CitationForm, do: str) -> str:
    """Carry out what was asked of the row; gives the page to look at. Raises Problem."""
    if row.card.outcome is ImportOutcome.SAVED:
        raise Problem(409, "saved-before", f"This row was saved, as {row.card.citation}.")
    if do == "skip":
        skip(database, visitor, row)
        return f"/desk/imports/{row.number}"
    if do == "tie":
        slug = visitor.sent.text("same")
        if not slug:
            raise Problem(422, "nothing-chosen", "Write the slug of the citation that it is.")
        tie(database, visitor, row, slug)
        return saved(CITATION, slug, "tied")
    return saved_citation(visitor, database, form, row)


def _row(request: Request, database: Database) -> Row:
    position = counted(request.path_params["position"])
    if not position:
        raise Problem(404, "not-found", "A row is named by its position, from 1.")
    with database.read() as connection:
        return row_at(connection, named(request), position)


def _shown(
    request: Request,
    visitor: Visitor,
    database: Database,
    row: Row,
    form: CitationForm,
    status: int = 200,
) -> Response:
    context = {
        **answer(visitor, database, form),
        **CHOICES,
        "number": row.number,
        "row": row.card,
        "form": form,
        "origins": origins(row.card.raw, row.card.line, form.typed),
        "same": visitor.sent.raw("same"),
        "reason": visitor.sent.raw("reason"),
        "changed": bool(visitor.sent.values),
    }
    return desk_page(request, visitor, "import_row.html", context, status)
