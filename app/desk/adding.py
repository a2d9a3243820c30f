"""Adding a citation: paste anything, look at what was understood, save it."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from app.api.problems import FieldError, Problem
from app.db.database import Database, DatabaseDep
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.citations import CHOICES, answer, pasted, saved_citation, typed_by
from app.desk.imports import handed_in
from app.desk.recognition import Recognised, draft_errors, origins, recognised
from app.desk.session import SenderDep, Visitor, VisitorDep, desk_page, redirect_after_post
from app.ingest.formats import Refused, read
from app.ingest.lookup.lookups import Lookups
from app.vocabulary import IdentifierScheme

routes = APIRouter()


@routes.get("/citations/new")
def get_new(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The empty form."""
    return _shown(request, visitor, database, CitationForm(forms.typed_of({})), recognised(""))


@routes.post("/citations/new")
def post_new(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Read what was pasted, look at the fields as they are, or save them."""
    do = visitor.sent.text("do")
    if do == "read":
        return _read(request, visitor, database)
    if do == "fetch":
        return _fetched(request, visitor, database)
    form = typed_by(visitor)
    if do == "check":
        return _checked(request, visitor, database, form)
    try:
        row = pasted(database, visitor) if visitor.may_write and do != "propose" else None
        return redirect_after_post(saved_citation(visitor, database, form, row))
    except Problem as problem:
        form.note(problem.errors or [FieldError(message=problem.detail)])
        status = problem.status
    return _shown(request, visitor, database, form, _pasted(visitor), status)


@routes.post("/citations/check")
def post_check(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Only the part of the page that says how it will read, and what it may be already."""
    form = typed_by(visitor)
    form.note(draft_errors(forms.drafted(form.typed)[0]))
    return desk_page(request, visitor, "_answer.html", answer(visitor, database, form))


def _pasted(visitor: Visitor) -> Recognised:
    return recognised(visitor.sent.raw("paste"))


def _read(request: Request, visitor: Visitor, database: Database) -> Response:
    """Fill the form with what was pasted or dropped; many records are an import."""
    found, text = _pasted(visitor), None
    if "file" in visitor.sent.files:
        found, text = _of_file(visitor.sent.files["file"][1])
    if len(found.entries) > 1:
        return redirect_after_post(handed_in(database, visitor))
    form = CitationForm(forms.typed_of(found.draft))
    if found.draft:
        form.note(draft_errors(forms.drafted(form.typed)[0]))
    return _shown(request, visitor, database, form, found, text=text)


def _fetched(request: Request, visitor: Visitor, database: Database) -> Response:
    """Fill the form with what Crossref, PubMed or the registry says of a number."""
    found = _pasted(visitor)
    if not found.number:
        return _read(request, visitor, database)
    form = CitationForm(forms.typed_of(found.draft))
    lookups: Lookups = request.app.state.lookups
    [named] = found.draft["identifiers"]
    try:
        card = lookups.look_up(database, IdentifierScheme(named["scheme"]), named["value"])
    except Problem as problem:
        form.general.append(FieldError(message=problem.detail))
        return _shown(request, visitor, database, form, found, problem.status)
    form = CitationForm(forms.typed_of(card.draft))
    said = replace(found, said=f"As {card.source} has it.", number=False)
    return _shown(request, visitor, database, form, said)


def _of_file(data: bytes) -> tuple[Recognised, str]:
    """What a file holds; the text of its only record, in whatever encoding it came."""
    try:
        entries = read(data).entries
    except Refused as refused:
        return Recognised(f"Not recognised: {refused.message}", suggestion=refused.suggestion), ""
    if len(entries) == 1:
        return recognised(entries[0].raw), entries[0].raw
    return Recognised("", entries), ""


def _checked(
    request: Request, visitor: Visitor, database: Database, form: CitationForm
) -> Response:
    form.note(draft_errors(forms.drafted(form.typed)[0]))
    return _shown(request, visitor, database, form, _pasted(visitor))


def _shown(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: CitationForm,
    found: Recognised,
    status: int = 200,
    text: str | None = None,
) -> Response:
    entry = found.entries[0] if found.entries else None
    context = {
        **answer(visitor, database, form),
        "form": form,
        **CHOICES,
        "origins": origins(entry.raw, entry.line, form.typed) if entry else {},
        "found": found,
        "entry": entry,
        "paste": visitor.sent.raw("paste") if text is None else text,
        "reason": visitor.sent.raw("reason"),
        "changed": bool(found.entries or form.errors),
    }
    return desk_page(request, visitor, "add_citation.html", context, status)
