"""Linking: a citation to a study, and words of a document to the claim that they make."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.api.problems import FieldError, Problem
from app.db.database import Database, DatabaseDep
from app.desk.citation_form import CitationForm
from app.desk.records import current_record, save_new, save_patch
from app.desk.session import SenderDep, Visitor, VisitorDep, desk_page, redirect_after_post
from app.overviews.search import find_records
from app.records.citations.card import CITATION
from app.records.claims.card import CLAIM
from app.records.documents.card import DOCUMENT
from app.records.studies.card import STUDY
from app.vocabulary import ClaimKind, LinkBasis, Modality, Polarity, StudyCitationRole
from app.web.addresses import query

routes = APIRouter()
RESULTS_SHOWN = 12
QUOTE_FIELDS = ("exact", "start", "prefix", "suffix", "occurrence")
CLAIM_FIELDS = ("kind", "polarity", "modality", "subject", "object", "hedge", "summary", "note")
CLAIM_ENUMS = {"kind": ClaimKind, "polarity": Polarity, "modality": Modality}
CLAIM_DEFAULTS = {
    "kind": ClaimKind.FINDING,
    "polarity": Polarity.AFFIRMED,
    "modality": Modality.STATED,
}


def _search(
    connection: Connection, words: str, kind: str | None = None, cursor: str = ""
) -> tuple[list[dict[str, Any]], str | None]:
    """What a search finds, of one kind or of all, and where it goes on. Raises Problem."""
    if not words:
        return [], None
    pairs = [("q", words), ("limit", str(RESULTS_SHOWN)), ("kind", kind or ""), ("cursor", cursor)]
    found = find_records(connection, QueryParams([pair for pair in pairs if pair[1]]))
    items: list[dict[str, Any]] = found["items"]
    return [{**each, "slug": each["url"].rpartition("/")[2]} for each in items], found["next"]


@routes.get("/find")
def get_find(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Records of every kind, each leading to its page at the desk."""
    words = request.query_params.get("q", "").strip()
    with database.read() as connection:
        items, next_ = _search(connection, words, cursor=request.query_params.get("cursor", ""))
    onward_to = query("/desk/find", q=words, cursor=next_) if next_ else None
    context = {"items": items, "q": words, "onward": onward_to}
    return desk_page(request, visitor, "find.html", context)


@routes.get("/citations/{slug}/link")
def get_link(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Look for the study, then say what the citation is to it."""
    return _link_page(request, visitor, database, request.query_params.get("q", "").strip())


@routes.post("/citations/{slug}/link")
def post_link(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Link them."""
    try:
        return redirect_after_post(_link_study(request, visitor, database))
    except Problem as problem:
        return _link_page(request, visitor, database, visitor.fields.text("q"), problem)


def _link_study(request: Request, visitor: Visitor, database: Database) -> str:
    slug, study = request.path_params["slug"], visitor.fields.text("study")
    if not study:
        raise Problem(422, "nothing-chosen", "Choose the study that it belongs to.")
    with database.read() as connection:
        current_record(connection, CITATION, slug)
        record = current_record(connection, STUDY, study)
        links = record.draft(connection)["citations"]
    role, basis = visitor.fields.text("role"), visitor.fields.text("basis")
    link = {"citation": slug, "role": role, "basis": basis}
    if any(each["citation"] == slug and each["role"] == role for each in links):
        raise Problem(409, "linked-already", "They are linked in this way already.")
    if rationale := visitor.fields.text("rationale"):
        link["rationale"] = rationale
    return save_patch(database, visitor, record, {"citations": [*links, link]}, "linked")


def _link_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    words: str,
    problem: Problem | None = None,
) -> Response:
    with database.read() as connection:
        record = current_record(connection, CITATION, request.path_params["slug"])
        studies, _ = _search(connection, words, "study")
    fields = visitor.fields
    context = {
        "record": record,
        "studies": studies,
        "q": words,
        "roles": list(StudyCitationRole),
        "bases": list(LinkBasis),
        "chosen": {name: fields.text(name) for name in ("study", "role", "basis", "rationale")},
        "problem": problem,
        "reason": fields.raw("reason"),
    }
    return desk_page(request, visitor, "link.html", context)


@routes.get("/documents/{slug}/quote")
def get_quote(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The document's text, and a form for what its words say."""
    form = CitationForm(
        {**dict.fromkeys((*QUOTE_FIELDS, *CLAIM_FIELDS, "claim"), ""), **CLAIM_DEFAULTS}
    )
    return _quote_page(request, visitor, database, form)


@routes.post("/documents/{slug}/quote")
def post_quote(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Make the words a claim, or another passage of a claim that is there."""
    names = (*QUOTE_FIELDS, *CLAIM_FIELDS, "claim")
    form = CitationForm({name: visitor.fields.raw(name) for name in names})
    try:
        return redirect_after_post(_save_quote(request, visitor, database, form.values))
    except Problem as problem:
        for each in problem.errors or [FieldError(message=problem.detail)]:
            name = (each.pointer or "").rpartition("/")[2]
            if name in {*names, "reason"}:
                form.field_errors.setdefault(name, []).append(each)
            else:
                form.other_errors.append(each)
        return _quote_page(request, visitor, database, form, problem.status)


def _passage(document: str, values: dict[str, str]) -> dict[str, Any]:
    """The words as they were chosen: what was not typed is left out."""
    passage: dict[str, Any] = {"document": document, "exact": values["exact"]}
    for name in ("start", "occurrence"):
        if written := values[name].strip():
            passage[name] = int(written) if written.isdecimal() and len(written) < 10 else written
    return passage | {name: values[name] for name in ("prefix", "suffix") if values[name].strip()}


def _save_quote(
    request: Request, visitor: Visitor, database: Database, values: dict[str, str]
) -> str:
    passage = _passage(request.path_params["slug"], values)
    claim = values["claim"].strip()
    if not claim:
        plain = {name: values[name].strip() for name in CLAIM_FIELDS if values[name].strip()}
        return save_new(database, visitor, CLAIM, {**plain, "passages": [passage]})
    with database.read() as connection:
        record = current_record(connection, CLAIM, claim)
        patch = {"passages": [*record.draft(connection)["passages"], passage]}
    return save_patch(database, visitor, record, patch)


def _quote_page(
    request: Request, visitor: Visitor, database: Database, form: CitationForm, status: int = 200
) -> Response:
    with database.read() as connection:
        record = current_record(connection, DOCUMENT, request.path_params["slug"])
        text = record.draft(connection)["text"]
    context = {
        "record": record,
        "text": text,
        "form": form,
        "choices": {name: list(each) for name, each in CLAIM_ENUMS.items()},
        "reason": visitor.fields.raw("reason"),
        "changed": status != 200,
        "labels": {"exact": "The words"},
    }
    return desk_page(request, visitor, "quote.html", context, status)
