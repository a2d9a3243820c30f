"""Adding a citation: paste anything, look at what was understood, save it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from app.citations.edits import CITATION_EDITOR
from app.citations.schemas import CITATION
from app.core.database import Database, DatabaseDep
from app.core.problems import FieldError, Problem
from app.ingest.formats import Refused, read
from app.ingest.lookup.looking import Lookups
from app.vocabulary import CitationType, IdentifierScheme, PublicationStatus
from app.web.desk import citation_form as forms
from app.web.desk.citation_form import CitationForm
from app.web.desk.entering import SenderDep, Visitor, VisitorDep, desk_page, onward
from app.web.desk.held import held
from app.web.desk.imports import handed_in
from app.web.desk.looking import alike, reference, wrong_with
from app.web.desk.recognising import Recognised, origin, recognised, stretches
from app.web.desk.saving import propose, proposes, save, saved

routes = APIRouter()
CHOICES = {
    "labels": {**forms.LABELS, "reason": "Why"},
    "types": list(CitationType),
    "statuses": list(PublicationStatus),
}
HERE = (
    "It is probably here already. Look at what was found; if it is another paper, tick the box"
    " that says so."
)


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
    form = _form(visitor)
    if do == "check":
        return _checked(request, visitor, database, form)
    try:
        return onward(_saved(visitor, database, form))
    except Problem as problem:
        form.note(problem.errors or [FieldError(message=problem.detail)])
        status = problem.status
    return _shown(request, visitor, database, form, _pasted(visitor), status)


@routes.post("/citations/check")
def post_check(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Only the part of the page that says how it will read, and what it may be already."""
    form = _form(visitor)
    form.note(wrong_with(forms.drafted(form.typed)[0]))
    return desk_page(request, visitor, "_answer.html", _answer(visitor, database, form))


def _form(visitor: Visitor) -> CitationForm:
    return CitationForm({name: visitor.sent.raw(name) for name in forms.NAMES})


def _pasted(visitor: Visitor) -> Recognised:
    return recognised(visitor.sent.raw("paste"))


def _read(request: Request, visitor: Visitor, database: Database) -> Response:
    """Fill the form with what was pasted or dropped; many records are an import."""
    found, text = _pasted(visitor), None
    if "file" in visitor.sent.files:
        found, text = _of_file(visitor.sent.files["file"][1])
    if len(found.entries) > 1:
        return onward(handed_in(database, visitor))
    form = CitationForm(forms.typed_of(found.draft))
    if found.draft:
        form.note(wrong_with(forms.drafted(form.typed)[0]))
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
    form.note(wrong_with(forms.drafted(form.typed)[0]))
    return _shown(request, visitor, database, form, _pasted(visitor))


def _saved(visitor: Visitor, database: Database, form: CitationForm) -> str:
    """Save or propose the citation, or complete one that is here; gives the page to look at."""
    draft = forms.drafted(form.typed)[0]
    if wrong := wrong_with(draft):
        raise Problem(422, "invalid-record", "Some fields cannot be saved as they are.", wrong)
    if into := visitor.sent.text("into"):
        return _completed(visitor, database, draft, into)
    if not visitor.sent.text("another"):
        with database.read() as connection:
            if alike(connection, draft):
                raise Problem(409, "probably-here", HERE)
    if proposes(visitor):
        return propose(database, visitor, CITATION, draft=draft)
    slug = save(database, visitor, lambda writer: writer.create(CITATION_EDITOR, draft).slug)
    return saved(CITATION, slug, "added")


def _completed(visitor: Visitor, database: Database, draft: dict[str, Any], into: str) -> str:
    """Give a citation that is here what it lacks and the draft has."""
    with database.read() as connection:
        now = held(connection, CITATION, into)
    patch = missing_from(now.card, draft)
    if not patch:
        return saved(CITATION, into, "complete")
    if proposes(visitor):
        base = now.version
        return propose(database, visitor, CITATION, slug=into, base=base, patch=patch)

    def do(writer: Any) -> None:
        writer.patch(CITATION_EDITOR, into, patch, expected=now.version)

    save(database, visitor, do)
    return saved(CITATION, into)


def missing_from(card: dict[str, Any], draft: dict[str, Any]) -> dict[str, Any]:
    """What a draft has and a stored citation has not, as a merge patch."""
    plain = (*forms.PLAIN, "year")
    patch = {name: draft[name] for name in plain if draft.get(name) and not card.get(name)}
    more = len(draft["authors"]) > len(card["authors"])
    if more and (card["authors_truncated"] or not card["authors"]):
        patch |= {"authors": draft["authors"], "authors_truncated": draft["authors_truncated"]}
    known = {(each["scheme"], each["value"]) for each in card["identifiers"]}
    new = [each for each in draft["identifiers"] if (each["scheme"], each["value"]) not in known]
    held_schemes = {each["scheme"] for each in card["identifiers"]}
    new = [each for each in new if each["scheme"] not in held_schemes]
    return patch | ({"identifiers": [*card["identifiers"], *new]} if new else {})


def _answer(visitor: Visitor, database: Database, form: CitationForm) -> dict[str, Any]:
    """How the form would read, and what it may be already."""
    draft = forms.drafted(form.typed)[0]
    told = any(draft.get(name) for name in ("title", "authors", "identifiers"))
    with database.read() as connection:
        likes = alike(connection, draft) if told else []
    another = bool(visitor.sent.text("another"))
    return {
        "reference": reference(draft) if told else None,
        "likes": likes,
        "another": another,
        "wrong": len(form.errors),
    }


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
    lines = stretches(entry.raw, entry.line) if entry else []
    origins = {
        name: origin(lines, _values(name, words))
        for name, words in form.typed.items()
        if words and entry
    }
    context = {
        **_answer(visitor, database, form),
        "form": form,
        **CHOICES,
        "origins": origins,
        "found": found,
        "entry": entry,
        "paste": visitor.sent.raw("paste") if text is None else text,
        "reason": visitor.sent.raw("reason"),
        "changed": bool(found.entries or form.errors),
    }
    return desk_page(request, visitor, "add_citation.html", context, status)


def _values(name: str, words: str) -> list[str]:
    """What to look for in a pasted text: family names, the first page, whole words otherwise."""
    if name == "authors":
        return [each.partition(",")[0].strip('"') for each in words.split("\n")]
    if name == "pages":
        return [words, words.partition("-")[0]][:2] if "-" in words else [words]
    if name == "others":
        return [each.partition(" ")[2] for each in words.split("\n")]
    return [words.partition("\n")[0]]
