"""Editing a record of any kind: a citation as a form, every other as its editable form in JSON."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.api.bodies import read_json
from app.api.problems import FieldError, Problem
from app.curation.writing import Writer
from app.curation.writing.merge_patch import patch_between
from app.curation.writing.openapi import NEW
from app.curation.writing.parsing import members
from app.db.database import Database, DatabaseDep
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.citations import CHOICES
from app.desk.history import Sides, sides
from app.desk.recognition import reference
from app.desk.records import (
    current_record,
    held_at,
    kind_of,
    propose,
    save,
    save_new,
    saved,
    wants_proposal,
)
from app.desk.session import SenderDep, Visitor, VisitorDep, counted, desk_page, redirect_after_post
from app.query.cards import Kind
from app.records.catalogue import EDITOR_OF
from app.records.citations.draft import CITATION_EDITOR
from app.records.drafting import Editor

routes = APIRouter()
Typed = dict[str, str]


def _as_form(draft: dict[str, Any]) -> Typed:
    return forms.typed_of(draft)


def _as_json(draft: dict[str, Any]) -> Typed:
    return {"json": json.dumps(draft, indent=2, ensure_ascii=False)}


def _form_draft(typed: Typed, before: dict[str, Any]) -> dict[str, Any]:
    """The draft that the form makes: a field that was emptied is empty."""
    empty = dict.fromkeys((*forms.PLAIN, "year"))
    return {**empty, "slug": before["slug"], **forms.drafted(typed)[0]}


def _json_draft(typed: Typed, _: dict[str, Any]) -> dict[str, Any]:
    return members(read_json(typed["json"].encode()))


def _cited(kind: Kind) -> bool:
    return EDITOR_OF[kind] is CITATION_EDITOR


@routes.get("/{path}/new")
def get_new(request: Request, visitor: VisitorDep) -> Response:
    """An example of the kind, to be written over."""
    kind = kind_of(request)
    form = CitationForm(_as_json(NEW[kind.name]))
    return _shown(request, visitor, kind, form)


@routes.post("/{path}/new")
def post_new(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save or propose a new record."""
    kind = kind_of(request)
    form = CitationForm({"json": visitor.sent.raw("json")})
    try:
        return redirect_after_post(_created(database, visitor, kind, form))
    except Problem as problem:
        _note(form, problem)
        return _shown(request, visitor, kind, form, status=problem.status)


def _created(database: Database, visitor: Visitor, kind: Kind, form: CitationForm) -> str:
    return save_new(database, visitor, kind, _json_draft(form.typed, {}))


@routes.get("/{path}/{slug}/edit")
def get_edit(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The record as it is, ready to be changed."""
    kind = kind_of(request)
    with database.read() as connection:
        now = current_record(connection, kind, request.path_params["slug"])
        draft = now.draft(connection)
    form = CitationForm(_as_form(draft) if _cited(kind) else _as_json(draft))
    return _shown(request, visitor, kind, form, at=(now.slug, now.version))


@routes.post("/{path}/{slug}/edit")
def post_edit(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save or propose what was typed; what somebody else saved meanwhile is shown beside it."""
    kind, slug = kind_of(request), request.path_params["slug"]
    names = forms.NAMES if _cited(kind) else ("json",)
    form = CitationForm({name: visitor.sent.raw(name) for name in names})
    base = counted(visitor.sent.text("version")) or 0
    try:
        return redirect_after_post(_edited(database, visitor, EDITOR_OF[kind], slug, form, base))
    except Problem as problem:
        if problem.code == "stale-version":
            return _stale(request, visitor, database, kind, form, base)
        _note(form, problem)
        status = problem.status
    return _shown(request, visitor, kind, form, at=(slug, base), status=status)


def _edited(
    database: Database, visitor: Visitor, editor: Editor, slug: str, form: CitationForm, base: int
) -> str:
    kind = editor.kind
    with database.read() as connection:
        now = current_record(connection, kind, slug)
        before = now.draft(connection)
        then = held_at(connection, now, base) or now
        began = then.draft(connection)
    draft = (_form_draft if _cited(kind) else _json_draft)(form.typed, before)
    if wants_proposal(visitor):
        patch = patch_between(began, draft)
        return propose(database, visitor, kind, slug=slug, base=then.version, patch=patch)

    def do(writer: Writer) -> int:
        writer.replace(editor, slug, draft, expected=base)
        return 0 if writer.change.empty else 1

    return saved(kind, slug, "saved" if save(database, visitor, do) else "unchanged")


def _note(form: CitationForm, problem: Problem) -> None:
    form.note(problem.errors or [FieldError(message=problem.detail)])


def _stale(
    request: Request,
    visitor: Visitor,
    database: Database,
    kind: Kind,
    form: CitationForm,
    base: int,
) -> Response:
    """Both versions beside each other; what was typed stays, and can be saved over the newer."""
    with database.read() as connection:
        now = current_record(connection, kind, request.path_params["slug"])
        found = _sides(connection, now, form, base)
    what = f"Somebody saved version {now.version} since you began with version {base}."
    form.general.append(FieldError(message=what))
    return _shown(request, visitor, kind, form, at=(now.slug, now.version), status=412, sides=found)


def _sides(connection: Connection, now: Any, form: CitationForm, base: int) -> list[Sides]:
    then, here = held_at(connection, now, base) or now, now.draft(connection)
    began = then.draft(connection)
    if _cited(now.kind):
        typed = {forms.LABELS[name]: value.strip() for name, value in form.typed.items()}
        shown = [
            {forms.LABELS[name]: value for name, value in forms.typed_of(each).items()}
            for each in (began, here)
        ]
        return list(sides(shown[0], shown[1], typed))
    return list(sides(began, here, _json_draft(form.typed, {})))


def _shown(
    request: Request,
    visitor: Visitor,
    kind: Kind,
    form: CitationForm,
    *,
    at: tuple[str | None, int | None] = (None, None),
    status: int = 200,
    sides: list[Sides] | None = None,
) -> Response:
    context = {
        **CHOICES,
        "kind": kind,
        "slug": at[0],
        "version": at[1],
        "form": form,
        "cited": "json" not in form.typed,
        "reference": reference(forms.drafted(form.typed)[0]) if "json" not in form.typed else None,
        "sides": sides,
        "reason": visitor.sent.raw("reason"),
        "changed": status != 200,
    }
    return desk_page(request, visitor, "edit.html", context, status)
