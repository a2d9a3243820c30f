"""Editing a record of any kind: a citation as a form, every other as its editable form in JSON."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from app.api.bodies import read_json
from app.api.problems import FieldError, Problem
from app.curation.writing import Writer
from app.curation.writing.draft_parsing import json_object
from app.curation.writing.merge_patch import patch_between
from app.db.database import Database, DatabaseDep
from app.desk import citation_form as forms
from app.desk.citation_form import CitationForm
from app.desk.citations import CHOICES
from app.desk.history import ThreeWayDifference, compare_drafts
from app.desk.recognition import reference
from app.desk.records import (
    current_record,
    is_proposal,
    kind_of,
    propose,
    record_at_version,
    save,
    save_new,
    saved_address,
)
from app.desk.session import (
    SenderDep,
    Visitor,
    VisitorDep,
    desk_page,
    parse_number,
    redirect_after_post,
)
from app.query.cards import Kind
from app.records.catalogue import EDITOR_OF
from app.records.citations.draft import CITATION_EDITOR
from app.records.drafting import Editor

routes = APIRouter()
FormValues = dict[str, str]


def _citation_values(draft: dict[str, Any]) -> FormValues:
    return forms.form_values(draft)


def _json_values(draft: dict[str, Any]) -> FormValues:
    return {"json": json.dumps(draft, indent=2, ensure_ascii=False)}


def _citation_draft(values: FormValues, before: dict[str, Any]) -> dict[str, Any]:
    """The draft that the form makes: a field that was emptied is empty."""
    empty = dict.fromkeys((*forms.TEXT_FIELDS, "year"))
    return {**empty, "slug": before["slug"], **forms.form_draft(values)[0]}


def _json_draft(values: FormValues, _: dict[str, Any]) -> dict[str, Any]:
    return json_object(read_json(values["json"].encode()))


def _is_citation(kind: Kind) -> bool:
    return EDITOR_OF[kind] is CITATION_EDITOR


@routes.get("/{path}/new")
def get_new(request: Request, visitor: VisitorDep) -> Response:
    """An example of the kind, to be written over."""
    kind = kind_of(request)
    form = CitationForm(_json_values(EDITOR_OF[kind].example))
    return _edit_page(request, visitor, kind, form)


@routes.post("/{path}/new")
def post_new(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save or propose a new record."""
    kind = kind_of(request)
    form = CitationForm({"json": visitor.fields.raw("json")})
    try:
        return redirect_after_post(_create(database, visitor, kind, form))
    except Problem as problem:
        _add_problem(form, problem)
        return _edit_page(request, visitor, kind, form, status=problem.status)


def _create(database: Database, visitor: Visitor, kind: Kind, form: CitationForm) -> str:
    return save_new(database, visitor, kind, _json_draft(form.values, {}))


@routes.get("/{path}/{slug}/edit")
def get_edit(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """The record as it is, ready to be changed."""
    kind = kind_of(request)
    with database.read() as connection:
        record = current_record(connection, kind, request.path_params["slug"])
        draft = record.draft(connection)
    form = CitationForm(_citation_values(draft) if _is_citation(kind) else _json_values(draft))
    return _edit_page(request, visitor, kind, form, at=(record.slug, record.version))


@routes.post("/{path}/{slug}/edit")
def post_edit(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Save or propose what was typed; what somebody else saved meanwhile is shown beside it."""
    kind, slug = kind_of(request), request.path_params["slug"]
    names = forms.FIELD_NAMES if _is_citation(kind) else ("json",)
    form = CitationForm({name: visitor.fields.raw(name) for name in names})
    base = parse_number(visitor.fields.text("version")) or 0
    try:
        return redirect_after_post(_save_edit(database, visitor, EDITOR_OF[kind], slug, form, base))
    except Problem as problem:
        if problem.code == "stale-version":
            return _stale_page(request, visitor, database, kind, form, base)
        _add_problem(form, problem)
        status = problem.status
    return _edit_page(request, visitor, kind, form, at=(slug, base), status=status)


def _save_edit(
    database: Database, visitor: Visitor, editor: Editor, slug: str, form: CitationForm, base: int
) -> str:
    kind = editor.kind
    with database.read() as connection:
        record = current_record(connection, kind, slug)
        before = record.draft(connection)
        then = record_at_version(connection, record, base) or record
        began = then.draft(connection)
    draft = (_citation_draft if _is_citation(kind) else _json_draft)(form.values, before)
    if is_proposal(visitor):
        patch = patch_between(began, draft)
        return propose(database, visitor, kind, slug=slug, base=then.version, patch=patch)

    def do(writer: Writer) -> int:
        writer.replace(editor, slug, draft, expected=base)
        return 0 if writer.change.empty else 1

    return saved_address(kind, slug, "saved" if save(database, visitor, do) else "unchanged")


def _add_problem(form: CitationForm, problem: Problem) -> None:
    form.add_errors(problem.errors or [FieldError(message=problem.detail)])


def _stale_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    kind: Kind,
    form: CitationForm,
    base: int,
) -> Response:
    """Both versions beside each other; what was typed stays, and can be saved over the newer."""
    with database.read() as connection:
        record = current_record(connection, kind, request.path_params["slug"])
        found = _compare_with_current(connection, record, form, base)
    what = f"Somebody saved version {record.version} since you began with version {base}."
    form.other_errors.append(FieldError(message=what))
    return _edit_page(
        request, visitor, kind, form, at=(record.slug, record.version), status=412, sides=found
    )


def _compare_with_current(
    connection: Connection, record: Any, form: CitationForm, base: int
) -> list[ThreeWayDifference]:
    then, here = record_at_version(connection, record, base) or record, record.draft(connection)
    began = then.draft(connection)
    if _is_citation(record.kind):
        values = {forms.FIELD_LABELS[name]: value.strip() for name, value in form.values.items()}
        shown = [
            {forms.FIELD_LABELS[name]: value for name, value in forms.form_values(each).items()}
            for each in (began, here)
        ]
        return list(compare_drafts(shown[0], shown[1], values))
    return list(compare_drafts(began, here, _json_draft(form.values, {})))


def _edit_page(
    request: Request,
    visitor: Visitor,
    kind: Kind,
    form: CitationForm,
    *,
    at: tuple[str | None, int | None] = (None, None),
    status: int = 200,
    sides: list[ThreeWayDifference] | None = None,
) -> Response:
    context = {
        **CHOICES,
        "kind": kind,
        "slug": at[0],
        "version": at[1],
        "form": form,
        "cited": "json" not in form.values,
        "reference": reference(forms.form_draft(form.values)[0])
        if "json" not in form.values
        else None,
        "sides": sides,
        "reason": visitor.fields.raw("reason"),
        "changed": status != 200,
    }
    return desk_page(request, visitor, "edit.html", context, status)
