"""Adding a citation: paste anything, look at what was understood, save it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app.api.problems import FieldError, Problem
from app.db.database import Database, DatabaseDep
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.citations import (
    CHOICES,
    citation_preview,
    pasted_row,
    read_citation_form,
    save_citation,
)
from app.desk.imports import start_import
from app.desk.recognition import Recognition, draft_errors, field_origins, recognise
from app.desk.session import SenderDep, Visitor, VisitorDep, desk_page, redirect_after_post
from app.ingest.formats import UnreadableFileError, read
from app.ingest.lookup.lookups import Lookups
from app.vocabulary import IdentifierScheme

routes = APIRouter()


@routes.get("/citations/new")
def get_new(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The empty form."""
    return _citation_page(
        request, visitor, database, CitationForm(forms.form_values({})), recognise("")
    )


@routes.post("/citations/new")
def post_new(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Read what was pasted, look at the fields as they are, or save them."""
    do = visitor.fields.text("do")
    if do == "read":
        return _read_pasted(request, visitor, database)
    if do == "fetch":
        return _look_up(request, visitor, database)
    form = read_citation_form(visitor)
    if do == "check":
        return _check(request, visitor, database, form)
    try:
        row = pasted_row(database, visitor) if visitor.may_write and do != "propose" else None
        return redirect_after_post(save_citation(visitor, database, form, row))
    except Problem as problem:
        form.add_errors(problem.errors or [FieldError(message=problem.detail)])
        status = problem.status
    return _citation_page(request, visitor, database, form, _recognise_pasted(visitor), status)


@routes.post("/citations/check")
def post_check(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Only the part of the page that says how it will read, and what it may be already."""
    form = read_citation_form(visitor)
    form.add_errors(draft_errors(forms.form_draft(form.values)[0]))
    context = citation_preview(visitor, database, form)
    return desk_page(request, visitor, "_citation_preview.html", context)


def _recognise_pasted(visitor: Visitor) -> Recognition:
    return recognise(visitor.fields.raw("paste"))


def _read_pasted(request: Request, visitor: Visitor, database: Database) -> Response:
    """Fill the form with what was pasted or dropped; many records are an import."""
    found, text = _recognise_pasted(visitor), None
    if "file" in visitor.fields.files:
        found, text = _recognise_file(visitor.fields.files["file"][1])
    if len(found.entries) > 1:
        return redirect_after_post(start_import(database, visitor))
    form = CitationForm(forms.form_values(found.draft))
    if found.draft:
        form.add_errors(draft_errors(forms.form_draft(form.values)[0]))
    return _citation_page(request, visitor, database, form, found, text=text)


def _look_up(request: Request, visitor: Visitor, database: Database) -> Response:
    """Fill the form with what Crossref, PubMed or the registry says of a number."""
    found = _recognise_pasted(visitor)
    if not found.number:
        return _read_pasted(request, visitor, database)
    form = CitationForm(forms.form_values(found.draft))
    lookups: Lookups = request.app.state.lookups
    [named] = found.draft["identifiers"]
    try:
        card = lookups.look_up(database, IdentifierScheme(named["scheme"]), named["value"])
    except Problem as problem:
        form.other_errors.append(FieldError(message=problem.detail))
        return _citation_page(request, visitor, database, form, found, problem.status)
    form = CitationForm(forms.form_values(card.draft))
    message = replace(found, message=f"As {card.source} has it.", number=False)
    return _citation_page(request, visitor, database, form, message)


def _recognise_file(data: bytes) -> tuple[Recognition, str]:
    """What a file holds; the text of its only record, in whatever encoding it came."""
    try:
        entries = read(data).entries
    except UnreadableFileError as refused:
        return Recognition(f"Not recognised: {refused.message}", suggestion=refused.suggestion), ""
    if len(entries) == 1:
        return recognise(entries[0].raw), entries[0].raw
    return Recognition("", entries), ""


def _check(request: Request, visitor: Visitor, database: Database, form: CitationForm) -> Response:
    form.add_errors(draft_errors(forms.form_draft(form.values)[0]))
    return _citation_page(request, visitor, database, form, _recognise_pasted(visitor))


def _citation_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: CitationForm,
    found: Recognition,
    status: int = 200,
    text: str | None = None,
) -> Response:
    entry = found.entries[0] if found.entries else None
    context = {
        **citation_preview(visitor, database, form),
        "form": form,
        **CHOICES,
        "origins": field_origins(entry.raw, entry.line, form.values) if entry else {},
        "found": found,
        "entry": entry,
        "paste": visitor.fields.raw("paste") if text is None else text,
        "reason": visitor.fields.raw("reason"),
        "changed": bool(found.entries or form.errors),
    }
    return desk_page(request, visitor, "add_citation.html", context, status)
